#!/usr/bin/env python3
"""Payments in ecash by the command line: nothing is lost by a mint that is down, a token that is no good, terms that change, or a kill.

The programs are those of TURNPIKE_BIN (.build/release), `scripted-mint` among them.
"""

import os
import re
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from mint import Mint
from session import Failure, Session, expect, until


def balance(session, **options):
    return session.ask("wallet", "balance", **options)


def has(session, lease, amount):
    """Whether so much was paid for a lease that was taken within the last minutes, at 1 a second."""
    return amount - 300 < session.ask("check", lease)["own"] <= amount


def file(session, name, text):
    with open(session.path(name), "w") as target:
        target.write(text)
    return "@" + session.path(name)


def pays(session, mint):
    """Every way to say a token; the money is the token's."""
    token = mint.token(21)
    code, _, errors = session.run("acquire", "thing", "--pay", "-", "--name", "first", stdin=f"cashu:{token}\n")
    expect(code == 0 and "the mint is being asked about payment" in errors and token not in errors, errors)
    expect(has(session, "first", 21_000), "what a token of 21 sat is worth")
    expect(session.ask("fund", "first", "--pay", mint.token(5))["credited"] == 5_000, "fund")
    expect(session.ask("donate", "thing", "--pay", file(session, "token", mint.token(3)))["credited"] == 3_000, "donate")
    claim = session.ask("match", "thing", "--ratio", "1:1", "--for", "30d", "--pay", mint.token(9), "--name", "match")
    expect(claim["amount"] == 9_000, "match")
    expect(session.ask("use", "first", "--quantity", 2, "--pay", mint.token(1))["charged"] == 2_000, "use")
    notes = session.ask("exchange", "--pay", mint.token(7))
    expect([note["amount"] for note in notes] == [7_000], "exchange")
    notes = session.ask("exchange", 4_000, 3_000, "--pay", mint.token(7))
    expect([note["amount"] for note in notes] == [4_000, 3_000], "exchange for amounts")
    expect(session.ask("chain", "open", "first", "--words", 10, "--weight", 100, "--pay", mint.token(1))["deposit"] == 1_000, "chain")
    pledge = session.ask("pledge", "thing", "--every", "30d", "--times", 2, "--pay", mint.token(4), "--name", "year")
    expect(pledge["amount"] == 4_000, "schedule")
    expect(balance(session)["balance"] == 14_000 and balance(session)["unfinished"] == 0, "the wallet")
    expect("cashu" not in open(session.path("wallet")).read(), "a token that was taken is kept")
    for words in (("acquire", "thing", "--for", "1m", "--pay", "-"), ("donate", "thing", 5, "--pay", "-"), ("donate", "thing"),
                  ("donate", "thing", "--pay", "cashuBabc"), ("donate", "thing", "--pay", "tpnote1abc")):
        code, _, errors = session.run(*words, stdin=token)
        expect(code in (2, 64) and token not in errors, f"{words}: {code} {errors}")


def mints(session, mint):
    """What is taken, and locks: a token that only this broker, or this lease, can spend is taken at once."""
    told = session.ask("mints")
    expect([offer["feePerThousand"] for offer in told["mints"]] == [0], told)
    expect(re.fullmatch("P2PK:0[23][0-9a-f]{64}", told["lock"]), told)
    expect([(offer["url"], offer["unit"], offer["rate"]) for offer in told["mints"]] == [(mint.url, "sat", "1000 msat = 1 sat")], told)
    end = int(time.time()) + 8 * 3_600
    token = mint.token(21, told["lock"], locktime=end)
    mint.hang()
    reply = session.ask("acquire", "thing", "--pay", token, "--name", "locked")
    [treasury] = session.ask("treasury", role="operator", wallet="operator-wallet")["mints"]
    mint.go_on()
    expect(treasury["credited"] > 0 and treasury["locktime"] == end * 1_000, treasury)
    expect(reply["balance"] == 21_000, "locked ecash while the mint is down")
    lock = session.ask("mints", "--lease", "locked")["lock"]
    expect(lock != told["lock"], "the key of a lease")
    expect(session.ask("fund", "locked", "--pay", mint.token(2, lock))["credited"] == 2_000, "ecash for that lease")
    session.ask("donate", "thing", "--pay", mint.token(2, lock), status=3)
    [kept] = session.ask("wallet", "ecash")
    expect((kept["status"], kept["amount"]) == ("ECASH_LOCKED", 2), kept)
    expect(session.ask("fund", "locked", "--pay", session.ask("wallet", "ecash", "--take")[0]["token"])["credited"] == 2_000, "again")
    expect(session.ask("wallet", "ecash") == [], "a token that was taken out")


def refused(session, mint):
    """A token that was spent; one of nobody. The wallet keeps what was not taken."""
    token = mint.token(21)
    session.ask("acquire", "thing", "--pay", token)
    code, _, errors = session.run("acquire", "thing", "--pay", token, wallet="other")
    expect(code == 3 and "ECASH_SPENT" in errors and "no money was taken" in errors and "wallet ecash" in errors, errors)
    expect(balance(session, wallet="other")["ecash"] == 1, "a token that was not taken")
    before = balance(session)["ecash"]
    session.ask("donate", "thing", "--pay", mint.token(21), "--broker", "127.0.0.1:1", status=6)
    session.ask("donate", 77, "--pay", mint.token(21), status=3)
    expect(balance(session)["ecash"] == before + 1, "what was paid to nobody")
    session.ask("wallet", "ecash", "--take")


def kept(session, mint):
    """Whatever refuses a payment in ecash, the wallet keeps the token, and that is said; of one in notes it is not."""
    ended = session.ask("acquire", "thing", "--pay", mint.token(5), "--name", "ended")["lease"]
    session.ask("release", "ended")
    for words, status in ((("fund", 4_242), "LEASE_UNKNOWN"), (("fund", ended), "LEASE_ENDED"), (("pledge", 77), "FUNDING_UNKNOWN"),
                          (("acquire", "thing", "--units", 5_000), "UNITS_INVALID"), (("exchange", 5), "AMOUNT_INVALID"),
                          (("acquire", "thing", "--minimum", "20d"), "TOO_SHORT")):
        token = mint.token(7)
        code, _, errors = session.run(*words, "--pay", "-", stdin=token)
        expect(code == 3 and status in errors and "no money was taken; the wallet keeps the token" in errors, f"{words}: {code} {errors}")
        [told] = session.ask("wallet", "ecash", "--take")
        expect((told["token"], told["status"]) == (token, status), told)
    session.ask("exchange", "--pay", mint.token(7))
    code, _, errors = session.run("acquire", "thing", "--amount", 1_000, "--units", 5_000)
    expect(code == 3 and "no money was taken" in errors and "wallet ecash" not in errors, errors)
    # It never came so far that the wallet has it.
    code, _, errors = session.run("chain", "open", "nothing", "--words", 10, "--weight", 1, "--pay", mint.token(1))
    expect(code == 2 and "no money was taken" in errors and "wallet ecash" not in errors, errors)


def useless(session, mint):
    """No key of a lease that never was, or has ended, is told, and no money bound to it: it would be lost."""
    ended = session.ask("acquire", "thing", "--pay", mint.token(5))["lease"]
    session.ask("release", ended)
    before = balance(session)["balance"]
    for lease, why in ((4_242, "no such lease"), (ended, "the lease has ended")):
        for words in (("mints", "--lease", lease), ("request", "--lease", lease, "--for", "1m"), ("exchange", 1_000, "--bind", lease)):
            code, output, errors = session.run(*words)
            expect(code == 3 and output == "" and f"lease {lease}: {why}" in errors, f"{words}: {code} {output}{errors}")
        code, _, errors = session.run("issue", 1_000, "--bind", lease, role="operator", wallet="operator-wallet")
        expect(code == 3 and why in errors, errors)
    expect(balance(session)["balance"] == before and balance(session)["bound"] == 0, "what was bound")


def mistaken(session, mint):
    """What is wrong with a token is said for people."""
    token, empty = mint.token(2), file(session, "empty", "")
    for text, what in ((token[:-9], "cut short"), (token + token, "more than one token"), (f"{token}\n{token}", "2 pieces"),
                       ("cashuBoA", "no coins"), ("cashuAe30=", "no coins"), ("hello", "begins with cashuA or cashuB"), ("", "input is empty"),
                       (" \n", "input is empty")):
        code, _, errors = session.run("donate", "thing", "--pay", "-", stdin=text)
        expect(code == 2 and what in errors and "no money was taken" in errors and token not in errors, f"{text}: {code} {errors}")
    code, _, errors = session.run("donate", "thing", "--pay", empty)
    expect(code == 2 and f"{empty[1:]} is empty" in errors, errors)
    session.ask("donate", "thing", "--pay", token)
    # Nothing waits for it that anybody would finish.
    code, _, errors = session.run("payment", 2**51 + 2**40)
    expect(code == 3 and "PAYMENT_UNKNOWN" in errors and "known yet" not in errors, (code, errors))


def late(session, mint):
    """The mint is down: the wait ends, the payment does not. It is finished when the mint is back."""
    token = file(session, "token", mint.token(30))
    mint.hang()
    code, _, errors = session.run("acquire", "thing", "--pay", token, "--wait", "300ms", "--name", "late")
    expect(code == 5 and "PAYMENT_PENDING" in errors, errors)
    payment = re.search(r"turnpike payment (\d+)", errors)[1]
    expect(session.ask("payment", payment)["status"] == "PAYMENT_PENDING", "while it is down")
    [pending] = session.ask("wallet", "pending")
    expect((pending["payment"], pending["amount"], pending["mint"]) == (payment, 30, mint.url), pending)
    expect(" 30 sat " in session.screen("wallet", "pending", wallet="wallet"), "an amount of the mint's")
    code, _, errors = session.run("acquire", "thing", "--pay", token)
    expect(code == 2 and "already" in errors, errors)
    mint.go_on()
    until("the payment", lambda: session.ask("payment", payment)["outcome"] == "TAKEN")
    session.ask("payment", payment)
    expect(has(session, "late", 30_000), "the lease of a payment that was late")
    expect(balance(session)["unfinished"] == 0, "what is unfinished")


def forgotten(session, mint):
    """The broker does not know the wallet's session any more: what became of a payment is asked for by its id."""
    token = mint.token(13)
    mint.hang()
    session.ask("acquire", "thing", "--pay", "-", "--wait", "100ms", "--name", "forgotten", stdin=token, status=5)
    payment = session.ask("wallet", "pending")[0]["payment"]
    session.lose()
    session.ask("payment", payment)
    expect(session.ask("wallet", "pending")[0]["payment"] == payment, "a payment that its token is in")
    mint.go_on()
    until("the payment", lambda: session.ask("payment", payment, wallet="nobody")["outcome"] == "TAKEN")
    until("the lease", lambda: session.run("check", "forgotten")[0] == 0)
    expect(has(session, "forgotten", 13_000) and balance(session)["unfinished"] == 0, "the lease of a session that is forgotten")
    expect(token not in open(session.path("wallet")).read(), "a token that was taken")


def lost(session, mint):
    """Nobody told the payment's id, and the session is gone: its key leads to it, whatever became of it."""
    def offer(name, price=1):
        words = ("register", name) if price == 1 else ("update", name)
        terms = ("--period", "1s", "--units", 1000, "--shortest", "1ms", "--longest", "30d") if price == 1 else ()
        session.ask(*words, "--price", price, *terms, role="provider", wallet="seller")

    def lose(payment):
        session.rewrite(rf":{payment}:cashu", ":0:cashu")
        session.lose()
        [pending] = session.ask("wallet", "pending")
        expect(pending["payment"] != payment, "the id is still there")
        return pending["number"]

    def pend(amount, resource):
        token = mint.token(amount)
        mint.hang()
        session.ask("acquire", resource, "--pay", "-", "--wait", "100ms", "--name", f"{resource}-lease", stdin=token, status=5)
        payment = session.ask("wallet", "pending")[0]["payment"]
        return token, payment, lose(payment)

    def settled(payment, outcome):
        mint.go_on()
        until("the payment", lambda: session.ask("payment", payment, wallet="nobody")["outcome"] == outcome)

    # It waits still, and is found again.
    offer("lost")
    token, payment, _ = pend(14, "lost")
    code, _, errors = session.run("wallet", "recover")
    expect(code == 5 and payment in errors, errors)
    expect(session.ask("wallet", "pending")[0]["payment"] == payment, "the id of a payment that waits")
    lose(payment)
    settled(payment, "TAKEN")
    expect(session.ask("wallet", "recover")["finished"] == 1, "a payment that was taken")
    expect(has(session, "lost-lease", 14_000) and balance(session)["unfinished"] == 0, "the lease of a payment without an id")
    expect(token not in open(session.path("wallet")).read(), "a token that was taken")
    before = balance(session)["balance"]
    for resource, is_set_aside in (("lost-1", False), ("lost-2", True)):
        offer(resource)
        token, payment, number = pend(15, resource)
        offer(resource, 2)
        settled(payment, "REFUNDABLE")
        if is_set_aside:
            session.ask("wallet", "set-aside", number)
            [told] = session.ask("refunds")["collected"]
            expect(told["amount"] == 15_000, told)
        else:
            code, _, errors = session.run("donate", "thing", 1_000)
            expect(code == 0 and "the wallet has it back" in errors, errors)
            before -= 1_000
        before += 15_000
        told = balance(session)
        expect((told["balance"], told["unfinished"], told["refunds"]) == (before, 0, 0), told)
        expect(token not in open(session.path("wallet")).read(), "a token that was refunded")
        expect(session.ask("wallet", "pending") == [] and session.ask("refunds")["collected"] == [], "what is left")


def refundable(session, mint):
    """Terms change while the mint is down: the money becomes notes."""
    before = balance(session)["balance"]
    mint_token = mint.token(40)
    mint.hang()
    session.ask("acquire", "thing", "--pay", mint_token, "--wait", "100ms", status=5)
    [pending] = session.ask("wallet", "pending")
    session.ask("update", "thing", "--price", 7, role="provider", wallet="seller")
    mint.go_on()
    told = until("the payment", lambda: (state := session.ask("payment", pending["payment"]))["outcome"] == "REFUNDABLE" and state)
    expect(told["operation"] == "ACQUIRE" and told["amount"] == 40_000 and told["status"] == "TOO_SHORT", told)
    session.ask("refunds")
    expect(balance(session)["balance"] == before + 40_000 and balance(session)["refunds"] == 0, "what was refunded")


def gifts(session, mint):
    """What a stranger locked to a lease that ended before the mint answered is its owner's, who need not know the token."""
    for ends in ("release", "revoke"):
        lease = session.ask("acquire", "thing", "--pay", mint.token(3), "--name", ends)["lease"]
        # More than is taken before its mint has.
        token = mint.token(1_500, session.ask("mints", "--lease", ends)["lock"])
        mint.hang()
        session.ask("fund", lease, "--pay", "-", "--wait", "100ms", stdin=token, status=5, wallet="stranger")
        [pending] = session.ask("wallet", "pending", wallet="stranger")
        session.ask(ends, lease if ends == "revoke" else ends, **dict(role="provider", wallet="seller") if ends == "revoke" else {})
        mint.go_on()
        until("the payment", lambda: session.ask("payment", pending["payment"], wallet="nobody")["outcome"] == "REFUNDABLE")
        before = balance(session)["balance"]
        session.ask("refunds") if ends == "release" else session.ask("release", ends)
        more = balance(session)["balance"] - before
        expect(more - 3_000 * (ends == "revoke") in range(1_499_000, 1_500_001), f"what came of it: {more}")
        session.run("wallet", "recover", wallet="stranger")
        code, _, errors = session.run("refunds", wallet="stranger")
        expect(code == 3 and "lease's owner" in errors, f"what the stranger is told: {code} {errors}")


def held(session, mint):
    """Units of a lease whose mint is asked are held for it, where its provider says so."""
    session.ask("register", "few", "--price", 1, "--period", "1s", "--units", 10, "--shortest", "1ms", "--longest", "30d",
                "--hold-units", role="provider", wallet="seller")
    expect(session.ask("resources", "describe", "few")["unitsHeld"] is True, "the policy")
    session.ask("issue", 100_000, "--count", 3, role="operator", wallet="rich")
    token = mint.token(8)
    mint.hang()
    session.ask("acquire", "few", "--pay", "-", "--wait", "100ms", "--name", "held", stdin=token, status=5)
    code, _, errors = session.run("acquire", "few", "--units", 10, "--amount", 100_000, wallet="rich")
    expect(code == 3 and "UNITS_UNAVAILABLE" in errors, errors)
    rest = session.ask("acquire", "few", "--units", 9, "--amount", 100_000, "--name", "rest", wallet="rich")
    mint.go_on()
    until("the lease", lambda: session.run("check", "held")[0] == 0)
    expect(has(session, "held", 8_000) and int(rest["lease"]) > 0, "the lease that was held for")
    session.ask("update", "few", "--no-hold-units", role="provider", wallet="seller")
    expect(session.ask("resources", "describe", "few")["unitsHeld"] is False, "the policy that was changed")
    session.ask("wallet", "pending")


def full(session, mint):
    """No more of a mint is had than its ceiling says; the wallet keeps what is not taken."""
    def treasury():
        return session.ask("treasury", role="operator", wallet="operator-wallet")["mints"][0]
    told = until("a treasury at rest", lambda: (now := treasury())["waiting"] == now["credited"] == 0 and now)
    expect((told["ceiling"], told["found"], told["lost"]) == (0, 0, 0), told)
    options = session.options
    session.stop()
    session.options = (options[0], f"{options[1]},ceiling={told['held'] + 10}")
    session.start()
    code, _, errors = session.run("donate", "thing", "--pay", "-", stdin=mint.token(11))
    expect(code == 3 and "TREASURY_FULL" in errors and "takes only 10 more" in errors and "no money was taken" in errors, errors)
    expect("wallet ecash" in errors, errors)
    [kept] = session.ask("wallet", "ecash", "--take")
    expect((kept["status"], kept["amount"]) == ("TREASURY_FULL", 11), kept)
    expect(treasury()["ceiling"] == told["held"] + 10, "the ceiling")
    session.ask("donate", "thing", "--pay", mint.token(10))
    session.ask("donate", "thing", "--pay", mint.token(1), status=3)
    session.stop()
    session.options = options
    session.start()
    session.ask("donate", "thing", "--pay", kept["token"])
    expect(treasury()["ceiling"] == 0, "without a ceiling")
    session.ask("wallet", "ecash", "--take")


def killed(session, mint):
    """The command is killed before and after the broker has the token, at any time in between: the next one finishes it."""
    done = 0
    for round in range(14):
        name = f"round-{round}"
        token = mint.token(8)
        if round % 2:
            mint.hang()
        child = subprocess.Popen(
            [session.program("turnpike"), "acquire", "thing", "--pay", "-", "--name", name], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=session.variables("wallet", None, None))
        child.stdin.write(token.encode())
        child.stdin.close()
        time.sleep(0.006 * round)
        child.send_signal(signal.SIGKILL)
        child.wait()
        mint.go_on()
        content = open(session.path("wallet")).read()
        if f" {name} " not in content:
            # It never came so far: the token was nowhere but on the standard input.
            expect(token not in content, "a token without its request")
            continue
        until("the lease", lambda: session.run("check", name)[0] == 0)
        expect(has(session, name, 8_000), "the lease of a command that was killed")
        expect(token not in open(session.path("wallet")).read(), "a token that was taken")
        done += 1
    expect(done >= 3, f"only {done} commands came so far")
    expect(balance(session)["unfinished"] == 0, "what is unfinished")


def restarted(session, mint):
    """The broker is started anew while a payment waits for its mint, and the command waits on."""
    token = mint.token(8)
    mint.hang()
    child = subprocess.Popen(
        [session.program("turnpike"), "acquire", "thing", "--pay", "-", "--name", "restarted"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=session.variables("wallet", None, None))
    child.stdin.write(token)
    child.stdin.close()
    expect("being asked" in child.stderr.readline(), "waiting")
    session.stop()
    session.start()
    mint.go_on()
    expect(child.wait(timeout=60) == 0, child.stderr.read())
    child.stdout.close()
    child.stderr.close()
    expect(has(session, "restarted", 8_000), "the lease")


def requests(session, mint):
    """A payment request, as text and as a QR code whose modules are those of another program."""
    told = session.ask("request", "thing", "--for", "9999s")
    expect(told["request"].startswith("creqA") and (told["amount"], told["price"]) == (10, 9_999), told)
    expect(session.ask("request", "thing", "--for", "1ms")["amount"] >= 1, "rounded up")
    expect(session.ask("request", "--lease", "first", "--for", "4999s")["amount"] == 5, "of a lease")
    expect(session.ask("request", "thing", "--for", "9999s", "--unlocked")["request"] != told["request"], "without a lock")
    session.ask("request", "thing", "--for", "9999s", "--unit", "usd", status=2)
    code, output, errors = session.run("request", "thing", "--for", "9999s", "--qr")
    expect(code == 0 and told["request"] in output, errors)
    lines = [line for line in output.splitlines() if line and set(line) <= set("█▀▄ ")]
    modules = []
    for line in lines:
        modules += ["".join("01"[c in "▄ "] for c in line), "".join("01"[c in "▀ "] for c in line)]
    width = len(modules[0])
    expect(width % 4 == 1 and len(modules) == width + 1, f"{width} by {len(modules)}")
    expect(all(set(line[:4]) == set(line[-4:]) == {"0"} for line in modules[:width]), "the margin")
    other = subprocess.run(["qrencode", "-8", "-l", "L", "-m", "4", "-t", "ASCII", told["request"]], capture_output=True, text=True, check=True)
    theirs = ["".join("01"[c == "#"] for c in line[::2]) for line in other.stdout.splitlines()]
    expect(modules[:width] == theirs, "the modules")


def main():
    binaries = os.path.abspath(os.environ.get("TURNPIKE_BIN", ".build/release"))
    with Mint(os.path.join(binaries, "scripted-mint")) as mint, \
            Session("--mint", f"{mint.url},unit=sat,exposure=1000") as session:
        session.ask("register", "thing", "--price", 1, "--period", "1s", "--units", 1000, "--shortest", "1ms", "--longest", "30d",
                    "--meter0", 1_000, role="provider", wallet="seller")
        # The broker learns the mint's keysets at its start.
        until("a first payment", lambda: session.run("donate", "thing", "--pay", mint.token(1), wallet="first")[0] == 0)
        chosen = sys.argv[1:]
        for test in (pays, mints, refused, kept, useless, mistaken, late, held, full, killed, restarted, forgotten, lost, requests, gifts, refundable):
            if chosen and test.__name__ not in chosen:
                continue
            began = time.monotonic()
            test(session, mint)
            print(f"{test.__name__}: {time.monotonic() - began:.1f} s", flush=True)
        session.ledger()
    print(f"shown: ecash_checks={expect.count} failed=0")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"FAILED after {expect.count} checks: {failure}")
        sys.exit(1)
