"""A command of a lease: deadlines, ends, and who dies first."""

import itertools
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import time

from guardian import END, FREEZE, KILL, RUN, Beat, Guardian, is_gone, now, order, wait_for

GROUPS = pathlib.Path("/sys/fs/cgroup/unified")
HOUR = 3_600_000


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def guarded(place, *words, milliseconds=1, environment=None, program=None, **options):
    """A guardian, and the beat that it is to start."""
    beat = Beat(place.path("beat"))
    options.setdefault("grace", 300)
    return Guardian(program or place.program, "exec", [place.beat, beat.path, milliseconds, *words], environment, **options), beat


def life(place):
    """Started, ready with its endpoint, frozen by order, thawed, ended by a polite signal that it does not know."""
    guardian, beat = guarded(place)
    with guardian:
        guardian.order(RUN, until=now() + HOUR)
        command = guardian.until("STARTED")[3]
        expect(guardian.until("READY")[4] == "beat:1", guardian.reports)
        expect(beat.process == command and os.getsid(command) == command, "a session of its own")
        expect(sorted(os.listdir(f"/proc/{command}/fd")) >= ["0", "1", "2"], "its descriptors")
        inherited = [name for name in os.listdir(f"/proc/{guardian.process.pid}/fd") if int(name) > 9]
        expect(len(inherited) <= 1, inherited)
        beat.beats()
        guardian.order(FREEZE)
        expect(guardian.until("SHUT")[3] == 0 and beat.stands(), "it runs while it is frozen")
        guardian.order(RUN, until=now() + HOUR)
        guardian.until("OPENED")
        beat.beats()
        guardian.order(END)
        expect(guardian.until("ENDED")[3] == signal.SIGTERM and guardian.ended() == 0 and is_gone(command), guardian.reports)


def family(place):
    """What made a session of its own while its parent lives stops with it, goes on with it, and ends with it; without a cgroup too."""
    guardian, beat = guarded(place, "server")
    server = Beat(str(beat.path) + ".server")
    with guardian:
        guardian.order(RUN, until=now() + HOUR)
        guardian.until("READY")
        beat.beats()
        server.beats()
        expect(os.getsid(server.process) == server.process, "a session of its own")
        guardian.order(FREEZE)
        guardian.until("SHUT")
        expect(beat.stands() and server.stands(), "it runs while it is frozen")
        guardian.order(RUN, until=now() + HOUR)
        guardian.until("OPENED")
        server.beats()
        served = server.process
        guardian.order(END)
        expect(guardian.until("ENDED") and guardian.ended() == 0 and is_gone(beat.process) and is_gone(served), guardian.reports)


def deadlines(place):
    """200 leases, deadlines in one second: how late is the guardian, and how late the last beat?"""
    count, program = (200, place.static) if place.program == place.guardian else (50, place.program)
    running = [guarded(place, milliseconds=20, ready="started", program=program) for _ in range(count)]
    try:
        for guardian, _ in running:
            guardian.order(RUN, until=now() + HOUR)
        for guardian, beat in running:
            guardian.until("READY")
            beat.beats()
        resident = [resident_bytes(guardian.process.pid) for guardian, _ in running]
        began = now() + 200
        instants = [began + 1000 * index // count for index in range(count)]
        for (guardian, _), until in zip(running, instants):
            guardian.order(RUN, until=until)
        late = []
        for (guardian, beat), until in zip(running, instants):
            report = guardian.until("SHUT")
            expect(report[3] == 1, report)
            late.append(report[2] - until)
        beats = [beat.at - until for (_, beat), until in zip(running, instants)]
        expect(min(late) >= 1, f"shut {-min(late)} ms before the deadline's end")
        expect(max(late) <= 50, f"{max(late)} ms late")
        expect(max(beats) <= 50, f"a beat {max(beats)} ms after the deadline")
        if place.program == place.guardian:
            place.shown(leases=count, late_median_ms=statistics.median(late), late_max_ms=max(late), beat_late_max_ms=max(beats),
                        rss_kb=max(kilobytes for kilobytes, _ in resident), own_kb=max(own for _, own in resident))
            expect(max(kilobytes for kilobytes, _ in resident) < 1000 and max(own for _, own in resident) < 200, resident)
    finally:
        for guardian, _ in running:
            guardian.close()
        for guardian, _ in running:
            guardian.destroy()


def resident_bytes(process):
    """Kilobytes: all that is resident, and what of it is not shared with its like."""
    found = {}
    for line in list(open(f"/proc/{process}/smaps_rollup"))[1:]:
        name, _, value = line.partition(":")
        found[name] = int(value.split()[0])
    return found["Rss"], found["Anonymous"]


def polite(place):
    """A handler runs first, and for the grace only; a frozen command is not served by its end."""
    guardian, beat = guarded(place, "handle", grace=200)
    with guardian:
        guardian.order(RUN, until=now() + HOUR)
        guardian.until("READY")
        beat.beats()
        guardian.order(FREEZE)
        guardian.until("SHUT")
        expect(beat.stands(), "it runs while it is frozen")
        before = beat.at
        guardian.order(END)
        expect(guardian.until("ENDED")[3] == signal.SIGKILL, guardian.reports)
        at, signalled, _, after = beat.page()
        expect(signalled > before and 0 < at - signalled <= 250 and after > 0, beat.page())
    guardian, beat = guarded(place, grace=0)
    with guardian:
        guardian.order(RUN, until=now() + HOUR)
        guardian.until("READY")
        guardian.order(FREEZE)
        guardian.until("SHUT")
        before = beat.at
        guardian.order(END)
        expect(guardian.until("ENDED")[3] == signal.SIGKILL and beat.at == before, "with no grace it never runs again")


def failures(place):
    """Why there is no service: exit status, signal, last line, no endpoint, a bad one, no program, one that ends later."""
    shell = "/bin/sh"
    cases = [
        ("echo one >&2; echo 'no disk is left' >&2; exit 3", {}, "exit 3: no disk is left"),
        ("kill -9 $$", {}, "signal 9"),
        ("printf 'a\\033[1mb\\377' >&2; exit 1", {}, "exit 1: a?[1mb?"),
        ("echo " + "x" * 300 + " >&2; exit 1", {}, "exit 1: " + "x" * 87),
        ("echo waiting >&2; sleep 60", {"ready_within": 100}, "no endpoint in time: waiting"),
        ("echo endpoint=" + "y" * 96 + "; sleep 60", {}, "its endpoint is not 1 to 95 printable bytes"),
        ("echo endpoint=; sleep 60", {}, "its endpoint is not 1 to 95 printable bytes"),
        ("echo endpoint=here; echo bye >&2; exit 0", {}, "exit 0: bye"),
    ]
    for script, options, reason in cases:
        with Guardian(place.program, "exec", [shell, "-c", script], grace=100, **options) as guardian:
            guardian.order(RUN, until=now() + HOUR)
            expect(guardian.until("FAILED")[4] == reason, (guardian.reports, reason))
            guardian.until("ENDED")
            expect(guardian.ended() == 0, guardian.reports)
    with Guardian(place.program, "exec", ["/nowhere/at/all"]) as guardian:
        guardian.order(RUN, until=now() + HOUR)
        expect("No such file" in guardian.until("FAILED")[4] and guardian.ended() == 0, guardian.reports)
    with Guardian(place.program, "exec", [shell, "-c", "exec sleep 60"], ready="started") as guardian:
        expect(guardian.process.poll() is None, "it waits for its first order")
        guardian.close()
        expect(guardian.process.wait(20) == 0, "and ends without one")


def flood(place):
    """Output without end costs the guardian no memory, and no deadline."""
    script = "echo endpoint=flood; exec yes abcdefghijklmnopqrstuvwxyz"
    with Guardian(place.program, "exec", ["/bin/sh", "-c", script]) as guardian:
        guardian.order(RUN, until=now() + HOUR)
        command = guardian.until("STARTED")[3]
        guardian.until("READY")
        before = resident_bytes(guardian.process.pid)[1]
        until = now() + 500
        guardian.order(RUN, until=until)
        expect(guardian.until("SHUT")[2] - until <= 50, guardian.reports)
        more = resident_bytes(guardian.process.pid)[1] - before
        expect(more < 200 or place.program != place.guardian, f"memory: {more} KB")


def nonsense(place):
    """What is not an order, whole and in its turn, ends the lease at once."""
    source = random.Random(1)
    good = order(RUN, 2, until=now() + HOUR)
    cases = [bytes(72), source.randbytes(72), order(RUN, 2, until=now() + HOUR, end=1), order(RUN, 1, until=now() + HOUR), order(RUN, 3, until=now() + HOUR), order(9, 2), order(20, 2),
             order(RUN, 2, until=2**64 - 1), order(RUN, 2, until=now() + 200 * 366 * 24 * HOUR), order(RUN, 2, flags=1, until=now() + HOUR),
             order(RUN, 2, throttle_at=2**63, until=now() + HOUR), order(RUN, 2, magic=0, until=now() + HOUR)]
    for _ in range(60):
        damaged = bytearray(good)
        damaged[source.randrange(72)] ^= 1 << source.randrange(8)
        cases.append(bytes(damaged))
    for case in cases:
        with Guardian(place.program, "exec", ["/bin/sleep", "60"], ready="started", grace=0) as guardian:
            guardian.order(RUN, until=now() + HOUR)
            command = guardian.until("STARTED")[3]
            guardian.socket.sendall(case)
            expect(guardian.ended() == 0 and is_gone(command), case)
    # In pieces it is as good as whole.
    with Guardian(place.program, "exec", ["/bin/sleep", "60"], ready="started", grace=0) as guardian:
        for byte in order(RUN, 1, until=now() + HOUR):
            guardian.socket.sendall(bytes([byte]))
        guardian.until("READY")
    for arguments in ([], ["exec"], ["exec", "--"], ["exec", "--", "relative"], ["exec", "x=1", "--", "/bin/true"], ["hook", "--", "/bin/true"],
                      ["exec", "grace=-1", "--", "/bin/true"], ["exec", "user=1", "--", "/bin/true"], ["exec", "signal=65", "--", "/bin/true"]):
        ended = subprocess.run([place.program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
        expect(ended.returncode == 64, (arguments, ended))


def signals(place):
    """No signal but SIGKILL ends a guardian: a terminal's ^C and a service's SIGTERM go to the agent as well, and that ends it."""
    guardian, beat = guarded(place)
    with guardian:
        guardian.order(RUN, until=now() + HOUR)
        guardian.until("READY")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE, signal.SIGUSR1, signal.SIGALRM):
            guardian.process.send_signal(number)
        beat.beats()
        guardian.order(FREEZE)
        expect(guardian.until("SHUT") and guardian.process.poll() is None, "it lives")


def traced(place, mode, command, calls="brk,mmap,mremap", **options):
    """A guardian whose system calls of these kinds are listed; the list."""
    tracer = shutil.which("strace")
    if tracer is None or place.program != place.guardian:
        raise place.Skipped("strace is not here" if tracer is None else "the sanitizers take memory of their own")
    trace, wrapper = place.path("trace"), place.path("wrapper")
    wrapper.write_text(f'#!/bin/sh\nexec {tracer} -o {trace} -e trace={calls},timerfd_create {place.guardian} "$@"\n')
    wrapper.chmod(0o755)
    return Guardian(wrapper, mode, command, **options), trace


def calls_for_memory(trace):
    """What was asked for after the start, of which the timer is the end."""
    began = trace.read_text().split("timerfd_create", 1)
    expect(len(began) == 2, "it did not start")
    return [line for line in began[1].splitlines() if line.startswith(("brk", "mmap", "mremap"))]


def ignored_children(place):
    """Started by somebody who ignores his children, as a shell can."""
    wrapper = place.path("wrapper")
    wrapper.write_text(f"#!/bin/sh\ntrap '' CHLD INT\nexec {place.program} \"$@\"\n")
    wrapper.chmod(0o755)
    with Guardian(wrapper, "exec", ["/bin/sh", "-c", "kill -INT $$; sleep 60"], ready="started") as guardian:
        guardian.order(RUN, until=now() + HOUR)
        # And the command has all signals as they are by default.
        expect(guardian.until("FAILED")[4] == "signal 2" and guardian.ended() == 0, guardian.reports)


def descriptors(place):
    """Of what was open where it was started neither it nor its command has anything."""
    wrapper = place.path("wrapper")
    wrapper.write_text(f"#!/bin/sh\nexec 5</etc/passwd 9>>{place.path('other')}\nexec {place.program} \"$@\"\n")
    wrapper.chmod(0o755)
    with Guardian(wrapper, "exec", ["/bin/sleep", "60"], ready="started", grace=0) as guardian:
        guardian.order(RUN, until=now() + HOUR)
        command = guardian.until("STARTED")[3]
        guardian.until("READY")
        for process, most in ((guardian.process.pid, 9), (command, 3)):
            found = {int(name): os.readlink(f"/proc/{process}/fd/{name}") for name in os.listdir(f"/proc/{process}/fd")}
            expect(len(found) <= most and not any("passwd" in name or "other" in name for name in found.values()), found)
        expect(set(found) == {0, 1, 2} and found[0] == "/dev/null", found)


def order_of_ends(place):
    """What runs is stopped, signalled, and only then goes on; what is stopped already is signalled first, too."""
    for freezes in (False, True):
        beat = Beat(place.path("beat"))
        guardian, trace = traced(place, "exec", [place.beat, beat.path, 1, "ignore"], calls="kill", grace=100)
        with guardian:
            guardian.order(RUN, until=now() + HOUR)
            guardian.until("READY")
            if freezes:
                guardian.order(FREEZE)
                guardian.until("SHUT")
            guardian.order(END)
            guardian.ended()
            sent = [line.partition(", ")[2].partition(")")[0] for line in trace.read_text().splitlines() if line.startswith("kill(")]
            # Each as often as it takes until nobody is new.
            sent = [name for name, _ in itertools.groupby(sent)]
            expect(sent[:4] == ["SIGSTOP", "SIGTERM", "SIGCONT", "SIGKILL"], sent)


def memory(place):
    """None is taken after the start."""
    beat = Beat(place.path("beat"))
    guardian, trace = traced(place, "exec", [place.beat, beat.path, 1], grace=100)
    with guardian:
        guardian.order(RUN, until=now() + HOUR)
        guardian.until("READY")
        guardian.order(FREEZE)
        guardian.until("SHUT")
        guardian.order(END)
        guardian.until("ENDED")
        guardian.ended()
        expect(calls_for_memory(trace) == [], calls_for_memory(trace))


def busy(place):
    """Commands that take all of the processors: deadlines all the same."""
    running = [Guardian(place.program, "exec", ["/bin/sh", "-c", "while :; do :; done"], ready="started", grace=0) for _ in range(24)]
    try:
        for guardian in running:
            guardian.order(RUN, until=now() + HOUR)
        for guardian in running:
            guardian.until("READY")
        instants = [now() + 400 + 20 * index for index in range(len(running))]
        for guardian, until in zip(running, instants):
            guardian.order(RUN, until=until)
        late = [guardian.until("SHUT")[2] - until for guardian, until in zip(running, instants)]
        expect(1 <= min(late) and max(late) <= 50, late)
        if place.program == place.guardian:
            place.shown(busy_late_max_ms=max(late))
    finally:
        for guardian in running:
            guardian.close()
        for guardian in running:
            guardian.destroy()


def identity(place):
    """Another user, without the agent's groups; the guardian's death still is its own, and its end still reaches it."""
    if os.getuid() != 0:
        raise place.Skipped("only root can run commands as others")
    beat = Beat(place.path("beat"))
    beat.path.write_bytes(bytes(32))
    os.chown(beat.path, 65534, 65534)
    os.chmod(place.folder, 0o711)
    groups = os.getgroups()
    os.setgroups([1, 2])
    try:
        as_nobody(place, beat)
    finally:
        os.setgroups(groups)


def as_nobody(place, beat):
    """With another group list than the one that was inherited, which had two."""
    for how in (signal.SIGKILL, None):
        options = dict(group=65534, user=65534, directory="/tmp", grace=100)
        with Guardian(place.program, "exec", [place.beat, beat.path, 1, "ignore"], **options) as guardian:
            guardian.order(RUN, until=now() + HOUR)
            command = guardian.until("STARTED")[3]
            guardian.until("READY")
            found = pathlib.Path(f"/proc/{command}/status").read_text().splitlines()
            ids = {line.split()[0]: line.split()[1:] for line in found if line.startswith(("Uid", "Gid", "Groups"))}
            expect(ids == {"Uid:": ["65534"] * 4, "Gid:": ["65534"] * 4, "Groups:": []}, ids)
            expect(os.readlink(f"/proc/{command}/cwd") == "/tmp", "its directory")
            if how:
                guardian.process.kill()
            else:
                guardian.order(END)
            guardian.ended()
            wait_for(lambda: is_gone(command), f"gone by {how}")


def lease_end(place):
    """Frozen at its deadline, ended at its end, without another word."""
    guardian, beat = guarded(place)
    with guardian:
        until = now() + 300
        guardian.order(RUN, until=until, end=until + 300)
        guardian.until("SHUT")
        at = guardian.until("ENDED")[2]
        expect(0 <= at - until - 300 <= 150 and guardian.ended() == 0, at - until)
    guardian, beat = guarded(place)
    with guardian:
        guardian.order(RUN, until=now() + HOUR, end=now() + 2 * HOUR)
        guardian.until("READY")
        end = now() + 300
        guardian.order(FREEZE, end=end)
        guardian.until("SHUT")
        expect(0 <= guardian.until("ENDED")[2] - end <= 150 and guardian.ended() == 0, guardian.reports)


def wall_clock(place):
    """The wall clock jumps by hours at every look at it; the deadline does not."""
    if place.program != place.guardian:
        raise place.Skipped("the sanitizers are first in the order of libraries")
    environment = dict(os.environ, LD_PRELOAD=str(place.jump))
    looked = subprocess.run(["date", "+%s"], env=environment, capture_output=True, text=True, check=True)
    expect(abs(int(looked.stdout) - time.time()) > 30_000, "the wall clock does not jump")
    guardian, beat = guarded(place, environment=environment)
    with guardian:
        until = now() + 400
        guardian.order(RUN, until=until)
        guardian.until("READY")
        beat.beats()
        late = guardian.until("SHUT")[2] - until
        expect(1 <= late <= 50, f"{late} ms late")
    # By construction: no other clock is named.
    folder = pathlib.Path(__file__).resolve().parent.parent.parent / "Sources/turnpike-guardian"
    text = "".join(path.read_text() for path in folder.glob("*.[ch]"))
    clocks = {word.strip("(),.;") for word in text.split() if "CLOCK_" in word}
    expect(all("CLOCK_BOOTTIME" in clock for clock in clocks) and "gettimeofday" not in text and " time(" not in text, clocks)


TESTS = [life, family, deadlines, polite, failures, flood, nonsense, signals, ignored_children, descriptors, order_of_ends, memory, busy, identity, lease_end, wall_clock]
