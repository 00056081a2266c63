"""A script for each change of a lease: order, time-outs, deadlines without an agent, and what is shut when all is killed."""

import os
import pathlib
import random
import signal
import subprocess

from exec_test import calls_for_memory, traced
from guardian import LEASE_END, MOVE, OPEN, PROVISION, REDUCE, RUN, SHUT, Guardian, is_gone, now, order, wait_for

HOUR = 3_600_000
SCRIPT = """#!/bin/sh
# Each run is a line when it begins, and one when it ends.
echo "$TURNPIKE_LEASE $TURNPIKE_REASON $TURNPIKE_EPOCH $TURNPIKE_UNITS" >>"$LOG"
[ -e "$LOG.hold-$TURNPIKE_REASON" ] && while [ -e "$LOG.hold-$TURNPIKE_REASON" ]; do sleep 0.01; done
echo "$TURNPIKE_LEASE -$TURNPIKE_REASON" >>"$LOG.ended"
if [ -e "$LOG.fail-$TURNPIKE_REASON" ]; then echo "no room for $TURNPIKE_LEASE" >&2; exit 4; fi
[ "$TURNPIKE_REASON" = PROVISION ] && echo "endpoint=lease:$TURNPIKE_LEASE"
exit 0
"""


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


class Hooks:
    """A guardian of scripts, its log, and switches of the script."""

    def __init__(self, place):
        self.place = place
        self.log = place.path("log")
        self.state = str(self.log) + ".state"
        self.script = place.path("script")
        self.script.write_text(SCRIPT)
        self.script.chmod(0o755)
        self.environment = dict(os.environ, LOG=str(self.log))

    def guardian(self, **options):
        options.setdefault("script_within", 5000)
        return Guardian(self.place.program, "hook", [self.script], self.environment, state=self.state, **options)

    def stop(self, **options):
        """As `turnpike-agent run-stop-hooks`."""
        arguments = [f"{name.replace('_', '-')}={value}" for name, value in options.items()]
        return subprocess.run([self.place.program, "stop", f"state={self.state}", *arguments, "--", self.script], env=self.environment,
                              capture_output=True, timeout=30).returncode

    def lines(self, lease=None):
        found = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split()[1] for line in found if lease is None or line.split()[0] == str(lease)]

    def ran(self, *reasons, lease=1):
        wait_for(lambda: len(self.lines(lease)) >= len(reasons), f"{reasons} of lease {lease}")
        expect(self.lines(lease) == list(reasons), (self.lines(lease), reasons))

    def switch(self, name, on):
        path = pathlib.Path(f"{self.log}.{name}")
        path.touch() if on else path.unlink()

    def noted(self):
        text = pathlib.Path(self.state).read_text().splitlines() if os.path.exists(self.state) else []
        return [int(line.split()[0]) for line in text[1:-1]]


def order_of_changes(place):
    """A life: each change once, in order, however fast they come; what changes nothing runs nothing."""
    hooks = Hooks(place)
    with hooks.guardian() as guardian:
        guardian.order(PROVISION, lease=1, epoch=3, units=2, until=now() + HOUR)
        expect(guardian.until("READY", 1)[4] == "lease:1", guardian.reports)
        hooks.switch("hold-OPEN", True)
        guardian.order(OPEN, lease=1, epoch=3, units=2, until=now() + HOUR)
        hooks.ran("PROVISION", "OPEN")
        expect(hooks.noted() == [1], "it is noted before it opens")
        until = now() + HOUR + 5000
        for kind in (MOVE, MOVE, REDUCE, REDUCE, OPEN, SHUT, SHUT, OPEN, MOVE):
            until += 2000 * (kind == MOVE)
            guardian.order(kind, lease=1, epoch=3, units=2, until=until)
        hooks.switch("hold-OPEN", False)
        hooks.ran("PROVISION", "OPEN", "MOVE", "REDUCE", "OPEN", "SHUT", "OPEN", "MOVE")
        guardian.order(MOVE, lease=1, epoch=3, units=2, until=until + 999)
        guardian.order(OPEN, lease=1, epoch=4, units=2, until=until)
        guardian.order(LEASE_END, lease=1)
        guardian.until("ENDED", 1)
        hooks.ran("PROVISION", "OPEN", "MOVE", "REDUCE", "OPEN", "SHUT", "OPEN", "MOVE", "SHUT", "OPEN", "SHUT", "END")
        expect(hooks.noted() == [], "nothing is noted")
        guardian.order(SHUT, lease=9)
        guardian.close()
        expect(guardian.process.wait(20) == 0 and hooks.lines(9) == [], "nothing of a lease that is not known")


def parallel(place):
    """Others wait for a place, one lease for itself; what shuts waits for no place."""
    hooks = Hooks(place)
    with hooks.guardian(parallel=2) as guardian:
        hooks.switch("hold-PROVISION", True)
        guardian.order(OPEN, lease=5, until=now() + HOUR)
        guardian.until("OPENED", 5)
        for lease in (1, 2, 3):
            guardian.order(PROVISION, lease=lease, until=now() + HOUR)
        wait_for(lambda: hooks.lines().count("PROVISION") == 2, "two at once")
        guardian.order(SHUT, lease=5)
        hooks.ran("OPEN", "SHUT", lease=5)
        expect(hooks.lines().count("PROVISION") == 2, "no third one")
        hooks.switch("hold-PROVISION", False)
        wait_for(lambda: hooks.lines().count("PROVISION") == 3, "the third one")


def failures(place):
    """What fails or takes too long says why; what was opened for it is shut, and a SHUT is tried three times."""
    hooks = Hooks(place)
    with hooks.guardian(script_within=300) as guardian:
        hooks.switch("fail-PROVISION", True)
        guardian.order(PROVISION, lease=1, until=now() + HOUR)
        expect(guardian.until("FAILED", 1)[4] == "exit 4: no room for 1", guardian.reports)
        hooks.switch("hold-OPEN", True)
        guardian.order(OPEN, lease=2, until=now() + HOUR)
        expect(guardian.until("FAILED", 2)[4] == "OPEN took too long", guardian.reports)
        hooks.ran("OPEN", "SHUT", lease=2)
        hooks.switch("hold-OPEN", False)
        hooks.switch("fail-SHUT", True)
        guardian.order(OPEN, lease=3, until=now() + HOUR)
        guardian.until("OPENED", 3)
        guardian.order(SHUT, lease=3)
        expect(guardian.until("TROUBLE", 3)[4] == "exit 4: no room for 3", guardian.reports)
        hooks.ran("OPEN", "SHUT", "SHUT", "SHUT", lease=3)
        expect(3 in hooks.noted(), "what could not be shut stays noted")
        hooks.switch("fail-SHUT", False)
        guardian.close()
        expect(guardian.process.wait(20) == 1 and 3 not in hooks.noted(), "it is shut in the end, and the trouble is told")


def overflow(place):
    """A lease whose script hangs while changes come is shut and ended, and others are not disturbed."""
    hooks = Hooks(place)
    with hooks.guardian(script_within=60000) as guardian:
        hooks.switch("hold-OPEN", True)
        until = now() + HOUR
        guardian.order(OPEN, lease=1, until=until)
        hooks.ran("OPEN")
        for index in range(12):
            guardian.order(OPEN if index % 2 == 0 else SHUT, lease=1, until=until)
            guardian.order(REDUCE, lease=1, until=until)
        expect("too many changes" in guardian.until("FAILED", 1)[4], guardian.reports)
        hooks.ran("OPEN", "SHUT", "END")
        guardian.until("ENDED", 1)
        hooks.switch("hold-OPEN", False)
        guardian.order(OPEN, lease=2, until=until)
        guardian.until("OPENED", 2)


def deadline(place):
    """Without an agent's word, and with a late one: shut once at the deadline, reduced before it, opened again by what is paid."""
    hooks = Hooks(place)
    with hooks.guardian() as guardian:
        until = now() + 600
        guardian.order(OPEN, lease=1, until=until, throttle_at=until - 300)
        guardian.until("OPENED", 1)
        guardian.until("REDUCED", 1)
        late = guardian.until("SHUT", 1)[2] - until
        expect(1 <= late <= 50, f"{late} ms late")
        hooks.ran("OPEN", "REDUCE", "SHUT")
        guardian.order(SHUT, lease=1, until=until)
        guardian.order(MOVE, lease=1, until=now() + HOUR)
        guardian.until("REDUCED", 1)
        hooks.ran("OPEN", "REDUCE", "SHUT", "REDUCE")
        guardian.order(OPEN, lease=2, until=now() - 1)
        guardian.order(SHUT, lease=1)
        hooks.ran("OPEN", "REDUCE", "SHUT", "REDUCE", "SHUT")
        expect(hooks.lines(2) == [], "what is over is not opened")


def too_late(place):
    """An opening that had to wait until its deadline had passed is not run, what shuts it is."""
    hooks = Hooks(place)
    with hooks.guardian() as guardian:
        hooks.switch("hold-PROVISION", True)
        guardian.order(PROVISION, lease=1, until=now() + HOUR)
        hooks.ran("PROVISION")
        guardian.order(OPEN, lease=1, until=now() + 100)
        guardian.until("SHUT", 1)
        hooks.switch("hold-PROVISION", False)
        hooks.ran("PROVISION", "SHUT")


def agent_death(place):
    """The agent is killed: what is open is shut, once; nothing is left for the next who looks."""
    hooks = Hooks(place)
    with hooks.guardian() as guardian:
        for lease in (1, 2, 3):
            guardian.order(OPEN, lease=lease, until=now() + HOUR)
            guardian.until("OPENED", lease)
        guardian.order(SHUT, lease=3)
        hooks.ran("OPEN", "SHUT", lease=3)
        hooks.switch("hold-SHUT", True)
        guardian.order(PROVISION, lease=4, until=now() + HOUR)
        guardian.until("READY", 4)
        guardian.close()
        wait_for(lambda: hooks.lines().count("SHUT") == 3, "both are being shut")
        # The next guardian, and run-stop-hooks, wait until that is done.
        with hooks.guardian() as second:
            second.order(OPEN, lease=1, epoch=2, until=now() + HOUR)
            expect(hooks.lines(1) == ["OPEN", "SHUT"], "the second one did not wait")
            hooks.switch("hold-SHUT", False)
            second.until("OPENED", 1)
            expect(guardian.process.wait(20) == 0, "the first one ends")
            hooks.ran("OPEN", "SHUT", "OPEN")
            second.close()
            expect(second.process.wait(20) == 0, "the second one ends")
        before = len(hooks.lines())
        expect(hooks.stop() == 0 and len(hooks.lines()) == before and hooks.noted() == [], "nothing is left")


def both_death(place):
    """Agent and guardian are killed at once: the state file has what is open, for run-stop-hooks, or for the next guardian."""
    hooks = Hooks(place)
    for by_stop in (True, False):
        hooks.log.unlink(missing_ok=True)
        with hooks.guardian() as guardian:
            guardian.order(OPEN, lease=1, epoch=7, units=3, until=now() + HOUR)
            guardian.until("OPENED", 1)
            hooks.switch("hold-OPEN", True)
            guardian.order(OPEN, lease=2, until=now() + HOUR)
            hooks.ran("OPEN", lease=2)
            guardian.process.kill()
            guardian.process.wait()
        expect(sorted(hooks.noted()) == [1, 2], hooks.noted())
        hooks.switch("hold-OPEN", False)
        if by_stop:
            expect(hooks.stop() == 0, "stopped")
        else:
            with hooks.guardian():
                hooks.ran("OPEN", "SHUT", lease=2)
        hooks.ran("OPEN", "SHUT")
        hooks.ran("OPEN", "SHUT", lease=2)
        expect("1 SHUT 7 3" in hooks.log.read_text() and wait_for(lambda: hooks.noted() == [], "none is noted"), hooks.log.read_text())
    pathlib.Path(hooks.state).write_text("turnpike hook leases 1\n1 1 1\nend 00000000\n")
    expect(hooks.stop() == 1, "a damaged file is told")


def nonsense(place):
    """What is not an order counts as the agent's death: what is open is shut."""
    source = random.Random(2)
    for index in range(12):
        hooks = Hooks(place)
        with hooks.guardian() as guardian:
            guardian.order(OPEN, lease=1, until=now() + HOUR)
            guardian.until("OPENED", 1)
            damaged = bytearray(order(OPEN, 2, lease=2, until=now() + HOUR))
            damaged[source.randrange(72)] ^= 1 << source.randrange(8)
            guardian.socket.sendall(bytes(damaged) if index else order(RUN, 2, lease=2, until=now() + HOUR))
            expect(guardian.process.wait(20) == 0, guardian.reports)
            expect(hooks.lines() == ["OPEN", "SHUT"] and hooks.noted() == [], hooks.lines())


def many(place):
    """More leases than it has room for: those beyond fail, and the others are kept."""
    hooks = Hooks(place)
    hooks.script.write_text("#!/bin/sh\nexit 0\n")
    with hooks.guardian(parallel=32) as guardian:
        for lease in range(1, 1026):
            guardian.order(OPEN, lease=lease, until=now() + HOUR)
            guardian.until("OPENED" if lease <= 1024 else "FAILED", lease)
        expect(guardian.reports[-1][4] == "too many leases" and len(hooks.noted()) == 1024, guardian.reports[-1])
        guardian.order(LEASE_END, lease=7)
        guardian.until("ENDED", 7)
        guardian.order(OPEN, lease=2000, until=now() + HOUR)
        guardian.until("OPENED", 2000)
        guardian.close()
        expect(guardian.process.wait(60) == 0 and hooks.noted() == [], "all are shut")


def memory(place):
    """None is taken after the start."""
    hooks = Hooks(place)
    guardian, trace = traced(place, "hook", [hooks.script], environment=hooks.environment, state=hooks.state)
    with guardian:
        guardian.order(PROVISION, lease=1, until=now() + HOUR)
        guardian.until("READY", 1)
        guardian.order(OPEN, lease=1, until=now() + HOUR)
        guardian.until("OPENED", 1)
        guardian.close()
        guardian.process.wait(20)
        expect(hooks.lines() == ["PROVISION", "OPEN", "SHUT"] and calls_for_memory(trace) == [], calls_for_memory(trace))


def stopped_script(place):
    """What runs is killed with the guardian, so that it does nothing after what shuts it."""
    hooks = Hooks(place)
    with hooks.guardian() as guardian:
        hooks.switch("hold-OPEN", True)
        guardian.order(OPEN, lease=1, until=now() + HOUR)
        hooks.ran("OPEN")
        children = pathlib.Path(f"/proc/{guardian.process.pid}/task/{guardian.process.pid}/children").read_text().split()
        expect(len(children) == 1, children)
        os.kill(guardian.process.pid, signal.SIGKILL)
        wait_for(lambda: is_gone(int(children[0])), "the script is gone")


TESTS = [order_of_changes, parallel, failures, overflow, deadline, too_late, agent_death, both_death, nonsense, many, memory, stopped_script]
