#!/usr/bin/env python3
"""A broker that pays out at a real mint: what it signs for it is unblinded here, with another library, and is money to the stock wallet.

    Tests/Mint/payout_test.py [NAME]...      only the tests whose names begin so (`robbed` only then); in the mint's virtual environment
"""

import pathlib
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from installation import Installation  # noqa: E402

Installation().enter()
import ecash as wallet  # noqa: E402
from broker_test import audit, broker, operator_of, outcome, pay_alone, ready, resource, run_tests, token, until, words  # noqa: E402
from ecash_client import Client, client, key_hash, settled  # noqa: E402
from real_mint import RealMint, Wallet  # noqa: E402

SIGNATURE = struct.Struct("<16s16s16s16sBBBx4x")
REFUND_KEY = b"k" * 16


class Payout:
    """Notes of the operator's, paid out on `count` blank outputs."""

    def __init__(self, operator, payer, paid, mint=1, count=12):
        self.payer, draw = payer, wallet.Draw()
        self.blanks = [wallet.Blinded(1, "", draw.hex(), draw.key()) for _ in range(count)]
        points = [bytes.fromhex(blank.point) for blank in self.blanks]
        records = [point[1:] + bytes([point[0] & 1]) + bytes(7) for point in points]
        notes = operator.ask("ISSUE", amount=paid, count=1).notes
        reply = payer.ask("PAYOUT", tokens=notes, mint=mint, count=count, refundHash=key_hash(REFUND_KEY), records=records)
        self.id, self.amount, self.fee = reply.payment, reply.amount, reply.fee

    def token(self, mint, unit="sat", payer=None):
        """What came of it: each signature by the key that the mint has for that amount."""
        reply = (payer or self.payer).ask("SIGNATURES", payment=self.id)
        keyset = (reply.id0 + reply.id1 + bytes([reply.idLast]))[:reply.idByteCount].hex()
        keys = mint.get(f"/v1/keys/{keyset}").body["keysets"][0]["keys"]
        proofs = []
        for blank, record in zip(self.blanks, reply.records):
            x0, x1, key0, key1, is_odd, key_is_odd, exponent = SIGNATURE.unpack(record)
            key = f"{2 + key_is_odd:02x}" + (key0 + key1).hex()
            client.equal(key, keys[str(1 << exponent)], "the key that signed")
            signed = blank.unblinded(f"{2 + is_odd:02x}" + (x0 + x1).hex(), key)
            proofs.append({"amount": 1 << exponent, "id": keyset, "secret": blank.secret, "C": signed})
        client.equal(sum(proof["amount"] for proof in proofs), self.amount, "what was signed")
        client.equal(reply.amount, self.amount, "what SIGNATURES says")
        return wallet.token(mint.url, unit, proofs)

    def ended(self):
        return settled(self.payer, self.id)[:2]


def fee(ppk, inputs):
    return -(-ppk * inputs // 1000)


def pays_out(place):
    """In two units, with fees: exactly what was asked for comes, and what is left a stock wallet restores from the words."""
    data, ppk = place.data(), 100
    with RealMint(seed="pays out", units=("sat", "eur"), fee_ppk=ppk) as mint:
        with broker(data, mint.url, f"{mint.url},unit=eur,rate=500") as running:
            where, payer, operator = resource(running), Client(running.address), operator_of(running)
            ready(payer, mint)
            ready(payer, mint, "--unit", "eur")
            pay_alone(payer, where, [token(mint, 1000), token(mint, 300, "--unit", "eur"), token(mint, 77)])
            before = operator.ask("TREASURY", mint=1)
            client.equal(before.held, 1000 - fee(ppk, 6) + 77 - fee(ppk, 4), "what came in")
            for number, unit, rate, gross in ((1, "sat", 1000, 300), (2, "eur", 500, 101), (1, "sat", 1000, 555)):
                payout = Payout(operator, payer, gross * rate, number)
                client.equal((payout.fee, payout.amount), (fee(ppk, 13), gross - fee(ppk, 13)), "the terms")
                client.equal(payout.ended(), ("TAKEN", "OK"), "a payout")
                text = payout.token(mint, unit)
                with Wallet(mint, unit=unit) as somebody:
                    client.equal(somebody.receive(text), payout.amount - fee(ppk, payout.amount.bit_count()), "what a wallet received")
            held = {number: operator.ask("TREASURY", mint=number) for number in (1, 2)}
            client.equal(held[1].paid, 300 + 555 - 2 * fee(ppk, 13), "what was paid out")
        for number, unit in ((1, "sat"), (2, "eur")):
            with Wallet(mint, unit=unit) as heir:
                client.equal(heir.restore(words(data)), held[number].held, f"what a stock wallet restores in {unit}")
    audit(data)


def interrupted(place):
    """The mint is down, and the broker killed: the payout waits for both."""
    data = place.data()
    with RealMint(seed="interrupted") as mint:
        with broker(data, mint.url) as running:
            where, payer, operator = resource(running), Client(running.address), operator_of(running)
            ready(payer, mint)
            pay_alone(payer, where, [token(mint, 500)])
            mint.stop()
            payout = Payout(operator, payer, 123_000)
            client.equal(outcome(payer, payout.id), "NOT_KNOWN", "while the mint is down")
            payer.ask("SIGNATURES", "PAYMENT_PENDING", payment=payout.id)
            running.process.kill()
        mint.start()
        with broker(data, mint.url) as running:
            payer = Client(running.address)
            until(lambda: outcome(payer, payout.id) == "TAKEN")
            with Wallet(mint) as somebody:
                client.equal(somebody.receive(payout.token(mint, payer=payer)), 123, "what a wallet received")
            client.equal(operator_of(running).ask("TREASURY", mint=1).held, 500 - 123, "what is left")
    audit(data)


def robbed(place):
    """Somebody who has the words spends the broker's ecash: it finds out, pays nobody what it has not, and the payer has notes again. Two minutes."""
    data = place.data()
    with RealMint(seed="robbed") as mint:
        with broker(data, mint.url) as running:
            where, payer, operator = resource(running), Client(running.address), operator_of(running)
            ready(payer, mint)
            pay_alone(payer, where, [token(mint, 255)])
            with Wallet(mint) as thief, Wallet(mint) as fence:
                client.equal(thief.restore(words(data)), 255, "what the thief found")
                client.equal(fence.receive(thief.send(255)), 255, "what he got away with")
            payout = Payout(operator, payer, 100_000)
            # A minute for each swap whose coins are spent: it might be its own, on its way.
            payer.socket.settimeout(200)
            client.equal(payout.ended(), ("REFUNDABLE", "TREASURY_SHORT"), "a payout of what is gone")
            payer.ask("SIGNATURES", "NOTHING_DUE", payment=payout.id)
            client.equal(payer.ask("REFUND", payment=payout.id, key=REFUND_KEY, token=bytes(16)).amount, 100_000, "what the payer has again")
            told = operator.ask("TREASURY", mint=1)
            client.equal((told.held + told.lost, told.promised, told.paid), (255, 0, 0), "the treasury")
            assert told.lost >= 128, told.lost
            place.figures["robbed"] = told.lost
    audit(data)


if __name__ == "__main__":
    run_tests([pays_out, interrupted], when_named=[robbed])
