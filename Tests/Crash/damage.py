"""A real journal, damaged in every way that one bit or one length can be: recovery must notice, or cut only what nobody attested."""

import collections
import os
import re
import shutil
import struct
import subprocess

from daemon import SECONDS_MAX, Daemon, expect
from ledger import Ledger

SECTOR = 512


class Journal:
    """A copy of a journal's directory, one damage at a time, and what `turnpiked audit` makes of it."""

    def __init__(self, daemon, directory):
        self.daemon, self.directory = daemon, directory
        shutil.copytree(daemon.data, directory)
        self.segments = [directory / "journal" / name for name in daemon.segments()]
        self.ends = [self.records(path)[-1][0] for path in self.segments]
        self.text = self.judge()[1]
        self.attested = self.commands_attested()

    def records(self, path):
        """(where it ends, batch, commands, attested) of each record, as proto-spec/journal.md says. The journal is whole."""
        data, at, found = path.read_bytes(), SECTOR, [(SECTOR, 0, 0, 0)]
        while at < len(data) and any(data[at:at + 128]):
            size, count = struct.unpack_from("<II", data, at + 48)
            batch, attested = (struct.unpack_from("<Q", data, at + offset)[0] for offset in (72, 96))
            at += -(-size // SECTOR) * SECTOR
            found.append((at, batch, count, attested))
        return found

    def commands_attested(self):
        records = [record for path in self.segments for record in self.records(path)]
        attested = max(attested for *_, attested in self.records(self.segments[-1]))
        # A segment's name attests all before it.
        before = max((batch for path in self.segments[:-1] for _, batch, *_ in self.records(path)), default=0)
        return sum(count for _, batch, count, _ in records if batch <= max(attested, before))

    def judge(self):
        """Exit code and report of an audit."""
        done = subprocess.run(
            [self.daemon.turnpiked, "audit", "--data", self.directory], capture_output=True, text=True, timeout=SECONDS_MAX)
        return done.returncode, done.stdout

    def verdict(self):
        code, text = self.judge()
        if code == 2:
            return "detected"
        if code == 0 and text == self.text:
            return "harmless"  # there was nothing at that place
        count = re.search(r"commands=(\d+)", text)
        return "cut" if code == 0 and count and int(count.group(1)) >= self.attested else "silent"

    def serves(self):
        """Whether a broker starts on a copy of it as it is now, and what it says. The copy is spoilt by that."""
        copy = self.directory.parent / "served"
        shutil.copytree(self.directory, copy)
        process = subprocess.Popen(
            [self.daemon.turnpiked, "serve", "--listen", "127.0.0.1:0", "--data", copy, "--log-level", "warning", "--segment-bytes", str(1 << 20)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            lines = []
            for line in process.stdout:
                lines.append(line)
                if line == "ready\n":
                    return True, "".join(lines)
            return False, "".join(lines)
        finally:
            process.kill()
            process.communicate()
            shutil.rmtree(copy)

    def flip(self, path, bit):
        with open(path, "r+b") as file:
            file.seek(bit // 8)
            byte = file.read(1)[0]
            file.seek(bit // 8)
            file.write(bytes([byte ^ 1 << bit % 8]))


def journals(workshop, random, names):
    """`killed`: of two segments, killed under load. `ended`: a short one that was ended in order, so that its last batch is sealed."""
    for name, count, is_ended in (("killed", None, False), ("ended", 100, True)):
        if name not in names:
            continue
        daemon = Daemon(workshop, workshop.place(f"damage-{name}"), random=random)
        ledger = Ledger(random, (daemon.operator, daemon.provider), client_count=4)
        try:
            daemon.start()
            ledger.begin(daemon.address)
            is_done = (lambda: ledger.acknowledged >= count) if count else (lambda: len(daemon.segments()) > 1)
            expect(ledger.load(is_done), f"the broker ended: {daemon.log()}")
            ledger.load(lambda at=ledger.acknowledged: ledger.acknowledged >= at + 100)
            ledger.settle()
            if is_ended:
                daemon.process.terminate()
                ledger.part()
                expect(daemon.exit_code() == 0, f"it did not end in order: {daemon.log()}")
            else:
                daemon.kill()
                ledger.part()
                daemon.strike()
            # Reserves are none of the journal's, and with a snapshot a broker would not read all of it.
            for path in [*daemon.journal.glob("reserve*"), *daemon.journal.glob("snapshot*")]:
                path.unlink()
            yield Journal(daemon, workshop.directory / f"damaged-{name}")
        finally:
            daemon.close()


def run(workshop, random, names, bit_count, length_count, start_count):
    """So many bits and lengths of each journal: how many were detected, cut above the attested position, harmless, silent."""
    verdicts, kinds = collections.Counter(), collections.Counter()
    for journal in journals(workshop, random, names):
        expect(journal.verdict() == "harmless", "a journal without damage is called damaged")
        for number in range(bit_count):
            index = random.randrange(len(journal.segments))
            path = journal.segments[index]
            # What is used, and the sectors behind it.
            bit = random.randrange((journal.ends[index] + 2 * SECTOR) * 8)
            journal.flip(path, bit)
            verdict = journal.verdict()
            expect(verdict != "silent", f"bit {bit} of {path.name} was flipped, and nothing is said: {journal.judge()}")
            if number < start_count:
                check_start(journal, verdict, path.name)
            journal.flip(path, bit)
            verdicts[verdict] += 1
            kinds["bits"] += 1
        for _ in range(length_count):
            path = random.choice(journal.segments)
            whole = path.read_bytes()
            length = random.choice((random.randrange(len(whole)), random.randrange(len(whole) // SECTOR) * SECTOR))
            os.truncate(path, length)
            verdict = journal.verdict()
            expect(verdict != "silent", f"{path.name} was cut to {length} bytes, and nothing is said: {journal.judge()}")
            path.write_bytes(whole)
            verdicts[verdict] += 1
            kinds["lengths"] += 1
        expect(journal.verdict() == "harmless", "damage that was undone is still there")
    return verdicts, kinds


def check_start(journal, verdict, name):
    """The broker itself judges as the audit does, and names the file when it refuses."""
    is_served, text = journal.serves()
    expect(is_served == (verdict != "detected"), f"{verdict} by the audit; the broker {'starts' if is_served else 'refuses'}: {text}")
    expect(is_served or "journal-" in text and "turnpiked journal inspect" in text, f"a refusal that names nothing: {text}")
