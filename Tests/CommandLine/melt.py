#!/usr/bin/env python3
"""Invoices by the command line: a mint pays each once or not at all, whatever goes wrong and whatever dies in between, and the rest is the wallet's.

The programs are those of TURNPIKE_BIN (.build/release), `scripted-mint` among them.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

sys.dont_write_bytecode = True
from ecash import balance
from invoices import invoice, preimage
from mint import Mint
from payout import begin, fill, settled, worth
from session import Failure, Session, expect, until

NO_PREIMAGE = "0" * 64


def totals(mint):
    return json.load(urllib.request.urlopen(f"{mint.url}/control/totals", timeout=20))


def melted(mint):
    """What the mint was paid for invoices and their ways."""
    return totals(mint)["money"]["sat"]["melted"]


def only(session, **options):
    [payout] = session.ask("payouts", "--tokens", **options)
    return payout


def forget(session, **options):
    for payout in session.ask("payouts", **options):
        session.ask("payouts", "--forget", payout["payout"], **options)


def silent(session, mint):
    """The request gets lost, as far as anybody knows: for a minute nobody says that nothing was paid. A wallet of its own; `heard` looks again."""
    notes = session.ask("exchange", "--pay", mint.token(50), wallet="silent")
    mint.control("fault", name="lost-before", path="/v1/melt/bolt11")
    lost = invoice(10)
    code, _, errors = session.run("melt", lost, "--mint", 1, "--wait", "1s", wallet="silent")
    expect(code == 5 and "do not pay the invoice otherwise" in errors and "still be on its way" in errors, (code, errors))
    expect(only(session, wallet="silent")["state"] == "melting", notes)
    # Neither with other money.
    code, _, errors = session.run("melt", lost, "--mint", 1, wallet="silent")
    expect(code == 2 and "pays that invoice already" in errors and "no money was taken" in errors, errors)
    session.ask("payouts", "--forget", only(session, wallet="silent")["payout"], wallet="silent", status=2)
    return lost


def heard(session, mint, lost):
    """The minute is over."""
    found = until("the end of the doubt", lambda: (told := only(session, wallet="silent"))["state"] == "ready" and told, seconds=90)
    expect(found["ecash"] == 12 and found["invoice"] == "", found)
    told = session.ask("melt", lost, "--payout", found["payout"], wallet="silent")
    expect((told["amount"], told["change"]) == (10, 1), told)


def paid(session, mint):
    fill(session, mint, 600)
    have, before = balance(session)["balance"], melted(mint)
    bill = invoice(400)
    told = session.ask("melt", bill.upper(), "--mint", 1, "--most", 404_000)
    expect((told["amount"], told["fee"], told["change"], told["paid"]) == (400, 1, 3, 404_000), told)
    expect(told["preimage"] == preimage(bill).hex() and told["proved"] and told["mint"] == mint.url, told)
    expect(balance(session)["balance"] == have - 404_000 and melted(mint) == before + 401, "what it cost")
    listed = only(session)
    expect((listed["state"], listed["ecash"], listed["invoice"], listed["preimage"], listed["proved"]) == ("paid", 3, bill, preimage(bill).hex(), True), listed)
    expect(worth(session, listed["token"]) == 3, "the change")
    for words, status, name in (((bill, "--mint", 1), 2, "has paid that invoice already"), ((invoice(90), "--mint", 1, "--most", 91_999), 2, "92 000"),
                                ((invoice(90), "--mint", 9), 2, "no mint 9"), ((invoice(9), "--payout", listed["payout"]), 2, "has no ecash"),
                                ((invoice(0, "lnbc"), "--mint", 1), 2, "no amount"), ((bill[:-1] + "b", "--mint", 1), 2, "checksum is wrong"),
                                (("", "--mint", 1), 2, "it is empty"), (("hello", "--mint", 1), 2, "one begins with lnbc"),
                                ((invoice(90, seconds=5), "--mint", 1), 2, "has expired"),
                                ((invoice(9),), 2, "--mint"), ((invoice(10**8), "--mint", 1), 7, "are needed")):
        code, _, errors = session.run("melt", *words)
        expect(code == status and name.replace(" ", "") in errors.replace("_", "").replace(",", "").replace(" ", ""), f"{words}: {code} {errors}")
    expect(balance(session)["balance"] == have - 404_000 and melted(mint) == before + 401, "what was refused")
    forget(session)


def unproved(session, mint):
    """What the mint tells is no proof, or none at all: that is said, now and later."""
    fill(session, mint, 60)
    bill = invoice(10, is_provable=False)
    code, output, errors = session.run("melt", bill, "--mint", 1)
    told = json.loads(output)
    expect(code == 0 and (told["proved"], told["preimage"], told["change"]) == (False, NO_PREIMAGE, 1), told)
    expect("a preimage that is not the invoice's: ask the invoice's payee" in errors, errors)
    expect((only(session)["state"], only(session)["proved"]) == ("paid", False), "what is listed")
    forget(session)
    mint.control("fault", name="melt-pending")
    session.ask("melt", invoice(10), "--mint", 1, "--wait", "100ms", status=5)
    mint.control("settle", paid=True)
    code, output, errors = session.run("payouts")
    expect(code == 0 and "its invoice is paid" in errors and "tells no proof of it" in errors, errors)
    [told] = json.loads(output)
    expect((told["state"], told["proved"], told["preimage"]) == ("paid", False, ""), told)
    forget(session)


def refused(session, mint):
    """The mint cannot pay: the ecash is the wallet's, and pays later."""
    fill(session, mint, 60)
    before = melted(mint)
    for fault in ("melt-failed", "unprocessable", "too-many-requests", "says-spent"):
        mint.control("fault", name=fault, path="/v1/melt/bolt11")
        bill = invoice(10)
        code, _, errors = session.run("melt", bill, "--mint", 1)
        [kept] = [payout for payout in session.ask("payouts", "--tokens") if payout["state"] == "ready"]
        expect(code == 3 and f"--payout {kept['payout']}" in errors and "has not paid" in errors, (fault, code, errors))
        expect(json.loads(errors.splitlines()[-1])["payout"] == kept["payout"], errors)
        expect(kept["ecash"] == 12 and melted(mint) == before, kept)
        told = session.ask("melt", bill, "--payout", kept["payout"])
        before += 11
        expect(told["change"] == 1 and melted(mint) == before, told)
    forget(session)


def answered_badly(session, mint):
    """It is paid, whatever the answer looks like."""
    fill(session, mint, 200)
    for fault in ("lost-after", "server-error-after", "garbage", "truncated", "huge", "repeated", "wrong-point", "other-key", "missing-dleq",
                  "wrong-dleq", "wrong-amounts", "wrong-keyset", "too-many"):
        before = melted(mint)
        mint.control("fault", name=fault, path="/v1/melt/bolt11")
        told = session.ask("melt", invoice(10), "--mint", 1, "--wait", "30s")
        expect((told["fee"], told["change"], melted(mint)) == (1, 1, before + 11), (fault, told))
    mint.control("fault", name="delayed", path="/v1/melt/bolt11", milliseconds=1_500)
    told = session.ask("melt", invoice(10), "--mint", 1, "--wait", "500ms")
    expect(told["change"] == 1, told)
    # Change that is signed wrong wherever it is told is due until it is right.
    mint.control("fault", name="other-key", path="/v1/melt/bolt11")
    mint.control("fault", name="other-key", path="/v1/restore")
    code, _, errors = session.run("melt", invoice(10), "--mint", 1)
    expect(code == 4 and "signatures on the change are wrong" in errors and "asks for the change" in errors, (code, errors))
    expect(all(worth(session, payout["token"]) == 1 for payout in session.ask("payouts", "--tokens")), "the change")
    forget(session)


def pending(session, mint):
    """A payment under way is asked after, and neither given up nor made again."""
    fill(session, mint, 60)
    for is_paid in (True, False):
        before = melted(mint)
        mint.control("fault", name="melt-pending")
        bill = invoice(20)
        code, _, errors = session.run("melt", bill, "--mint", 1, "--wait", "700ms")
        expect(code == 5 and "is paying the invoice" in errors and "turnpike payouts" in errors, (code, errors))
        expect([payout["state"] for payout in session.ask("payouts", "--wait", "1s")] == ["melting"], "under way")
        mint.control("settle", paid=is_paid)
        told = only(session)
        expect((told["state"], told["ecash"]) == (("paid", 2) if is_paid else ("ready", 22)), told)
        expect(worth(session, told["token"]) == told["ecash"] and melted(mint) == before + 20 * is_paid, told)
        forget(session)


def down(session, mint):
    """A mint that is not there, and a broker that is not."""
    fill(session, mint, 30)
    have = balance(session)["balance"]
    mint.hang()
    child = subprocess.Popen([session.program("turnpike"), "melt", invoice(10), "--mint", "1"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=session.variables("wallet", None, None))
    time.sleep(0.2)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    mint.go_on()
    expect(balance(session)["balance"] == have and session.ask("payouts") == [], "nothing began")
    mint.control("fault", name="melt-pending")
    session.ask("melt", invoice(10), "--mint", 1, "--wait", "100ms", status=5)
    mint.control("settle", paid=True)
    session.stop()
    code, output, errors = session.run("payouts")
    expect(code == 0 and "its invoice is paid" in errors and "cannot connect" in errors and json.loads(output)[0]["state"] == "paid", (code, errors))
    session.start()
    forget(session)


def treasury(session, mint):
    """The operator pays a bill with what the broker earned."""
    held = settled(session)["held"]
    options = {"role": "operator", "wallet": "operator-wallet"}
    told = session.ask("treasury", "melt", invoice(100), "--mint", 1, **options)
    expect((told["amount"], told["paid"], told["change"]) == (100, 102_000, 1), told)
    expect(settled(session)["held"] == held - 102 and balance(session, wallet="operator-wallet")["balance"] == 0, "the treasury")
    session.ask("treasury", "melt", invoice(100), "--mint", 1, status=3)
    for words, status, why in (((invoice(10**5), "--mint", 1), 3, "TREASURY_SHORT"), ((invoice(10), "--mint", 9), 2, "no mint 9"),
                               ((invoice(10), "--mint", 1, "--most", 11_000), 2, "more than --most")):
        code, _, errors = session.run("treasury", "melt", *words, **options)
        expect(code == status and why in errors and "no money was taken" in errors, f"{words}: {code} {errors}")
    expect(balance(session, wallet="operator-wallet")["balance"] == 0, "notes that nothing backs")
    # What was issued and is not signed is not issued again.
    mint.control("fault", name="unprocessable", count=1000, path="/v1/swap")
    bill = invoice(10)
    code, _, errors = session.run("treasury", "melt", bill, "--mint", 1, **options)
    mint.control("fault")
    expect(code == 3 and "are in the wallet as notes" in errors and "`turnpike melt INVOICE --mint 1`" in errors, errors)
    session.ask("melt", bill, "--mint", 1, **options)
    expect(balance(session, wallet="operator-wallet")["balance"] == 0, "the notes that were issued")
    forget(session, **options)


def killed(session, mint):
    """The command is killed at any time: what is not paid for the invoice is there, and no invoice is paid twice."""
    fill(session, mint, 900)
    sent, round = 0, 0
    while round < 30 or sent < 3:
        expect(round < 90, f"only {sent} commands came so far")
        round += 1
        have, before = balance(session)["balance"], melted(mint)
        if round % 3 == 0:
            mint.control("fault", name="melt-pending")
        child = subprocess.Popen(
            [session.program("turnpike"), "melt", invoice(20), "--mint", "1"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=session.variables("wallet", None, None))
        time.sleep(0.008 * round)
        child.send_signal(signal.SIGKILL)
        child.wait()
        mint.control("fault")
        # What was on its way is there: the mint answers one after the other.
        mint.control("settle", paid=bool(round % 2))
        until("the payout", lambda: all(payout["state"] in ("ready", "paid", "melting") for payout in session.ask("payouts")))
        payouts = session.ask("payouts", "--tokens")
        expect(len(payouts) <= 1, payouts)
        gone = have - balance(session)["balance"]
        if payouts and payouts[0]["state"] == "melting":
            # It was written down, and killed before it was sent: the minute is for nobody to know.
            expect(melted(mint) == before, payouts)
            session.ask("payouts", "--forget", payouts[0]["payout"], "--unfinished")
        else:
            tokens = sum(worth(session, payout["token"]) for payout in payouts if payout["token"])
            expect(gone == 1_000 * (tokens + melted(mint) - before), (payouts, gone))
            sent += melted(mint) > before
        forget(session)


def fees(program):
    """A mint that takes fees, has no keys for large amounts, and counts in something else."""
    with Mint(program, "--fee", 100, "--keys", 6) as mint, Session("--mint", f"{mint.url},unit=sat,exposure=1000") as session:
        begin(session, mint)
        fill(session, mint, 700)
        before = melted(mint)
        told = session.ask("melt", invoice(450), "--mint", 1)
        # 450, 5 for the way, and 2 for spending sixteen coins are 457; seventeen and one are spent for them, which is 2.
        expect((told["amount"], told["paid"], melted(mint)) == (450, 459_000, before + 451), told)
        expect(told["fee"] + told["change"] == 7 and worth(session, only(session)["token"]) > 0, told)
        session.ledger()
    with Mint(program, "--unit", "usd") as mint, Session("--mint", f"{mint.url},unit=usd,exposure=1000,rate=10") as session:
        begin(session, mint)
        fill(session, mint, 700)
        bill = invoice(100)
        code, _, errors = session.run("melt", bill, "--mint", 1)
        expect(code == 2 and "--most" in errors and "no money was taken" in errors, errors)
        told = session.ask("melt", bill, "--mint", 1, "--most", 1_020)
        expect((told["paid"], told["change"]) == (1_020, 1), told)


def main():
    program = os.path.join(os.path.abspath(os.environ.get("TURNPIKE_BIN", ".build/release")), "scripted-mint")
    chosen = sys.argv[1:]
    with Mint(program) as mint, Session("--mint", f"{mint.url},unit=sat,exposure=1000") as session:
        begin(session, mint)
        lost = None if chosen else silent(session, mint)
        for test in (paid, unproved, refused, answered_badly, pending, down, treasury, killed):
            if chosen and test.__name__ not in chosen:
                continue
            began = time.monotonic()
            test(session, mint)
            print(f"{test.__name__}: {time.monotonic() - began:.1f} s", flush=True)
        if not chosen or "fees" in chosen:
            fees(program)
        if lost:
            heard(session, mint, lost)
        ledger = session.ledger()
        expect(ledger.get("PAYOUTS", 0) == 0, ledger)
        expect(totals(mint)["broken"] == [], totals(mint))
    print(f"shown: melt_checks={expect.count} failed=0")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"FAILED after {expect.count} checks: {failure}")
        sys.exit(1)
