"""What clients were told: money commands over pipelined connections, and a ledger of what each of the clients knows.

Every request is noted before it is sent. One whose reply arrived is *told*, one without a reply is *unknown*. After a crash
`Ledger.check` resumes each session, repeats what is unknown under its number, and holds the broker to everything it ever told.

Each note belongs to one party and each lease to one owner, so it is known beforehand what the broker may answer: every request
of the load succeeds, and each deadline is exact, because one unit of money buys `PERIOD` milliseconds:
deadline = deadline that ACQUIRE told + PERIOD x (funded since - used)."""

import collections
import select
import struct
import time

from daemon import expect
from party import METER, PERIOD, Doubled, Lost, Party, must

SECONDS_MAX = 30
NOTES_MIN = 20
TERMS = dict(throttledPrice=1, price=1, shortest=1, longest=10**12, low=0, throttle=0, grace=10**10, meter0=METER, units=2**32 - 1)
FIGURE = struct.Struct("<HxxIq")


class Ledger:
    """All parties, and what they know together."""

    def __init__(self, random, credentials, client_count=6):
        self.random, self.credentials = random, credentials
        self.acknowledged = self.issued = self.receipts = 0
        self.operations, self.unknown, self.refusals = collections.Counter(), collections.Counter(), collections.Counter()
        self.leases, self.epochs, self.granted = {}, collections.Counter(), set()
        self.may_refuse = {("WITHDRAW", "FUNDS_INSUFFICIENT")}
        self.roles = [Party(self, name, credential) for name, credential in zip(("operator", "provider"), credentials)]
        self.clients = [Party(self, f"client {number}") for number in range(client_count)]
        self.parties = self.roles + self.clients

    def begin(self, address):
        for party in self.parties:
            party.connect(address)
        register = lambda name, period: self.roles[1].ask("REGISTER", name=name, period=period, **TERMS).resource
        self.lasting, self.brief = register(b"lasting", PERIOD), register(b"brief", 1)

    def needs_money(self):
        return sum(len(party.notes) for party in self.clients) < NOTES_MIN * len(self.clients)

    def give_away(self, party):
        """The notes of a role go to whoever has fewest."""
        min(self.clients, key=lambda client: len(client.notes)).notes += party.notes
        party.notes = []

    def refused(self, party, request, reply):
        what = request.operation, reply.status
        expect(what in self.may_refuse, f"{party.name}: {what[0]} {what[1]}")
        expect(reply.money == "NOT_TAKEN", f"{party.name}: {what[0]} {what[1]}, {reply.money}")
        self.refusals[what] += 1

    # The load.

    def load(self, is_done):
        """Keeps all connections busy until `is_done()`; false when the broker ended them."""
        until = time.monotonic() + SECONDS_MAX
        while True:
            has_arrived = False
            for party in self.parties:
                while party.act():
                    continue
                has_arrived |= party.inbox.take(waits=False)
                party.take_replies()
                if party.inbox.has_ended:
                    return False
                if is_done():
                    return True
            if not has_arrived:
                expect(time.monotonic() < until, f"nothing is acknowledged for {SECONDS_MAX} s")
                select.select([party.wire.socket for party in self.parties], [], [], 0.05)
            else:
                until = time.monotonic() + SECONDS_MAX

    def settle(self):
        """Waits for every reply."""
        for party in self.parties:
            while party.unknown or party.binding:
                expect(party.inbox.take(), f"{party.name}: the connection ended with {len(party.unknown)} requests unanswered")
                party.take_replies()

    def part(self):
        """The broker is dead: takes what it had sent, which was told as well."""
        for party in self.parties:
            while not party.inbox.has_ended:
                party.inbox.take()
            party.take_replies()
            party.wire.socket.close()

    # After a crash.

    def resume(self, address):
        for party in self.parties:
            party.resume(address)

    def check(self, address):
        """Holds a broker that was started again to everything that was told."""
        self.resume(address)
        for party in self.parties:
            party.check_receipts()
            party.check_payments()
            party.check_notes()
            party.check_leases()
        self.check_money()

    def check_money(self):
        ledger = collections.Counter()
        for account, _, balance in map(FIGURE.unpack, self.roles[0].ask("AUDIT_FIGURES").records):
            if account < 32:
                ledger[account] += balance
        expect(sum(ledger.values()) == 0, f"the ledger sums to {sum(ledger.values())}")
        held = sum(note.amount for party in self.parties for note in party.notes)
        must(held >= ledger[2], Doubled, f"the clients hold {held}, the broker owes {ledger[2]}")
        must(held <= ledger[2], Lost, f"the clients hold {held}, the broker owes {ledger[2]}")
        must(-ledger[1] == self.issued, Lost if -ledger[1] < self.issued else Doubled, f"{self.issued} was issued, {ledger}")
