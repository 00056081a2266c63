#!/usr/bin/env python3
"""Scripts of `turnpike-agent`, with a real broker: each change of a lease is a run, in order, also when the agent is stopped or killed.

The programs are those of TURNPIKE_BIN (.build/release). How late things came is shown at the end.
"""

import contextlib
import os
import pathlib
import signal
import sys
import time

sys.dont_write_bytecode = True
from agentprogram import AgentProgram, children, state, until
from session import Session, expect

SCRIPT = '''#!/bin/sh
# What a firewall would be told; here it is a file.
echo "$TURNPIKE_LEASE $TURNPIKE_REASON $TURNPIKE_EPOCH $TURNPIKE_UNITS $TURNPIKE_RESOURCE $(date +%s.%N)" >>"$LOG"
while [ -e "$LOG.hold-$TURNPIKE_REASON" ]; do sleep 0.01; done
if [ "$1" = fail ]; then echo "no room here" >&2; exit 4; fi
if [ "$1" = hang ]; then sleep 60; fi
[ "$TURNPIKE_REASON" = PROVISION ] && echo "endpoint=gate:$TURNPIKE_LEASE"
exit 0
'''
LATE_SECONDS = 0.25


class Log:
    """What the script was run for."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def runs(self, lease):
        lines = [line.split() for line in self.path.read_text().splitlines()] if self.path.exists() else []
        return [line for line in lines if line[0] == str(lease)]

    def ran(self, lease, *reasons):
        """Waits until the script was run for these, and for nothing else; when the last began."""
        until(f"{reasons}", lambda: len(self.runs(lease)) >= len(reasons))
        runs = self.runs(lease)
        expect([run[1] for run in runs] == list(reasons), (runs, reasons))
        return float(runs[-1][5])


def acquire(session, resource, name, duration):
    lease = session.ask("acquire", resource, "--for", duration, "--name", name)["lease"]
    told = session.ask("service", name, "--wait")
    expect(told["endpoint"] == f"gate:{lease}", told)
    return lease


def life(session, log):
    """From the first to the last change."""
    lease = acquire(session, "door", "life", "2s")
    log.ran(lease, "PROVISION", "OPEN")
    deadline = session.ask("check", "life")["deadline"] / 1000
    late = log.ran(lease, "PROVISION", "OPEN", "SHUT") - deadline
    expect(-1 < late < LATE_SECONDS, late)
    session.ask("fund", "life", "--for", "10m")
    log.ran(lease, "PROVISION", "OPEN", "SHUT", "OPEN")
    session.ask("fund", "life", "--for", "10m")
    log.ran(lease, "PROVISION", "OPEN", "SHUT", "OPEN", "MOVE")
    session.ask("release", "life")
    log.ran(lease, "PROVISION", "OPEN", "SHUT", "OPEN", "MOVE", "SHUT", "END")
    epochs = [int(run[2]) for run in log.runs(lease)]
    expect(epochs[3] > epochs[2] == epochs[1] and log.runs(lease)[0][3] == "1", log.runs(lease))
    return late


def reduced(session, log):
    """REDUCE at the threshold."""
    lease = acquire(session, "slow", "late", "4s")
    log.ran(lease, "PROVISION", "OPEN", "REDUCE")
    session.ask("release", "late")
    log.ran(lease, "PROVISION", "OPEN", "REDUCE", "SHUT", "END")


def failed(session):
    """A script that fails, one that hangs, and no place for the state file."""
    for name, reason in (("broken", "exit 4: no room here"), ("hanging", "PROVISION took too long"), ("lost", "no script can be run")):
        session.ask("acquire", name, "--for", "10m", "--name", "no-" + name)
        told = session.ask("service", "no-" + name, "--wait", status=1)
        expect(told["state"] == "FAILED" and told["endpoint"] == reason, told)
        session.ask("release", "no-" + name)


def stopped(session, agent, log):
    """An agent that is stopped over the deadline: its guardian shuts, and that is told once."""
    lease = acquire(session, "door", "stopped", "2s")
    log.ran(lease, "PROVISION", "OPEN")
    deadline = session.ask("check", "stopped")["deadline"] / 1000
    agent.process.send_signal(signal.SIGSTOP)
    try:
        late = log.ran(lease, "PROVISION", "OPEN", "SHUT") - deadline
    finally:
        mark = agent.mark()
        agent.process.send_signal(signal.SIGCONT)
    agent.wait("shut", mark)
    expect(-1 < late < LATE_SECONDS, late)
    session.ask("fund", "stopped", "--for", "10m")
    log.ran(lease, "PROVISION", "OPEN", "SHUT", "OPEN")
    session.ask("release", "stopped")
    log.ran(lease, "PROVISION", "OPEN", "SHUT", "OPEN", "SHUT", "END")
    return late


def killed(session, agent, log):
    """kill -9 of the agent: its guardian shuts; then there is nothing left, and the next agent opens again."""
    lease = acquire(session, "door", "kept", "10m")
    log.ran(lease, "PROVISION", "OPEN")
    guardians = agent.guardians()
    agent.kill()
    died = time.time()
    after = log.ran(lease, "PROVISION", "OPEN", "SHUT") - died
    expect(after < LATE_SECONDS, after)
    code, text = agent.run("run-stop-hooks")
    expect(code == 0, text)
    expect(all(state(guardian) is None for guardian in guardians), "the guardians have ended")
    log.ran(lease, "PROVISION", "OPEN", "SHUT")
    agent.start()
    log.ran(lease, "PROVISION", "OPEN", "SHUT", "OPEN")
    return lease, after


def guardian_killed(agent, log, lease):
    """kill -9 of the guardian: the next one shuts what was open, and opens what still is."""
    for guardian in agent.guardians():
        os.kill(guardian, signal.SIGKILL)
    log.ran(lease, "PROVISION", "OPEN", "SHUT", "OPEN", "SHUT", "OPEN")
    # The next kill is to find it at rest.
    until("its script ended", lambda: not any(children(guardian) for guardian in agent.guardians()))


def both_killed(session, agent, log, lease):
    """Agent and guardian are killed at once: run-stop-hooks shuts what the file has."""
    agent.process.send_signal(signal.SIGSTOP)
    for guardian in agent.guardians():
        os.kill(guardian, signal.SIGKILL)
    agent.kill()
    before = len(log.runs(lease))
    code, text = agent.run("run-stop-hooks")
    expect(code == 0, text)
    expect([run[1] for run in log.runs(lease)][before:] == ["SHUT"], log.runs(lease))
    code, text = agent.run("run-stop-hooks")
    expect(code == 0 and len(log.runs(lease)) == before + 1, "it is run once")
    agent.start()
    until("it is open again", lambda: log.runs(lease)[-1][1] == "OPEN")
    agent.stop()
    expect(log.runs(lease)[-1][1] == "SHUT", "it is shut before the agent has ended")


def main():
    with Session("--durability", "os") as session, contextlib.ExitStack() as stack:
        script = session.path("script")
        pathlib.Path(script).write_text(SCRIPT)
        os.chmod(script, 0o755)
        log = Log(session.path("log"))
        agent = AgentProgram(session)
        for name, word, terms in (("door", "", ()), ("slow", "", ("--low", "1h", "--throttle", "2s")), ("broken", ", fail", ()), ("hanging", ", hang", ()), ("lost", "", ())):
            timeout = 300 if word == ", hang" else 10_000
            state_file = session.path("no/where" if name == "lost" else name + ".hooks")
            agent.resource(
                name, f"hook:\n  script: [{script}{word}]\n  timeout-ms: {timeout}\n"
                f"  state-file: {state_file}\n  environment: [LOG={log.path}]", *terms)
        session.ask("issue", 1_000_000, role="operator")
        agent.start()
        stack.callback(agent.close)
        deadline_late = life(session, log)
        reduced(session, log)
        failed(session)
        stopped_late = stopped(session, agent, log)
        lease, killed_after = killed(session, agent, log)
        guardian_killed(agent, log, lease)
        both_killed(session, agent, log, lease)
    figures = dict(deadline_late=deadline_late, stopped_late=stopped_late, killed_after=killed_after)
    print("shown:", f"checks={expect.count}", *(f"{name}_ms={1000 * value:.2f}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
