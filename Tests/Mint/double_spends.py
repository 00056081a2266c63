#!/usr/bin/env python3
"""Double spends: the same token shown many times at once, from 64 connections to a broker, and by somebody else to its mint: exactly one has it.

    Tests/Mint/double_spends.py      TRIALS (1000) tokens, SEED, SECONDS_MAX (300)

The mint is the scripted one. Each token is of one kind: *crowd*, shown to the broker by all 64; *plain*, by 2 to 6; *locked* to the broker, so that it is credited
without the mint; a *race*, where somebody swaps it at the mint meanwhile; *again*, where it is shown once more when all that is over. In the end what
the broker credited, what it and the mint say of that, and what the tokens were worth are the same to the unit."""

import concurrent.futures
import os
import pathlib
import random
import struct
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from broker_test import audit, broker, resource, until  # noqa: E402
from ecash_client import Client, client, ecash, key_hash, lock_key, settled  # noqa: E402
from scripted_mint import ScriptedMint, proofs_of  # noqa: E402

TRIALS, SEED = int(os.environ.get("TRIALS") or 1000), int(os.environ.get("SEED") or time.time())
SECONDS_MAX = int(os.environ.get("SECONDS_MAX") or 300)
# Of these the last pay with tokens that are spent elsewhere: from then on they are swapped alone, which the others should not be.
CONNECTIONS, RACERS, THIEVES = 64, 8, 4
AT_ONCE, RATE, EXPOSURE, ECASH = 128, 1000, 4000, 20
KINDS = ["plain"] * 10 + ["locked"] * 6 + ["race"] * 3 + ["again"]


class Trial:
    """One token, and who won it so far: `broker` or `thief`."""

    def __init__(self, kind, amount, token):
        self.kind, self.amount, self.token, self.winners = kind, amount, token, []


class Arena:
    def __init__(self, mint, running, chance):
        self.mint, self.chance = mint, chance
        self.payers = [Client(running.address) for _ in range(CONNECTIONS)]
        self.lock, self.resource = lock_key(self.payers[0]), resource(running, price=RATE * 1000)
        self.credited = self.made = self.stolen = self.shows = self.thefts = 0
        self.kinds, self.statuses = {}, {}
        self.thieves = concurrent.futures.ThreadPoolExecutor(THIEVES)
        self.own = threading.local()

    def ready(self):
        """Waits until the broker knows the mint's keyset, and takes the lease that all pay for."""
        def known():
            reply = self.payers[0].receive(self.payers[0].send(
                "ACQUIRE", tokens=[ecash(probe, b"p" * 16)], resource=1 << 40, units=1, keyHash=key_hash(b"o" * 16)))
            return reply.status != "KEYSET_UNKNOWN"
        probe = self.mint.token(1, format="cashuA")
        until(known)
        assert self.mint.swap(proofs_of(probe))[0] == 200, "the probe is still good"
        token = self.mint.token(1, self.lock)
        reply = self.payers[0].ask("ACQUIRE", tokens=[ecash(token, b"r" * 16)], resource=self.resource, units=1, keyHash=key_hash(b"o" * 16))
        self.lease = reply.lease
        self.made, self.stolen, self.credited = 2, 1, RATE

    def trial(self, kind=None):
        kind, amount = kind or self.chance.choice(KINDS), self.chance.randint(1, 15)
        form = "cashuA" if kind == "race" else self.chance.choice(("cashuA", "cashuB"))
        more = dict(lock=self.lock) if kind == "locked" else {}
        self.made += amount
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        return Trial(kind, amount, self.mint.token(amount, format=form, **more))

    def show(self, shows, goes_on=lambda: None):
        """All these (trial, payer) at once, and what came of each in the end. Calls `goes_on` whenever one of them came to an end."""
        asked = [(trial, payer, payer.send("FUND", window=1000, tokens=[ecash(trial.token, os.urandom(16))], lease=self.lease))
                 for trial, payer in shows]
        self.shows += len(asked)
        waiting = []
        for trial, payer, number in asked:
            reply = payer.receive(number)
            self.count(reply.status)
            if reply.status == "OK":
                self.win(trial, reply.money, reply.credited)
            elif reply.status == "PAYMENT_PENDING":
                waiting.append((trial, payer, reply.detail))
            else:
                assert (reply.status, reply.money) == ("ECASH_IN_USE", "NOT_KNOWN"), f"{trial.kind}: {vars(reply)}"
        for trial, payer, payment in waiting:
            goes_on()
            outcome, status, push = settled(payer, payment)
            self.count(f"{outcome}/{status}")
            if outcome == "TAKEN":
                self.win(trial, "TAKEN", push.amount)
            else:
                assert (outcome, status) == ("NOT_TAKEN", "ECASH_SPENT"), f"{trial.kind}: {vars(push)}"

    def win(self, trial, money, credited):
        assert money == "TAKEN" and credited == trial.amount * RATE, f"{trial.kind} of {trial.amount}: {money}, {credited}"
        trial.winners.append("broker")
        self.credited += credited

    def count(self, status):
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def steal(self, trial):
        """Somebody who has the token as well: spends it at the mint, if he is first."""
        if not hasattr(self.own, "connection"):
            self.own.connection = self.mint.connect()
        status, body = self.mint.swap(proofs_of(trial.token), on=self.own.connection)
        assert status == 200 or body["code"] == 11001, body
        return status == 200

    def batch(self, count):
        crowd = self.trial("crowd")
        trials, shows = [crowd, *(self.trial() for _ in range(count - 1))], [(crowd, payer) for payer in self.payers]
        for trial in trials[1:]:
            among = self.payers[-RACERS:] if trial.kind in ("race", "again") else self.payers[:-RACERS]
            shows += [(trial, payer) for payer in self.chance.sample(among, self.chance.randint(1 if trial.kind == "race" else 2, 6))]
        self.chance.shuffle(shows)
        races = [trial for trial in trials if trial.kind == "race"]
        # Some thieves are there at once, others when the broker has swapped some of its tokens, and the last ones late.
        thefts = {}
        def steal(count):
            for trial in races[len(thefts):len(thefts) + count]:
                thefts[trial] = self.thieves.submit(self.steal, trial)
        steal(self.chance.randint(0, len(races)))
        self.show(shows, lambda: steal(self.chance.randint(0, 1)))
        steal(len(races))
        for trial, theft in thefts.items():
            if theft.result():
                trial.winners.append("thief")
                self.stolen += trial.amount
        # Of those that are over: of a locked one the broker knows it, of others the mint.
        late = [trial for trial in trials if trial.kind == "again" or trial.kind == "locked" and self.chance.random() < 0.1]
        self.show([(trial, self.chance.choice(self.payers[-RACERS:])) for trial in late])
        for trial in trials:
            assert len(trial.winners) == 1, f"{trial.kind} of {trial.amount}: {trial.winners or 'nobody'} has it"
        self.thefts += sum(trial.winners == ["thief"] for trial in trials)

    def settle(self, operator):
        """Pays until the broker has swapped all that it credited, since each swap takes along what waits for company. What its treasury is then."""
        for _ in range(1000):
            treasury = operator.ask("TREASURY", mint=1)
            if treasury.credited == treasury.waiting == 0:
                return treasury
            # Not of a kind that is counted: one more that is shown once.
            self.made += 1
            self.show([(trial := Trial("plain", 1, self.mint.token(1)), self.payers[0])])
            assert trial.winners == ["broker"], trial.winners
        raise AssertionError(f"never swapped: {treasury.credited}")

    def compare(self, running):
        """Tokens, broker and mint: the same sums."""
        operator = Client(running.address, credential=client.credential(running.data, "operator", 0))
        treasury, totals = self.settle(operator), self.mint.totals()
        assert not totals["broken"], totals["broken"]
        won, money = self.made - self.stolen, totals["money"]["sat"]
        client.equal(self.credited, won * RATE, "what the broker credited, of what the thieves left")
        client.equal((treasury.held, treasury.received, treasury.lost), (won, won, 0), "its treasury")
        # All that was given away is spent, and as much signed for it: the broker's and the thieves'.
        client.equal((money["issued"], money["fees"], money["outstanding"]), (self.made, 0, won + self.stolen), "what the mint says")
        figures = [struct.unpack("<HxxIq", record) for record in operator.ask("AUDIT_FIGURES").records]
        client.equal(-sum(balance for account, _, balance in figures if account == ECASH), self.credited, "what the broker's account says")
        client.equal(sum(balance for account, _, balance in figures if account < 32), 0, "the sum of its accounts")
        return totals["double_spends"]


def main():
    began = time.monotonic()
    print(f"{TRIALS} tokens, SEED={SEED}", flush=True)
    with tempfile.TemporaryDirectory(prefix="doubles-") as folder, ScriptedMint("--seed", SEED) as mint:
        data = f"{folder}/broker"
        with broker(data, f"{mint.url},exposure={EXPOSURE}") as running:
            arena = Arena(mint, running, random.Random(SEED))
            arena.ready()
            left = TRIALS
            while left:
                arena.batch(min(left, AT_ONCE))
                left -= min(left, AT_ONCE)
                assert time.monotonic() - began < SECONDS_MAX, f"{left} are left after {SECONDS_MAX} s; SEED={SEED}"
            refused = arena.compare(running)
        audit(data)
    for name, counts in (("kinds", arena.kinds), ("answers", arena.statuses)):
        print(f"{name}: " + ", ".join(f"{key} {count}" for key, count in sorted(counts.items())))
    print(f"shown: double_spend_trials={TRIALS} shows={arena.shows} connections={CONNECTIONS} won_once={TRIALS} thefts={arena.thefts}"
          f" refused_by_the_mint={refused} credited={arena.credited} sat={arena.made} seconds={time.monotonic() - began:.0f}")


if __name__ == "__main__":
    main()
