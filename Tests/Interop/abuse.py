#!/usr/bin/env python3
"""Attackers, one kind at a time, and a polite client that measures what it has to wait meanwhile.

A broker promises that no input raises the 99th percentile of others by more than half, and that nothing makes it grow without end.
Attackers run in a process of their own with the lowest priority, and what they do is compared with a bystander: a process as busy
that sends its bytes to itself. So what is measured is the broker and not the machine; what a small machine adds nevertheless is
FLOOR_MILLISECONDS. A reply leaves when what lies before it is durable: what others sent may make a client wait for two syncs, the one
that is under way and the next. How long a sync takes is the disk's. All of it is measured anew in each round."""

import os
import pathlib
import select
import signal
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import client  # noqa: E402

FACTOR, FLOOR_MILLISECONDS = 1.5, 4.0
# What a busy machine does to one round it does not do to all of them; a broker that makes others wait does.
BEFORE_SECONDS, DURING_SECONDS, ROUND_COUNT_MAX = 0.4, 0.8, 5
GROWTH_KIB_MAX = 160 * 1024
TERMS = dict(price=1, period=1000, throttledPrice=1, shortest=1000, longest=10**9, units=2000, meter0=1)


def frame(operation, number=1, window=0, tokens=(), **fields):
    opcode, layout, _, _ = client.OPERATIONS[operation]
    body = layout.pack(**fields)
    if tokens:
        body += struct.pack("<HBx", sum(map(len, tokens)), len(tokens)) + b"".join(tokens)
    return client.HEADER.pack(16 + len(body), opcode, client.PAYMENT if tokens else 0, window, number) + body


def hello(session=bytes(16)):
    return frame("HELLO", versionMin=1, versionMax=1, session=session)


PING = client.HEADER.pack(24, 0x03, 0, 0, 2) + bytes(8)


# Attackers. Each goes on until it is killed.

# Where an attacker says that its first connection stands.
under_way = None


def connect(address, *messages):
    global under_way
    connection = socket.create_connection(address)
    for message in messages:
        connection.sendall(message)
    connection.setblocking(False)
    if under_way is not None:
        os.write(under_way, b"!")
        under_way = None
    return connection


def ignoring_errors(call, *arguments):
    try:
        return call(*arguments)
    except OSError:
        return None


def flood(address, count, message, *first, reads=True):
    """Connections on each of which the same frames go out as fast as they are taken."""
    connections = [connect(address, hello(os.urandom(16)), *first) for _ in range(count)]
    while True:
        readable, writable, _ = select.select(connections if reads else [], connections, [], 1)
        for connection in readable:
            ignoring_errors(connection.recv, 1 << 18)
        for connection in writable:
            ignoring_errors(connection.send, message)


def slow_writer(address, _):
    connections = [connect(address, hello()) for _ in range(200)]
    for byte in PING:
        for connection in connections:
            ignoring_errors(connection.send, bytes([byte]))
        time.sleep(1)


def never_reads(address, market):
    flood(address, 50, frame("DESCRIBE", resource=market.resource) * 500, reads=False)


def before_hello(address, _):
    while True:
        connection = ignoring_errors(connect, address, PING * 100)
        if connection:
            connection.close()


def half_frames(address, _):
    part = client.HEADER.pack(65_536, 0x30, 1, 0, 2) + bytes(60_000)
    kept = []
    while True:
        connection = ignoring_errors(connect, address, hello())
        if connection and len(kept) < 900:
            kept.append(connection)
            ignoring_errors(connection.send, part)
        else:
            time.sleep(0.01)


def sessions_left(address, market):
    for _ in range(10_000):
        session = os.urandom(16)
        connection = ignoring_errors(connect, address, hello(session) + frame("FUND", window=1, tokens=[market.spent], lease=1))
        if connection:
            connection.close()
    time.sleep(60)


def garbage(address, _):
    while True:
        connection = ignoring_errors(connect, address, hello() if os.urandom(1)[0] & 1 else b"")
        if connection:
            ignoring_errors(connection.send, os.urandom(4096))
            connection.close()


def forged_notes(address, market):
    forged = [market.spent[:32] + os.urandom(16) for _ in range(32)]
    flood(address, 20, frame("FUND", window=1, tokens=forged, lease=1) * 20 + frame("FUND", window=1, tokens=[market.spent], lease=1) * 20)


def ping_flood(address, _):
    flood(address, 50, PING * 2000)


def subscribe_flood(address, market):
    each = [frame("SUBSCRIBE", lease=lease, mask=1) for lease in market.leases]
    flood(address, 20, each[0] * 1000, b"".join(each))


def invented_leases(address, _):
    flood(address, 10, b"".join(frame("USE", lease=lease, quantity=1) for lease in range(1 << 40, (1 << 40) + 1000)))


ATTACKERS = (slow_writer, never_reads, before_hello, half_frames, sessions_left, garbage, forged_notes, ping_flood, subscribe_flood,
             invented_leases)


# What a polite client sees.

def bystander(*_):
    """As busy as an attacker, and sends to itself."""
    listener = socket.create_server(("127.0.0.1", 0))
    sender = socket.create_connection(listener.getsockname())
    receiver = listener.accept()[0]
    os.write(under_way, b"!")
    while True:
        sender.sendall(PING * 2000)
        left = len(PING) * 2000
        while left:
            left -= len(receiver.recv(left))


def percentile_99(address, seconds):
    """Milliseconds that a PING takes, of a client that asks now and then."""
    connection = socket.create_connection(address, timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(hello())
    connection.recv(4096)
    taken, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        connection.sendall(PING)
        if len(connection.recv(4096)) != 32:
            raise SystemExit("abuse: a PING was not answered")
        taken.append(1000 * (time.perf_counter() - began))
        time.sleep(0.001)
    connection.close()
    return sorted(taken)[len(taken) * 99 // 100]


def sync_99(directory):
    """Milliseconds that the disk takes for 64 KiB, written and synced into a file of zeros."""
    taken, chunk = [], bytes(64 * 1024)
    with open(pathlib.Path(directory, "probe"), "wb", buffering=0) as file:
        for _ in range(64):
            file.write(chunk)
        os.fsync(file.fileno())
        for index in range(64):
            began = time.perf_counter()
            os.pwrite(file.fileno(), os.urandom(len(chunk)), index * len(chunk))
            os.fdatasync(file.fileno())
            taken.append(1000 * (time.perf_counter() - began))
    os.unlink(pathlib.Path(directory, "probe"))
    return sorted(taken)[len(taken) * 99 // 100]


def resident_kib(process):
    with open(f"/proc/{process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def round_with(stopped, running, address, directory):
    """p99 beside the bystander, the limit that follows from it, and p99 beside the attacker."""
    os.kill(running, signal.SIGSTOP)
    os.kill(stopped, signal.SIGCONT)
    before = percentile_99(address, BEFORE_SECONDS)
    os.kill(stopped, signal.SIGSTOP)
    sync = sync_99(directory)
    os.kill(running, signal.SIGCONT)
    return before, FACTOR * before + FLOOR_MILLISECONDS + 2 * sync, percentile_99(address, DURING_SECONDS)


def attack(attacker, address, market):
    """A process that does it and nothing else, once it has begun."""
    global under_way
    begun, under_way_end = os.pipe()
    child = os.fork()
    if child:
        os.close(under_way_end)
        has_begun = os.read(begun, 1)
        os.close(begun)
        if not has_begun:
            os.waitpid(child, 0)
            sys.exit(f"abuse: {attacker.__name__} did not attack")
        return child
    under_way = under_way_end
    signal.alarm(90)
    os.nice(19)
    try:
        attacker(address, market)
    finally:
        os._exit(0)


def prepare(broker):
    """A market with 1,000 leases, and a note that was spent."""
    operator = client.Client(broker.address, credential=client.credential(broker.data, "operator", 0))
    provider = client.Client(broker.address, credential=client.credential(broker.data, "provider", 1))
    market = client.SimpleNamespace(resource=provider.ask("REGISTER", name=b"attacked", **TERMS).resource, leases=[])
    buyer = client.Client(broker.address)
    notes = operator.ask("ISSUE", amount=10**6, count=1000).notes
    wanted = dict(resource=market.resource, units=1, keyHash=bytes(15) + b"\1")
    numbers = [buyer.send("ACQUIRE", tokens=[note], **wanted) for note in notes]
    market.leases = [buyer.receive(number).lease for number in numbers]
    market.spent = notes[0]
    for connection in (operator, provider, buyer):
        connection.socket.close()
    return market


def main():
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("abuse: took longer than 90 s"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("abuse: ended by SIGTERM"))
    signal.alarm(90)
    began, failures, figures = time.monotonic(), [], {}
    with client.broker() as broker:
        market = prepare(broker)
        percentile_99(broker.address, 0.3)
        resident = resident_kib(broker.process)
        idle = attack(bystander, broker.address, market)
        try:
            for attacker in ATTACKERS:
                name = attacker.__name__
                child = attack(attacker, broker.address, market)
                try:
                    rounds = []
                    while not rounds or rounds[-1][2] > rounds[-1][1] and len(rounds) < ROUND_COUNT_MAX:
                        rounds.append(round_with(idle, child, broker.address, broker.data))
                    if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                        sys.exit(f"abuse: {name} ended by itself, so nothing was measured")
                finally:
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
                before, limit, during = rounds[-1]
                print(f"{name:16} p99 {before:.2f} ms before, {during:.2f} ms during (limit {limit:.2f}), "
                      f"{len(rounds)} rounds, {resident_kib(broker.process)} KiB", flush=True)
                figures[name] = during
                if during > limit:
                    failures.append(name)
                if broker.process.poll() is not None:
                    sys.exit(f"abuse: the broker ended during {name}")
        finally:
            os.kill(idle, signal.SIGKILL)
            os.waitpid(idle, 0)
        growth = resident_kib(broker.process) - resident
    worst = max(figures, key=figures.get)
    print(f"shown: attackers={len(figures)} p99_ms_max={figures[worst]:.2f} of={worst} growth_kib={growth} "
          f"failures={','.join(failures) or 0} seconds={time.monotonic() - began:.0f}")
    if failures or growth > GROWTH_KIB_MAX:
        sys.exit(1)


if __name__ == "__main__":
    main()
