#!/usr/bin/env python3
"""Secrets that look like locks to the broker's key (`locks.py`), each of them shown to a broker as a payment.

    Tests/Mint/locks_test.py      in the mint's virtual environment; the mint is the scripted one

What only the broker can spend, today and later, it credits at once. What anybody can spend, it has swapped first. All else it refuses: nothing is
credited, the mint was not asked, and whoever could spend it before still can."""

import collections
import json
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from installation import Installation  # noqa: E402

Installation().enter()
from coincurve import PublicKey  # noqa: E402
import locks  # noqa: E402
from broker_test import audit, broker, operator_of, ready_for, resource  # noqa: E402
from ecash import Draw, Purse, body_of, name_of, sign, token  # noqa: E402
from ecash_client import Client, client, ecash, key_hash, lock_key, settled  # noqa: E402
from mint_client import MintClient  # noqa: E402
from scripted_mint import ScriptedMint  # noqa: E402

RECORDED = pathlib.Path(__file__).resolve().parents[1] / "CashuTests/Vectors/locks.json"
CREDITED, PENDING, REFUSED = "OK", "PAYMENT_PENDING", ("ECASH_LOCKED", "ECASH_INVALID", "PAYMENT_MALFORMED")


def to_broker(secret, key):
    """The same secret with the broker's key, 66 digits, in place of ours: in each of the forms in which that stands there."""
    def forms(key):
        other = f"{5 - int(key[1]):02x}" + key[2:]
        return [PublicKey(bytes.fromhex(key)).format(compressed=False).hex(), key, other, key[2:], key[2:].upper(), key[2:-1]]
    for ours, brokers in zip(forms(locks.K), forms(key)):
        secret = secret.replace(ours, brokers)
    return secret


def show(lock, secret, purse, payer, lease):
    """One of them: what became of it, which must be right."""
    why = lock["why"]
    proof, = purse.issue([1], lambda: secret)
    text = token(purse.mint.url, purse.unit, [proof], dleq=True)
    reply = payer.receive(payer.send("FUND", tokens=[ecash(text, b"r" * 16)], lease=lease))
    is_brokers = lock["is_plain_lock"] or why in locks.OPENS_LATER
    if reply.status == CREDITED:
        assert is_brokers, f"credited at once: {why}"
        return CREDITED
    if reply.status == PENDING:
        outcome = settled(payer, reply.detail)[0]
        client.equal((outcome, state(purse, proof)), ("TAKEN", "SPENT"), why)
        # It was anybody's, so it is the broker's only now.
        client.equal(lock["mint_to_thief"], "200 without a signature", why)
        return PENDING
    assert reply.status in REFUSED, f"{why}: {reply.status}"
    client.equal((reply.money, state(purse, proof)), ("NOT_TAKEN", "UNSPENT"), why)
    if lock["mint_to_thief"].startswith("200"):
        spender = sign(proof, locks.THIEFS) if "signature of his own" in lock["mint_to_thief"] else proof
        client.equal(purse.mint.post("/v1/swap", purse.swap_body([spender])).status, 200, f"its owner's money: {why}")
    return reply.status


def state(purse, proof):
    return body_of(purse.mint.post("/v1/checkstate", {"Ys": [name_of(proof)]}))["states"][0]["state"]


def main():
    recorded = {lock["why"]: lock for lock in json.loads(RECORDED.read_text())["locks"]}
    seen = {}
    with tempfile.TemporaryDirectory(prefix="locks-") as folder, ScriptedMint() as mint:
        data = f"{folder}/broker"
        with broker(data, f"{mint.url},exposure=1000") as running:
            where, payer, operator = resource(running), Client(running.address), operator_of(running)
            ready_for(payer, mint.token(1))
            key, purse, draw = lock_key(payer), Purse(MintClient(mint.url)), Draw()
            lease = payer.ask("ACQUIRE", tokens=[ecash(mint.token(64, key), b"r" * 16)], resource=where, units=1,
                              keyHash=key_hash(b"o" * 16)).lease
            for why, secret in locks.FORMS + locks.KEYS + locks.SHAPES + locks.SIGNERS + locks.TIMES:
                # Of a connection that was refused something each token is swapped alone.
                seen[why] = show(recorded[why], to_broker(secret(draw.hex()), key), purse, Client(running.address), lease)
            taken = sum(status in (CREDITED, PENDING) for status in seen.values())
            # What is credited is swapped along with what waits: the mint lets the broker have it.
            while (told := operator.ask("TREASURY", mint=1)).credited:
                pending = payer.ask("FUND", PENDING, "NOT_KNOWN", tokens=[ecash(mint.token(1), b"r" * 16)], lease=lease)
                client.equal(settled(payer, pending.detail)[0], "TAKEN", "a token without a lock")
                taken += 1
            client.equal((told.held, told.waiting, told.lost), (64 + taken, 0, 0), "the treasury")
            client.equal(payer.ask("CHECK", lease=lease).given, 1000 * taken, "what was given")
        audit(data)
    for why, _ in locks.FORMS[:4]:
        client.equal(seen[why], CREDITED, why)
    counts = collections.Counter(seen.values())
    print(f"shown: locks={len(seen)} " + " ".join(f"{name.lower()}={count}" for name, count in sorted(counts.items())))


if __name__ == "__main__":
    main()
