#!/usr/bin/env python3
"""Payouts by the command line: ecash that goes out is the mint's, and is paid out once, whatever dies in between. The treasury adds up.

The programs are those of TURNPIKE_BIN (.build/release), `scripted-mint` among them.
"""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
import urllib.request

sys.dont_write_bytecode = True
from ecash import balance
from mint import Mint
from session import Failure, Session, expect, until


def treasury(session, *words):
    """(the sums of mint 1, its keysets)"""
    told = session.ask("treasury", *words, role="operator", wallet="operator-wallet")
    [sums] = told["mints"]
    expect(sums["held"] == sum(keyset["amount"] for keyset in told["keysets"]), told)
    return sums, told["keysets"]


def settled(session):
    """The treasury, when nothing waits."""
    return until("a treasury at rest", lambda: (sums := treasury(session)[0])["promised"] == sums["waiting"] == sums["credited"] == 0 and sums)


def fill(session, mint, amount):
    """Notes of so much of the mint's unit, of ecash that the broker has then; the amount in its own unit."""
    return sum(note["amount"] for note in session.ask("exchange", "--pay", mint.token(amount)))


def worth(session, token):
    """What a token is worth to somebody else, in the mint's unit. It is spent then, and nobody has it a second time."""
    told = session.ask("donate", "thing", "--pay", "-", wallet="other", stdin=token)
    code, _, errors = session.run("donate", "thing", "--pay", "-", wallet="other", stdin=token)
    expect(code == 3 and "ECASH_SPENT" in errors, errors)
    session.ask("wallet", "ecash", "--take", wallet="other")
    return told["credited"] // 1_000


def released(session, mint):
    """From a token over a lease to a token: what time and use did not cost."""
    session.ask("acquire", "thing", "--pay", mint.token(500), "--name", "lease")
    told = session.ask("release", "lease", "--payout", 1)
    ecash = told["change"] // 1_000
    expect((told["ecash"], told["fee"], told["keptAsNotes"]) == (ecash, 0, told["change"] - ecash * 1_000), told)
    expect(told["mint"] == mint.url and told["token"].startswith("cashuB"), told)
    expect(told["walletBalance"] == told["keptAsNotes"] == balance(session)["balance"], told)
    [kept] = session.ask("payouts", "--tokens")
    expect((kept["token"], kept["state"], kept["payout"]) == (told["token"], "ready", told["payout"]), kept)
    expect(session.ask("payouts")[0]["token"] == "(a secret)", "a secret")
    expect(session.ask("payment", told["payout"])["operation"] == "PAYOUT", "PAYMENT of a payout")
    expect(worth(session, told["token"]) == ecash, "the token")
    expect(session.ask("payouts", "--forget", told["payout"]) == [], "what is forgotten")
    session.ask("payouts", "--forget", told["payout"], status=2)
    # Too little for the mint.
    session.ask("issue", 999, role="operator")
    session.ask("acquire", "thing", "--amount", 999, "--name", "small")
    code, output, errors = session.run("release", "small", "--payout", 1)
    expect(code == 0 and json.loads(output)["keptAsNotes"] == json.loads(output)["change"] and "stays in the wallet" in errors, errors)


def paid(session, mint):
    """Where the token goes, and what is refused."""
    have = balance(session)["balance"] + fill(session, mint, 64)
    path = session.path("token")
    told = session.ask("payout", "21_000", "--mint", 1, "--to", path)
    expect(told["ecash"] == 21 and "token" not in told and stat.S_IMODE(os.stat(path).st_mode) == 0o600, told)
    outputs = session.ask("payouts", "--secrets")
    expect(len(outputs) == 64 and len({output["blinded"] for output in outputs}) == 64, "secrets")
    code, output, errors = session.run("payout", 7_000, "--mint", 1, "--to", "-")
    expect(code == 0 and re.fullmatch(r"cashuB\S+\n", output) and "7 sat" in errors, (output, errors))
    have -= 28_000
    expect((worth(session, open(path).read()), worth(session, output)) == (21, 7), "the tokens")
    for words, status, name in ((("payout", 1_500, "--mint", 1), 3, "AMOUNT_INVALID"), (("payout", 1_000, "--mint", 9), 2, "no mint 9"),
                                (("payout", 10**9, "--mint", 1), 7, "are needed"), (("payouts", "--unfinished"), 64, "--forget"),
                                (("release", "thing", "--to", "x"), 64, "--payout")):
        code, _, errors = session.run(*words)
        expect(code in (status, 2) and name in errors, f"{words}: {code} {errors}")
    expect(balance(session)["balance"] == have, "what was refused")
    # A file that is there is not written over, and none that cannot be made is paid out for.
    for target in (path, session.path("nowhere/token")):
        code, _, errors = session.run("payout", 2_000, "--mint", 1, "--to", target)
        expect(code == 7 and target in errors and "no money was taken" in errors, errors)
    expect(balance(session)["balance"] == have, "what could not be written")
    # What the wallet has is there without the broker.
    session.stop()
    code, output, errors = session.run("payouts", "--tokens")
    expect(code == 0 and [told["ecash"] for told in json.loads(output)] == [21, 7] and "cannot connect" in errors, (code, output, errors))
    session.start()
    for payout in session.ask("payouts"):
        session.ask("payouts", "--forget", payout["payout"])


def unasked(session, mint):
    """Where it cannot be paid out, what would bring the money is not done either: it could not be undone."""
    session.ask("acquire", "thing", "--pay", mint.token(50), "--name", "here")
    session.ask("use", "here", "--quantity", 1)
    before, earned = balance(session), balance(session, wallet="seller")
    seller = {"role": "provider", "wallet": "seller"}
    here = session.path("here")
    open(here, "w").close()
    for words, options in ((("release", "here"), {}), (("refunds",), {}), (("withdraw",), seller)):
        code, _, errors = session.run(*words, "--payout", 9, **options)
        expect(code == 2 and "no mint 9" in errors and "no money was taken" in errors, f"{words}: {code} {errors}")
        code, _, errors = session.run(*words, "--payout", 1, "--to", here, **options)
        expect(code == 7 and here in errors and "no money was taken" in errors, f"{words}: {code} {errors}")
    expect((balance(session), balance(session, wallet="seller")) == (before, earned), "what came all the same")
    expect(session.ask("check", "here")["state"] == "ACTIVE", "the lease")
    session.ask("release", "here")


def python(session, mint):
    """The client in Python makes the same of notes."""
    fill(session, mint, 13)
    notes = session.ask("wallet", "send", 13_000)["notes"]
    client = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../proto-spec/client.py")
    told = subprocess.run([sys.executable, client, "unix:" + session.socket, "payout", "1", *notes], capture_output=True, text=True, timeout=60)
    expect(told.returncode == 0 and ": 13 sat, 0 sat" in told.stdout, told)
    expect(worth(session, told.stdout.split()[-1]) == 13, "its token")
    told = subprocess.run([sys.executable, client, "unix:" + session.socket, "refund", "77" * 16], capture_output=True, text=True, timeout=60)
    expect(told.returncode != 0 and "Refused: status 95, money not taken" in told.stderr, told)


def short(session, mint):
    """More than the broker has: the notes are as good as before."""
    held = settled(session)["held"]
    session.ask("issue", (held + 1) * 1_000, role="operator")
    before = balance(session)["balance"]
    code, _, errors = session.run("payout", (held + 1) * 1_000, "--mint", 1)
    expect(code == 3 and "TREASURY_SHORT" in errors and "no money was taken" in errors and "ecash`" not in errors, errors)
    expect(balance(session)["balance"] == before and session.ask("payouts") == [], "the notes")
    session.ask("wallet", "send", (held + 1) * 1_000)


def late(session, mint):
    """The mint is down: the wait ends, the payout does not."""
    fill(session, mint, 8)
    before = balance(session)["balance"]
    mint.hang()
    code, _, errors = session.run("payout", 8_000, "--mint", 1, "--wait", "300ms")
    expect(code == 5 and "PAYMENT_PENDING" in errors and "turnpike payouts" in errors, errors)
    [waiting] = session.ask("payouts")
    expect((waiting["state"], waiting["token"], waiting["ecash"]) == ("waiting", "", 8), waiting)
    session.ask("payouts", "--forget", waiting["payout"], status=2)
    expect(treasury(session)[0]["promised"] == 8, "what is promised")
    session.stop()
    # It waits for the broker, which is told by the status; it is listed all the same.
    code, output, errors = session.run("payouts", "--tokens")
    expect(code == 6 and json.loads(output) == [waiting], (code, output, errors))
    session.start()
    mint.go_on()
    code, output, errors = session.run("payouts", "--tokens", "--wait", "30s")
    [ready] = json.loads(output)
    expect(ready["state"] == "ready" and worth(session, ready["token"]) == 8, errors)
    session.ask("payouts", "--forget", ready["payout"])
    expect(balance(session)["balance"] == before - 8_000, "the balance")


def refused(session, mint):
    """The mint will not sign: the notes come back, to whoever waits, and later to whoever does not."""
    fill(session, mint, 8)
    before = balance(session)["balance"]
    mint.control("fault", name="unprocessable", count=1000, path="/v1/swap")
    code, _, errors = session.run("payout", 8_000, "--mint", 1)
    expect(code == 3 and "MINT_REFUSED" in errors and "no money was taken" in errors, errors)
    expect(balance(session)["balance"] == before and session.ask("payouts") == [], "what came back")
    session.ask("payout", 8_000, "--mint", 1, "--wait", "1ms", status=5)
    until("the refund", lambda: session.ask("payouts") == [])
    mint.control("fault")
    expect(balance(session)["balance"] == before and balance(session)["refunds"] == 0, "what came back later")


def earned(session, mint):
    """What a provider earned, and what ecash came to nothing for."""
    session.ask("acquire", "thing", "--pay", mint.token(40), "--name", "used")
    session.ask("use", "used", "--quantity", 9)
    told = session.ask("withdraw", "--payout", 1, role="provider", wallet="seller")
    expect(told["ecash"] == told["amount"] // 1_000 >= 8 and told["keptAsNotes"] == told["amount"] % 1_000, told)
    expect(worth(session, told["token"]) == told["ecash"], "earnings")
    token = mint.token(16)
    mint.hang()
    session.ask("acquire", "thing", "--pay", "-", "--wait", "100ms", stdin=token, status=5)
    [pending] = session.ask("wallet", "pending")
    session.ask("update", "thing", "--price", 7, role="provider", wallet="seller")
    mint.go_on()
    until("the payment", lambda: session.ask("payment", pending["payment"], wallet="nobody")["outcome"] == "REFUNDABLE")
    told = session.ask("refunds", "--payout", 1)
    expect(len(told["collected"]) == 1 and told["ecash"] == 16 and worth(session, told["token"]) == 16, told)


def exported(session, mint):
    """The operator sees what there is, and takes it out."""
    session.ask("treasury", status=3)
    session.ask("treasury", 9, role="operator", status=3)
    before = settled(session)
    sums, [keyset] = treasury(session, 1)
    expect(keyset["active"] and keyset["proofs"] > 0 and keyset["expires"] == 0 and re.fullmatch("0[01][0-9a-f]+", keyset["keyset"]), keyset)
    expect(sums["url"] == mint.url and sums["answered"] > 0 and sums["failures"] == 0 and sums["lost"] == 0, sums)
    expect(sums["held"] == sums["received"] - sums["paid"], sums)
    told = session.ask("treasury", "export", 5, "--mint", 1, role="operator", wallet="operator-wallet")
    expect((told["issued"], told["ecash"]) == (5_000, 5) and worth(session, told["token"]) == 5, told)
    # `worth` gave it back to the broker.
    expect(settled(session)["held"] == before["held"], "what was given back")
    operator, path = {"role": "operator", "wallet": "operator-wallet"}, session.path("export")
    open(path, "w").close()
    for words, status, why in (((before["held"] + 1, "--mint", 1), 3, "TREASURY_SHORT"), ((10**12, "--mint", 1), 3, "TREASURY_SHORT"),
                               ((5, "--mint", 9), 2, "no mint 9"), (("all", "--mint", 1, "--to", path), 7, path)):
        code, _, errors = session.run("treasury", "export", *words, **operator)
        expect(code == status and why in errors and "no money was taken" in errors, f"{words}: {code} {errors}")
    expect(balance(session, wallet="operator-wallet")["balance"] == 0, "notes that nothing backs")
    os.remove(path)
    # What was issued and is not signed is not issued again.
    mint.control("fault", name="unprocessable", count=1000, path="/v1/swap")
    code, _, errors = session.run("treasury", "export", 5, "--mint", 1, **operator)
    mint.control("fault")
    expect(code == 3 and "are in the wallet as notes" in errors and "`turnpike payout 5000 --mint 1`" in errors, errors)
    expect(worth(session, session.ask("payout", 5_000, "--mint", 1, **operator)["token"]) == 5, "the notes that were issued")
    expect(balance(session, wallet="operator-wallet")["balance"] == 0, "notes that are left")
    told = session.ask("treasury", "export", "all", "--mint", 1, "--to", path, role="operator", wallet="operator-wallet")
    expect(told["ecash"] == before["held"] and settled(session)["held"] == 0, told)
    session.ask("treasury", "export", "all", "--mint", 1, role="operator", wallet="operator-wallet", status=2)
    expect(worth(session, open(path).read()) == before["held"], "all of it")
    # A mint that is not named any more is told of, while there is something of it.
    held = settled(session)["held"]
    options = session.options
    session.stop()
    session.options = ()
    session.start()
    expect((sums := treasury(session)[0])["held"] == held > 0 and (sums["enabled"], sums["url"]) == (False, ""), sums)
    session.stop()
    session.options = options
    session.start()
    until("the mint", lambda: session.ask("mints")["mints"])
    expect(treasury(session)[0]["enabled"] is True, "a mint that is named again")


def killed(session, mint):
    """The command is killed at any time: the next one has the ecash or the notes, and neither twice."""
    fill(session, mint, 600)
    paid = settled(session)["paid"]
    begun, round = 0, 0
    # Later and later, until some came so far.
    while round < 14 or begun < 3:
        expect(round < 80, f"only {begun} commands came so far")
        round += 1
        before = balance(session)["balance"]
        if round % 2:
            mint.hang()
        child = subprocess.Popen(
            [session.program("turnpike"), "payout", "7000", "--mint", "1"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=session.variables("wallet", None, None))
        time.sleep(0.006 * round)
        child.send_signal(signal.SIGKILL)
        child.wait()
        mint.go_on()
        session.ask("wallet", "recover")
        until("the payout", lambda: all(payout["state"] == "ready" for payout in session.ask("payouts")))
        payouts = session.ask("payouts", "--tokens")
        expect(len(payouts) <= 1 and balance(session)["balance"] == before - 7_000 * len(payouts), payouts)
        for payout in payouts:
            expect(worth(session, payout["token"]) == 7, "the token of a command that was killed")
            session.ask("payouts", "--forget", payout["payout"])
        begun += len(payouts)
    expect(settled(session)["paid"] == paid + 7 * begun and balance(session)["unfinished"] == 0, "what was paid out")


def restarted(session, mint):
    """The broker is started anew while a command waits for its payout, which goes on."""
    fill(session, mint, 9)
    mint.hang()
    child = subprocess.Popen(
        [session.program("turnpike"), "payout", "9000", "--mint", "1", "--to", "-"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=session.variables("wallet", None, None))
    expect("being asked" in child.stderr.readline(), "waiting")
    session.stop()
    session.start()
    mint.go_on()
    output, errors = child.communicate(timeout=60)
    expect(child.returncode == 0 and worth(session, output) == 9, errors)
    for payout in session.ask("payouts"):
        session.ask("payouts", "--forget", payout["payout"])


def fees(program):
    """A mint that takes fees, and has no keys for large amounts: more coins than bits, so all blank outputs are sent."""
    with Mint(program, "--fee", 100, "--keys", 6) as mint, Session("--mint", f"{mint.url},unit=sat,exposure=1000") as session:
        begin(session, mint)
        fill(session, mint, 400)
        told = session.ask("payout", 300_000, "--mint", 1)
        # 65 inputs at a tenth; 293 are nine coins of 32, and two for 5, which cost two to spend.
        expect((told["fee"], told["ecash"], worth(session, told["token"])) == (7, 293, 291), told)
        # As many outputs as there are bits suffice: six inputs at a tenth.
        told = session.ask("payout", 21_000, "--mint", 1)
        expect((told["fee"], told["ecash"], worth(session, told["token"])) == (1, 20, 19), told)
        code, _, errors = session.run("payout", 1_000, "--mint", 1)
        expect(code == 3 and "AMOUNT_INVALID" in errors and "no money was taken" in errors, errors)
        operator = {"role": "operator", "wallet": "operator-wallet"}
        code, _, errors = session.run("treasury", "export", 1, "--mint", 1, **operator)
        expect(code == 2 and "pays out 2 sat at least" in errors and "no money was taken" in errors, errors)
        expect(balance(session, wallet="operator-wallet")["balance"] == 0, "notes that nothing backs")
        sums, [keyset] = settled(session), treasury(session)[1]
        cost = -(-keyset["proofs"] * keyset["feePerThousand"] // 1_000)
        told = session.ask("treasury", "export", "all", "--mint", 1, role="operator", wallet="operator-wallet")
        expect(told["ecash"] + told["fee"] == sums["held"] - cost and worth(session, told["token"]) > 0, (told, sums, keyset))
        session.ledger()


def begin(session, mint):
    session.ask("register", "thing", "--price", 1, "--period", "1s", "--units", 1000, "--shortest", "1ms", "--longest", "30d",
                "--meter0", 1_000, role="provider", wallet="seller")
    # The broker learns the mint's keysets at its start.
    until("a first payment", lambda: session.run("donate", "thing", "--pay", mint.token(4), wallet="first")[0] == 0)


def main():
    binaries = os.path.abspath(os.environ.get("TURNPIKE_BIN", ".build/release"))
    chosen = sys.argv[1:]
    if not chosen or "fees" in chosen:
        fees(os.path.join(binaries, "scripted-mint"))
    with Mint(os.path.join(binaries, "scripted-mint")) as mint, \
            Session("--mint", f"{mint.url},unit=sat,exposure=1000") as session:
        begin(session, mint)
        for test in (released, paid, unasked, python, short, late, refused, killed, restarted, exported, earned):
            if chosen and test.__name__ not in chosen:
                continue
            began = time.monotonic()
            test(session, mint)
            print(f"{test.__name__}: {time.monotonic() - began:.1f} s", flush=True)
        ledger = session.ledger()
        expect(ledger.get("PAYOUTS", 0) == 0, ledger)
        totals = json.load(urllib.request.urlopen(f"{mint.url}/control/totals", timeout=20))
        expect(totals["broken"] == [], totals)
    print(f"shown: payout_checks={expect.count} failed=0")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"FAILED after {expect.count} checks: {failure}")
        sys.exit(1)
