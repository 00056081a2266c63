#!/usr/bin/env python3
"""An auction with sealed bids, told to a broker with the client of client.py: bids, a raise, a refusal, revealing, a transcript that is
gone through line by line, what comes back, what the sponsor shows; and one that is cancelled.

Run it from the root of the repository; TURNPIKE_BIN is that of client.py. It starts a broker of its own, and exits with 0 only when
every reply was the expected one."""

import hashlib
import os
import pathlib
import signal
import struct
import sys
import time
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import client  # noqa: E402
import funding  # noqa: E402
from client import Client, Layout, equal, step  # noqa: E402
from funding import entries, ledger  # noqa: E402

DIGEST, BANNER = "first:16s last:16s", "text:96s link:96s"
client.OPERATIONS.update({name: (opcode, Layout(request), Layout(reply), size) for name, opcode, request, reply, size in (
    ("STATUS", 0x14, "resource:Q", "units:I unitsLeased:I leaseCount:I leaseCountSuspended:I earned:Q donations:Q burnRate:Q"
     " earliestFree:Q version:I :4x", 0),
    ("MAILBOX", 0x5d, "claim:Q key:16s after:Q", "resource:Q funding:Q now:Q count:H :6x", 32),
    ("OPEN_AUCTION", 0x64, "resource:Q reserve:Q increment:Q duration:Q reveal:Q extendBy:Q start:Q period:Q forfeitPerMillion:I"
     " flags:I label:32s", "auction:Q closesAt:Q", 0),
    ("BID", 0x65, f"auction:Q keyHash:16s {DIGEST} {BANNER}", "claim:Q amount:Q payment:Q head:16s", 0),
    ("RAISE_BID", 0x66, f"claim:Q key:16s {DIGEST}", "amount:Q closesAt:Q payment:Q head:16s", 0),
    ("REVEAL_BID", 0x67, "claim:Q amount:Q nonce:16s", "due:Q head:16s", 0),
    ("REFUSE_BID", 0x68, "claim:Q", "amount:Q", 0),
    ("DESCRIBE_AUCTION", 0x69, "auction:Q", "resource:Q reserve:Q increment:Q least:Q winner:Q amount:Q price:Q held:Q closesAt:Q"
     f" decidedAt:Q startsAt:Q endsAt:Q extendBy:Q forfeitPerMillion:I flags:I bidCount:I lineCount:I state:B :7x {DIGEST}"
     " label:32s", 0),
    ("DESCRIBE_BID", 0x6a, "claim:Q", f"auction:Q held:Q amount:Q {DIGEST} {BANNER} state:B :7x", 0),
    ("TRANSCRIPT", 0x6b, "auction:Q from:I :4x", "lineCount:I count:H :2x", 72))})
client.MOVING |= {"BID", "RAISE_BID", "REVEAL_BID", "REFUSE_BID"}
client.RECEIPTS |= {"BID", "RAISE_BID", "REVEAL_BID", "REFUSE_BID", "OPEN_AUCTION"}
LINE, MAIL = Layout("claim:Q amount:Q payment:Q instant:Q kind:B :7x data:32s"), Layout("at:Q amount:Q instant:Q kind:B :7x")
AMOUNT_INVALID, NAME_INVALID, OPEN, CANCELLED, REVEALING, SPONSORING = 41, 70, 1, 5, 7, 9
SECOND_PRICE, SEALED = 1, 2
BID, RAISE, REVEAL, REFUSE = 1, 2, 3, 4


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class Bidder:
    """Who has one claim key, and what the bid with it is made of."""

    def __init__(self, broker, auction):
        self.client, self.auction, self.key, self.claim, self.heads = Client(broker.address), auction, os.urandom(16), 0, []

    def ask(self, operation, *expect, **request):
        reply = self.client.ask(operation, *expect, **request)
        self.heads += [reply.head] if hasattr(reply, "head") else []
        return reply

    def seal(self, amount):
        """The commitment to an amount under a new nonce."""
        self.amount, self.nonce = amount, os.urandom(16)
        digest = sha(b"turnpike bid v1", struct.pack("<Q", self.auction), client.key_hash(self.key), struct.pack("<Q", amount), self.nonce)
        return dict(first=digest[:16], last=digest[16:])

    def bid(self, note, *expect, **what):
        reply = self.ask("BID", *expect, tokens=[note], auction=self.auction, keyHash=client.key_hash(self.key), **what)
        if reply.status == "OK":
            self.claim = reply.claim
            self.ask("SUBSCRIBE", funding=self.claim, mask=2)
        return reply

    def increase(self, note, *expect, **what):
        return self.ask("RAISE_BID", *expect, tokens=[note], claim=self.claim, key=self.key, **what)

    def reveal(self, *expect, **other):
        return self.ask("REVEAL_BID", *expect, **dict(claim=self.claim, amount=self.amount, nonce=self.nonce) | other)

    def notice(self):
        told = self.client.push("NOTICE")
        return client.NOTICES[told.kind], told.claim, told.amount, told.instant

    def collect(self):
        return self.ask("CLAIM", claim=self.claim, key=self.key).amount

    def mailbox(self):
        told = self.ask("MAILBOX", claim=self.claim, key=self.key)
        return [(client.NOTICES[mail["kind"]], mail["amount"], mail["instant"]) for mail in map(MAIL.unpack, told.records)]


def ending(provider, watcher, resource, duration):
    """A function that waits until `duration` from now: a campaign closes then, which is pushed."""
    last = provider.ask("OPEN_CAMPAIGN", resource=resource, goal=1, duration=duration).campaign
    watcher.ask("SUBSCRIBE", funding=last, mask=2)
    return lambda: equal(watcher.push("NOTICE").funding, last, "what was waited for")


def outcome(lines, auction):
    """By the lines alone: the head after each, and who wins, with what, and pays how much. For sealed bids and a second price."""
    head = sha(b"turnpike auction v1", struct.pack(
        "<QQQII", auction.id, auction.reserve, auction.increment, auction.forfeitPerMillion, auction.flags))
    heads, commitments, bids = [], {}, {}
    for number, record in enumerate(lines):
        head, line = sha(head, record), SimpleNamespace(**LINE.unpack(record))
        heads.append(head)
        if line.kind in (BID, RAISE):
            assert line.instant < auction.closesAt and line.amount >= auction.reserve, f"line {number}: {line}"
            commitments[line.claim] = (line.data, line.amount, number)
        elif line.kind == REVEAL:
            commitment, most, at = commitments[line.claim]
            made = sha(b"turnpike bid v1", struct.pack("<Q", auction.id), line.data[16:], struct.pack("<Q", line.amount), line.data[:16])
            assert made == commitment and line.amount <= most, f"line {number}: {line}"
            assert auction.closesAt <= line.instant < auction.decidedAt, f"line {number}: {line}"
            bids[line.claim] = (-line.amount, at)
        else:
            del commitments[line.claim]
    ranks = sorted(item for item in ((*bid, claim) for claim, bid in bids.items()) if -item[0] >= auction.reserve)
    return heads, (ranks[0][2], -ranks[0][0], -ranks[1][0])


def banner(reply):
    """What the options of a reply say of the sponsor."""
    found, at = {}, 4
    assert not reply.options or struct.unpack_from("<HH", reply.options) == (len(reply.options) - 4, 0), "the head of the options"
    while at < len(reply.options):
        kind, size = struct.unpack_from("<BxH", reply.options, at)
        found[kind], at = reply.options[at + 4:at + 4 + size], at + 4 + size
    return found.get(1), found.get(2)


def bids(broker, operator, provider, resource, notes):
    step("a provider auctions an hour: bids are sealed, the second best one is the price")
    terms = dict(resource=resource, reserve=1000, increment=1, duration=2000, reveal=1500, start=3500, period=3_600_000,
                 forfeitPerMillion=500_000, flags=SEALED | SECOND_PRICE, label=b"an hour")
    auction = provider.ask("OPEN_AUCTION", **terms)
    visitor = Client(broker.address)
    closing = ending(provider, visitor, resource, 2000)
    equal(provider.ask("OPEN_AUCTION", "PERIOD_TAKEN", **terms).detail, auction.auction, "whose period it is")
    step("four bid more than anyone can see; one raises, one is refused for what he would show")
    five, four, three, two, one = notes
    ann, bob, cyd, dan = (Bidder(broker, auction.auction) for _ in range(4))
    equal(ann.bid(one, NAME_INVALID, text=b"a\x1b[2J", **ann.seal(1000)).field, 72, "the field of the text")
    ann.bid(one, "COMMITMENT_WRONG")
    equal(ann.bid(five, text=b"Ann & Co", link=b"https://ann.example", **ann.seal(4500)).amount, 5000, "the most that Ann bids")
    bob.bid(four, text=b"Bob", **bob.seal(3500))
    cyd.bid(three, text=b"buy pills", **cyd.seal(3000))
    dan.bid(two, **dan.seal(2000))
    ann.ask("RAISE_BID", "KEY_WRONG", tokens=[one], claim=bob.claim, key=ann.key, **dict(first=b"x" * 16))
    equal(bob.increase(one, **bob.seal(4000)).amount, 5000, "the raise")
    shown = visitor.ask("DESCRIBE_BID", claim=cyd.claim)
    equal((shown.auction, shown.held, shown.amount, shown.text.rstrip(b"\0"), shown.state), (
        auction.auction, 3000, 0, b"buy pills", OPEN), "the bid described")
    cyd.ask("REFUSE_BID", "NOT_AUTHORIZED", claim=cyd.claim)
    equal(provider.ask("REFUSE_BID", claim=cyd.claim).amount, 3000, "what is due by that")
    provider.ask("REFUSE_BID", "FUNDING_CLOSED", claim=cyd.claim)
    equal((cyd.notice(), cyd.collect()), (("REFUNDED", cyd.claim, 3000, 0), 3000), "the notice, and CLAIM")
    equal(ledger(operator)[18], 12_000, "BIDS")
    (entry,) = [entry for entry in entries(visitor.ask("FUNDING", resource=resource)) if entry.kind == 6]
    equal((entry.id, entry.state, entry.goal, entry.amount, entry.count, entry.instant, entry.label), (
        auction.auction, OPEN, 1000, 0, 4, auction.closesAt, "an hour"), "what FUNDING shows")
    equal(ann.reveal("FUNDING_CLOSED").detail, auction.closesAt + 1500, "when revealing ends")
    closing()
    return auction, visitor, ann, bob, cyd, dan


def sponsored(broker, operator, provider, resource, notes):
    auction, visitor, ann, bob, cyd, dan = bids(broker, operator, provider, resource, notes)
    step("it closed: two reveal what they bid, one does not")
    described = lambda: visitor.ask("DESCRIBE_AUCTION", auction=auction.auction)
    equal((described().state, described().winner), (REVEALING, 0), "nothing is revealed")
    cyd.reveal("FUNDING_CLOSED")
    bob.reveal("COMMITMENT_WRONG", amount=3500)
    equal(bob.reveal(AMOUNT_INVALID, amount=5001).detail, 5000, "the most that Bob's bid can be")
    number = next(bob.client.numbers)
    revealed = bob.reveal(number=number)
    equal(revealed.due, 1000, "what Bob paid above his bid")
    equal(bob.reveal(number=number, replayed=True).body, revealed.body, "the repeat of REVEAL_BID")
    # Whoever knows the nonce may.
    equal(visitor.ask("REVEAL_BID", claim=ann.claim, amount=ann.amount, nonce=ann.nonce).due, 500, "what Ann paid above hers")
    step("it is decided: everyone can find the winner by the transcript, and has the heads that he was told")
    for bidder in (bob, dan, ann):
        equal(bidder.notice(), ("REFUNDED", 0, 5500, 0), "what is due to all of them by that")
    equal(ann.notice()[:3], ("WON", ann.claim, 4000), "who won")
    told = described()
    told.id = auction.auction
    page = visitor.ask("TRANSCRIPT", auction=auction.auction)
    equal(visitor.ask("TRANSCRIPT", auction=auction.auction, **{"from": 5}).records, page.records[5:], "the last lines")
    equal((page.lineCount, page.count, told.lineCount, told.bidCount), (8, 8, 8, 4), "lines and bids")
    heads, winner = outcome(page.records, told)
    equal(heads[-1], told.first + told.last, "the head")
    equal(winner, (told.winner, told.amount, told.price), "the winner by the lines")
    equal(winner, (ann.claim, 4500, 4000), "the winner")
    known = {head[:16] for head in heads}
    assert all(head in known for bidder in (ann, bob, cyd, dan) for head in bidder.heads), "a head that was told is gone"
    step("mailboxes have the same for those who were away; everybody collects; the sponsor's banner shows")
    equal(ann.mailbox(), [("WON", 4000, told.startsAt), ("REFUNDED", 1000, 0)], "Ann's mailbox")
    ann.ask("MAILBOX", "KEY_WRONG", "NONE", claim=bob.claim, key=ann.key)
    equal([bidder.collect() for bidder in (ann, bob, dan)], [1000, 5000, 1000], "what they collect")
    equal((bob.mailbox(), described().state, described().held), ([], SPONSORING, 0), "afterwards")
    shown = (b"Ann & Co", b"https://ann.example")
    for operation in ("STATUS", "DESCRIBE", "FUNDING"):
        equal(banner(visitor.ask(operation, resource=resource)), shown, f"the banner in {operation}")
    told = visitor.ask("FUNDING", resource=resource)
    # The price, and half of what was not revealed.
    equal((told.sponsored, told.donations, told.donationCount), (4000, 5000, 0), "what the resource got")
    equal(ledger(operator).get(18, 0), 0, "BIDS")


def cancelled(broker, provider, resource, note):
    step("another auction is cancelled: all bids are due, and whoever subscribed to it is told once for all")
    auction = provider.ask("OPEN_AUCTION", resource=resource, reserve=1, increment=1, duration=60_000, start=4_000_000, period=1)
    eve, watcher = Bidder(broker, auction.auction), Client(broker.address)
    watcher.ask("SUBSCRIBE", funding=auction.auction, mask=2)
    eve.bid(note)
    equal(provider.ask("CANCEL", funding=auction.auction).amount, note.amount, "what is due")
    told = watcher.push("NOTICE")
    equal((client.NOTICES[told.kind], told.funding, told.claim, told.amount), ("REFUNDED", auction.auction, 0, note.amount), "the notice")
    equal(eve.notice(), ("REFUNDED", 0, note.amount, told.instant), "the same for the bidder")
    equal(eve.mailbox(), [("REFUNDED", note.amount, told.instant)], "the mailbox")
    equal((eve.collect(), eve.ask("DESCRIBE_BID", claim=eve.claim).state), (note.amount, CANCELLED), "CLAIM")


def story(broker):
    operator = Client(broker.address, credential=client.credential(broker.data, "operator", 0))
    provider = Client(broker.address, credential=client.credential(broker.data, "provider", 7))
    resource = provider.ask("REGISTER", name=b"commons", **funding.TERMS).resource
    (note,) = operator.ask("ISSUE", amount=15_500, count=1).notes
    *notes, last = operator.exchange([note], [(amount, 0) for amount in (5000, 4000, 3000, 2000, 1000, 500)]).notes
    sponsored(broker, operator, provider, resource, notes)
    cancelled(broker, provider, resource, last)
    ledger(operator)


def main():
    __debug__ or sys.exit("python -O leaves the assertions out")
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("the story took longer than 38 s"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    signal.alarm(38)
    with client.broker() as running:
        story(running)
    counts = " ".join(f"{name}={count}" for name, count in vars(Client.count).items())
    print(f"shown: steps={step.count} {counts} seconds={time.monotonic() - step.start:.1f}")


if __name__ == "__main__":
    main()
