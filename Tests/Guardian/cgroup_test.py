"""A command in a cgroup of its own. What this machine does not have is told and skipped."""

import contextlib
import os
import pathlib
import signal

from death_test import agent
from exec_test import HOUR, expect, guarded, traced
from guardian import END, FREEZE, RUN, Beat, Guardian, is_gone, now, state, wait_for


def mount():
    """Where cgroups of version 2 are; None: nowhere."""
    for line in open("/proc/self/mounts"):
        words = line.split()
        if words[2] == "cgroup2":
            return pathlib.Path(words[1])
    return None


@contextlib.contextmanager
def base(place):
    """A cgroup to make others in, removed with all that is in it."""
    where = mount()
    if where is None:
        raise place.Skipped("no cgroup of version 2 is mounted")
    own = next(line.split(":", 2)[2].strip() for line in open("/proc/self/cgroup") if line.startswith("0::"))
    folder = where / own.lstrip("/") / f"turnpike-test-{os.getpid()}-{place.count}"
    try:
        folder.mkdir()
    except OSError as error:
        raise place.Skipped(f"no cgroup can be made: {error.strerror}")
    try:
        yield folder
    finally:
        if (folder / "cgroup.kill").exists():
            (folder / "cgroup.kill").write_text("1")
        for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
            wait_for(lambda: not remains(path), f"{path} is removed")
        wait_for(lambda: not remains(folder), f"{folder} is removed")


def remains(path):
    try:
        path.rmdir()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def members(folder):
    return {int(line) for line in (folder / "cgroup.procs").read_text().split()}


def group(place):
    """Started inside, frozen whole, thawed, killed whole, removed; also what made a session of its own."""
    with base(place) as folder:
        guardian, beat = guarded(place, "daemon", cgroup=folder / "lease")
        with guardian:
            guardian.order(RUN, until=now() + HOUR)
            command = guardian.until("STARTED")[3]
            guardian.until("READY")
            daemon = Beat(str(beat.path) + ".daemon")
            daemon.beats()
            expect({command, daemon.process} <= members(folder / "lease") and guardian.process.pid not in members(folder / "lease"), "members")
            guardian.order(FREEZE)
            guardian.until("SHUT")
            wait_for(lambda: "frozen 1" in (folder / "lease/cgroup.events").read_text(), "frozen")
            expect(beat.stands() and daemon.stands() and state(command) != "T", "it runs while it is frozen")
            guardian.order(RUN, until=now() + HOUR)
            guardian.until("OPENED")
            beat.beats()
            daemon.beats()
            guardian.order(END)
            guardian.until("ENDED")
            expect(is_gone(command) and is_gone(daemon.process) and not (folder / "lease").exists(), "nothing is left")


def group_order(place):
    """Frozen, signalled, thawed."""
    with base(place) as folder:
        guardian, trace = traced(place, "exec", [place.beat, place.path("beat"), 1, "ignore"], calls="kill,write", grace=100, cgroup=folder / "lease")
        with guardian:
            guardian.order(RUN, until=now() + HOUR)
            guardian.until("READY")
            guardian.order(END)
            guardian.ended()
            lines = trace.read_text().splitlines()
            sent = [word for line in lines for word in ('"1", 1', "SIGTERM", '"0", 1', "SIGKILL") if word in line and line.startswith(("kill", "write"))]
            expect(sent[:4] == ['"1", 1', "SIGTERM", '"0", 1', '"1", 1'], lines)


def group_deaths(place):
    """The agent is killed: all of the cgroup ends. The guardian is killed: the command dies with it, the rest is the agent's to kill."""
    with base(place) as folder:
        process, guardian, beat = agent(place, "daemon", grace=200, cgroup=folder / "one")
        daemon = Beat(str(beat.path) + ".daemon")
        everybody = [beat.process, daemon.process, guardian]
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        wait_for(lambda: all(map(is_gone, everybody)) and not (folder / "one").exists(), "nothing is left")
        guardian, beat = guarded(place, "daemon", cgroup=folder / "two")
        with guardian:
            guardian.order(RUN, until=now() + HOUR)
            guardian.until("READY")
            daemon = Beat(str(beat.path) + ".daemon")
            daemon.beats()
            # Frozen is no shelter.
            guardian.order(FREEZE)
            guardian.until("SHUT")
            wait_for(lambda: "frozen 1" in (folder / "two/cgroup.events").read_text(), "frozen")
            guardian.process.kill()
            guardian.ended()
            wait_for(lambda: is_gone(beat.process), "the command")
            wait_for(lambda: members(folder / "two") == {daemon.process}, f"{daemon.process} is what the agent has to kill")
            (folder / "two/cgroup.kill").write_text("1")
            wait_for(lambda: is_gone(daemon.process), "the daemon")


def group_refused(place):
    """A cgroup that is there already is not the lease's, and one that cannot be made is no place to run without."""
    with base(place) as folder:
        (folder / "taken").mkdir()
        for path in (folder / "taken", folder / "no/where"):
            guardian, beat = guarded(place, cgroup=path)
            with guardian:
                guardian.order(RUN, until=now() + HOUR)
                expect("cgroup" in guardian.until("FAILED")[4] and guardian.ended() == 0 and beat.at == 0, guardian.reports)


def quota(place):
    """cpu.max in a cgroup with that controller."""
    with base(place) as folder:
        if "cpu" not in (folder / "cgroup.controllers").read_text().split():
            raise place.Skipped("the cpu controller is not one of cgroup v2 here")
        (folder / "cgroup.subtree_control").write_text("+cpu")
        guardian, beat = guarded(place, cgroup=folder / "lease", cpu_full="50000 100000", cpu_reduced="5000 100000")
        with guardian:
            at = now() + 400
            guardian.order(RUN, until=now() + HOUR, throttle_at=at)
            guardian.until("READY")
            expect((folder / "lease/cpu.max").read_text().split() == ["50000", "100000"], "full")
            guardian.until("REDUCED")
            expect((folder / "lease/cpu.max").read_text().split() == ["5000", "100000"] and now() - at <= 50, "reduced")
            guardian.order(RUN, until=now() + HOUR)
            wait_for(lambda: (folder / "lease/cpu.max").read_text().split() == ["50000", "100000"], "full again")


def quota_text(place):
    """What is written into cpu.max, shown in a folder that is no cgroup: a new folder has no such file, so nothing runs; with it, it does."""
    folder = place.path("folder")
    folder.mkdir()
    guardian, beat = guarded(place, cgroup=folder / "lease", cpu_full="max 100000", cpu_reduced="5000 100000")
    with guardian:
        guardian.order(RUN, until=now() + HOUR)
        expect(guardian.until("FAILED")[4] == "cpu.max cannot be written" and beat.at == 0, guardian.reports)
    program = place.fake
    made = folder / "made"
    environment = dict(os.environ, LD_PRELOAD=str(program), FAKE_GROUP=str(made))
    if place.program != place.guardian:
        raise place.Skipped("the sanitizers are first in the order of libraries")
    guardian, beat = guarded(place, cgroup=made, cpu_full="max 100000", cpu_reduced="5000 100000", environment=environment, ready="started")
    with guardian:
        at = now() + 300
        guardian.order(RUN, until=now() + HOUR, throttle_at=at)
        guardian.until("READY")
        expect((made / "cpu.max").read_text() == "max 100000", (made / "cpu.max").read_text())
        late = guardian.until("REDUCED")[2] - at
        expect((made / "cpu.max").read_text().startswith("5000 100000") and 0 <= late <= 50, late)
        guardian.order(RUN, until=now() + HOUR)
        wait_for(lambda: (made / "cpu.max").read_text().startswith("max 100000"), "full again")
        guardian.order(FREEZE)
        guardian.until("SHUT")
        expect((made / "cgroup.freeze").read_text() == "1", "frozen")


TESTS = [group, group_order, group_deaths, group_refused, quota, quota_text]
