#!/usr/bin/env python3
"""The shims of this directory, against what they promise (README.md).

1. Small cases, each many times: after a power failure exactly the states are seen that may be.
2. writer.c, killed at random moments: all that it said was durable is there, and of the rest some is lost and some is not. A writer
   that lies is caught.
3. Each kind of fault, where it was ordered and nowhere else.

usage: shims_test.py [SEED]    one seed of part 2 instead of all"""

import collections
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import powercut  # noqa: E402

SEED_COUNT, LIAR_SEED_COUNT_MAX, REPETITIONS = 200, 100, 100
LIARS = ("early", "nosync", "nodirsync")


class Failure(Exception):
    pass


def expect(is_right, text):
    if not is_right:
        raise Failure(text)


class Workshop:
    """The shims, built, and a directory for all that is made with them."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        for name, options in (("powercut", ["-shared", "-fPIC"]), ("faults", ["-shared", "-fPIC"]), ("writer", ["-pthread"])):
            subprocess.run(
                [os.environ.get("CC", "cc"), "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2", *options, HERE / f"{name}.c", "-o",
                 self.directory / name, "-ldl"], check=True)

    def watched(self, name):
        """A new directory to watch, and its shadow."""
        paths = self.directory / name, self.directory / f"{name}-shadow"
        for path in paths:
            path.mkdir()
        return paths

    def environment(self, watched, shadow, faults=None):
        # powercut.c first: a sync that is stalled covers nothing that came after its call, and one that failed is seen to.
        variables = dict(os.environ, POWERCUT_DIR=str(watched), POWERCUT_SHADOW=str(shadow))
        variables["LD_PRELOAD"] = str(self.directory / "powercut")
        if faults:
            variables.update(FAULTS=faults, FAULTS_DIR=str(watched), FAULTS_REPORT=str(self.directory / "report"))
            variables["LD_PRELOAD"] += f" {self.directory / 'faults'}"
        return variables

    def python(self, code, *paths, faults=None):
        """Runs code below the shims: what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", PRELUDE + code, str(paths[0])], env=self.environment(*paths, faults), capture_output=True,
            text=True, timeout=60)
        expect(done.returncode == 0, f"{code}\n{done.stderr}")
        return done.stdout

    def fault_counts(self):
        lines = (self.directory / "report").read_text().split("\n")[:-1]
        return {rule: int(count) for rule, count in (line.split(" ") for line in lines)}


# 1. Cases. A file is written as one letter for each of its sectors, zeros as a dot.

PRELUDE = """
import os, pathlib, sys, threading, time

def put(name, letters, at=0, flags=0):
    file = os.open(name, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    os.pwrite(file, b"".join(letter.encode() * 512 for letter in letters), at * 512)
    return file

def sync(name="."):
    file = os.open(name, os.O_RDONLY)
    os.fsync(file)
    os.close(file)

def fails(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return error.strerror
    raise SystemExit("it did not fail")

def write_while_it_is_synced(number):
    file = put("f", "A")
    threading.Thread(target=os.fdatasync, args=[file]).start()
    while int(pathlib.Path(os.environ["FAULTS_REPORT"]).read_text().split()[-1]) <= number:
        os.sched_yield()
    os.pwrite(file, b"B" * 512, 512)
"""

# Name: what one life does, what the next does, and the states that may be there afterwards. Before, there is f=ab, and what
# `prepare` adds.
CASES = {
    "written": ("put('f', 'AB')", "", "f=ab|f=Ab|f=aB|f=AB"),
    "synced": ("os.fdatasync(put('f', 'AB'))", "", "f=AB"),
    "written twice": ("put('f', 'A'); put('f', 'C')", "", "f=ab|f=Ab|f=Cb"),
    "written after a sync": ("file = put('f', 'A'); os.fdatasync(file); put('f', 'C')", "", "f=Ab|f=Cb"),
    "synced, but another file": ("put('f', 'A'); os.fdatasync(put('n', ''))", "", "f=ab|f=Ab|f=ab n=|f=Ab n="),
    "appended": ("os.write(os.open('f', os.O_WRONLY | os.O_APPEND), b'C' * 512)", "", "f=ab|f=ab.|f=abC"),
    "made longer": ("put('f', 'CD', at=2)", "", "f=ab|f=ab..|f=abC.|f=ab.D|f=abCD"),
    "allocated": ("os.posix_fallocate(put('f', ''), 0, 1536)", "", "f=ab|f=ab."),
    "cut": ("os.ftruncate(put('f', ''), 512)", "", "f=ab|f=a"),
    "cut and synced": ("file = put('f', ''); os.ftruncate(file, 512); os.fsync(file)", "", "f=a"),
    "emptied and written": ("put('f', 'C', flags=os.O_TRUNC)", "", "f=ab|f=|f=.|f=C"),
    "made": ("os.fsync(put('n', 'A'))", "", "f=ab|f=ab n=A"),
    "made and synced": ("os.fsync(put('n', 'A')); sync()", "", "f=ab n=A"),
    "not made": ("fails(put, 'f', 'A', 0, os.O_EXCL); fails(os.mkdir, 'f')", "", "f=ab"),
    "renamed": ("os.rename('f', 'n')", "", "f=ab|n=ab"),
    "renamed and synced": ("os.rename('f', 'n'); sync()", "", "n=ab"),
    "made and renamed": ("os.fsync(put('n', 'A')); os.rename('n', 'f')", "", "f=ab|f=ab n=A|f=A"),
    "linked": ("os.link('f', 'n')", "", "f=ab|f=ab n=ab"),
    "written and linked": ("put('f', 'A'); os.link('f', 'n'); sync()", "", "f=ab n=ab|f=Ab n=Ab"),
    "unlinked": ("os.unlink('f')", "", "f=ab|"),
    "unlinked and synced": ("os.unlink('f'); sync()", "", ""),
    "written and unlinked": ("put('f', 'A'); os.unlink('f')", "", "f=ab|f=Ab|"),
    "unlinked and made": ("os.unlink('f'); os.fsync(put('f', 'A'))", "", "f=ab||f=A"),
    "unlinked, and another renamed": (
        "os.fsync(put('n', 'A')); sync(); os.unlink('f'); os.rename('n', 'f')", "", "f=ab n=A|n=A|f=A"),
    "made in a new directory": ("os.mkdir('d'); os.fsync(put('d/n', 'A')); sync('d')", "", "f=ab|d/n=A f=ab"),
    "written in an earlier life": ("put('f', 'A')", "put('f', 'B', at=1)", "f=ab|f=Ab|f=aB|f=AB"),
    "written in an earlier life, and synced": ("put('f', 'A')", "sync('f')", "f=Ab"),
    "renamed in an earlier life": ("os.rename('f', 'n')", "sync('n')", "f=ab|n=ab"),
    "renamed in an earlier life, and synced": ("os.rename('f', 'n')", "sync()", "n=ab"),
    "renamed over another": ("os.rename('f', 'g')", "", "f=ab g=cd|g=ab"),
    "renamed onto a directory": ("fails(os.rename, 'f', 'd1'); os.rename('f', 'n'); sync()", "", "n=ab"),
    "moved to what is synced": ("os.rename('f', 'd1/f'); sync('d1')", "", "f=ab|d1/f=ab"),
    "moved from what is synced": ("os.rename('f', 'd1/f'); sync()", "", "f=ab|d1/f=ab"),
    "moved and synced": ("os.rename('f', 'd1/f'); sync('d1'); sync()", "", "d1/f=ab"),
}

# The same, with faults. A kernel drops the pages of a sync that failed; the next one succeeds and covers nothing of them.
FAULTS = f"fsync:EIO@1- rename:ENOSPC@1- fdatasync:stall=200ms@{REPETITIONS + 1}-"
FAULTY_CASES = {
    "synced again after it failed": ("file = put('f', 'A'); fails(os.fsync, file); os.fdatasync(file)", "", "f=ab|f=Ab"),
    "rename that failed": ("fails(os.rename, 'f', 'n'); put('n', '')", "", "f=ab|f=ab n="),
    "written while it is synced": ("write_while_it_is_synced(at)", "", "f=Ab|f=AB"),
}


def letters(path):
    data = path.read_bytes()
    return "".join(chr(data[at]) if data[at] else "." for at in range(0, len(data), 512))


def state(directory):
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return " ".join(f"{path.relative_to(directory)}={letters(path)}" for path in files)


def prepare(directory, name):
    directory.mkdir(parents=True)
    (directory / "f").write_bytes(b"a" * 512 + b"b" * 512)
    if name == "renamed over another":
        (directory / "g").write_bytes(b"c" * 512 + b"d" * 512)
    if name.startswith(("moved", "renamed onto")):
        (directory / "d1").mkdir()


def life(cases, number):
    """A program that does each case's part in each of its directories."""
    code = ""
    for name, parts in cases.items():
        code += f"for at in range({REPETITIONS}):\n  os.chdir(pathlib.Path(sys.argv[1], {name!r}, str(at)))\n"
        code += f"  {parts[number] or 'pass'}\n"
    return code


def check_cases(workshop, name, cases, lives):
    watched, shadow = workshop.watched(name)
    for case in cases:
        for at in range(REPETITIONS):
            prepare(watched / case / str(at), case)
    for run in lives:
        run(watched, shadow)
        # As if the next call had been killed while its record was written.
        with open(shadow / "log", "ab") as log:
            log.write(b"\1" * 99)
    powercut.restore(watched, shadow, seed=1)
    for case, (_, _, allowed) in cases.items():
        seen = {state(watched / case / str(at)) for at in range(REPETITIONS)}
        expect(seen == set(allowed.split("|")), f"{case}: {sorted(seen)} were seen, {allowed} may be")


# What makes the log so long that it is emptied, if nothing is unsynced.
LONG = """
os.chdir(sys.argv[1])
file = put("long", "")
for _ in range(4):
    os.pwrite(file, bytes(1 << 20), 0)
os.fdatasync(file)
os.fdatasync(os.open(".", os.O_RDONLY))
"""
# Each leaves something unsynced, and so the log must stay.
LONG_CASES = ("written", "renamed", "moved to what is synced", "moved from what is synced", "renamed in an earlier life",
              "synced again after it failed")


def check_all_cases(workshop):
    def lives(cases, numbers, after="", faults=None):
        codes = [life(cases, number) + after for number in numbers]
        return [lambda *paths, code=code: workshop.python(code, *paths, faults=faults) for code in codes]

    check_cases(workshop, "cases", CASES, lives(CASES, (0, 1)))
    check_cases(workshop, "faulty cases", FAULTY_CASES, lives(FAULTY_CASES, (0,), faults=FAULTS))
    for name in LONG_CASES:
        case = {name: {**CASES, **FAULTY_CASES}[name]}
        numbers = (0, 1) if case[name][1] else (0,)
        faults = "fsync:EIO@1-" if name in FAULTY_CASES else None
        check_cases(workshop, f"long {name}", case, lives(case, numbers, LONG, faults))
    watched, shadow = workshop.watched("long")
    workshop.python(LONG + "os.unlink('long')" + LONG, watched, shadow)
    left = {path.name: path.stat().st_size for path in shadow.iterdir()}
    expect(left == {"log": 0}, f"all is synced, and the shadow has {left}")
    count = len(CASES) + len(FAULTY_CASES) + len(LONG_CASES) + 1
    print(f"{count} cases, each {REPETITIONS} times: after a power failure exactly the states that may be", flush=True)
    return count


# 2. Kills.

def kill_at_random(workshop, seed, *lie):
    """One life of the writer and the power failure after it: what it had told, the directory, and what was lost."""
    choice = random.Random(seed)
    watched, shadow = workshop.watched("-".join(["killed", *lie, str(seed)]))
    told = collections.Counter(J=-1, S=-1)
    writer = subprocess.Popen(
        [workshop.directory / "writer", watched, *lie], env=workshop.environment(watched, shadow), stdout=subprocess.PIPE,
        text=True)
    try:
        for _ in range(choice.randint(1, 40)):
            letter, number = writer.stdout.readline().split()
            told[letter] = int(number)
        # Somewhere in the next call or two.
        for _ in range(choice.randint(0, 3000)):
            pass
    finally:
        writer.kill()
        rest = writer.communicate()[0]
    # A last line without its end was not told.
    for letter, number in re.findall("(.) (.*)\n", rest):
        told[letter] = int(number)
    return told, watched, powercut.restore(watched, shadow, seed)


def numbers(path, at=0, count=-1):
    """The numbers of which sectors are full; None for a sector that is a mixture."""
    with open(path, "rb") as file:
        file.seek(at * 512)
        data = file.read(count * 512 if count >= 0 else -1)
    sectors = [data[at:at + 512] for at in range(0, len(data), 512)]
    return [int.from_bytes(sector[:8], "little") if sector == sector[:8] * 64 else None for sector in sectors]


def missing(told, directory):
    """What the writer had told and is not so."""
    at = 0
    for number in range(told["J"] + 1):
        count = 1 + number % 3
        if numbers(directory / "journal", at, count) != [number + 1] * count:
            yield f"record {number} of {told['J']}"
        at += count
    last = told["S"]
    # The next step may have removed what is older.
    for number in range(max(0, last - 1), last + 1):
        path = directory / f"segment-{number}"
        if not path.exists() or numbers(path) != [number + 1] * 8:
            yield f"segment {number} of {last}"
    if last >= 3 and (directory / f"segment-{last - 3}").exists():
        yield f"the removal of segment {last - 3}"
    if last >= 0 and (not (directory / "head").exists() or numbers(directory / "head") not in ([last + 1], [last + 2])):
        yield f"head at {last}"


def check_kills(workshop, seeds):
    sectors, operations, told_count = collections.Counter(), collections.Counter(), 0
    for seed in seeds:
        told, directory, (lost_sectors, lost_operations) = kill_at_random(workshop, seed)
        lost = list(missing(told, directory))
        expect(not lost, f"seed {seed}: {lost} is not there")
        sectors += lost_sectors
        operations += lost_operations
        told_count += told["J"] + told["S"] + 2
    print(
        f"{len(seeds)} kills: {told_count} acknowledgements, all true; unsynced sectors {dict(sectors)}, "
        f"operations {dict(operations)}", flush=True)
    return sectors, operations, told_count


def check_liars(workshop):
    """How many kills it took to catch each of them."""
    caught = {}
    for lie in LIARS:
        for seed in range(LIAR_SEED_COUNT_MAX):
            told, directory, _ = kill_at_random(workshop, seed, lie)
            lost = list(missing(told, directory))
            if lost:
                caught[lie] = seed + 1
                print(f"writer {lie}: caught at seed {seed}, without {lost[0]}", flush=True)
                break
        else:
            raise Failure(f"a writer that lies ({lie}) was not caught in {LIAR_SEED_COUNT_MAX} kills")
    return caught


# 3. Faults.

# Rules, calls, what these return (the name of an error, where there is one), and how often each rule is to be obeyed.
FAULT_CASES = (
    ("open:ENOSPC@2", "call(os.open, 'f', os.O_RDWR | os.O_CREAT) > 0, call(os.open, 'n', os.O_CREAT), call(os.open, '.', 0) > 0",
     (True, "ENOSPC", True), [1]),
    ("write:short@2", "[call(os.write, file, bytes(100)) for _ in range(3)]", [100, 50, 100], [1]),
    ("pwrite:EIO@1 pwrite:short@2 pwrite:ENOSPC@4-", "[call(os.pwrite, file, bytes(512), 512) for _ in range(6)]",
     ["EIO", 256, 512, "ENOSPC", "ENOSPC", "ENOSPC"], [1, 1, 3]),
    ("writev:short@1", "[call(os.writev, file, [bytes(10), bytes(20), bytes(5)]) for _ in range(2)]", [17, 35], [1]),
    ("pwritev:short@1 pwritev:EDQUOT@2", "[call(os.pwritev, file, [bytes(3), bytes(4)], 0) for _ in range(3)]",
     [3, "EDQUOT", 7], [1, 1]),
    ("ftruncate:EIO@2", "[call(os.ftruncate, file, 9) for _ in range(3)]", [None, "EIO", None], [1]),
    ("fallocate:ENOSPC@1", "[call(os.posix_fallocate, file, 0, 9) for _ in range(2)]", ["ENOSPC", None], [1]),
    ("fdatasync:EIO@2-3", "[call(os.fdatasync, file) for _ in range(4)]", [None, "EIO", "EIO", None], [2]),
    ("fsync:EIO@1", "[call(os.fsync, directory) for _ in range(2)]", ["EIO", None], [1]),
    ("fsync:stall=20ms@2", "[took(os.fsync, file) for _ in range(2)][1] >= 0.02", True, [1]),
    ("rename:ENOSPC@1", "[call(os.rename, 'f', 'n') for _ in range(2)]", ["ENOSPC", None], [1]),
    ("fdatasync:EIO@9", "[call(os.fdatasync, outside) for _ in range(9)]", [None] * 9, [0]),
)

FAULT_PRELUDE = """
import errno
os.chdir(sys.argv[1])
outside = os.open("../outside", os.O_RDWR | os.O_CREAT, 0o600)
directory, file = os.open(".", os.O_RDONLY), os.open("f", os.O_RDWR)

def call(function, *arguments):
    try:
        return function(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]

def took(*call_arguments):
    began = time.monotonic()
    call(*call_arguments)
    return time.monotonic() - began
"""


def check_faults(workshop):
    injected = 0
    for number, (rules, calls, returned, counts) in enumerate(FAULT_CASES):
        paths = workshop.watched(f"faults-{number}")
        (paths[0] / "f").touch()
        output = workshop.python(f"{FAULT_PRELUDE}\nprint(repr(({calls})))", *paths, faults=rules).strip()
        expect(output == repr(returned), f"{rules}: {output}, not {returned!r}")
        reported = workshop.fault_counts()
        expect(reported == dict(zip(rules.split(), counts)), f"{rules}: {reported} is reported, not {counts}")
        injected += sum(counts)
    print(f"faults: {len(FAULT_CASES)} sets of rules, {injected} faults", flush=True)
    return injected


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("shims_test: ended by SIGTERM"))
    began = time.monotonic()
    seeds = [int(sys.argv[1])] if sys.argv[1:] else range(SEED_COUNT)
    with tempfile.TemporaryDirectory(prefix="turnpike-shims-") as directory:
        workshop = Workshop(directory)
        cases = check_all_cases(workshop)
        sectors, operations, told = check_kills(workshop, seeds)
        caught = check_liars(workshop)
        injected = check_faults(workshop)
    for name, counts in (("sectors", sectors), ("operations", operations)):
        # A single seed need not show both.
        expect(sys.argv[1:] or (counts["kept"] and counts["lost"]), f"unsynced {name} are not now lost, now kept: {dict(counts)}")
    print(
        f"shown: cases={cases} kills={len(seeds)} acknowledged={told} lost=0 sectors_kept={sectors['kept']} "
        f"sectors_lost={sectors['lost']} operations_kept={operations['kept']} operations_lost={operations['lost']} "
        f"liars_caught={len(caught)} of={len(LIARS)} faults={injected} seconds={time.monotonic() - began:.0f}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"shims_test: {failure}")
