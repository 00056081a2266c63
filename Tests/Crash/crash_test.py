#!/usr/bin/env python3
"""Tries to make a real turnpiked lose, double or forget something that it acknowledged.

usage: crash_test.py [--all] [--kills N] [--seed N]

Without --all: a few kills of each kind, one of each fault, some damage; that much is part of `make test`. With --all, all of it, the
wrong brokers of mutants/ included (`make crash-test`). It prints its seed first; the same seed draws the same moments, though a machine
never runs the same way twice. README.md says what is tested and how."""

import argparse
import random
import signal
import sys
import time

sys.dont_write_bytecode = True
import damage  # noqa: E402
import faults  # noqa: E402
import kills  # noqa: E402
from daemon import Failure, Workshop  # noqa: E402
from party import Doubled, Lost  # noqa: E402

KILLS, MUTANT_KILLS_MAX = 50, 12
SHORT_KILLS = 4


def say(text):
    print(f"{time.monotonic() - say.begin:6.1f} s  {text}", flush=True)


say.begin = time.monotonic()


def check_kills(workshop, choice, count, cuts_power):
    name = "power cut" if cuts_power else "kill -9"
    tally = kills.run(workshop, name.replace(" ", "-"), choice, count, cuts_power)
    # What a few kills met is chance.
    if count > SHORT_KILLS:
        tally.check_shares()
    if cuts_power and count > SHORT_KILLS and not tally.sectors_lost:
        raise Failure("no power cut took anything: the shim does not see what is written")
    say(f"{name}: {tally.text()}")
    return tally


def check_faults(workshop, choice, is_all):
    count = 0
    calls = [(call, error) for call in ("pwrite", "fdatasync") for error in ("EIO", "ENOSPC")]
    for call, error in calls if is_all else choice.sample(calls, 1):
        faults.fails(workshop, choice, call, error)
        say(f"{call} fails with {error}: the process says so and ends with 1; nothing acknowledged is missing")
        count += 1
    faults.falls_short(workshop, choice)
    say("short writes are continued")
    count += 1
    if is_all:
        faults.stalls(workshop, choice)
        say("a sync takes 5 s: nothing is acknowledged meanwhile, and all goes on")
        outcomes = faults.lacks_reserves(workshop, choice)
        say(f"no room for reserves: new money is refused, what ends leases goes on, and all does when there is room: outcomes={outcomes}")
        count += 2
    return count


def check_disk(workshop, choice):
    why = faults.why_no_small_disk(workshop)
    if why:
        say(f"a full disk: SKIPPED: {why}")
        return "SKIPPED"
    outcomes = faults.disk_is_full(workshop, choice)
    say(f"a full disk: as without reserves (outcomes={outcomes}), and at last the process says so and ends with 1")
    return "passed"


def check_damage(workshop, choice, is_all):
    names, counts = (("killed", "ended"), (300, 60, 10)) if is_all else (("ended",), (20, 6, 1))
    verdicts, kinds = damage.run(workshop, choice, names, *counts)
    text = " ".join(f"{name}={verdicts[name]}" for name in ("detected", "cut", "harmless", "silent"))
    say(f"damage: bits={kinds['bits']} lengths={kinds['lengths']} {text}")
    return text


def check_mutants(workshop, choice):
    import mutants
    nursery, caught = mutants.Nursery(), 0
    patches = mutants.patches()
    for patch in patches:
        binary = nursery.build(patch)
        say(f"{patch.stem}: built")
        try:
            kills.run(workshop, patch.stem, choice, MUTANT_KILLS_MAX, cuts_power=True, turnpiked=str(binary))
        except Failure as failure:
            kind = "lost" if isinstance(failure, Lost) else "doubled" if isinstance(failure, Doubled) else "broken"
            say(f"{patch.stem}: caught at kill {failure.kill}, {kind}: {str(failure)[:400]}")
            caught += 1
        else:
            say(f"{patch.stem}: NOT CAUGHT in {MUTANT_KILLS_MAX} kills")
    if caught < len(patches):
        raise Failure(f"of {len(patches)} wrong brokers {caught} were caught")
    return f"mutants_caught={caught} mutants_planted={len(patches)}"


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    options = parser.parse_args()
    # So that everything is cleaned up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    count = options.kills or (KILLS if options.all else SHORT_KILLS)
    choice = random.Random(options.seed)
    say(f"seed {options.seed}")
    try:
        with Workshop() as workshop:
            results = []
            tallies = [check_kills(workshop, choice, count, cuts_power) for cuts_power in (False, True)]
            results.append(f"faults={check_faults(workshop, choice, options.all)}")
            if options.all:
                results.append(f"full_disk={check_disk(workshop, choice)}")
            results.append(check_damage(workshop, choice, options.all))
            if options.all:
                results.append(check_mutants(workshop, choice))
    except (Failure, AssertionError) as failure:
        print(f"crash_test: {failure}")
        lost, doubled = isinstance(failure, Lost), isinstance(failure, Doubled)
        print(f"shown: failed=yes seed={options.seed} lost={int(lost)} doubled={int(doubled)}")
        sys.exit(1)
    both = kills.sum_of(tallies)
    print(f"shown: {both.text()} {' '.join(results)} seconds={time.monotonic() - say.begin:.0f}")


if __name__ == "__main__":
    main()
