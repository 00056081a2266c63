"""Somebody with a session, notes and leases, and what that somebody was told: one side of the ledger (ledger.py)."""

import itertools
import os
import select
import socket
import struct

from client import MOVING, OPERATIONS, RECEIPTS, STATES, STATUSES, Client, Layout, key_hash
from daemon import Failure, expect

WINDOW, DEPTH, ROLE_DEPTH = 1024, 32, 3
PERIOD, METER = 60_000, 2
# Units of money that time may have taken from a lease.
TIME_COST_MAX = 30
# How many things of before the window are asked for again after each crash.
SAMPLE = 200
NOTES_MAX, LEASES_MIN = 60, 5

# What the story of client.py does without.
STATUSES[80] = "NO_SPACE"
OPERATIONS["REVOKE"] = (0x2a, Layout("lease:Q"), Layout("refund:Q given:Q"), 0)
MOVING.add("REVOKE")
RECEIPTS.add("REVOKE")


class Lost(Failure):
    """Something that was acknowledged is not so."""


class Doubled(Failure):
    """Something was done twice."""


def must(is_right, kind, text):
    if not is_right:
        raise kind(text)


class Inbox:
    """Bytes as they arrive, read in whole frames."""

    def __init__(self, socket):
        self.socket, self.data, self.at, self.has_ended = socket, b"", 0, False

    def take(self, waits=True):
        """Takes what has arrived, or waits for something. Whether there was something."""
        if not waits and not select.select([self.socket], [], [], 0)[0]:
            return False
        try:
            data = self.socket.recv(1 << 18)
        except (ConnectionError, TimeoutError):
            data = b""
        self.has_ended |= not data
        self.data, self.at = self.data[self.at:] + data, 0
        return bool(data)

    def has_frame(self):
        left = len(self.data) - self.at
        return left >= 16 and left >= int.from_bytes(self.data[self.at:self.at + 4], "little")

    def read(self, count):
        while len(self.data) - self.at < count and self.take():
            continue
        data = self.data[self.at:self.at + count]
        self.at += len(data)
        return data


class Lease:
    def __init__(self, reply, request, owner):
        self.id, self.epoch, self.deadline, self.own = reply.lease, reply.epoch, reply.deadline, reply.balance
        self.key, self.owner, self.is_brief = request.key, owner, request.fields["resource"] == owner.ledger.brief
        self.use_told = self.use_sent = self.under_way = 0
        # Its owner has asked for its end, and nobody does anything with it from then on.
        self.is_closing = False


class Request:
    def __init__(self, operation, tokens=(), records=(), lease=None, as_owner=False, key=None, **fields):
        self.operation, self.tokens, self.records, self.lease = operation, list(tokens), list(records), lease
        self.as_owner, self.key, self.fields = as_owner, key, fields
        self.keeps_receipt = operation in RECEIPTS or bool(tokens)


class Party:
    """Somebody with a session, notes and leases: a client, or the operator, or the provider."""

    def __init__(self, ledger, name, credential=None):
        self.ledger, self.name, self.credential, self.random = ledger, name, credential, ledger.random
        self.session, self.number, self.newest = os.urandom(16), 0, 0
        self.notes, self.spent, self.leases, self.unbound = [], [], [], []
        # By number: sent and not answered, and the receipts that the broker must still have.
        self.unknown, self.told, self.binding = {}, {}, {}

    # Connections.

    def connect(self, address):
        first, numbers = self.number + 1, itertools.count(self.number + 1)
        self.wire = Client(address, session=self.session, numbers=numbers, credential=self.credential)
        self.wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.credential:
            resumed = self.wire.receive(first).resumed
            must(resumed or not self.told, Lost, f"{self.name}: the session with its receipts")
        self.number, self.handles, self.binding = next(numbers) - 1, {}, {}
        self.wire.stream = self.inbox = Inbox(self.wire.socket)

    def send(self, operation, number=None, **what):
        """Any request: its number."""
        if number is None:
            self.number = number = self.number + 1
        if operation in RECEIPTS or what.get("tokens"):
            self.newest = max(self.newest, number)
        try:
            # A receipt is kept until the window has passed it, so it is as wide as can be.
            self.wire.send(operation, number=number, window=min(WINDOW, number), **what)
        except (ConnectionError, TimeoutError):
            self.inbox.has_ended = True
        return number

    def ask(self, operation, expected="OK", **what):
        reply = self.wire.receive(self.send(operation, **what))
        expect(reply.status == expected, f"{self.name}: {operation} {reply.status}, not {expected}")
        return reply

    def ask_all(self, questions):
        """(question, reply) for each of `(what is meant, operation, what is sent)`, many at a time."""
        questions = list(questions)
        for at in range(0, len(questions), DEPTH):
            numbers = [(what, self.send(operation, **fields)) for what, operation, fields in questions[at:at + DEPTH]]
            yield from ((what, self.wire.receive(number)) for what, number in numbers)

    # What is sent, and what becomes of it.

    def request(self, operation, **what):
        """A money command."""
        request = Request(operation, **what)
        self.number += 1
        self.unknown[self.number] = request
        if request.lease:
            request.lease.under_way += 1
        if operation == "ACQUIRE":
            request.epoch_before = self.ledger.epochs[request.fields["resource"]]
        self.repeat(self.number, request)
        return True

    def repeat(self, number, request):
        fields = dict(request.fields)
        if request.as_owner:
            fields["handle"] = self.handles[request.lease.id]
        if request.operation == "FUND":
            fields["lease"] = request.lease.id
        self.send(request.operation, number, tokens=request.tokens, records=request.records, **fields)

    def take_replies(self):
        while self.inbox.has_frame():
            self.wire.read()
        for number in list(self.wire.replies):
            reply = self.wire.receive(number)
            if number in self.binding:
                self.bound(self.binding.pop(number), reply)
            else:
                self.answered(number, self.unknown.pop(number), reply)

    def answered(self, number, request, reply):
        """The first reply to a request."""
        if request.lease:
            request.lease.under_way -= 1
        if reply.status != "OK":
            # Every note is as good as before.
            self.notes += request.tokens
            return self.ledger.refused(self, request, reply)
        expect(reply.money == "TAKEN", f"{self.name}: {request.operation} was done and {reply.money}")
        self.ledger.acknowledged += 1
        self.ledger.operations[request.operation] += 1
        request.reply = reply
        if request.keeps_receipt:
            self.told[number] = request
        for old in [old for old in itertools.islice(self.told, 4) if old <= self.newest - WINDOW]:
            del self.told[old]
        self.spent += request.tokens
        self.notes += reply.notes
        {"ACQUIRE": self.acquired, "FUND": self.funded, "USE": self.used, "RELEASE": self.released, "ISSUE": self.issued}.get(
            request.operation, lambda *_: None)(request, reply)
        if self.credential:
            self.ledger.give_away(self)

    def acquired(self, request, reply):
        lease, epochs = Lease(reply, request, self), self.ledger.epochs
        resource = request.fields["resource"]
        expect(reply.epoch > request.epoch_before, f"epoch {reply.epoch} was granted after {request.epoch_before}")
        expect((resource, reply.epoch) not in self.ledger.granted, f"epoch {reply.epoch} was granted twice")
        self.ledger.granted.add((resource, reply.epoch))
        epochs[resource] = max(epochs[resource], reply.epoch)
        must(lease.id not in self.ledger.leases, Doubled, f"lease {lease.id} was granted twice")
        self.ledger.leases[lease.id] = lease
        self.leases.append(lease)
        if not lease.is_brief:
            self.unbound.append(lease)

    def funded(self, request, reply):
        amount = sum(note.amount for note in request.tokens)
        expect(reply.credited == amount, f"FUND credited {reply.credited} of {amount}")
        request.lease.deadline += amount * PERIOD
        request.lease.own += amount if request.as_owner else 0

    def used(self, request, reply):
        lease, paid = request.lease, sum(note.amount for note in request.tokens)
        cost = request.fields["quantity"] * METER
        expect(reply.charged == cost or reply.replayed and not paid, f"USE charged {reply.charged}, not {cost}")
        lease.deadline += (paid - cost) * PERIOD
        lease.own += paid - cost
        lease.use_told = max(lease.use_told, request.fields["useNumber"])

    def released(self, request, reply):
        lease = request.lease
        expect(reply.change == sum(note.amount for note in reply.notes), f"a note is not worth the change of {lease.id}")
        # Time took a little of it.
        must(lease.own - TIME_COST_MAX <= reply.change, Lost, f"{reply.change} of {lease.own} came back from {lease.id}")
        must(reply.change <= lease.own, Doubled, f"{reply.change} came back from {lease.id}, which had {lease.own}")
        self.leases.remove(lease)
        del self.ledger.leases[lease.id]

    def issued(self, request, reply):
        self.ledger.issued += sum(note.amount for note in reply.notes)

    def bound(self, lease, reply):
        expect(reply.status == "OK", f"{self.name}: BIND of an acknowledged lease {reply.status}")
        # Of a lease that ended less is kept.
        must(lease.is_closing or reply.useNumber >= lease.use_told, Lost, f"use {lease.use_told} of {lease.id}: the last is {reply.useNumber}")
        expect(reply.useNumber <= lease.use_sent, f"use {reply.useNumber} of {lease.id} was never asked for")
        expect(reply.epoch == lease.epoch, f"{lease.id} has epoch {reply.epoch}, {lease.epoch} was told")
        self.handles[lease.id] = reply.handle

    # The load.

    def act(self):
        """One more request, if there is something to do. Whether there was."""
        if len(self.unknown) + len(self.binding) >= (ROLE_DEPTH if self.credential else DEPTH):
            return False
        if self.credential:
            return self.act_as_role()
        if self.unbound:
            return self.bind_next()
        own = [lease for lease in self.leases if lease.id in self.handles and not lease.is_closing]
        choice, lease = self.random.random(), self.random.choice(own) if own else None
        if lease and choice < 0.3 and lease.own > 4 * METER * DEPTH:
            return self.use(lease, ())
        if choice < 0.4 and len(own) > LEASES_MIN and not lease.under_way:
            lease.is_closing = True
            return self.request("RELEASE", lease=lease, as_owner=True)
        if not self.notes:
            return False
        tokens = self.take_notes()
        if choice < 0.55:
            return self.exchange(tokens)
        if choice < 0.65 and lease:
            return self.request("FUND", tokens=tokens, lease=lease, as_owner=True)
        if choice < 0.75 and self.ledger.leases:
            other = self.random.choice(list(self.ledger.leases.values()))
            if not other.is_closing and not other.is_brief and other.owner is not self:
                return self.request("FUND", tokens=tokens, lease=other)
        if choice < 0.8 and lease and lease.own + sum(note.amount for note in tokens) > 4 * METER * DEPTH:
            return self.use(lease, tokens)
        return self.acquire(tokens, self.ledger.brief if choice > 0.98 else self.ledger.lasting)

    def act_as_role(self):
        if self.credential is self.ledger.credentials[0] and self.ledger.needs_money():
            return self.request("ISSUE", amount=self.random.randint(500, 5000), count=8)
        waits = any(request.operation == "WITHDRAW" for request in self.unknown.values())
        return not waits and self.random.random() < 0.2 and self.request("WITHDRAW", amount=0)

    def bind_next(self):
        lease = self.unbound.pop()
        self.binding[self.send("BIND", lease=lease.id, key=lease.key)] = lease
        return True

    def take_notes(self):
        count = min(self.random.randint(1, 3), len(self.notes))
        tokens, self.notes = self.notes[:count], self.notes[count:]
        return tokens

    def use(self, lease, tokens):
        lease.use_sent += 1
        return self.request(
            "USE", tokens=tokens, lease=lease, as_owner=True, quantity=self.random.randint(1, 3), useNumber=lease.use_sent)

    def exchange(self, tokens):
        whole = sum(note.amount for note in tokens)
        count = 1 if len(self.notes) > NOTES_MAX else min(self.random.randint(1, 4), whole)
        cuts = sorted(self.random.sample(range(1, whole), count - 1))
        amounts = [end - begin for begin, end in zip([0, *cuts], [*cuts, whole])]
        return self.request(
            "EXCHANGE", tokens=tokens, count=count, records=[struct.pack("<QQ", amount, 0) for amount in amounts])

    def acquire(self, tokens, resource):
        key = os.urandom(16)
        return self.request("ACQUIRE", tokens=tokens, resource=resource, units=1, keyHash=key_hash(key), key=key)

    # After a crash.

    def resume(self, address):
        """A new connection; what was unknown is repeated under its number, so that nothing is unknown any more."""
        self.connect(address)
        self.unbound = []
        known = {lease.id: lease for lease in self.leases if not lease.is_brief}
        known.update(
            (request.lease.id, request.lease) for request in [*self.told.values(), *self.unknown.values()] if request.as_owner)
        for lease, reply in self.ask_all((lease, "BIND", dict(lease=lease.id, key=lease.key)) for lease in known.values()):
            self.bound(lease, reply)
        for number, request in sorted(self.unknown.items()):
            self.repeat(number, request)
        for number, request in sorted(self.unknown.items()):
            reply = self.wire.receive(number)
            self.ledger.unknown[reply.replayed] += 1
            self.answered(number, self.unknown.pop(number), reply)

    def check_receipts(self):
        """Every receipt that must be there is, to the byte; and nothing is done again by asking."""
        told = [(number, request) for number, request in sorted(self.told.items()) if number > self.newest - WINDOW]
        for at in range(0, len(told), DEPTH):
            for number, request in told[at:at + DEPTH]:
                self.repeat(number, request)
            for number, request in told[at:at + DEPTH]:
                reply, what = self.wire.receive(number), f"{self.name}: {request.operation} number {number}"
                must(reply.status == "OK", Lost, f"{what}: {reply.status} in place of its receipt")
                must(reply.replayed, Doubled, f"{what}: done again")
                must(reply.body == request.reply.body, Lost, f"{what}: another receipt, {vars(reply)}")
        self.ledger.receipts += len(told)

    def check_payments(self):
        paid = [request for request in self.told.values() if hasattr(request.reply, "payment")]
        paid = self.random.sample(paid, min(len(paid), SAMPLE))
        for request, reply in self.ask_all((request, "PAYMENT", dict(payment=request.reply.payment)) for request in paid):
            must((reply.status, reply.outcome) == ("OK", 1), Lost, f"payment {request.reply.payment}: {reply.status}")

    def check_notes(self):
        """Notes that were paid are spent, those that are held are good, and one that was paid pays nothing again."""
        older = self.random.sample(self.spent[:-WINDOW], min(SAMPLE, len(self.spent[:-WINDOW])))
        for notes, is_spent in ((self.spent[-WINDOW:] + older, True), (self.notes, False)):
            parts = [notes[at:at + DEPTH] for at in range(0, len(notes), DEPTH)]
            for part, reply in self.ask_all((part, "PAYMENT", dict(tokens=part)) for part in parts):
                expect(reply.status == "OK", f"{self.name}: PAYMENT with notes {reply.status}")
                must(reply.spent == (1 << len(part)) - 1 if is_spent else reply.spent == 0, Lost,
                     f"{self.name}: of {len(part)} notes that are {'spent' if is_spent else 'held'} {reply.spent:b} are spent")
        leases = [lease for lease in self.leases if not lease.is_brief]
        again = self.random.sample(self.spent, min(3, len(self.spent))) if leases else []
        for _, reply in self.ask_all((note, "FUND", dict(tokens=[note], lease=leases[0].id)) for note in again):
            must(reply.status == "NOTE_SPENT", Doubled, f"{self.name}: a spent note is {reply.status}")

    def check_leases(self):
        for lease, reply in self.ask_all((lease, "CHECK", dict(lease=lease.id)) for lease in self.leases):
            must(reply.status == "OK", Lost, f"lease {lease.id}: {reply.status}")
            kind = Lost if reply.deadline < lease.deadline else Doubled
            must(reply.deadline == lease.deadline, kind, f"{lease.id} has deadline {reply.deadline}, {lease.deadline} was told")
            expect(reply.epoch == lease.epoch, f"{lease.id} has epoch {reply.epoch}, {lease.epoch} was told")
            state = STATES[reply.state]
            expect(state == "ACTIVE" or lease.is_brief and state == "SUSPENDED", f"{lease.id} is {state}")
        used = [lease for lease in self.leases if lease.use_told]
        again = ((lease, "USE", dict(handle=self.handles[lease.id], quantity=1, useNumber=lease.use_told)) for lease in used)
        for lease, reply in self.ask_all(again):
            must(reply.status == "OK" and reply.replayed and reply.charged == 0, Doubled,
                 f"use {lease.use_told} of {lease.id} again: {reply.status}, charged {getattr(reply, 'charged', None)}")
