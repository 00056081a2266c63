#!/usr/bin/env python3
"""A gate of `turnpike-agent` in front of a service that echoes, with a real broker: when bytes pass, and when no more.

The programs are those of TURNPIKE_BIN (.build/release). How late things came is shown at the end.
"""

import contextlib
import os
import pathlib
import signal
import socket
import struct
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "proto-spec"))
from agentprogram import AgentProgram, until
from client import Connection, Credential
from gates import Echo, Holder, free_ports, is_refused, lease
from session import Session, expect

REVOKE = 0x2A
REVOKED_COUNT = 100
# Nobody else's: the port of a lease must be free when its agent is started again.
PORT_COUNT = 400
# Bounds that hold on a machine that is busy with other things; the figures are better, and shown.
LATE_SECONDS = 0.25
STOPPED_SECONDS = 0.05


def prepare(session, agent, service, cache):
    """Two resources of one agent, in one configuration."""
    first = free_ports(PORT_COUNT)
    agent.resource("db", f"""
gate:
  upstream: 127.0.0.1:{service.listener.getsockname()[1]}
  ports: {first}-{first + PORT_COUNT - 1}
""")
    agent.resource("cache", f"""
agent: 2
gate:
  upstream: unix:{cache.listener.getsockname()}
  throttled-bytes-per-second: 200000
  connections-per-lease: 2
""", "--low", "1h", "--throttle", "1h")
    config = pathlib.Path(agent.config)
    config.write_text(config.read_text().replace("key-file: cache.key", f"key-file: {session.path('cache.key')}"))
    session.ask("issue", 1_000_000, role="operator")


def checked(session, agent):
    """What is wrong with a configuration is told with its line."""
    status, output = agent.run("check-config")
    expect(status == 0 and output.count("resource ") == 2, output)
    config = pathlib.Path(agent.config)
    good = config.read_text()
    config.write_text(good.replace("connections-per-lease", "conections"))
    status, output = agent.run("check-config")
    expect(status == 1 and f'{config}:15: unknown key "conections"' in output, output)
    config.write_text(good)
    os.chmod(session.path("db.key"), 0o604)
    status, output = agent.run("run")
    expect(status == 1 and f"{config}:4: key-file:" in output and "everybody" in output, output)
    os.chmod(session.path("db.key"), 0o600)


def piped(session):
    """Bytes pass both ways, all of them, also when one way has ended and when the reader is late."""
    endpoint = lease(session, "db", "piped", "10m")
    expect(endpoint.startswith("127.0.0.1:"), endpoint)
    holder = Holder(endpoint)
    sent = os.urandom(24 << 20)
    writer = threading.Thread(target=lambda: (holder.socket.sendall(sent), holder.socket.shutdown(socket.SHUT_WR)))
    writer.start()
    received = bytearray()
    while piece := holder.socket.recv(1 << 20):
        received += piece
    writer.join()
    expect(received == sent, (len(received), len(sent)))
    session.ask("release", "piped")
    until("the port of a lease that is over", lambda: is_refused(endpoint))


def deadline(session):
    """Time alone cuts; money brings it back, at the same place."""
    endpoint = lease(session, "db", "short", "2s")
    holder, idle = Holder(endpoint), Holder(endpoint)
    passed_at, cut_at = holder.ping_until_cut()
    told = session.ask("check", "short")
    late = passed_at - told["deadline"] / 1000
    # `passed_at` is when the echo had come back.
    expect(told["state"] == "SUSPENDED" and -0.5 < late < LATE_SECONDS, (late, told))
    expect(idle.wait_for_cut() and is_refused(endpoint), "who sends nothing is cut too")
    session.ask("fund", "short", "--for", "10m")
    until("it comes back", lambda: not is_refused(endpoint))
    session.ask("release", "short")
    return cut_at - told["deadline"] / 1000


def moved(session):
    """Money that comes in time moves the deadline, and nothing is cut."""
    endpoint = lease(session, "db", "longer", "2s")
    before = session.ask("check", "longer")["deadline"] / 1000
    session.ask("fund", "longer", "--for", "3s")
    passed_at, _ = Holder(endpoint).ping_until_cut()
    expect(passed_at > before + 2, (passed_at, before))
    session.ask("release", "longer")


def revoked(session):
    """How long it takes from the request that revokes a lease until its connections are cut."""
    provider = Connection("unix:" + session.socket, os.urandom(16), Credential(open(session.path("provider")).read()))
    held = []
    for index in range(REVOKED_COUNT):
        granted = session.ask("acquire", "db", "--for", "10m", "--name", f"r{index}")
        held.append((int(granted["lease"]), Holder(session.ask("service", f"r{index}", "--wait")["endpoint"])))
        held[-1][1].ping()
    waits = []
    for number, (lease, holder) in enumerate(held, 1):
        began = time.monotonic()
        provider.send(REVOKE, struct.pack("<Q", lease), number, window=1)
        waits.append(holder.wait_for_cut() - began)
        provider.receive(REVOKE, number)
    provider.close()
    waits.sort()
    expect(waits[len(waits) // 2] < LATE_SECONDS, waits)
    return waits[len(waits) // 2], waits[int(len(waits) * 0.99) - 1]


def throttled(session, agent):
    """So many bytes a second, both ways together, and so many connections."""
    endpoint = lease(session, "cache", "slow", "30s")
    agent.wait("reduced")
    holder, other = Holder(endpoint), Holder(endpoint)
    other.ping()
    expect(is_refused(endpoint), "a third connection")
    began, count = time.monotonic(), 0
    writer = threading.Thread(target=send_all, args=(holder.socket, 1 << 20))
    writer.start()
    while time.monotonic() < began + 2:
        count += len(holder.socket.recv(65536))
    rate = count / (time.monotonic() - began)
    # What comes back is at most half of what passes, and less while the other way is ahead.
    expect(20_000 < rate < 110_000, rate)
    session.ask("release", "slow")
    holder.wait_for_cut()
    writer.join()
    return rate


def send_all(connection, byte_count):
    with contextlib.suppress(OSError):
        connection.sendall(bytes(byte_count))


def stopped(session, agent, service):
    """Of an agent that was stopped over the deadline nothing passes when it goes on."""
    endpoint = lease(session, "db", "stopped", "3s")
    holder = Holder(endpoint)
    holder.ping()
    ends_at = session.ask("check", "stopped")["deadline"] / 1000
    agent.process.send_signal(signal.SIGSTOP)
    try:
        # The kernel takes it for an agent that does not read.
        holder.socket.sendall(bytes(65536))
        until("the deadline", lambda: time.time() > ends_at + 0.2)
        count = service.byte_count
    finally:
        agent.process.send_signal(signal.SIGCONT)
    went_on_at = time.monotonic()
    cut_at = holder.wait_for_cut()
    expect(service.byte_count == count, "bytes passed after the deadline")
    expect(cut_at - went_on_at < LATE_SECONDS and is_refused(endpoint), cut_at - went_on_at)
    session.ask("release", "stopped")
    return cut_at - went_on_at


def without_broker(session, agent):
    """A broker that is gone takes no lease with it, and gives none time either; when it is back all goes on."""
    endings, stays = lease(session, "db", "endings", "3s"), lease(session, "db", "stays", "6s")
    holder, other = Holder(endings), Holder(stays)
    ends_at = session.ask("check", "endings")["deadline"] / 1000
    stays_until = session.ask("check", "stays")["deadline"] / 1000
    mark = agent.mark()
    session.broker.kill()
    session.broker.wait()
    session.broker.stdout.close()
    agent.wait("no connection", mark)
    passed_at, _ = holder.ping_until_cut()
    expect(-0.5 < passed_at - ends_at < LATE_SECONDS, passed_at - ends_at)
    other.ping()
    mark = agent.mark()
    session.start()
    agent.wait("attached", mark)
    session.ask("fund", "stays", "--for", "5m")
    until("the deadline that was", lambda: time.time() > stays_until + 0.3)
    other.ping()
    session.ask("release", "endings")
    return stays, other, passed_at - ends_at


def killed(session, agent, endpoint, holder):
    """An agent that is killed shuts its gates; one that is started again finds its leases, at their ports."""
    epoch = session.ask("service", "stays")["epoch"]
    agent.kill()
    holder.wait_for_cut()
    expect(is_refused(endpoint), "a gate without an agent")
    agent.start()
    until("the gate is open again", lambda: not is_refused(endpoint))
    told = session.ask("service", "stays")
    expect(told["epoch"] == epoch and told["endpoint"] == endpoint and told["attached"], told)


def ended(agent, endpoint):
    """An agent that is told to end shuts its gates and exits with 0."""
    holder = Holder(endpoint)
    holder.ping()
    agent.stop()
    holder.wait_for_cut()
    expect(is_refused(endpoint) and "no connection" not in agent.lines[-1], "".join(agent.lines))


def main():
    with contextlib.ExitStack() as stack:
        session = stack.enter_context(Session("--durability", "os"))
        service = Echo(stack.enter_context(socket.create_server(("127.0.0.1", 0))))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(session.path("cache.sock"))
        unix.listen()
        cache = Echo(unix)
        agent = AgentProgram(session)
        stack.callback(agent.close)
        prepare(session, agent, service, cache)
        checked(session, agent)
        agent.start()
        piped(session)
        deadline_late = deadline(session)
        moved(session)
        median, p99 = revoked(session)
        rate = throttled(session, agent)
        went_on = stopped(session, agent, service)
        stays, holder, alone_late = without_broker(session, agent)
        killed(session, agent, stays, holder)
        ended(agent, stays)
    figures = dict(deadline_late=deadline_late, revoke_median=median, revoke_p99=p99, after_stop=went_on, alone_late=alone_late)
    print("shown:", f"checks={expect.count}", *(f"{name}_ms={1000 * value:.2f}" for name, value in figures.items()), f"throttled={rate:.0f}")


if __name__ == "__main__":
    main()
