"""Writes and syncs that fail, fall short or stall, and a disk that is full: what the broker says then, and what it still does."""

import contextlib
import os
import subprocess
import time

from daemon import Daemon, expect
from ledger import SECONDS_MAX, Ledger

IMAGE_MIB = 24
# faults.c counts each call from the first file of the journal on: by this number the load is under way, and in its first segment.
UNDER_WAY = (25, 50)
NEW_MONEY = ("ISSUE", "ACQUIRE", "FUND", "USE with a payment")


class Trial:
    """One broker below rules for faults.c and, as all of this, below powercut.c."""

    def __init__(self, workshop, name, random, directory=None, cuts_power=True):
        self.daemon = Daemon(workshop, directory or workshop.place(name), cuts_power, random=random)
        self.ledger = Ledger(random, (self.daemon.operator, self.daemon.provider))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.close()

    def start(self, faults=None):
        self.daemon.faults = faults
        self.daemon.start()
        self.ledger.begin(self.daemon.address)

    def load(self, count):
        enough = self.ledger.acknowledged + count
        expect(self.ledger.load(lambda: self.ledger.acknowledged >= enough), f"the broker ended: {self.daemon.log()}")

    def ends_by_itself(self, error):
        """It says why, and that nothing more is acknowledged."""
        self.ledger.part()
        code, log = self.daemon.exit_code(), self.daemon.log()
        expect(code == 1, f"exit code {code}: {log}")
        expect("a command could not be written: nothing more is acknowledged" in log and error in log, f"it does not say why: {log}")

    def holds(self):
        """Started again without faults, and after one more kill, it knows all that was told."""
        if self.daemon.process:
            self.daemon.kill()
            self.ledger.part()
            self.daemon.strike()
        self.daemon.start()
        self.ledger.check(self.daemon.address)
        self.load(200)
        self.ledger.settle()
        self.daemon.kill()
        self.ledger.part()
        self.daemon.strike()
        self.daemon.audit()

    # What goes on without room.

    def outcome(self, party, operation, **what):
        """OK, or the status of one request, while nothing else is under way."""
        before = self.ledger.refusals.copy()
        party.request(operation, **what)
        self.ledger.settle()
        return next((status for _, status in self.ledger.refusals - before), "OK")

    def may_lack_room(self):
        self.ledger.may_refuse |= {(operation, "NO_SPACE") for operation in ("ISSUE", "ACQUIRE", "FUND", "USE")}

    def load_until_low(self):
        self.may_lack_room()
        is_low = lambda: any(status == "NO_SPACE" for _, status in self.ledger.refusals)
        expect(self.ledger.load(is_low), f"the broker ended: {self.daemon.log()}")
        self.ledger.settle()

    def outcomes_without_room(self):
        ledger = self.ledger
        operator, provider = ledger.roles
        owner = next(party for party in ledger.clients if len(party.notes) > 3 and len(self.bound(party)) > 2)
        first, second, third = self.bound(owner)[:3]
        use = lambda tokens=(): self.outcome(
            owner, "USE", tokens=tokens, lease=first, as_owner=True, quantity=1, useNumber=self.next_use(first))
        pay = lambda: [owner.notes.pop()]
        acquire = lambda: owner.acquire(pay(), ledger.lasting)
        before = ledger.refusals.copy()
        acquire()
        ledger.settle()
        refused = {
            "ISSUE": self.outcome(operator, "ISSUE", amount=1, count=1), "FUND": self.outcome(owner, "FUND", tokens=pay(), lease=first),
            "USE with a payment": use(pay())}
        expect(ledger.refusals - before == {(name.split()[0], "NO_SPACE"): 1 for name in NEW_MONEY}, f"without room: {refused}")
        second.is_closing = third.is_closing = True
        done = {
            "USE": use(), "RELEASE": self.outcome(owner, "RELEASE", lease=second, as_owner=True),
            "REVOKE": provider.ask("REVOKE", lease=third.id).status,
            "RELEASE of what was revoked": self.outcome(owner, "RELEASE", lease=third, as_owner=True)}
        expect(set(done.values()) == {"OK"}, f"without room: {done}")
        expect(self.outcome(operator, "ISSUE", amount=1, count=1) == "NO_SPACE", "there was room all the time")
        return len(refused) + 1 + len(done)

    def next_use(self, lease):
        lease.use_sent += 1
        return lease.use_sent

    def bound(self, party):
        return [lease for lease in party.leases if lease.id in party.handles and not lease.is_closing and lease.own > 50]

    def wait_for_room(self):
        """New money is taken again by itself."""
        until = time.monotonic() + SECONDS_MAX
        while self.outcome(self.ledger.roles[0], "ISSUE", amount=1, count=1) != "OK":
            expect(time.monotonic() < until, f"there is room for {SECONDS_MAX} s, and new money is not taken")
        self.ledger.may_refuse = {what for what in self.ledger.may_refuse if what[1] != "NO_SPACE"}


def fails(workshop, random, call, error):
    """A write or a sync of the journal fails under load."""
    with Trial(workshop, f"{call}-{error}", random) as trial:
        trial.start(f"{call}:{error}@{random.randint(*UNDER_WAY)}")
        expect(not trial.ledger.load(lambda: False), "the broker goes on")
        trial.ends_by_itself({"EIO": "Input/output error", "ENOSPC": "No space left on device"}[error])
        trial.holds()


def falls_short(workshop, random):
    """Every write is short, and continued."""
    with Trial(workshop, "short", random) as trial:
        trial.start("pwrite:short@1-")
        trial.load(1000)
        expect(sum(trial.daemon.fault_counts().values()) > 100, "no write was short")
        trial.holds()


def stalls(workshop, random, seconds=5):
    """A sync that takes five seconds: nobody is told anything meanwhile."""
    with Trial(workshop, "stall", random) as trial:
        ledger, daemon = trial.ledger, trial.daemon
        trial.start(f"fdatasync:stall={seconds * 1000}ms@{random.randint(*UNDER_WAY)}")
        expect(ledger.load(lambda: sum(daemon.fault_counts().values()) > 0), f"the broker ended: {daemon.log()}")
        seen = time.monotonic()
        # What was sent before may be answered by batches of before, and what is sent from here on only after the stall.
        marks = []
        for party in ledger.parties:
            if party.credential is daemon.operator:
                party.request("ISSUE", amount=1, count=1)
            elif party.notes and not party.credential:
                party.exchange(party.take_notes())
            else:
                continue
            marks.append((party, party.number))
        # The operator can always issue; a party may have no notes just then.
        expect(marks, "there was nothing to send")
        while all(number in party.unknown for party, number in marks):
            for party in ledger.parties:
                party.inbox.take(waits=False)
                party.take_replies()
                expect(not party.inbox.has_ended, f"the broker ended: {daemon.log()}")
        took = time.monotonic() - seen
        # The report was read a moment after the stall began.
        expect(took > seconds - 0.5, f"told after {took:.2f} s of a stall of {seconds} s")
        trial.load(200)
        ledger.settle()
        trial.holds()


def lacks_reserves(workshop, random):
    """No room for a third reserve: new money is refused, the rest goes on, and so does everything when there is room again."""
    with Trial(workshop, "reserves", random) as trial:
        # One file is the first segment, three are reserves; the next is to replace the reserve that the second segment took.
        trial.start("open:ENOSPC@5-7")
        trial.load_until_low()
        count = trial.outcomes_without_room()
        trial.wait_for_room()
        trial.load(300)
        trial.holds()
        return count


@contextlib.contextmanager
def small_disk(workshop):
    """A file system of its own in a file."""
    image, mount = workshop.directory / "image", workshop.directory / "disk"
    mount.mkdir(exist_ok=True)
    with open(image, "wb") as file:
        file.truncate(IMAGE_MIB << 20)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", image], check=True, capture_output=True)
    subprocess.run(["mount", "-o", "loop", image, mount], check=True, capture_output=True)
    try:
        yield mount
    finally:
        subprocess.run(["umount", mount], check=True)


def why_no_small_disk(workshop):
    if os.geteuid() != 0:
        return "mounting needs root"
    try:
        with small_disk(workshop):
            return None
    except (OSError, subprocess.CalledProcessError) as error:
        return f"{error} {(getattr(error, 'stderr', None) or b'').decode().strip()}"


def fill(path):
    """Takes all room that is left."""
    with open(path, "wb", buffering=0) as file:
        for size in (1 << 20, 4096, 512):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))
                    os.fsync(file.fileno())


def disk_is_full(workshop, random):
    """The same on a real file system without room; and then so full that the last reserve is used up."""
    with small_disk(workshop) as mount:
        directory = mount / "world"
        directory.mkdir()
        with Trial(workshop, "full", random, directory, cuts_power=False) as trial:
            daemon, filler = trial.daemon, mount / "filler"
            # Its log would find no room either.
            daemon.log_path = workshop.directory / "full-log"
            trial.start()
            trial.load(300)
            fill(filler)
            trial.load_until_low()
            count = trial.outcomes_without_room()
            filler.unlink()
            trial.wait_for_room()
            trial.load(300)
            fill(filler)
            trial.may_lack_room()
            expect(not trial.ledger.load(lambda: False), "the broker goes on without room")
            trial.ends_by_itself("No space left on device")
            filler.unlink()
            trial.holds()
            return count

