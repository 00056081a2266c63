#!/usr/bin/env python3
"""Kills the command line at each of its calls that could leave a trace outside (as crash-points.py), in commands that pay with ecash, make
notes of it, collect a refund, pay out in ecash, or have an invoice paid with it. After each kill, and one in the recovery, a token pays once: for the lease that the wallet owns then, or for something else;
and what was to be paid out is in notes or in a token that pays once, but for what the mint was paid for its invoice.

The programs are those of TURNPIKE_BIN (.build/release), `scripted-mint` among them.
"""

import importlib
import os
import sys
import tempfile

sys.dont_write_bytecode = True
from invoices import invoice
from melt import melted
from mint import Mint
from session import Failure, Session, until

points = importlib.import_module("crash-points")
AMOUNT = 8


class Trial(points.Trial):
    def __init__(self, session, shim, mint):
        super().__init__(session, shim, None)
        self.mint = mint
        # Whether the broker does not know the session any more when somebody goes on.
        self.loses = False

    def recover(self, at):
        """The recovery dies as well, somewhere, before one gets through."""
        if self.loses:
            self.session.lose()
        self.crash_with("", 1 + at * 7 % 23, "wallet", "recover")
        until("the recovery", lambda: self.session.run("wallet", "recover")[0] == 0)

    def crash_with(self, token, at, *words):
        environment = {"LD_PRELOAD": self.shim, "CRASH_AT": str(at), "CRASH_HALF": "1" if at % 2 else ""}
        if not environment["CRASH_HALF"]:
            del environment["CRASH_HALF"]
        code, output, errors = self.session.run(*words, environment=environment, stdin=token)
        # A payment whose mint is slow is no failure of a recovery.
        if code not in (0, 5, 137):
            raise Failure(f"{words} at call {at}: exit status {code}\n{output}{errors}")
        return code != 137

    def holds(self, token):
        return token in open(self.session.path("wallet")).read()

    def acquires(self, lock, is_last=False):
        """Every call of `turnpike acquire --pay`; perhaps of the last unit there is, so that a repeat is refused at once."""
        resource = "thing"
        for at in range(1, points.CALLS_MAX):
            if is_last:
                resource = f"last-{at}"
                self.session.ask(
                    "register", resource, "--price", 1, "--period", "1h", "--units", 1, "--shortest", "1s", "--longest", "36500d",
                    role="provider", wallet="seller")
            token = self.mint.token(AMOUNT, lock)
            before = len(self.session.ask("wallet", "list")["leases"])
            lived = self.crash_with(token, at, "acquire", resource, "--pay", "-")
            if not lived:
                self.recover(at)
            leases = len(self.session.ask("wallet", "list")["leases"]) - before
            if leases != self.session.ask("broker")["leases"] - before or leases not in (0, 1):
                raise Failure(f"call {at}: {leases} leases more")
            if leases and self.holds(token):
                raise Failure(f"call {at}: a token that was taken is still there")
            # What did not pay for a lease pays for something else.
            code, _, errors = self.session.run("donate", "thing", "--pay", "-", wallet="other", stdin=token)
            if (code == 0) != (leases == 0):
                raise Failure(f"call {at}: with {leases} leases the token was tried once more: {code} {errors}")
            if lived:
                return at - 1
        raise Failure("it still dies")

    def exchanges(self):
        """Every call of `turnpike exchange --pay`."""
        for at in range(1, points.CALLS_MAX):
            token = self.mint.token(AMOUNT)
            before = self.session.ask("wallet")["balance"]
            lived = self.crash_with(token, at, "exchange", AMOUNT * 600, AMOUNT * 400, "--pay", "-")
            if not lived:
                self.recover(at)
            told = self.session.ask("wallet")
            made = told["balance"] - before
            if made not in (0, AMOUNT * 1000) or told["unfinished"] or told["refunds"] or made and self.holds(token):
                raise Failure(f"call {at}: {before} were there, and then {told}")
            # What became of no notes pays for something else.
            code, _, errors = self.session.run("donate", "thing", "--pay", "-", wallet="other", stdin=token)
            if (code == 0) != (made == 0):
                raise Failure(f"call {at}: with {made} in notes the token was tried once more: {code} {errors}")
            if lived:
                return at - 1
        raise Failure("it still dies")

    def refunds(self):
        """Every call of `turnpike refunds`."""
        for at in range(1, points.CALLS_MAX):
            before = self.session.ask("wallet")["balance"]
            # One resource has 16 at most.
            self.session.ask("register", f"thing-{at}", "--price", 1, "--period", "1h", "--units", 1, role="provider", wallet="seller")
            campaign = self.session.ask(
                "campaign", "open", f"thing-{at}", "--goal", 10**9, "--for", "1h", role="provider", wallet="seller")["campaign"]
            token = self.mint.token(AMOUNT)
            self.mint.hang()
            self.session.ask("pledge", campaign, "--pay", "-", "--wait", "1ms", stdin=token, status=5)
            payment = self.session.ask("wallet", "pending")[0]["payment"]
            self.session.ask("campaign", "cancel", campaign, role="provider", wallet="seller")
            self.mint.go_on()
            until("the payment", lambda: self.session.ask("payment", payment, wallet="nobody")["outcome"] == "REFUNDABLE")
            lived = self.crash_with("", at, "refunds")
            if not lived:
                self.recover(at)
                self.session.ask("refunds")
            told = self.session.ask("wallet")
            if told["balance"] != before + AMOUNT * 1000 or told["refunds"] or told["unfinished"] or self.holds(token):
                raise Failure(f"call {at}: {before} were there, and then {told}")
            if lived:
                return at - 1
        raise Failure("it still dies")

    def losing(self, run):
        """The same where each session is lost with the process: what nobody told is found by its key."""
        self.loses = True
        count = run()
        self.loses = False
        return count

    def payouts(self):
        """Every call of `turnpike payout`."""
        if self.loses:
            self.session.ask("wallet", "send", self.session.ask("wallet")["balance"])
        else:
            self.session.ask("exchange", "--pay", self.mint.token(2_000))
        for at in range(1, points.CALLS_MAX):
            # Without change: what an EXCHANGE makes of notes is lost with its session.
            if self.loses and not self.session.ask("wallet")["balance"]:
                self.session.ask("exchange", "--pay", self.mint.token(AMOUNT))
            # Always from one note: a payment takes the same calls each time.
            self.session.ask("merge")
            before = self.session.ask("wallet")["balance"]
            lived = self.crash_with("", at, "payout", AMOUNT * 1000, "--mint", 1)
            if not lived:
                self.recover(at)
                self.crash_with("", 1 + at * 5 % 17, "payouts")
            until("the payout", lambda: all(payout["state"] == "ready" for payout in self.session.ask("payouts")))
            payouts = self.session.ask("payouts", "--tokens")
            told = self.session.ask("wallet")
            if len(payouts) > 1 or told["unfinished"] or told["balance"] != before - AMOUNT * 1000 * len(payouts):
                raise Failure(f"call {at}: {before} were there, and then {told}, {payouts}")
            for payout in payouts:
                self.session.ask("donate", "thing", "--pay", "-", wallet="other", stdin=payout["token"])
                self.session.ask("payouts", "--forget", payout["payout"])
            if lived:
                return at - 1
        raise Failure("it still dies")

    def melts(self):
        """Every call of `turnpike melt`."""
        self.session.ask("exchange", "--pay", self.mint.token(3_000))
        for at in range(1, points.CALLS_MAX):
            self.session.ask("merge")
            before, melted_before = self.session.ask("wallet")["balance"], melted(self.mint)
            lived = self.crash_with("", at, "melt", invoice(AMOUNT), "--mint", 1)
            # What was on its way is there then: the mint answers one after the other.
            self.mint.control("fault")
            if not lived:
                self.recover(at)
                self.crash_with("", 1 + at * 5 % 31, "payouts")
            until("the payout", lambda: all(payout["state"] != "waiting" for payout in self.session.ask("payouts")))
            payouts, told, tokens = self.session.ask("payouts", "--tokens"), self.session.ask("wallet"), 0
            paid = melted(self.mint) - melted_before
            for payout in payouts:
                if paid and payout["state"] != "paid":
                    raise Failure(f"call {at}: the mint has paid, and the wallet does not know it: {payout}")
                # One that was written down and never sent is in doubt for a minute; the ecash is good all the same.
                if payout["token"]:
                    tokens += self.session.ask("donate", "thing", "--pay", "-", wallet="other", stdin=payout["token"])["credited"]
                self.session.ask("payouts", "--forget", payout["payout"], "--unfinished")
            if len(payouts) > 1 or told["unfinished"] or paid not in (0, AMOUNT + 1) or before - told["balance"] != tokens + 1000 * paid:
                raise Failure(f"call {at}: {before} were there, and then {told}, {tokens} in tokens, {paid} for the invoice: {payouts}")
            if lived:
                return at - 1
        raise Failure("it still dies")


def main():
    binaries = os.path.abspath(os.environ.get("TURNPIKE_BIN", ".build/release"))
    with tempfile.TemporaryDirectory() as directory, Mint(os.path.join(binaries, "scripted-mint")) as mint, \
            Session("--mint", f"{mint.url},unit=sat,exposure=1000000") as session:
        trial = Trial(session, points.build_shim(directory), mint)
        session.ask(
            "register", "thing", "--price", 1, "--period", "1h", "--units", 100_000, "--shortest", "1s", "--longest", "36500d", "--low", "0",
            role="provider", wallet="seller")
        session.ask("wallet", "recover")
        until("a first payment", lambda: session.run("donate", "thing", "--pay", mint.token(1), wallet="other")[0] == 0)
        counts = {}
        for name, run in (("pending", lambda: trial.acquires(None)),
                          ("locked", lambda: trial.acquires(session.ask("mints")["lock"])), ("refunds", trial.refunds),
                          ("payouts", trial.payouts), ("lost pending", lambda: trial.losing(lambda: trial.acquires(None))),
                          ("exchanges", trial.exchanges), ("lost exchanges", lambda: trial.losing(trial.exchanges)),
                          ("lost last unit", lambda: trial.losing(lambda: trial.acquires(session.ask("mints")["lock"], is_last=True))),
                          ("lost payouts", lambda: trial.losing(trial.payouts)), ("melts", trial.melts)):
            counts[name] = run()
            print(f"{name}: {counts[name]} crash points, no token lost or taken twice", flush=True)
        session.ledger()
        print(f"shown: ecash_crash_points={sum(counts.values())} money_lost=0")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"ecash-crashes: {failure}")
