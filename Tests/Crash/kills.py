"""Kills a broker again and again below a load, and holds it to what it had told."""

import time

from daemon import Daemon, Failure, expect
from ledger import Ledger

NEW_MIN = 1000
# What a kill is to interrupt, by turns: service, a change of segments, a snapshot; or service, and then the recovery too.
PHASES = ("service", "segment", "recovery", "snapshot", "service")
# So many commands later a phase that did not come is given up: what was interrupted is counted by what the files show.
PATIENCE = 8_000
# A world ends after so many kills: a journal without snapshots grows, and each audit reads all of it.
WORLD_KILLS = 12


class Tally:
    """What the kills of several worlds came to."""

    def __init__(self):
        self.kills = {"service": 0, "segment": 0, "snapshot": 0, "recovery": 0}
        self.acknowledged = self.repeated = self.done_before = self.receipts = self.sectors_lost = self.operations_lost = 0
        self.audits = 0
        self.recoveries = []

    def add(self, world):
        ledger, daemon = world.ledger, world.daemon
        self.acknowledged += ledger.acknowledged
        self.repeated += sum(ledger.unknown.values())
        self.done_before += ledger.unknown[True]
        self.receipts += ledger.receipts
        self.sectors_lost += daemon.sectors_lost
        self.operations_lost += daemon.operations_lost

    def check_shares(self):
        count = sum(self.kills.values())
        share = (count - self.kills["service"]) / count
        expect(share >= 0.2, f"only {share:.0%} of the kills came during a change of segments, a snapshot or a recovery")

    def text(self):
        recoveries = sorted(self.recoveries)
        at = lambda part: 1000 * recoveries[min(len(recoveries) - 1, int(part * len(recoveries)))]
        phases = " ".join(f"kills_{name}={count}" for name, count in self.kills.items())
        return (
            f"kills={sum(self.kills.values())} acknowledged={self.acknowledged} lost=0 doubled=0 recovery_p50_ms={at(0.5):.0f} "
            f"recovery_p99_ms={at(0.99):.0f} {phases} unknown={self.repeated} unknown_done={self.done_before} "
            f"receipts_compared={self.receipts} sectors_lost={self.sectors_lost} operations_lost={self.operations_lost} "
            f"audits={self.audits}")


def sum_of(tallies):
    """What several came to together."""
    total = Tally()
    for tally in tallies:
        for name, value in vars(tally).items():
            if name == "kills":
                total.kills = {phase: count + value[phase] for phase, count in total.kills.items()}
            else:
                setattr(total, name, getattr(total, name) + value)
    return total


class World:
    """One journal and its parties, through several kills."""

    def __init__(self, workshop, name, random, tally, cuts_power=False, turnpiked=None):
        self.random, self.tally = random, tally
        self.daemon = Daemon(workshop, workshop.place(name), cuts_power, turnpiked, random)
        self.ledger = Ledger(random, (self.daemon.operator, self.daemon.provider))

    def __enter__(self):
        self.daemon.start()
        self.ledger.begin(self.daemon.address)
        return self

    def __exit__(self, *_):
        self.daemon.close()

    def aim(self, phase):
        """Loads the broker up to the moment of a kill."""
        enough = self.ledger.acknowledged + NEW_MIN + self.random.randrange(300)
        waits = phase in ("segment", "snapshot")

        def is_reached():
            count = self.ledger.acknowledged - enough
            return count >= 0 and (not waits or self.daemon.interrupted() == phase or count > PATIENCE)

        expect(self.ledger.load(is_reached), f"the broker ended: {self.daemon.log()}")
        # Somewhere in the next syncs, with requests under way.
        until = time.perf_counter() + self.random.choice((0, 0.001, 0.004, 0.016)) * self.random.random()
        while time.perf_counter() < until:
            continue

    def kill(self, phase):
        """One kill under load, and one more in the recovery after it if that is the phase; then the broker is held to the ledger."""
        daemon = self.daemon
        self.aim(phase)
        daemon.kill()
        self.ledger.part()
        # What it did interrupt, by what is there.
        daemon.process.wait()
        self.tally.kills[daemon.interrupted()] += 1
        daemon.strike()
        if phase == "recovery":
            daemon.spawn()
            if not daemon.wait_ready(self.random.random() * daemon.recovery_seconds):
                self.tally.kills["recovery"] += 1
            daemon.kill()
            daemon.strike()
        daemon.start()
        self.tally.recoveries.append(daemon.recovery_seconds)
        self.ledger.check(daemon.address)

    def end(self):
        """The journal, by itself, says the same."""
        self.daemon.kill()
        self.ledger.part()
        self.daemon.strike()
        self.daemon.audit()
        self.tally.audits += 1
        self.tally.add(self)


def run(workshop, name, random, kill_count, cuts_power=False, turnpiked=None, tally=None):
    """So many kills under load, in worlds one after the other."""
    tally = tally or Tally()
    for begin in range(0, kill_count, WORLD_KILLS):
        with World(workshop, f"{name}-{begin}", random, tally, cuts_power, turnpiked) as world:
            for number in range(begin, min(begin + WORLD_KILLS, kill_count)):
                try:
                    world.kill(PHASES[number % len(PHASES)])
                except AssertionError as error:
                    # Of client.py: a frame or a connection that is not as it must be.
                    raise Failure(f"kill {number + 1}: {error}; {world.daemon.log()}") from error
                except Failure as failure:
                    failure.kill = number + 1
                    raise
            world.end()
    return tally
