#!/usr/bin/env python3
"""A broker against proto-spec/client.py, which was written from the specification alone: the life of a lease, with every reply lost once."""

import os
import pathlib
import select
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TURNPIKE_BIN") or ROOT / ".build/release")
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "proto-spec"))

import client  # noqa: E402

TERMS = (1000, 1000, 500, 60_000, 86_400_000, 30_000, 10_000, 3_600_000, 0, 0, 10, 0, 0, 0, 4, 2)
checks = 0


def expect(is_true, what):
    global checks
    checks += 1
    if not is_true:
        raise SystemExit(f"python_client: {what}")


def refusal(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except client.Refused as refused:
        return refused
    raise SystemExit("python_client: was not refused")


def line(process):
    if not select.select([process.stdout], [], [], 30)[0]:
        raise SystemExit("python_client: the broker does not start")
    return process.stdout.readline().decode().strip()


def credential(data, *words):
    made = subprocess.run([BIN / "turnpiked", "key", "--data", data, *words], check=True, capture_output=True, text=True)
    return client.Credential(made.stdout)


def story(address, data):
    operator = client.Connection(address, os.urandom(16), credential(data, "--role", "operator"))
    notes = operator.issue(200_000, 3, 1)
    expect(notes == operator.issue(200_000, 3, 1), "a repeated ISSUE gives other notes")
    texts = [client.note_text(note) for note in notes]
    expect([client.note_token(text) for text in texts] == notes, "a note's text gives another note")

    provider = client.Connection(address, os.urandom(16), credential(data, "--role", "provider", "--id", "1"))
    resource = provider.register("gpu", TERMS, 1)
    expect(resource == provider.register("gpu", TERMS, 1), "a repeated REGISTER registers again")
    expect(refusal(provider.issue, 1, 1, 2).status == 8, "a provider may ISSUE")

    session, key = os.urandom(16), os.urandom(16)
    buyer = client.Connection(address, session)
    expect(buyer.unit == "msat" and buyer.version == 1 and not buyer.resumed, "HELLO tells something else")
    expect([entry[:2] for entry in buyer.resources()] == [(resource, "gpu")], "LIST tells something else")
    amount, least, most, free_at, free, _ = buyer.quote(resource, 2, 7_200_000)
    expect((amount, least, most, free_at, free) == (14_400_000, 120_000, 172_800_001, 0, 4), "QUOTE tells other prices")
    small = refusal(buyer.acquire, resource, 4, key, notes[:1], 10)
    expect((small.status, small.money, small.detail) == (57, 1, 240_000), "a payment that is too small is not told so")

    lease, epoch, deadline, balance, payment, is_replayed = buyer.acquire(resource, 2, key, notes[:1], 10)
    expect(balance == 200_000 and not is_replayed, "ACQUIRE credits another amount")
    # The reply was lost, and so was the connection.
    buyer.close()
    buyer = client.Connection(address, session)
    expect(buyer.resumed == 1, "the session is not resumed")
    again = buyer.acquire(resource, 2, key, notes[:1], 10)
    expect(again == (lease, epoch, deadline, balance, payment, True), "a repeated ACQUIRE gives another receipt")
    other = refusal(buyer.acquire, resource, 3, key, notes[1:2], 10)
    expect((other.status, other.money) == (14, 1), "the same number with other content is no NUMBER_CONFLICT")
    spent = refusal(buyer.acquire, resource, 1, key, notes[:1], 11)
    expect((spent.status, spent.money) == (38, 3), "a spent note is taken again")
    expect(buyer.spent(notes[:2]) == 1, "PAYMENT tells of other notes")

    donor = client.Connection(address, os.urandom(16))
    credited = donor.fund(lease, notes[1:2], 1)
    expect(credited[2] == 200_000, "FUND credits another amount")
    state, later = donor.check(lease), donor.check(lease)
    expect(state["state"] == 2 and state["units"] == 2, "CHECK tells another state")
    expect(later["own"] == state["own"] and later["given"] <= state["given"], "time is not paid from gifts first")
    expect(refusal(donor.bind, lease, os.urandom(16)).status == 59, "any key is good")
    expect(refusal(donor.release, 1, 2).status == 60, "a handle without BIND is good")

    handle, last = buyer.bind(lease, key)
    expect(last == 0 and buyer.use(handle, 0, 25, 1)[0] == 250, "USE charges another amount")
    repeated = buyer.use(handle, 0, 25, 1)
    expect(repeated[0] == 0 and repeated[2], "a repeated USE is no repeat")
    expect(refusal(buyer.use, handle, 1, 1, 2).status == 62, "a meter without a price is used")

    chain = client.HashChain(lease, 3, 4, os.urandom(16))
    expect(buyer.open_chain(handle, chain, 250, 14) == 1000, "OPEN_CHAIN puts away another amount")
    expect(buyer.check(lease)["deposits"] == 1000, "CHECK tells other deposits")
    expect(buyer.use(handle, 0, 25, 2, chain.tick(1))[0] == 250, "USE by a tick charges another amount")
    expect(refusal(buyer.use, handle, 0, 25, 3, chain.tick(1)).status == 49, "a word is taken twice")
    expect(buyer.use(handle, 0, 75, 3, chain.tick(4))[0] == 750, "one word does not pay for three")
    expect(buyer.close_chain(handle, chain, 15)[::2] == (0, 4), "a used up chain gives money back")

    change, change_notes, _ = buyer.release(handle, 16)
    expect(change <= 200_000 and len(change_notes) == 1, "RELEASE pays out what is not own money")
    buyer.close()
    buyer = client.Connection(address, session)
    unknown = refusal(buyer.release, 1, 16)
    expect((unknown.status, unknown.money) == (60, 3), "a repeat before BIND is not told NOT_KNOWN")
    handle, _ = buyer.bind(lease, key)
    again = buyer.release(handle, 16)
    expect(again == (change, change_notes, True), "a repeated RELEASE pays out other notes")
    expect(buyer.check(lease)["state"] == 7, "the lease is not RELEASED")
    expect(buyer.acquire(resource, 1, os.urandom(16), change_notes, 17)[3] == change, "the change is no money")

    funding(address, operator, provider, resource)
    auction(address, operator, provider, resource)

    # One who reads frames that were cut, sent twice or made up gets a last word, or silence; never another's money.
    rude = client.Connection(address, bytes(16))
    expect(refusal(rude.fund, lease, notes[2:], 1).status == 11, "no session is needed for a receipt")
    expect(refusal(rude.call, 0x7F).status == 2, "an unknown operation is known")
    rude.socket.sendall((15).to_bytes(4, "little") + bytes(12))
    try:
        rude.frame_count = rude.call(client.CHECK, bytes(8))
        raise SystemExit("python_client: a wrong length is answered")
    except client.Ended as ended:
        expect("status 4" in str(ended), "a wrong length is not told")
    forged = client.Connection(address, os.urandom(16), credential(data, "--role", "operator"))
    forged.sent += 1
    try:
        forged.issue(1, 1, 1)
        raise SystemExit("python_client: a frame with a wrong MAC is done")
    except client.Ended as ended:
        expect("status 10" in str(ended), "a wrong MAC is not told")


def funding(address, operator, provider, resource):
    gift, promise = operator.issue(50_000, 2, 2)
    donor, other = client.Connection(address, os.urandom(16)), client.Connection(address, os.urandom(16))
    given = donor.donate(resource, [gift], 1, "for all")
    expect(given[:2] == (50_000, 0) and given[3:] == (0, 0), "without a public lease a gift does not go to the donation purse")
    expect(given == donor.donate(resource, [gift], 1, "for all"), "a repeated DONATE gives another receipt")
    sums, entries = donor.funding(resource)
    expect((sums["lease"], sums["plain"], sums["count"]) == (0, 50_000, 1) and sums["donations"] >= 50_000, "FUNDING tells other sums")
    expect([(entry[0], entry[3:6], entry[8]) for entry in entries] == [(1, (0, 50_000, 1), "for all")], "FUNDING shows no label")

    opening = struct.pack("<QQQQB7x32s", resource, 1_000_000, 100, 3_600_000, 0, b"another gpu")
    campaign, closes_at = struct.unpack("<QQ", provider.call(client.OPEN_CAMPAIGN, opening, (), 3, 1).body)
    key = os.urandom(16)
    claim, amount, pledged, closing, _ = donor.pledge(campaign, key, [promise], 2)
    expect((amount, pledged, closing) == (50_000, 50_000, closes_at), "PLEDGE tells something else")
    early = refusal(donor.claim, claim, key, 3)
    expect((early.status, early.money, early.detail) == (84, 1, closes_at), "an open campaign pays back")
    cancelled = provider.call(client.CANCEL, struct.pack("<Q", campaign), (), 4, 1)
    expect(struct.unpack("<Q", cancelled.body)[0] == 50_000, "CANCEL makes another amount due")
    expect(refusal(other.claim, claim, os.urandom(16), 1).status == 59, "any key is good for a claim")
    refund = donor.claim(claim, key, 3)
    expect(refund[0] == 50_000 and len(refund[1]) == 1 and not refund[2], "CLAIM pays out another amount")
    expect(donor.claim(claim, key, 4) == other.claim(claim, key, 2) == (*refund[:2], True), "a later CLAIM gives another note")
    expect(donor.donate(resource, refund[1], 5)[0] == 50_000, "the refund is no money")


def auction(address, operator, provider, resource):
    low, high, more, spare = operator.issue(1_000, 4, 3)
    first, second = client.Connection(address, os.urandom(16)), client.Connection(address, os.urandom(16))
    # Reserve 500, increment 100; two and a half seconds, then at once a period of an hour.
    opening = struct.pack("<8QII32s", resource, 500, 100, 2_500, 0, 0, 2_500, 3_600_000, 0, 0, b"an hour")
    auction, closes_at = struct.unpack("<QQ", provider.call(client.OPEN_AUCTION, opening, (), 5, 1).body)
    first_key, second_key = os.urandom(16), os.urandom(16)
    losing, money, _, first_head = first.bid(auction, first_key, "not this", "", [low], 1)
    expect(money == 1_000, "BID holds another amount")
    first.subscribe(funding=losing)
    too_low = refusal(second.bid, auction, second_key, "a", "b", [high], 1)
    expect((too_low.status, too_low.money, too_low.detail) == (87, 1, 1_100), "a bid that is too low is not told so")
    link = "https://sponsor.example/?a=1&b=<2>"
    winning, _, _, second_head = second.bid(auction, second_key, "kept up by us", link, [high, more], 2)
    expect(first.notice() == (0, resource, auction, losing, 2_100, closes_at, 9), "OUTBID is not told")
    expect(refusal(first.raise_bid, losing, second_key, [spare], 2).status == 59, "any key raises a bid")
    expect(refusal(first.raise_bid, losing, first_key, [spare], 3).detail == 2_100, "a raise below the least is taken")
    money, _, _, third_head = second.raise_bid(winning, second_key, [spare], 3)
    expect(money == 3_000, "RAISE_BID holds another amount")
    expect(second.raise_bid(winning, second_key, [spare], 3)[3] == third_head, "a repeated RAISE_BID gives another receipt")
    expect(first.banner(resource) == ("", ""), "a banner shows before its period")
    second.subscribe(funding=auction)
    refund = first.notice()
    expect(refund == (0, resource, auction, 0, 1_000, 0, 11), "REFUNDED is not told")
    told = [second.notice() for _ in range(2)]
    expect([(notice[3], notice[4], notice[6]) for notice in told] == [(0, 1_000, 11), (winning, 3_000, 10)], "WON is not told")
    described, lines = first.auction(auction), first.transcript(auction)
    heads, outcome = client.judge(auction, described, lines)
    expect(heads[-1] == described["head"] and len(lines) == 3, "the transcript leads to another head")
    expect([head[:16] for head in heads] == [first_head, second_head, third_head], "bidders were told other heads")
    expect(outcome == (winning, 3_000, 3_000) == tuple(described[name] for name in ("winner", "amount", "price")), "another one won")
    lines[0] = lines[0][:8] + struct.pack("<Q", 999) + lines[0][16:]
    expect(client.judge(auction, described, lines)[0][-1] != described["head"], "a changed line leads to the same head")
    again, notices = second.mailbox(winning, second_key)
    expect([(notice[1], notice[3]) for notice in notices] == [(3_000, 10)], "the mailbox has something else")
    expect(second.mailbox(winning, second_key, again + 1)[1] == [], "the mailbox has news that are none")
    paid = first.claim(losing, first_key, 4)
    expect(paid[0] == 1_000 and not paid[2], "a bid that lost is not paid back")
    expect(refusal(second.claim, winning, second_key, 4).status == 84, "the winner gets something back")
    # It began when the auction closed, in the order of what happens in one millisecond.
    expect(first.banner(resource) == ("kept up by us", link), "STATUS shows another banner")
    expect(first.funding(resource)[0]["sponsored"] == 3_000, "FUNDING counts no sponsor")


def main():
    data = tempfile.mkdtemp(prefix="turnpike-interop-")
    broker = subprocess.Popen([BIN / "turnpiked", "serve", "--listen", "127.0.0.1:0", "--data", data, "--log-level", "error"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0)
    try:
        address = line(broker).removeprefix("listening ")
        expect(line(broker) == "ready", "the broker does not say that it is ready")
        story(address, data)
    finally:
        broker.terminate()
        broker.wait(30)
        shutil.rmtree(data, ignore_errors=True)
    print(f"shown: python_client_checks={checks} failures=0")


if __name__ == "__main__":
    main()
