#!/usr/bin/env python3
"""Auctions from one end to the other, as those who open them, bid, and look have them: open and sealed, refused and cancelled.

The programs are those of TURNPIKE_BIN (.build/release).
"""

import json
import os
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
from session import Failure, Session, expect
from thief import Thief

BID, RAISE_BID = 0x65, 0x66
PROVIDER = dict(role="provider", wallet="provider-wallet")
BIDDERS = ("ada", "bob", "carol", "dan")


def balance(session, wallet):
    return session.ask("wallet", "balance", wallet=wallet)["balance"]


def refused(session, status, *words, says=(), code=3, **options):
    """Refused with this status and exit status, in these words, and no money was taken."""
    exit_code, output, errors = session.run(*words, **options)
    if exit_code != code or output:
        raise Failure(f"{words}: exit status {exit_code}, not {code}\n{output}{errors}")
    if status is None:
        expect(all(text in errors for text in says), errors)
        return
    error = json.loads(errors.splitlines()[-1])
    expect(error.get("status") == status and error["money"] in ("NOT_TAKEN", "NONE"), error)
    for text in says:
        expect(text in error["error"], error)


def opened(session, resource, *words):
    return session.ask("auction", "open", resource, "--reserve", 1_000, "--increment", 100, *words, **PROVIDER)["auction"]


def show(session, auction, *words):
    return session.ask("auction", "show", auction, *words, wallet="nobody")


def becomes(session, auction, state):
    """Asks until the auction is in a state, which it comes to by itself."""
    for _ in range(10_000):
        shown = show(session, auction)
        if shown["state"] == state:
            return shown
        if shown["state"] in ("ENDED", "CANCELLED"):
            raise Failure(f"auction {auction} is {shown['state']}, and never was {state}")
    raise Failure(f"auction {auction} is still {shown['state']}")


def command_lines(session):
    """What can be seen to be wrong is, before anything is sent."""
    words = ("auction", "open", "gpu", "--reserve", 10, "--for", "1h", "--period", "1h")
    for more, says in (
        (("--forfeit", "10"), "--reveal"), (("--extend-by", "1m"), "--start"), (("--start", "59m"), "--for"),
        (("--start", "1h", "--extend-by", "1m"), "--start later"), (("--reveal", "1h", "--extend-by", "1m", "--start", "9h"), "--reveal"),
        (("--reveal", "1h", "--start", "90m"), "--reveal"), (("--reveal", "1h", "--forfeit", "100.1"), "100"),
    ):
        refused(session, None, *words, *more, code=2, says=(says,), **PROVIDER)
    auction = opened(session, "gpu", "--for", "1h", "--period", "1h")
    for more, says in (
        (("--text", "a" * 96), "95"), (("--text", "a\tb"), "control"), (("--link", ""), "95"), (("--sealed-max", 999), "--sealed-max"),
        (("--name", "gpu"), "gpu"), (("--name", "7"), "7"),
    ):
        refused(session, None, "bid", auction, 1_000, *more, code=2, says=(says,), wallet="ada")
    session.ask("bid", auction, 1_000, "--name", "named", "--text", "a" * 95, wallet="ada")
    refused(session, None, "bid", auction, 2_000, "--name", "named", code=2, says=("named",), wallet="ada")
    refused(session, None, "bid", "raise", "other", 100, code=2, says=("no claim other",), wallet="ada")
    refused(session, None, "bid", "raise", "named", 100, "--bid", 1_050, code=2, says=("no sealed bid",), wallet="ada")
    refused(session, None, "bid", "reveal", "named", "--bid", 5, code=2, says=("--nonce",), wallet="ada")
    refused(session, None, "bid", "reveal", "named", code=2, says=("sealed as",), wallet="ada")
    session.ask("match", "gpu", 10, "--ratio", "1:1", "--for", "1h", "--name", "deposit", wallet="ada")
    refused(session, None, "bid", "raise", "deposit", 100, code=2, says=("no bid",), wallet="ada")
    session.ask("claim", "pay", "deposit", "--cancel", wallet="ada")
    session.ask("claim", "forget", "deposit", wallet="ada")
    session.ask("auction", "cancel", auction, **PROVIDER)
    session.ask("claim", "pay", "named", wallet="ada")
    session.ask("claim", "forget", "named", wallet="ada")
    expect(balance(session, "ada") == 100_000, "all of it is back")


def refusals(session):
    """What the broker refuses says what would do, and takes no money."""
    terms = ("--reserve", 10, "--for", "1h", "--period", "1h")
    refused(session, "NOT_AUTHORIZED", "auction", "open", "gpu", *terms, says=("provider",), wallet="ada")
    refused(session, "NOT_AUTHORIZED", "auction", "open", "gpu", *terms, wallet="ada", role="provider-2")
    refused(session, "RESOURCE_UNKNOWN", "auction", "open", "gpus", *terms, says=("gpus",), **PROVIDER)
    first = opened(session, "gpu", "--for", "1h", "--start", "2h", "--period", "1h")
    refused(
        session, "PERIOD_TAKEN", "auction", "open", "gpu", *terms, "--start", "150m", says=(f"auction {first}",), **PROVIDER)
    later = opened(session, "gpu", "--for", "1h", "--reveal", "1h", "--start", "4h", "--period", "1h")
    for unknown in (("auction", "show", 9_999), ("auction", "verify", 9_999), ("bid", "show", 9_999)):
        refused(session, "FUNDING_UNKNOWN", *unknown, says=("9999", "no such"), wallet="ada")
    refused(session, "FUNDING_UNKNOWN", "bid", 9_999, 1_000, says=("no such", "no money was taken"), wallet="ada")
    refused(session, "BID_TOO_LOW", "bid", first, 999, says=("at least 1_000 is accepted", "no money was taken"), wallet="ada")
    session.ask("bid", first, 1_000, "--name", "low", wallet="ada")
    refused(session, "BID_TOO_LOW", "bid", first, 1_099, says=("at least 1_100 is accepted", "no money was taken"), wallet="bob")
    session.ask("bid", first, 1_100, "--name", "high", wallet="bob")
    refused(
        session, "BID_TOO_LOW", "bid", "raise", "low", 199, says=("with what was bid before at least 1_200", "no money was taken"),
        wallet="ada")
    refused(session, "COMMITMENT_WRONG", "bid", first, 2_000, "--sealed-max", 3_000, says=("an open one takes none",), wallet="ada")
    refused(session, "COMMITMENT_WRONG", "bid", later, 2_000, says=("takes sealed bids only",), wallet="ada")
    claim = session.ask("bid", "show", "low", wallet="ada")["claim"]
    refused(session, "NOT_AUTHORIZED", "auction", "refuse", claim, wallet="bob")
    refused(session, "NOT_AUTHORIZED", "auction", "refuse", claim, wallet="bob", role="provider-2")
    refused(session, "NOT_AUTHORIZED", "auction", "cancel", first, wallet="bob")
    refused(session, "FUNDING_UNKNOWN", "auction", "refuse", first, **PROVIDER)
    refused(session, "FUNDING_UNKNOWN", "auction", "cancel", claim, **PROVIDER)
    refused(session, "FUNDING_UNKNOWN", "watch", "--funding", 9_999, says=("9999",), wallet="ada")
    code, _, errors = session.run("claim", "pay", "low", wallet="ada")
    expect(code == 3 and "NOTHING_DUE" in errors, errors)
    # Its money is a note that is gone, and comes back by the claim key alone: after the provider refuses it, and after it cancels.
    expect(session.ask("auction", "refuse", claim, **PROVIDER)["due"] == 1_000, "all its money is due")
    refused(session, "FUNDING_CLOSED", "auction", "refuse", claim, says=("and once",), **PROVIDER)
    refused(session, "FUNDING_CLOSED", "bid", "raise", "low", 5_000, wallet="ada")
    letter = session.ask("claim", "mailbox", "low", wallet="ada")
    expect([each["notice"] for each in letter] == ["OUTBID", "REFUNDED"], letter)
    expect(session.ask("claim", "pay", "low", wallet="ada")["amount"] == 1_000, "and is paid")
    expect(show(session, first)["bids"] == 2 and show(session, first)["least"] == 1_200, show(session, first))
    expect(session.ask("auction", "cancel", first, role="operator", wallet="operator-wallet")["due"] == 1_100, "of the other")
    refused(session, "FUNDING_CLOSED", "auction", "cancel", first, **PROVIDER)
    refused(session, "FUNDING_CLOSED", "bid", first, 2_000, wallet="carol")
    letter = session.ask("claim", "mailbox", wallet="bob")
    expect([(each["notice"], each["amount"]) for each in letter] == [("REFUNDED", 1_100)], letter)
    expect(session.ask("claim", "pay", "high", wallet="bob")["amount"] == 1_100, "and is paid")
    expect(session.ask("auction", "verify", first, wallet="bob")["valid"], "a refused bid and a cancelled auction are in order")
    session.ask("auction", "cancel", later, **PROVIDER)
    for wallet, name in (("ada", "low"), ("bob", "high")):
        session.ask("claim", "forget", name, wallet=wallet)
    for wallet in BIDDERS:
        expect(balance(session, wallet) == 100_000, f"{wallet} lost money")


def open_auction(session):
    """Four bidders, a raise, the price of the second, the banner while the period lasts; the losers' money and what the winner bid beyond."""
    auction = opened(
        session, "library", "--for", "5s", "--start", "7s", "--period", "5s", "--second-price", "--label", "June")
    session.ask("bid", auction, 1_000, "--name", "bid", "--text", "ada", wallet="ada")
    session.ask("bid", auction, 1_500, "--name", "bid", "--text", "Bob's <b>books</b>", "--link", "https://bob.example", wallet="bob")
    session.ask("bid", auction, 2_000, "--name", "bid", wallet="carol")
    session.ask("bid", auction, 2_500, "--name", "bid", wallet="dan")
    raised = session.ask("bid", "raise", "bid", 2_000, wallet="bob")
    expect(raised["amount"] == 3_500 and len(raised["head"]) == 32, raised)
    shown = show(session, auction, "--lines")
    expect((shown["bids"], shown["least"], shown["bestBid"], shown["held"]) == (4, 3_600, 3_500, 9_000), shown)
    expect([line["kind"] for line in shown["lines"]] == ["BID"] * 4 + ["RAISE"], shown["lines"])
    expect(shown["head"].startswith(raised["head"]), "who bid last was told the head")
    listed = session.ask("status", "library")
    expect(listed["auctions"][0]["bids"] == 4 and "sponsorText" not in listed, listed)
    letter = session.ask("claim", "mailbox", wallet="ada")
    expect([(each["notice"], each["amount"], each["name"]) for each in letter] == [("OUTBID", 1_600, "bid")], letter)
    expect(session.ask("claim", "mailbox", "bid", wallet="bob")[0]["amount"] == 2_100, "what would have done then")
    table = session.screen("status", "library")
    expect("June" in table and "3_500 msat" in table, table)

    awarded = becomes(session, auction, "AWARDED")
    expect((awarded["price"], awarded["bestBid"], awarded["held"], awarded["least"]) == (2_500, 3_500, 2_500, 0), awarded)
    refused(session, "FUNDING_CLOSED", "bid", auction, 9_000, says=("no money was taken",), wallet="ada")
    notices = {each["notice"]: each["amount"] for each in session.ask("claim", "mailbox", wallet="bob")}
    expect(notices == {"OUTBID": 2_100, "WON": 2_500, "REFUNDED": 1_000}, notices)

    becomes(session, auction, "SPONSORING")
    said = {"sponsorText": "Bob's <b>books</b>", "sponsorLink": "https://bob.example"}
    for words in (("status", "library"), ("resources", "describe", "library"), ("acquire", "library", "--for", "1s", "--name", "short")):
        told = session.ask(*words, wallet="user")
        expect(said.items() <= told.items(), told)
    table = session.screen("status", "library")
    expect("Bob's <b>books</b>" in table and "https://bob.example" in table and "SPONSORING" in table, table)
    # A banner that would do something to the terminal is none, and one that could mislead shows how.
    for forged, mark, shown in ((b"\x1b[31m", "\x1b", "sponsor link"), ("\u202eng".encode(), "\u202e", "sponsor link")):
        thief = Thief(session, forges=(b"books", forged))
        table = session.screen("status", "library", environment=thief.environment)
        expect(mark not in table and shown in table, table)
    refused(session, "FUNDING_CLOSED", "auction", "refuse", session.ask("bid", "show", "bid", wallet="bob")["claim"], **PROVIDER)

    for wallet, due in (("ada", 1_000), ("bob", 1_000), ("carol", 2_000), ("dan", 2_500)):
        expect(session.ask("claim", "pay", "bid", wallet=wallet)["amount"] == due, f"the refund of {wallet}")
        expect(balance(session, wallet) == 100_000 - (2_500 if wallet == "bob" else 0), f"the wallet of {wallet}")
        # Asked again, it is the same note: the wallet counts it once.
        expect(session.ask("claim", "pay", "bid", "--again", wallet=wallet)["paidBefore"], "paid before")
        expect(balance(session, wallet) == 100_000 - (2_500 if wallet == "bob" else 0), f"the wallet of {wallet}")
    verified = session.ask("auction", "verify", auction, wallet="bob")
    winner = session.ask("bid", "show", "bid", wallet="bob")["claim"]
    expect((verified["winner"], verified["bid"], verified["price"], verified["headsKept"]) == (winner, 3_500, 2_500, 2), verified)
    ended = becomes(session, auction, "ENDED")
    expect((ended["winner"], ended["price"], ended["held"]) == (winner, 2_500, 0), ended)
    for words in (("status", "library"), ("resources", "describe", "library"), ("acquire", "library", "--for", "1s", "--name", "later")):
        told = session.ask(*words, wallet="user")
        expect("sponsorText" not in told and "sponsorLink" not in told, told)
    expect("books" not in session.screen("status", "library"), "gone from the screen")
    for wallet in BIDDERS:
        session.ask("claim", "forget", "bid", wallet=wallet)


def sealed_bids(session):
    """A sealed bid that could not win is not paid, nor one that is hard to reveal in time, unless its bidder will be there."""
    refused(
        session, "FUNDING_UNKNOWN", "bid", 9_999, 1_000, "--sealed-max", 2_000, says=("9999", "no such", "no money was taken"),
        wallet="ada")
    low = ("1_000", "could never win", "no money was taken")
    auction = opened(session, "gpu", "--for", "1h", "--reveal", "1m", "--forfeit", "10", "--period", "1h")
    refused(session, None, "bid", auction, 999, "--sealed-max", 5_000, code=2, says=low, wallet="ada")
    session.ask("bid", auction, 1_000, "--sealed-max", 5_000, "--name", "sealed", wallet="ada")
    refused(session, None, "bid", "raise", "sealed", 1_000, "--bid", 999, code=2, says=low, wallet="ada")
    short = opened(session, "gpu", "--for", "1h", "--reveal", "59999ms", "--forfeit", "10", "--start", "4h", "--period", "1h")
    late = ("within 59s999ms", "10%", "--accept-short-reveal", "no money was taken")
    refused(session, None, "bid", short, 2_000, "--sealed-max", 5_050, code=2, says=(*late, "505 msat"), wallet="ada")
    refused(session, None, "bid", short, 999, "--sealed-max", 5_000, "--accept-short-reveal", code=2, says=low, wallet="ada")
    expect(balance(session, "ada") == 95_000 and show(session, short)["bids"] == 0, "nothing was paid")
    session.ask("bid", short, 2_000, "--sealed-max", 5_000, "--name", "short", "--accept-short-reveal", wallet="ada")
    refused(session, None, "bid", "raise", "short", 1_010, code=2, says=(*late, "601 msat"), wallet="ada")
    expect(balance(session, "ada") == 90_000, "nothing was paid for a raise")
    session.ask("bid", "raise", "short", 1_000, "--accept-short-reveal", wallet="ada")
    # Who forfeits nothing need not hurry.
    free = opened(session, "gpu", "--for", "1h", "--reveal", "1s", "--start", "8h", "--period", "1h")
    session.ask("bid", free, 2_000, "--sealed-max", 3_000, "--name", "free", wallet="ada")
    for auction, name in ((auction, "sealed"), (short, "short"), (free, "free")):
        session.ask("auction", "cancel", auction, **PROVIDER)
        session.ask("claim", "pay", name, wallet="ada")
        session.ask("claim", "forget", name, wallet="ada")
    expect(balance(session, "ada") == 100_000, "all of it is back")


def sealed_auction(session):
    """Nobody knows of a bid before it is revealed; who does not reveal leaves a part; a bid changes hands with what it is."""
    auction = opened(
        session, "library", "--for", "5s", "--reveal", "6s", "--period", "5s", "--forfeit", "10", "--second-price")
    there = "--accept-short-reveal"
    session.ask("bid", auction, 3_000, "--sealed-max", 5_000, "--name", "bid", "--text", "ada", there, wallet="ada")
    session.ask("bid", auction, 4_000, "--sealed-max", 4_000, "--name", "bid", there, wallet="bob")
    session.ask("bid", auction, 9_000, "--sealed-max", 9_500, "--name", "bid", there, wallet="carol")
    session.ask("bid", auction, 1_200, "--sealed-max", 2_000, "--name", "bid", there, wallet="dan")
    session.ask("bid", "raise", "bid", 1_000, "--bid", 5_500, there, wallet="ada")
    refused(session, None, "bid", "raise", "bid", 1_000, "--bid", 9_000, there, code=2, says=("at most its money",), wallet="dan")
    refused(session, "BID_TOO_LOW", "bid", "raise", "bid", 999, there, says=("3_000",), wallet="dan")
    session.ask("bid", "raise", "bid", 1_000, there, wallet="dan")
    shown = show(session, auction, "--lines")
    expect([line["amount"] for line in shown["lines"]] == [5_000, 4_000, 9_500, 2_000, 6_000, 3_000], "only what was paid is seen")
    expect(shown["bestBid"] == 0 and shown["winner"] == "" and shown["sealed"] and shown["forfeit"] == 100_000, shown)
    expect(session.ask("bid", "show", "bid", wallet="ada")["sealedBid"] == 5_500, "the wallet knows what it bid")
    claim = session.ask("bid", "show", "bid", wallet="ada")["claim"]
    expect("sealedBid" not in session.ask("bid", "show", claim, wallet="bob"), "and nobody else")
    refused(session, "FUNDING_CLOSED", "bid", "reveal", "bid", says=("after its auction closed",), wallet="ada")
    # Dan's bid changes hands, with what it is.
    given = session.ask("claim", "hand-over", "bid", wallet="dan")
    expect(given["bid"] == 1_200 and len(given["nonce"]) == 32, given)
    session.ask("claim", "accept", given["claim"], "-", "--name", "bought", wallet="user", stdin=given["key"])

    becomes(session, auction, "REVEALING")
    expect(session.ask("bid", "reveal", "bid", wallet="ada")["due"] == 500, "what was paid beyond the bid")
    refused(session, "FUNDING_CLOSED", "bid", "reveal", "bid", wallet="ada")
    expect(session.ask("bid", "reveal", "bid", wallet="bob")["due"] == 0, "nothing was paid beyond it")
    refused(
        session, "COMMITMENT_WRONG", "bid", "reveal", given["claim"], "--bid", 1_300, "--nonce", "-", says=("committed",),
        wallet="user", stdin=given["nonce"])
    revealed = session.ask("bid", "reveal", "bought", "--bid", 1_200, "--nonce", "-", wallet="user", stdin=given["nonce"])
    expect(revealed["due"] == 1_800, revealed)
    expect(session.ask("auction", "verify", auction, wallet="ada")["headsKept"] == 3, "one with each change")

    # The highest bid was not revealed: it does not count.
    becomes(session, auction, "SPONSORING")
    expect(session.ask("status", "library")["sponsorText"] == "ada", "the best of those revealed")
    for wallet, name, due in (("ada", "bid", 6_000 - 4_000), ("bob", "bid", 4_000), ("carol", "bid", 8_550), ("user", "bought", 3_000)):
        expect(session.ask("claim", "pay", name, wallet=wallet)["amount"] == due, f"the refund of {wallet}")
    verified = session.ask("auction", "verify", auction, wallet="carol")
    expect((verified["winner"], verified["bid"], verified["price"]) == (claim, 5_500, 4_000), verified)
    ended = becomes(session, auction, "ENDED")
    expect(ended["held"] == 0, ended)
    for wallet in ("ada", "bob", "carol"):
        session.ask("claim", "forget", "bid", wallet=wallet)


def refused_winner(session):
    """The provider may refuse the winner until the period begins: the auction ends without one, and nobody is told of a banner."""
    auction = opened(session, "library", "--for", "2s", "--start", "1h", "--period", "1h")
    claim = session.ask("bid", auction, 1_000, "--name", "won", "--text", "rude", wallet="ada")["claim"]
    session.ask("bid", auction, 2_000, "--name", "won", "--text", "ruder", wallet="bob")
    becomes(session, auction, "AWARDED")
    expect(session.ask("claim", "pay", "won", wallet="ada")["amount"] == 1_000, "who lost has it back at once")
    winner = show(session, auction)["winner"]
    refused(session, "FUNDING_CLOSED", "auction", "refuse", claim, **PROVIDER)
    refused(session, "FUNDING_CLOSED", "auction", "cancel", auction, **PROVIDER)
    expect(session.ask("auction", "refuse", winner, role="operator", wallet="operator-wallet")["due"] == 2_000, "the operator may too")
    expect(show(session, auction)["state"] == "ENDED" and show(session, auction)["winner"] == "", show(session, auction))
    verified = session.ask("auction", "verify", auction, wallet="bob")
    expect(verified["valid"] and verified["winner"] == "" and verified["price"] == 0, verified)
    expect(session.ask("claim", "pay", "won", wallet="bob")["amount"] == 2_000, "all of it")


def lies(session):
    """A broker that changed what happened is found out, by what it tells and by what it told."""
    auction = opened(session, "gpu", "--for", "1h", "--period", "1h")
    session.ask("bid", auction, 70_001, "--name", "honest", wallet="ada")
    session.ask("bid", auction, 70_707, "--name", "other", wallet="bob")
    expect(session.ask("auction", "verify", auction, wallet="ada")["headsKept"] == 1, "in order")
    thief = Thief(session, forges=(struct.pack("<Q", 70_001), struct.pack("<Q", 70_000)))
    code, output, errors = session.run("auction", "verify", auction, environment=thief.environment, wallet="ada")
    told = json.loads(output)
    expect(code == 1 and not told["valid"] and "head" in told["fault"], (code, output, errors))
    # Where all lines were written anew, the chain is whole: what a bidder was told before is not.
    head = show(session, auction)["head"][:32]
    kept = open(session.path("bob")).read()
    expect(head in kept, "the wallet keeps the head")
    with open(os.open(session.path("betrayed"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(kept.replace(head, "0" * 31 + "1"))
    code, output, _ = session.run("auction", "verify", auction, wallet="betrayed")
    expect(code == 1 and "told before" in json.loads(output)["fault"], output)
    session.ask("auction", "cancel", auction, **PROVIDER)
    for wallet, name in (("ada", "honest"), ("bob", "other")):
        session.ask("claim", "pay", name, wallet=wallet)


def strangers(session):
    """Who only looks needs no wallet, and makes none; who names one that is not there is told."""
    auction = opened(session, "gpu", "--for", "1h", "--period", "1h")
    home = {"HOME": session.path("home"), "TURNPIKE_WALLET": ""}
    expect(session.ask("auction", "verify", auction, environment=home)["headsKept"] == 0, "it has been told nothing")
    for words in (("auction", "verify", auction), ("claim", "list"), ("claim", "mailbox"), ("claim", "pay", 1), ("bid", "show", "june")):
        refused(session, None, *words, code=7, says=("there is no wallet",), wallet="mistyped")
    for words in (("claim", "list"), ("claim", "mailbox")):
        refused(session, None, *words, code=7, says=("there is no wallet",), environment=home)
    expect(not any(name.startswith(("mistyped", "home")) for name in os.listdir(session.directory)), "a look made files")
    # A watch takes the name of a claim, and leaves the wallet to others.
    before = balance(session, "dan")
    session.ask("bid", auction, 1_000, "--name", "watched", wallet="dan")
    environment = os.environ | {"TURNPIKE_BROKER": "unix:" + session.socket, "TURNPIKE_WALLET": session.path("dan")}
    watch = subprocess.Popen(
        [session.program("turnpike"), "watch", "--funding", "watched", "--count", "1"], env=environment, stdout=subprocess.PIPE,
        text=True)
    while session.ask("broker", wallet="nobody")["subscriptions"] == 0:
        if watch.poll() is not None:
            raise Failure("the watch ended")
    expect(balance(session, "dan") == before - 1_000, "the wallet is free")
    session.ask("bid", auction, 1_100, "--name", "watching", wallet="carol")
    told = json.loads(watch.communicate(timeout=30)[0])
    expect((told["kind"], told["amount"]) == ("OUTBID", 1_200), told)
    refused(session, None, "watch", "--funding", "other", code=2, says=("no claim other",), wallet="dan")
    session.ask("auction", "cancel", auction, **PROVIDER)
    for wallet, name in (("dan", "watched"), ("carol", "watching")):
        session.ask("claim", "pay", name, wallet=wallet)


def lost_replies(session):
    """A bid whose reply was lost is made once, and a sealed one can be revealed still."""
    auction = opened(session, "gpu", "--for", "6s", "--reveal", "1h", "--period", "1h")
    before = balance(session, "carol")
    thief = Thief(session, BID, 1)
    session.ask(
        "bid", auction, 2_000, "--sealed-max", 3_000, "--name", "lost", "--timeout", "1s", environment=thief.environment, status=5,
        wallet="carol")
    expect(session.ask("wallet", "recover", wallet="carol")["finished"] == 1, "finished")
    thief = Thief(session, RAISE_BID, 1, hangs_up=True)
    session.ask("bid", "raise", "lost", 1_000, "--bid", 3_600, environment=thief.environment, wallet="carol")
    claims = session.ask("claim", "list", wallet="carol")
    expect([(each["name"], each["amount"]) for each in claims if each["state"] == "OPEN"] == [("lost", 4_000)], claims)
    expect(show(session, auction)["bids"] == 1 and balance(session, "carol") == before - 4_000, "once")
    becomes(session, auction, "REVEALING")
    expect(session.ask("bid", "reveal", "lost", wallet="carol")["due"] == 400, "as it was raised")
    session.ask("auction", "cancel", auction, **PROVIDER)
    expect(session.ask("claim", "pay", "lost", wallet="carol")["amount"] == 4_000, "all of it")
    expect(balance(session, "carol") == before, "nothing is lost")


def main():
    parts = (command_lines, refusals, open_auction, sealed_bids, sealed_auction, refused_winner, lies, strangers, lost_replies)
    with Session("--durability", "os") as session:
        session.credential("provider-2", "--role", "provider", "--id", "2")
        for name in ("gpu", "library"):
            session.ask(
                "register", name, "--units", 9, "--price", 3600, "--period", "1h", "--shortest", "1s", "--meter0", 5, **PROVIDER)
        session.ask("issue", 500_000, role="operator", wallet="operator-wallet")
        for wallet in (*BIDDERS, "user"):
            notes = session.ask("wallet", "send", 100_000, wallet="operator-wallet")["notes"]
            session.ask("wallet", "receive", *notes, wallet=wallet)
        for part in parts:
            part(session)
            print(f"{part.__name__}: as promised", flush=True)
        ledger = session.ledger()
        expect(ledger.get("BIDS", 0) == 0 and ledger.get("CLAIMS_DUE", 0) == 0, ledger)
        wallets = sum(balance(session, wallet) for wallet in (*BIDDERS, "user", "operator-wallet"))
        expect(wallets == ledger["NOTES_OUTSTANDING"], (wallets, ledger))
    print(f"shown: auction_checks={expect.count} failures=0")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"auctions: {failure}")
