#!/usr/bin/env python3
"""What `turnpike-agent` reports, with a real broker: the bytes that passed its gates, each once, and for how long gates were shut
that should have been open, never more than that.

The programs are those of TURNPIKE_BIN (.build/release). What outages gave back is shown at the end.
"""

import contextlib
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "proto-spec"))
from agentprogram import PROVIDER, AgentProgram, state, until
from client import HEARTBEAT, REPORT
from gates import Echo, Holder, free_ports, is_refused, lease
from session import Session, expect

# A millisecond costs 1, so what an outage gives back is told in milliseconds.
PRICED = ("--price", 3_600_000)
SHUT_SECONDS = 2.5
# The way of a few messages on a machine that is busy, and how long an agent may wait before it connects again.
SLACK_MILLIS = 500
# The broker takes an agent for lost that was silent for ten seconds.
SILENCE_SECONDS = 11
COMMAND = "import time; print('endpoint=here:%d' % time.time_ns(), flush=True); time.sleep(1000)"
SCRIPT = """#!/bin/sh
[ "$TURNPIKE_REASON" = PROVISION ] && echo "endpoint=door"
echo "$TURNPIKE_LEASE $TURNPIKE_REASON" >>"$LOG"
"""


class Relay:
    """Stands between an agent and its broker: what is cut there is cut for both of them, and nothing comes through until it is mended."""

    def __init__(self, path, broker):
        self.path, self.broker, self.is_cut, self.connections = path, broker, False, []
        # What is done when the agent reports: before the report is passed on, and before its reply is.
        self.on_report = self.on_reply = lambda: None
        # Replies to heartbeats, of each connection that there is.
        self.beat_counts = {}
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.serve, args=self.listener.accept()[:1], daemon=True).start()

    def serve(self, agent):
        with contextlib.suppress(OSError), agent, socket.socket(socket.AF_UNIX) as broker:
            with self.lock:
                if self.is_cut:
                    return
                self.connections += [agent, broker]
            broker.connect(self.broker)
            self.beat_counts[broker] = 0
            back = threading.Thread(target=self.carry, args=(broker, agent, lambda: self.on_reply()), daemon=True)
            back.start()
            self.carry(agent, broker, lambda: self.on_report())
            back.join()
            del self.beat_counts[broker]

    def carry(self, source, target, on_report):
        """Frame by frame, until one of the two has ended."""
        with contextlib.suppress(OSError, struct.error):
            while head := source.recv(6, socket.MSG_WAITALL):
                length, opcode = struct.unpack("<IB", head[:5])
                frame = head + source.recv(length - 6, socket.MSG_WAITALL)
                if opcode == REPORT:
                    on_report()
                if opcode == HEARTBEAT and source in self.beat_counts:
                    self.beat_counts[source] += 1
                target.sendall(frame)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        with self.lock:
            self.is_cut = True
            connections, self.connections = self.connections, []
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def mend(self):
        self.is_cut = False

    def heard(self):
        """Waits until the broker knows that the agent has heard of all that was told until now: the first heartbeat may have been on its
        way, and the one after that counts only for the list of leases."""
        before = dict(self.beat_counts)
        until("heartbeats", lambda: all(self.beat_counts[one] >= count + 3 for one, count in before.items()))


class Watch:
    """`turnpike watch` of a lease, by somebody else: two with one wallet are one session, of which only the later one hears."""

    def __init__(self, session, lease):
        self.process = subprocess.Popen(
            [session.program("turnpike"), "watch", lease, "--json"], env=session.variables(f"watcher-{lease}", None, None),
            stdout=subprocess.PIPE, text=True)
        self.events = [json.loads(self.process.stdout.readline())]
        threading.Thread(target=self.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def read(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def causes(self):
        return [event.get("cause") for event in self.events]

    def wait(self, cause):
        until(f"{cause} is told", lambda: cause in self.causes())


class Pings:
    """A holder who uses a gate all the time, until it is cut or he has enough of it."""

    def __init__(self, endpoint):
        self.holder, self.passed_at, self.is_over = Holder(endpoint), time.time(), False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        with contextlib.suppress(OSError):
            while not self.is_over:
                self.holder.ping()
                self.passed_at = time.time()
                time.sleep(0.005)

    def stop(self):
        """When bytes passed last."""
        self.is_over = True
        self.thread.join()
        return self.passed_at

    def wait_for_cut(self):
        """When bytes passed last."""
        self.thread.join(20)
        expect(not self.thread.is_alive(), "it was never cut")
        return self.passed_at


def deadline(session, name):
    return session.ask("check", name)["deadline"]


def break_broker(session):
    session.broker.kill()
    session.broker.wait()
    session.broker.stdout.close()


def reattach(session, agent, relay):
    """The connection comes back, and with it all that was to be told about the time without it."""
    mark = agent.mark()
    relay.mend()
    for resource in agent.resources:
        agent.wait(f"resource={resource} [Enforcement] listed", mark)


def use(holder, byte_count):
    """Sends so many bytes, and waits until all have come back."""
    writer = threading.Thread(target=holder.socket.sendall, args=(os.urandom(byte_count),))
    writer.start()
    left = byte_count
    while left > 0:
        piece = holder.socket.recv(65536)
        expect(piece, "it was cut")
        left -= len(piece)
    writer.join()
    return byte_count


def passed(session, name, byte_count):
    """Waits until the broker tells exactly this of both ways. More than that it must never tell."""
    def told():
        service = session.ask("service", name)
        expect(service["received"] <= byte_count and service["sent"] <= byte_count, (service, byte_count))
        return service["received"] == service["sent"] == byte_count
    until(f"{byte_count} bytes: {session.ask('service', name)}", told, 30)


def bytes_are_told(session, agent, relay):
    """All that passed, each byte once: over lost connections, and over brokers that are killed before or after they took a report."""
    holder = Holder(lease(session, "ports", "bytes", "1h"))
    count = use(holder, (3 << 20) + 17)
    passed(session, "bytes", count)
    for _ in range(3):
        count += use(holder, 70_001)
        relay.cut()
        reattach(session, agent, relay)
    passed(session, "bytes", count)
    for moment in ("on_report", "on_reply"):
        # The agent is cut off with bytes to tell, which its first report will be about.
        relay.cut()
        count += use(holder, 12_345)
        broken = threading.Event()

        def fail():
            if not broken.is_set():
                break_broker(session)
                broken.set()
                relay.cut()
                raise OSError

        setattr(relay, moment, fail)
        mark = agent.mark()
        relay.mend()
        expect(broken.wait(20), "no report")
        agent.wait("no connection", mark)
        setattr(relay, moment, lambda: None)
        count += use(holder, 1)
        session.start()
        reattach(session, agent, relay)
        passed(session, "bytes", count)
    count += use(holder, 1)
    passed(session, "bytes", count)
    # Of one that ends, the last ones too.
    holder = Holder(lease(session, "ports", "ending", "1h"))
    used = use(holder, 4321)
    session.ask("revoke", session.ask("service", "ending")["lease"], **PROVIDER)
    passed(session, "ending", used)
    session.ask("release", "bytes")
    return count + used


def killed(session, agent, log):
    """kill -9 of an agent that is started anew after a while: what time cost comes back, but for none in which a gate was open."""
    names = ("ports", "moving", "command", "door")
    leases = {name: str(session.ask("acquire", name, "--for", "1h", "--name", f"k-{name}")["lease"]) for name in names}
    endpoints = {name: session.ask("service", f"k-{name}", "--wait")["endpoint"] for name in names}
    pings = [Pings(endpoints[name]) for name in names[:2]]
    before = {name: deadline(session, f"k-{name}") for name in names}
    guardians = agent.guardians()
    with contextlib.ExitStack() as stack:
        watches = {name: stack.enter_context(Watch(session, leases[name])) for name in names}
        agent.kill()
        killed_at = time.time()
        shut_since = [one.wait_for_cut() for one in pings]
        until("its guardians end", lambda: all(state(guardian) is None for guardian in guardians))
        begin = len(log.read_text())
        until("a while", lambda: time.time() > killed_at + SHUT_SECONDS)
        agent.start()
        for watch in watches.values():
            watch.wait("CREDITED")
    back = {name: deadline(session, f"k-{name}") - before[name] for name in names}
    for name in names[:2]:
        until("it is open again", lambda: not is_refused(session.ask("service", f"k-{name}")["endpoint"]))
    until("the script opens it", lambda: f"{leases['door']} OPEN" in log.read_text()[begin:])
    until("the command is started", lambda: session.ask("service", "k-command")["endpoint"] != endpoints["command"])
    shut = 1000 * (time.time() - min(killed_at, *shut_since))
    for name in names:
        expect(1000 * SHUT_SECONDS - SLACK_MILLIS < back[name] <= shut, (name, back, shut))
        session.ask("release", f"k-{name}")
    return max(back.values())


def cut_off(session, agent, relay):
    """An agent without its broker: a gate is open until the deadline that it knows, and that is paid for; from then on the lease stands."""
    long, paid, revived = (lease(session, "ports", name, duration) for name, duration in (("long", "1h"), ("paid", "13s"), ("revived", "12s")))
    pings = {name: Pings(endpoint) for name, endpoint in (("long", long), ("paid", paid), ("revived", revived))}
    relay.heard()
    relay.cut()
    until("the broker knows", lambda: not session.ask("service", "long")["attached"])
    for name in ("long", "paid"):
        session.ask("fund", name, "--for", "1m")
    before = {name: deadline(session, name) for name in ("long", "paid")}
    shut_at = {name: pings[name].wait_for_cut() for name in ("revived", "paid")}
    until("it is suspended", lambda: session.ask("check", "revived")["state"] == "SUSPENDED")
    session.ask("fund", "revived", "--for", "1m")
    before["revived"] = deadline(session, "revived")
    until("a while", lambda: time.time() > max(shut_at.values()) + SHUT_SECONDS)
    expect(is_refused(paid) and is_refused(revived), "a gate is open")
    for name in ("paid", "revived"):
        expect(deadline(session, name) > before[name], "time passes")
    reattach(session, agent, relay)
    back = {name: deadline(session, name) - before[name] for name in pings}
    until("they are open again", lambda: not is_refused(paid) and not is_refused(revived))
    expect(time.time() - pings["long"].stop() < 1, "it was cut")
    expect(back["long"] == 0, back)
    for name in ("paid", "revived"):
        shut = 1000 * (time.time() - shut_at[name])
        expect(1000 * SHUT_SECONDS - SLACK_MILLIS < back[name] <= shut, (name, back, shut))
    for name in pings:
        session.ask("release", name)
    return back["paid"]


def without_broker(session, agent, relay):
    """A broker that is killed, or that stands still: for the time in which gates were open nothing is credited, whoever was silent."""
    endpoint = lease(session, "ports", "stays", "1h")
    # What is older than that, an agent that was there has heard of.
    granted_at = time.time()
    until("the broker's patience", lambda: time.time() > granted_at + SILENCE_SECONDS)
    ending = lease(session, "ports", "ends", "2s")
    pings, other = Pings(endpoint), Pings(ending)
    break_broker(session)
    relay.cut()
    other.wait_for_cut()
    session.start()
    for name in ("stays", "ends"):
        session.ask("fund", name, "--for", "1m")
    began = time.time()
    before = {name: deadline(session, name) for name in ("stays", "ends")}
    reattach(session, agent, relay)
    back = {name: deadline(session, name) - before[name] for name in before}
    # No broker ran, no outage: what is credited is from its start on, where the gate was shut.
    expect(back["stays"] == 0 and 0 <= back["ends"] <= 1000 * (time.time() - began) + SLACK_MILLIS, back)
    with Watch(session, session.ask("service", "stays")["lease"]) as watch:
        before = deadline(session, "stays")
        session.broker.send_signal(signal.SIGSTOP)
        stopped_at = time.time()
        try:
            until("the broker's patience", lambda: time.time() > stopped_at + SILENCE_SECONDS)
        finally:
            session.broker.send_signal(signal.SIGCONT)
        session.ask("fund", "stays", "--for", "1m")
        until("the agent is there", lambda: session.ask("service", "stays")["attached"])
        expect("CREDITED" not in watch.causes() and deadline(session, "stays") == before + 60_000, (watch.events, before))
    expect(time.time() - pings.stop() < 1, "it was cut")
    for name in ("stays", "ends"):
        session.ask("release", name)


def ended(session, agent):
    """An agent that is told to end reports what it has counted, and is quick about it."""
    holder = Holder(lease(session, "ports", "last", "1h"))
    count = use(holder, 54_321)
    began = time.monotonic()
    agent.stop()
    expect(time.monotonic() - began < 5, time.monotonic() - began)
    told = session.ask("service", "last")
    expect((told["received"], told["sent"]) == (count, count) and told["state"] == "ACTIVE", told)


def prepare(session, agent, service):
    """A gate whose leases come back to their ports and one whose do not, a command, and a script."""
    upstream = f"  upstream: 127.0.0.1:{service.listener.getsockname()[1]}\n"
    first = free_ports(100)
    agent.resource("ports", f"gate:\n{upstream}  ports: {first}-{first + 99}\n", *PRICED)
    agent.resource("moving", f"gate:\n{upstream}", *PRICED)
    agent.resource("command", f'exec:\n  command: [{sys.executable}, -c, "{COMMAND}"]\n  stop-grace-ms: 0\n  cgroup: none\n', *PRICED)
    script, log = pathlib.Path(session.path("script")), pathlib.Path(session.path("script.log"))
    script.write_text(SCRIPT)
    script.chmod(0o755)
    log.touch()
    agent.resource(
        "door", f"hook:\n  script: [{script}]\n  state-file: {session.path('door.hooks')}\n  environment: [LOG={log}]\n", *PRICED)
    session.ask("issue", 100_000_000, role="operator")
    return log


def main():
    with contextlib.ExitStack() as stack:
        session = stack.enter_context(Session("--durability", "os"))
        service = Echo(stack.enter_context(socket.create_server(("127.0.0.1", 0))))
        relay = Relay(session.path("relay.sock"), session.socket)
        stack.callback(relay.listener.close)
        agent = AgentProgram(session)
        agent.broker = "unix:" + relay.path
        stack.callback(agent.close)
        log = prepare(session, agent, service)
        agent.start()
        byte_count = bytes_are_told(session, agent, relay)
        cut_off_back = cut_off(session, agent, relay)
        killed_back = killed(session, agent, log)
        without_broker(session, agent, relay)
        ended(session, agent)
    print(f"shown: checks={expect.count} bytes={byte_count} back_after_kill_ms={killed_back} back_after_cut_ms={cut_off_back}")


if __name__ == "__main__":
    main()
