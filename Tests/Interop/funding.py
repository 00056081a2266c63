#!/usr/bin/env python3
"""How others fund a resource, told to a broker with the client of client.py: gifts, a campaign that ends in a refund, and an
offering that shares the revenue.

Run it from the root of the repository; TURNPIKE_BIN is that of client.py. It starts a broker of its own, and exits with 0 only when
every reply was the expected one."""

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
from client import Client, equal, step  # noqa: E402

TERMS = dict(price=1000, period=1000, throttledPrice=1000, shortest=1000, longest=60_000, grace=2000, units=4)
# Time costs next to nothing, use 1 a unit.
METERED = TERMS | dict(price=1, period=10**8, throttledPrice=1, longest=3 * 10**12, meter0=1)
RESOURCE_UNKNOWN, NAME_INVALID, OPEN, AGAIN, HOUR, OWNERSHIP, SHARING = 50, 70, 1, 2, 3_600_000, 3, 6
ENTRY = client.Layout("id:Q goal:Q amount:Q detail:Q count:Q instant:Q kind:B state:B :6x label:32s")
LINE = client.Layout("sequence:Q previous:Q instant:Q resource:Q subject:Q amount:Q count:I source:H target:H")


def entries(reply):
    """What FUNDING tells: labelled donations, matching deposits, campaigns, offerings."""
    found = [ENTRY.unpack(record) for record in reply.records]
    return [SimpleNamespace(**entry | {"label": entry["label"].rstrip(b"\0").decode()}) for entry in found]


def ledger(operator):
    figures = [client.FIGURE.unpack(record) for record in operator.ask("AUDIT_FIGURES").records]
    balances = {figure["account"]: figure["balance"] for figure in figures if figure["account"] < 32 and figure["balance"]}
    equal(sum(balances.values()), 0, f"sum of the ledger {balances}")
    equal(balances[2], sum(note.amount for note in Client.wallet), "NOTES_OUTSTANDING")
    return balances


def gifts(visitor, provider, resource, early, first, gift):
    step("a gift waits in the donation purse while there is no public lease")
    given = visitor.ask("DONATE", tokens=[early], target=resource, kind=1)
    equal((given.credited, given.matched, given.lease, given.deadline), (10_000, 0, 0, 0), "the gift to the purse")
    told = visitor.ask("FUNDING", resource=resource)
    equal((told.lease, told.donations, told.plain, told.donationCount, told.count), (0, 10_000, 10_000, 1, 0), "FUNDING")
    step("the next open lease takes the purse along, and is funded from then on")
    lease = provider.ask("ACQUIRE", tokens=[first], resource=resource, units=1, flags=OPEN)
    equal(lease.balance, 20_000, "the payment and the purse")
    step("a gift with a label shows in FUNDING; the same request again gives the same receipt")
    request = dict(number=100, target=resource, kind=1, label=b"for all")
    visitor.ask("DONATE", NAME_INVALID, tokens=[gift], **request | {"label": b"\a"})
    given = visitor.ask("DONATE", tokens=[gift], **request)
    equal((given.credited, given.lease, given.deadline), (10_000, lease.lease, lease.deadline + 10_000), "the gift to the lease")
    equal(visitor.ask("DONATE", replayed=True, tokens=[gift], **request).body, given.body, "the repeat of DONATE")
    told = visitor.ask("FUNDING", resource=resource)
    equal((told.lease, client.STATES[told.state], told.deadline), (lease.lease, "ACTIVE", given.deadline), "the public lease")
    equal((told.donations, told.plain, told.donationCount), (0, 20_000, 2), "what was given")
    (entry,) = entries(told)
    equal((entry.kind, entry.detail, entry.amount, entry.label), (1, 1, 10_000, "for all"), "the labelled donation")


def campaign(visitor, provider, operator, resource, pledge, spare):
    step("a provider opens a campaign, somebody pledges, and cannot have it back while it is open")
    opened = provider.ask("OPEN_CAMPAIGN", resource=resource, goal=50_000, minimum=100, duration=HOUR, label=b"a second one")
    key = os.urandom(16)
    to = dict(campaign=opened.campaign, keyHash=client.key_hash(key))
    pledged = visitor.ask("PLEDGE", tokens=[pledge], number=200, label=b"a user", **to)
    equal((pledged.amount, pledged.pledged, pledged.closesAt), (10_000, 10_000, opened.closesAt), "the pledge")
    claim = dict(claim=pledged.claim, key=key)
    equal(visitor.ask("CLAIM", "NOTHING_DUE", number=201, **claim).detail, opened.closesAt, "when it closes")
    visitor.ask("CLAIM", "KEY_WRONG", number=202, claim=pledged.claim, key=os.urandom(16))
    visitor.ask("CLAIM", "FUNDING_UNKNOWN", number=203, claim=opened.campaign, key=key)
    equal(ledger(operator)[14], 10_000, "CAMPAIGN_PLEDGES")
    step("it is cancelled: each pledge is due to its claim key, and whoever subscribed to the claim is told")
    visitor.ask("SUBSCRIBE", number=220, funding=pledged.claim, mask=2)
    visitor.ask("SUBSCRIBE", "FUNDING_UNKNOWN", number=221, funding=1 << 60, mask=2)
    visitor.ask("CANCEL", "NOT_AUTHORIZED", number=204, funding=opened.campaign)
    equal(provider.ask("CANCEL", funding=opened.campaign).amount, 10_000, "due after CANCEL")
    told = visitor.push("NOTICE")
    equal((client.NOTICES[told.kind], told.resource, told.funding, told.claim, told.amount), (
        "CAMPAIGN_MISSED", resource, opened.campaign, 0, 10_000), "the notice")
    provider.ask("CANCEL", "FUNDING_CLOSED", funding=opened.campaign)
    visitor.ask("PLEDGE", "FUNDING_CLOSED", tokens=[spare], number=205, **to)
    equal(ledger(operator)[15], 10_000, "CLAIMS_DUE")
    step("CLAIM pays once; every CLAIM after it gives the very same note")
    paid = visitor.ask("CLAIM", number=206, **claim)
    equal((paid.amount, paid.left, [note.amount for note in paid.notes]), (10_000, 0, [10_000]), "the refund")
    equal(visitor.ask("CLAIM", replayed=True, number=206, **claim).body, paid.body, "the repeat of CLAIM")
    equal(visitor.ask("CLAIM", replayed=True, number=207, **claim).body, paid.body, "CLAIM under another number")
    other = Client(visitor.socket.getpeername())
    equal(other.ask("CLAIM", replayed=True, flags=AGAIN, **claim).body, paid.body, "CLAIM in another session")
    balances = ledger(operator)
    equal((balances.get(14, 0), balances.get(15, 0)), (0, 0), "CAMPAIGN_PLEDGES and CLAIMS_DUE")
    other.exchange(paid.notes, [(10_000, 0)])
    equal(visitor.ask("CLAIM", replayed=True, number=208, **claim).body, paid.body, "CLAIM after the note was spent")
    equal(visitor.ask("PAYMENT", money="TAKEN", number=209, tokens=paid.notes).outcome, 1, "the note was taken")
    told = visitor.ask("FUNDING", number=210, resource=resource)
    equal((told.campaign, told.donationCount), (0, 3), "what campaigns gave, and how many gave")
    shown = [(entry.kind, entry.state, entry.amount, entry.label) for entry in entries(told)]
    equal(shown, [(1, 4, 10_000, "a user"), (1, 4, 10_000, "for all"), (3, 5, 10_000, "a second one")], "what FUNDING shows")


def offering(investor, provider, operator, rent, stake, spare):
    step("a provider gives a tenth of a resource's revenue to another, and offers half of it to investors")
    resource = provider.ask("REGISTER", name=b"shared", **METERED).resource
    split = lambda share, *expect: provider.ask(
        "SPLIT_REVENUE", *expect, resource=resource, count=1, records=[struct.pack("<QI4x", 7, share)])
    equal(split(100_000).left, 900_000, "what is left to the provider")
    opened = provider.ask(
        "OPEN_OFFERING", resource=resource, cap=15_000, unit=100, duration=1000, share=500_000, count=1, kind=OWNERSHIP,
        label=b"half of it", records=[struct.pack("<QI4x", 100, 1)])
    equal(split(600_000, "SHARES_EXCEEDED").detail, 500_000, "what is left for the table")
    # Nothing is pushed when an offering closes. A campaign that closes after it is, and what happens at one instant goes by ids.
    last = provider.ask("OPEN_CAMPAIGN", resource=resource, goal=1, duration=1000)
    investor.ask("SUBSCRIBE", funding=last.campaign, mask=2)
    key, owner_key = os.urandom(16), os.urandom(16)
    to = dict(offering=opened.offering, keyHash=client.key_hash(key))
    invested = investor.ask("INVEST", tokens=[stake], **to)
    equal((invested.amount, invested.raised, invested.closesAt), (10_000, 10_000, opened.closesAt), "the investment")
    equal(investor.ask("INVEST", "CAP_EXCEEDED", tokens=[spare], **to).detail, 5_000, "what it still takes")
    equal(ledger(operator)[16], 10_000, "INVESTMENTS")
    lease = investor.ask("ACQUIRE", tokens=[rent], resource=resource, units=1, keyHash=client.key_hash(owner_key))
    handle = investor.ask("BIND", lease=lease.lease, key=owner_key).handle
    step("it closes: what was raised is a gift to the resource")
    described = lambda: investor.ask("DESCRIBE_OFFERING", offering=opened.offering)
    equal(client.NOTICES[investor.push("NOTICE").kind], "CAMPAIGN_MISSED", "the campaign that closes last")
    told = described()
    equal((told.state, told.raised, told.claims, told.earned), (SHARING, 10_000, 1, 0), "the offering")
    provider.ask("CANCEL", "FUNDING_CLOSED", funding=opened.offering)
    told = investor.ask("FUNDING", resource=resource)
    equal((told.donations, told.invested, told.donationCount), (10_000, 10_000, 0), "what was invested")
    shown = [(entry.kind, entry.state, entry.goal, entry.amount, entry.detail, entry.label) for entry in entries(told) if entry.id != last.campaign]
    equal(shown, [(4, SHARING, 0, 10_000, OWNERSHIP << 32 | 500_000, "half of it"), (5, OPEN, 0, 0, 100_000, "")],
          "what FUNDING shows")
    step("revenue comes: the investor collects half of what the operator's fee leaves")
    used = investor.ask("USE", handle=handle, quantity=999, useNumber=1)
    # The time since ACQUIRE costs 1. The fee of 1,000 is 50; 950 are shared: 95 by the table, 475 by the offering.
    equal((used.charged, used.balance, described().earned), (999, 9_000, 475), "the use, and what the offering got")
    equal(ledger(operator)[17], 475, "INVESTOR_EARNINGS")
    claim = dict(claim=invested.claim, key=key)
    paid = investor.ask("CLAIM", **claim)
    equal((paid.amount, paid.left), (475, 0), "what was due")
    equal(investor.ask("CLAIM", replayed=True, flags=AGAIN, **claim).body, paid.body, "CLAIM with AGAIN")
    equal(provider.ask("WITHDRAW").amount, 380, "what is left to the provider")
    equal(ledger(operator).get(17, 0), 0, "INVESTOR_EARNINGS")


def statement(client_, resource):
    """All lines of a resource, or of the ledger."""
    lines, page = [], None
    while page is None or page.count == 64:
        page = client_.ask("STATEMENT", resource=resource, after=lines[-1].sequence if lines else 0)
        lines += [SimpleNamespace(**LINE.unpack(record)) for record in page.records]
    equal(page.last, lines[-1].sequence, "the last line")
    return lines


def books(visitor, operator, resource):
    step("the lines of the ledger add up to its balances; those of a resource are anyone's to read")
    visitor.ask("STATEMENT", "NOT_AUTHORIZED")
    visitor.ask("STATEMENT", RESOURCE_UNKNOWN, resource=resource + 1000)
    told, lines = ledger(operator), statement(operator, 0)
    equal([line.sequence for line in lines], list(range(1, len(lines) + 1)), "the numbers of the lines")
    sums = {}
    for line in lines:
        sums[line.source] = sums.get(line.source, 0) - line.amount
        sums[line.target] = sums.get(line.target, 0) + line.amount
    equal({account: balance for account, balance in sums.items() if balance}, told, "the balances by the lines")
    own = statement(visitor, resource)
    equal(own, [line for line in lines if line.resource == resource], "the lines of the resource")
    equal([line.previous for line in own], [0] + [line.sequence for line in own[:-1]], "what each follows")
    gift = own[0]
    equal((gift.source, gift.target, gift.amount, gift.count), (2, 7, 10_000, 1), "NOTES_OUTSTANDING to DONATION_PURSES")


def story(broker):
    step("the operator issues notes, a provider registers a resource")
    operator = Client(broker.address, credential=client.credential(broker.data, "operator", 0))
    provider = Client(broker.address, credential=client.credential(broker.data, "provider", 7))
    early, first, gift, pledge, rent, stake, spare = operator.ask("ISSUE", amount=10_000, count=7).notes
    resource = provider.ask("REGISTER", name=b"commons", **TERMS).resource
    visitor = Client(broker.address)
    gifts(visitor, provider, resource, early, first, gift)
    campaign(visitor, provider, operator, resource, pledge, spare)
    other = Client(broker.address, credential=client.credential(broker.data, "provider", 8))
    offering(Client(broker.address), other, operator, rent, stake, spare)
    books(visitor, operator, resource)


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
