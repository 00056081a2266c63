#!/usr/bin/env python3
"""Real money at the command line: payment requests that the stock wallet reads and pays (NUT-18); invoices that a real mint pays, what it takes,
what comes back, and what is under way when it or Lightning fails.

    Tests/Mint/melt_test.py [NAME]...      only the tests whose names begin so; in the mint's virtual environment
"""

import json
import os
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from installation import Installation  # noqa: E402

Installation().enter()
from broker_test import BIN, audit, broker, resource, run_tests, token  # noqa: E402
from ecash_client import client  # noqa: E402
from real_mint import RealMint, Wallet, found  # noqa: E402


class Person:
    """A wallet of Turnpike's."""

    def __init__(self, place, running, name, role=None):
        self.variables = dict(os.environ, TURNPIKE_BROKER=":".join(map(str, running.address)), TURNPIKE_WALLET=f"{running.data}-wallet-{name}")
        if role:
            path = pathlib.Path(f"{running.data}-{role}")
            made = subprocess.run([BIN / "turnpiked", "key", "--data", running.data, "--role", role], capture_output=True, text=True, check=True)
            path.touch(mode=0o600)
            path.write_text(made.stdout)
            self.variables["TURNPIKE_CREDENTIAL"] = str(path)

    def ask(self, *words, status=0, stdin=None):
        """One command that must end so: its JSON, or what it says on standard error."""
        done = subprocess.run([BIN / "turnpike", *map(str, words)], env=self.variables, capture_output=True, text=True, timeout=120, input=stdin)
        assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return json.loads(done.stdout) if status == 0 else done.stderr

    def has(self, mint, amount, *options):
        """Notes for a token, once the broker knows the keyset that it is of."""
        text = token(mint, amount, *options)
        for _ in range(100):
            done = subprocess.run([BIN / "turnpike", "exchange", "--pay", "-"], env=self.variables, capture_output=True, text=True, input=text)
            if "KEYSET_UNKNOWN" not in done.stderr:
                break
        assert done.returncode == 0, done.stderr


def invoice(other, amount):
    """Of somebody at another mint."""
    return other.post("/v1/mint/quote/bolt11", {"amount": amount, "unit": "sat"}).body["request"]


def received(mint, text):
    with Wallet(mint) as somebody:
        return somebody.receive(text)


def fee(ppk, inputs):
    return -(-ppk * inputs // 1000)


def pays(place):
    """Amount, reserve and fees are paid out to the unit; what Lightning does not use comes back, and is money to the stock wallet."""
    data, ppk = place.data(), 100
    with RealMint(seed="melts", fee_ppk=ppk) as mint, RealMint(seed="elsewhere", pays=False) as other:
        with broker(data, mint.url) as running:
            payer, operator = Person(place, running, "payer"), Person(place, running, "operator", "operator")
            payer.has(mint, 1023)
            for amount in (500, 21, 1):
                bill = invoice(other, amount)
                told = payer.ask("melt", bill, "--mint", 1)
                reserve = max(2, -(-amount // 100))
                # The fake Lightning takes 1; what spending the coins costs, and what is kept of the payout, is the mint's besides.
                client.equal(told["amount"], amount, "the amount")
                assert told["change"] >= reserve - 1 and told["fee"] >= 1, told
                assert told["paid"] <= 1000 * (amount + reserve + 2 * fee(ppk, 12)), told
                client.equal((told["preimage"], told["proved"]), ("0" * 64, False), "the fake proof")
                assert "already" in payer.ask("melt", bill, "--mint", 1, status=2)
                [kept] = payer.ask("payouts", "--tokens")
                client.equal((kept["state"], kept["ecash"], kept["invoice"]), ("paid", told["change"], bill), "what is listed")
                coins = told["change"].bit_count()
                if told["change"] > fee(ppk, coins):
                    client.equal(received(mint, kept["token"]), told["change"] - fee(ppk, coins), "the change")
                payer.ask("payouts", "--forget", kept["payout"])
            told = operator.ask("treasury", "melt", invoice(other, 100), "--mint", 1)
            client.equal((told["amount"], operator.ask("wallet", "balance")["balance"]), (100, 0), "the operator's bill")
    audit(data)


def under_way(place):
    """A payment that Lightning does not end: the wallet waits, and has either the change or the ecash."""
    for ends in ("SETTLED", "FAILED"):
        data = place.data()
        with RealMint(seed="under way " + ends, melts="PENDING") as mint, RealMint(seed="elsewhere", pays=False) as other:
            with broker(data, mint.url) as running:
                payer = Person(place, running, "payer")
                payer.has(mint, 300)
                said = payer.ask("melt", invoice(other, 200), "--mint", 1, "--wait", "1s", status=5)
                assert "do not pay the invoice otherwise" in said, said
                client.equal([payout["state"] for payout in payer.ask("payouts")], ["melting"], "while it is under way")
                mint.restart(melts=ends)
                [kept] = payer.ask("payouts", "--tokens", "--wait", "20s")
                expected = ("paid", 2) if ends == "SETTLED" else ("ready", 202)
                if ends == "SETTLED":
                    # Looked up later, the fake Lightning takes nothing, or its 1.
                    assert kept["state"] == "paid" and kept["ecash"] in (1, 2), kept
                else:
                    client.equal((kept["state"], kept["ecash"]), expected, "what is left")
                client.equal(received(mint, kept["token"]), kept["ecash"], "what a wallet received")
        audit(data)


def requests(place):
    """The stock wallet pays what `turnpike request` asks for, to the unit, with the mint's fee on top: what it locks is taken though the mint is down."""
    data = place.data()
    with RealMint(seed="requests", fee_ppk=100) as mint, Wallet(mint) as wallet:
        wallet.invoice(500)
        with broker(data, f"{mint.url},exposure=1000") as running:
            payer, where = Person(place, running, "payer"), resource(running, price=1000)
            payer.has(mint, 64)
            for options, name in (((), "first"), (("--unlocked",), "second")):
                asked = payer.ask("request", where, "--for", "20h", *options)
                text = found(r"^(cashu[AB]\S+)$", wallet.run("pay", asked["request"]))
                if not options:
                    mint.stop()
                told = payer.ask("acquire", where, "--pay", "-", "--name", name, stdin=text)
                if not options:
                    mint.restart()
                assert asked["price"] <= told["balance"] <= asked["price"] + 1000, (told, asked)
    audit(data)


def fails(place):
    """Lightning finds no way: nothing is paid, and the ecash pays for something else."""
    data = place.data()
    with RealMint(seed="fails", melts="FAILED") as mint, RealMint(seed="elsewhere", pays=False) as other:
        with broker(data, mint.url) as running:
            payer = Person(place, running, "payer")
            payer.has(mint, 300)
            said = payer.ask("melt", invoice(other, 200), "--mint", 1, status=3)
            assert "has not paid" in said and "--payout" in said, said
            [kept] = payer.ask("payouts")
            client.equal((kept["state"], kept["ecash"]), ("ready", 202), "the ecash")
            mint.restart(melts="SETTLED")
            told = payer.ask("melt", invoice(other, 180), "--payout", kept["payout"])
            client.equal((told["fee"], told["change"]), (1, 21), "another invoice")
            [kept] = payer.ask("payouts", "--tokens")
            client.equal(received(mint, kept["token"]), 21, "the change")
    audit(data)


if __name__ == "__main__":
    run_tests([requests, pays, under_way, fails])
