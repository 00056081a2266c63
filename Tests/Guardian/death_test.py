"""Who dies first: an agent, or a guardian, and what the command does then."""

import os
import signal

from exec_test import HOUR, expect, guarded
from guardian import RUN, Beat, Guardian, is_gone, now, state, wait_for


def agent(place, *words, **options):
    """A process of its own in the agent's place, with a guardian: returns both processes and the beat."""
    until = options.pop("until", HOUR)
    beat = Beat(place.path("beat"))
    options.setdefault("grace", 300)
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            guardian = Guardian(place.program, "exec", [place.beat, beat.path, 1, *words], **options)
            guardian.order(RUN, until=now() + until)
            guardian.until("READY")
            os.write(write, str(guardian.process.pid).encode())
            signal.pause()
        finally:
            os._exit(1)
    os.close(write)
    found = os.read(read, 32)
    os.close(read)
    expect(found, "the agent did not get so far")
    return process, int(found), beat


def agent_death(place):
    """kill -9 of the agent: what knows no signal is gone at once, what ignores it after the grace; nothing is left."""
    for words, grace in (((), 300), (("ignore",), 300), (("daemon",), 300), (("fork",), 300), (("ignore",), 0)):
        process, guardian, beat = agent(place, *words, grace=grace)
        command = beat.process
        others = [Beat(str(beat.path) + ".daemon")] if "daemon" in words else []
        everybody = [command, guardian] + [other.process for other in others]
        beat.beats()
        os.kill(process, signal.SIGKILL)
        died = now()
        os.waitpid(process, 0)
        wait_for(lambda: all(is_gone(found) for found in everybody), f"{words}: all gone")
        limit = 50 + (grace if "ignore" in words or others else 0)
        lasted = max(beat.at, *(other.at for other in others), 0) - died
        expect(lasted <= limit, f"{words}: it ran for {lasted} ms after the agent, allowed are {limit}")


def agent_stopped(place):
    """An agent that is stopped, or says nothing: the deadline holds."""
    process, _, beat = agent(place, until=400)
    try:
        os.kill(process, signal.SIGSTOP)
        began = now()
        command = beat.process
        wait_for(lambda: state(command) == "T", "frozen at the deadline")
        expect(beat.stands() and now() - began < 400 + 50 + 200, "late")
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    wait_for(lambda: is_gone(command), "gone with the agent")


def guardian_death(place):
    """kill -9 of the guardian: the command dies with it, and the agent's socket ends."""
    guardian, beat = guarded(place, "ignore")
    with guardian:
        guardian.order(RUN, until=now() + HOUR)
        guardian.until("READY")
        command = beat.process
        guardian.process.kill()
        expect(guardian.ended() == -signal.SIGKILL, guardian.reports)
        wait_for(lambda: is_gone(command), "the command is gone")


TESTS = [agent_death, agent_stopped, guardian_death]
