#!/usr/bin/env python3
"""Commands of `turnpike-agent`, with a real broker: a lease is a server of its own, which runs while it is paid.

The programs are those of TURNPIKE_BIN (.build/release). How late things came is shown at the end.
"""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from agentprogram import PROVIDER, AgentProgram, state, until
from session import Session, expect

SERVER = '''
import json, os, signal, socketserver, subprocess, sys
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"about\\n":
                about = dict(os.environ, process=os.getpid(), parent=os.getppid(), directory=os.getcwd(), arguments=sys.argv[1:], user=os.getuid())
                self.wfile.write(json.dumps(about).encode() + b"\\n")
            elif line == b"child\\n":
                # Of a session of its own, deaf to the polite signal.
                child = subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"], start_new_session=True, stdout=subprocess.DEVNULL)
                self.wfile.write(b"%d\\n" % child.pid)
            else:
                self.wfile.write(line)
class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
if "deaf" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
server = Server(("127.0.0.1", 0), Handler)
print("listening", file=sys.stderr, flush=True)
print("endpoint=127.0.0.1:%d" % server.server_address[1], flush=True)
server.serve_forever()
'''
GRACE = 0.3
# Bounds that hold on a machine that is busy with other things; the figures are better, and shown.
LATE_SECONDS = 0.25


class Holder:
    """A connection to the server of a lease."""

    def __init__(self, endpoint, timeout=20):
        host, port = endpoint.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=timeout)
        self.file = self.socket.makefile("rw")

    def ask(self, word):
        self.file.write(word + "\n")
        self.file.flush()
        return self.file.readline().strip()

    def ping(self):
        if self.ask("x") != "x":
            raise ConnectionError("ended")

    def ping_until_silent(self, seconds=2):
        """By time.time(), when it answered last."""
        self.socket.settimeout(seconds)
        at = time.time()
        with contextlib.suppress(OSError):
            while True:
                self.ping()
                at = time.time()
                time.sleep(0.0005)
        return at

    def about(self):
        return json.loads(self.ask("about"))


def lease(session, resource, name, duration, units=1):
    session.ask("acquire", resource, "--for", duration, "--name", name, "--units", units)
    return session.ask("service", name, "--wait")["endpoint"]


def checked(agent):
    """What is wrong with a command or a script is told with its line."""
    good = open(agent.config).read()
    head = good[:good.index("    exec:")]
    cases = [
        ("exec: {command: server}", "command: a list is wanted"),
        ("exec: {command: [server]}", "command: a list is wanted"),
        ("exec: {command: [/no/server]}", "command: /no/server cannot be run"),
        ("exec: {}", "command: a list is wanted"),
        ("exec: {command: [/bin/true], ready: soon}", "ready: endpoint or started is wanted"),
        ("exec: {command: [/bin/true], stop-signal: STOPS}", "stop-signal: "),
        ("exec: {command: [/bin/true], stop-grace-ms: 86400001}", "stop-grace-ms: a whole number from 0 to 86400000"),
        ("exec: {command: [/bin/true], user: nobody-here}", "user: no such user"),
        ("exec: {command: [/bin/true], group: root}", "group: a user is wanted, too"),
        ("exec: {command: [/bin/true], directory: here}", "directory: a whole path"),
        ("exec: {command: [/bin/true], environment: [TURNPIKE_LEASE=1]}", "environment: "),
        ("exec: {command: [/bin/true], environment: [NAME]}", "environment: "),
        ("exec: {command: [/bin/true], cgroup: here}", "cgroup: auto, none or a whole path"),
        ("exec: {command: [/bin/true], cgroup: none, cpu-percent: 10}", "cgroup: cpu-percent needs one"),
        ("exec: {command: [/bin/true], parallel: 1}", 'unknown key "parallel"'),
        ("hook: {script: [/bin/true], parallel: 33}", "parallel: a whole number from 1 to 32"),
        ("hook: {script: [/bin/true], timeout-ms: 0}", "timeout-ms: a whole number from 1"),
        ("hook: {script: [/bin/true], state-file: here}", "state-file: a whole path"),
        ("hook: {script: []}", "script: a list is wanted"),
        ("{exec: {command: [/bin/true]}, hook: {script: [/bin/true]}}", "")]
    bad = agent.session.path("bad.yaml")
    for text, told in cases:
        with open(bad, "w") as file:
            file.write(head + "    " + text + "\n")
        done = subprocess.run([agent.session.program("turnpike-agent"), "check-config", bad], capture_output=True, text=True)
        expect(done.returncode == 1 and told in done.stderr and "bad.yaml:" in done.stderr, (text, done))
    code, text = agent.run("check-config")
    expect(code == 0 and text.count("resource ") == 4, text)


def used(session):
    """What the command is given, and that it serves."""
    endpoint = lease(session, "app", "used", "10m", units=3)
    about = Holder(endpoint).about()
    granted = session.ask("check", "used")
    expect(about["TURNPIKE_LEASE"] == str(granted["lease"]) and about["TURNPIKE_UNITS"] == "3", about)
    expect(about["arguments"] == ["a b", "$HOME"] and about["GREETING"] == "hello you" and about["directory"] == "/", about)
    expect("HOME" not in about and "TURNPIKE_RESOURCE" in about, about)
    session.ask("release", "used")
    until("it ends with its lease", lambda: state(about["process"]) is None and state(about["parent"]) is None)


def suspended(session):
    """Time alone freezes it; money thaws it, where it was."""
    endpoint = lease(session, "app", "short", "2s")
    holder = Holder(endpoint)
    about = holder.about()
    last = holder.ping_until_silent()
    told = session.ask("check", "short")
    late = last - told["deadline"] / 1000
    expect(told["state"] == "SUSPENDED" and -1 < late < LATE_SECONDS, (late, told))
    expect(state(about["process"]) is not None, "it is frozen, not gone")
    session.ask("fund", "short", "--for", "10m")
    later = Holder(endpoint)
    later.ping()
    expect(later.about()["process"] == about["process"], "it is another one")
    provider = session.ask("check", "short")["lease"]
    session.ask("revoke", provider, **PROVIDER)
    until("it ends when it is revoked", lambda: state(about["process"]) is None and state(about["parent"]) is None)
    return late


def throttled(session, agent):
    """Reduced from its threshold on, and it serves."""
    mark = agent.mark()
    endpoint = lease(session, "slow", "late", "4s")
    Holder(endpoint).ping()
    agent.wait("reduced", mark)
    Holder(endpoint).ping()
    session.ask("release", "late")


def failed(session):
    """Why there is no service, in the words of the command."""
    session.ask("acquire", "broken", "--for", "10m", "--name", "none")
    told = session.ask("service", "none", "--wait", status=1)
    expect(told["state"] == "FAILED" and told["endpoint"] == "exit 7: no disk is left", told)
    expect(session.ask("release", "none")["change"] > 0, "the refund")


def stopped(session, agent):
    """An agent that is stopped over the deadline: the guardian keeps it."""
    endpoint = lease(session, "app", "stopped", "2s")
    holder = Holder(endpoint)
    deadline = session.ask("check", "stopped")["deadline"] / 1000
    agent.process.send_signal(signal.SIGSTOP)
    try:
        late = holder.ping_until_silent() - deadline
    finally:
        agent.process.send_signal(signal.SIGCONT)
    expect(-1 < late < LATE_SECONDS, late)
    session.ask("fund", "stopped", "--for", "10m")
    Holder(endpoint).ping()
    session.ask("release", "stopped")
    return late


def killed(session, agent):
    """kill -9 of the agent: commands end; the next one starts them anew and tells where."""
    endpoint, deaf = lease(session, "app", "kept", "10m"), lease(session, "deaf", "hears-not", "10m")
    holders = [Holder(endpoint), Holder(deaf)]
    abouts = [holder.about() for holder in holders]
    child = int(holders[0].ask("child"))
    epoch = session.ask("service", "kept")["epoch"]
    agent.kill()
    died = time.time()
    waits = [holder.ping_until_silent(5) - died for holder in holders]
    expect(waits[0] < LATE_SECONDS and waits[1] < GRACE + LATE_SECONDS, waits)
    everybody = [about[name] for about in abouts for name in ("process", "parent")] + [child]
    until("nothing is left", lambda: all(state(process) is None for process in everybody))
    agent.start()
    # What was told before it was killed is not the endpoint any more.
    until("it is told anew", lambda: session.ask("service", "kept")["epoch"] > epoch)
    told = session.ask("service", "kept")
    again = Holder(told["endpoint"])
    again.ping()
    expect(again.about()["process"] != abouts[0]["process"], again.about())
    session.ask("release", "hears-not")
    return waits


def guardian_killed(session, agent):
    """kill -9 of a guardian: its command goes with it, and the lease fails."""
    about = Holder(session.ask("service", "kept")["endpoint"]).about()
    os.kill(about["parent"], signal.SIGKILL)
    until("the command is gone", lambda: state(about["process"]) is None)
    until("the lease failed", lambda: session.ask("check", "kept")["state"] == "FAILED")
    session.ask("release", "kept")


def both_killed(session, agent, groups):
    """Agent and guardian are killed at once: what is left in the cgroup is the next agent's to remove."""
    if groups is None:
        print("SKIPPED both_killed: no cgroup of version 2 can be made here")
        return
    holder = Holder(lease(session, "app", "both", "10m"))
    about = holder.about()
    child = int(holder.ask("child"))
    agent.process.send_signal(signal.SIGSTOP)
    os.kill(about["parent"], signal.SIGKILL)
    agent.kill()
    until("the command is gone", lambda: state(about["process"]) is None)
    expect(state(child) is not None and list(groups.glob("lease-*")), "its child is left")
    agent.start()
    until("its child is gone", lambda: state(child) is None)
    # Of the lease there is a new command, and nothing else.
    until("one cgroup", lambda: len(list(groups.glob("lease-*"))) == 1)
    session.ask("release", "both")
    until("no cgroup", lambda: not list(groups.glob("lease-*")))


def another(session, agent, app):
    """A second agent of the resource runs no command for what the first one provides."""
    second = AgentProgram(session)
    second.config = session.path("second.yaml")
    first = open(agent.config).read()
    section = first[first.index(f"  - resource: {app}\n"):]
    section = section[:section.find("  - resource:", 1)]
    with open(second.config, "w") as file:
        file.write("resources:\n" + section.rstrip() + "\n    agent: 2\n    provisions: no\n")
    second.start()
    try:
        holder = Holder(lease(session, "app", "shared", "10m"))
        second.wait("opened")
        holder.ping()
        expect(second.guardians() == [] and holder.about()["parent"] in agent.guardians(), second.lines)
        session.ask("release", "shared")
    finally:
        second.close()


def ended(session, agent):
    """SIGTERM of the agent ends all of it."""
    about = Holder(lease(session, "app", "last", "10m")).about()
    guardians = agent.guardians()
    expect(about["parent"] in guardians, guardians)
    agent.stop()
    expect(all(state(process) is None for process in guardians + [about["process"]]), "it did not wait for them")


def name_of(resource, address):
    return f"resource-{resource}-1@" + address.replace("/", "%2F")


def groups_of(resource, address):
    """Where the cgroups of a resource are; None: there are none."""
    for line in open("/proc/self/mounts"):
        mount, kind = line.split()[1:3]
        if kind == "cgroup2":
            own = next((line.strip()[3:] for line in open("/proc/self/cgroup") if line.startswith("0::")), None)
            folder = pathlib.Path(mount + ("" if own in (None, "/") else own))
            return folder / name_of(resource, address) if os.access(folder, os.W_OK) else None
    return None


def main():
    with Session("--durability", "os") as session, contextlib.ExitStack() as stack:
        server = session.path("server.py")
        pathlib.Path(server).write_text(SERVER)
        command = f"exec:\n  command: [{sys.executable}, {server}, %s]\n  stop-grace-ms: {int(GRACE * 1000)}\n  directory: /\n"
        agent = AgentProgram(session)
        app = agent.resource("app", command % '"a b", "$HOME"' + '  environment: ["GREETING=hello you"]')
        agent.resource("slow", command % "slow" + "  cgroup: none", "--low", "1h", "--throttle", "2s")
        agent.resource("deaf", command % "deaf" + "  cgroup: none")
        broken = agent.resource("broken", "exec:\n  command: [/bin/sh, -c, 'echo no disk is left >&2; exit 7']\n")
        session.ask("issue", 1_000_000, role="operator")
        checked(agent)
        agent.start()
        stack.callback(agent.close)
        address = f"unix:{session.socket}"
        groups = groups_of(app, address)
        used(session)
        deadline_late = suspended(session)
        throttled(session, agent)
        failed(session)
        stopped_late = stopped(session, agent)
        killed_after, deaf_after = killed(session, agent)
        guardian_killed(session, agent)
        both_killed(session, agent, groups)
        another(session, agent, app)
        ended(session, agent)
        # The folder of a resource stays.
        for resource in [] if groups is None else [app, broken]:
            groups.with_name(name_of(resource, address)).rmdir()
    figures = dict(deadline_late=deadline_late, stopped_late=stopped_late, killed_after=killed_after, deaf_after=deaf_after)
    print("shown:", f"checks={expect.count}", *(f"{name}_ms={1000 * value:.2f}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
