#!/usr/bin/env python3
"""A broker that takes ecash of a real mint: paid with tokens of the stock wallet and of Tests/Mint/token.

    Tests/Mint/broker_test.py [NAME]...      only the tests whose names begin so
"""

import base64
import contextlib
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from ecash_client import OUTCOMES, Client, client, ecash, key_hash, lock_key, settled  # noqa: E402
from installation import Installation  # noqa: E402
from real_mint import RealMint, Wallet  # noqa: E402
from scripted_mint import proofs_of  # noqa: E402

BIN = pathlib.Path(os.environ.get("TURNPIKE_BIN", ".build/release"))
TERMS = dict(price=1, period=1_000_000, throttledPrice=1, shortest=1, longest=3 * 10**12, low=0, throttle=0, grace=60_000,
             provision=0, outage=0, meter0=1000, meter1=0, meter2=0, meter3=0, units=1000, policy=0)
client.TURNPIKED = str(BIN / "turnpiked")


@contextlib.contextmanager
def broker(data, *mints, options=()):
    """A broker in a folder that may have been another's before."""
    arguments = [arg for mint in mints for arg in ("--mint", mint)]
    process = subprocess.Popen([BIN / "turnpiked", "serve", "--listen", "127.0.0.1:0", "--data", data, "--log-level", "info",
                                *arguments, *options], stdout=subprocess.PIPE, stderr=open(f"{data}.log", "a"), text=True)
    try:
        listening, ready = process.stdout.readline(), process.stdout.readline()
        assert ready == "ready\n", open(f"{data}.log").read()
        host, port = listening.split()[1].rsplit(":", 1)
        yield SimpleNamespace(address=(host, int(port)), data=data, process=process)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()


def token(mint, amount, *options):
    """A token made without the wallet."""
    made = subprocess.run([mint.installation.program("python"), pathlib.Path(__file__).parent / "token", mint.url, str(amount), *options],
                          capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


class Place:
    def __init__(self, folder, mint):
        self.folder, self.mint, self.count, self.figures = pathlib.Path(folder), mint, 0, {}

    def data(self):
        self.count += 1
        return str(self.folder / f"broker-{self.count}")


def until(condition, seconds=60):
    """Waits for something that has no push; asks again, a bounded number of times."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
    return found


def ready(connection, mint, *options):
    """Waits until the broker knows the keyset that tokens are made of now, with these options: such a token tells."""
    ready_for(connection, token(mint, 1, *options))


def ready_for(connection, probe):
    def known():
        reply = connection.receive(connection.send("ACQUIRE", tokens=[ecash(probe, b"p" * 16)], resource=1 << 40, units=1,
                                                   keyHash=key_hash(b"o" * 16)))
        return reply.status != "KEYSET_UNKNOWN"
    until(known)


def resource(running, name=b"gpu", **terms):
    provider = Client(running.address, credential=client.credential(running.data, "provider", 1))
    return provider.ask("REGISTER", name=name, **TERMS | terms).resource


def acquire(connection, where, tokens, owner=b"o" * 16, expect="PAYMENT_PENDING", money="NOT_KNOWN", **more):
    number = next(connection.numbers)
    reply = connection.ask("ACQUIRE", expect, money, tokens=tokens, number=number, resource=where, units=1,
                           keyHash=key_hash(owner), **more)
    return reply, number


def audit(data):
    """The audit of a broker that has ended."""
    done = subprocess.run([BIN / "turnpiked", "audit", "--data", data], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "balanced" in done.stdout, done.stdout + done.stderr


def pays(place):
    """A token of the stock wallet pays for a lease; the very reply comes on a repeat; a second use is refused."""
    data, mint = place.data(), place.mint
    wallet = Wallet(mint, folder=place.folder / "payer")
    wallet.invoice(200)
    with broker(data, mint.url) as running:
        where = resource(running)
        payer = Client(running.address)
        ready(payer, mint)
        text = wallet.send(21)
        began = time.monotonic()
        reply, number = acquire(payer, where, [ecash(text, b"r" * 16)])
        outcome, status, push = settled(payer, reply.detail)
        place.figures["paid_ms"] = round((time.monotonic() - began) * 1000)
        client.equal((outcome, status, push.amount), ("TAKEN", "OK", 21_000), "the payment")
        again, _ = payer.receive(payer.send("ACQUIRE", number=number, tokens=[ecash(text, b"r" * 16)], resource=where, units=1,
                                            keyHash=key_hash(b"o" * 16))), None
        client.equal((again.status, again.money, again.replayed, again.lease), ("OK", "TAKEN", True, push.word0), "the repeat")
        near(payer.ask("CHECK", lease=again.lease).own, 21_000, "the lease's money")
        # Once more, as another request: the mint knows.
        reply, _ = acquire(payer, where, [ecash(text, b"s" * 16)])
        client.equal(settled(payer, reply.detail)[:2], ("NOT_TAKEN", "ECASH_SPENT"), "the second use")
        told = payer.receive(payer.send("PAYMENT", payment=reply.detail))
        client.equal((told.outcome, told.money), (2, "NOT_TAKEN"), "what PAYMENT tells")
    audit(data)


def locked(place):
    """Ecash that is locked to the broker pays while its mint is down, once; and to one lease's key for that lease alone."""
    data = place.data()
    with RealMint(seed="locked mint") as mint:
        option = f"{mint.url},exposure=1000"
        with broker(data, option) as running:
            where = resource(running)
            payer = Client(running.address)
            ready(payer, mint)
            key = lock_key(payer)
            wallet = Wallet(mint, folder=place.folder / "locker")
            wallet.invoice(300)
            # What the stock wallet's command makes by default: a lock with a locktime of a day.
            texts = [wallet.send(32, dleq=True, lock=key), token(mint, 16, "--p2pk", key, "--dleq"),
                     token(mint, 8, "--p2pk", key)]
            bad = [token(mint, 8, "--p2pk", other_key(), "--dleq"), token(mint, 8, "--p2pk", key, "--dleq", "--refund", other_key(),
                                                                        "--locktime", "+90000")]
            leases = [payer.ask("ACQUIRE", tokens=[ecash(token(mint, 64, "--p2pk", key, "--dleq"), b"r" * 16)], resource=where,
                                units=1, keyHash=key_hash(bytes([n]) * 16)).lease for n in (1, 2)]
            own = [lease_key(key, lease) for lease in leases]
            bound = wallet.send(8, dleq=True, lock=own[0])
            mint.stop()
            began = time.monotonic()
            reply = payer.ask("FUND", tokens=[ecash(texts[0], b"r" * 16)], lease=leases[0])
            place.figures["offline_ms"] = round((time.monotonic() - began) * 1000, 1)
            client.equal(reply.credited, 32_000, "what was credited while the mint is down")
            payer.ask("FUND", tokens=[ecash(texts[1], b"r" * 16)], lease=leases[0])
            for again in texts[:2]:
                payer.ask("FUND", "ECASH_IN_USE", "NOT_KNOWN", tokens=[ecash(again, b"r" * 16)], lease=leases[1])
            for text in bad:
                payer.ask("FUND", "ECASH_LOCKED", tokens=[ecash(text, b"r" * 16)], lease=leases[0])
            # Seen on the wire, and shown for another lease.
            payer.ask("FUND", "ECASH_LOCKED", tokens=[ecash(bound, b"r" * 16)], lease=leases[1])
            payer.ask("FUND", tokens=[ecash(bound, b"r" * 16)], lease=leases[0])
            # Without a proof only the mint can say whose it is, and the mint is down.
            pending = payer.ask("FUND", "PAYMENT_PENDING", "NOT_KNOWN", tokens=[ecash(texts[2], b"r" * 16)], lease=leases[0])
            running.process.kill()
        mint.start()
        with broker(data, option) as running:
            payer = Client(running.address)
            told = until(lambda: outcome(payer, pending.detail) != "NOT_KNOWN" and outcome(payer, pending.detail))
            client.equal(told, "TAKEN", "the one that had to wait")
            payer.ask("FUND", "ECASH_IN_USE", "NOT_KNOWN", tokens=[ecash(texts[0], b"r" * 16)], lease=leases[1])
            near(payer.ask("CHECK", lease=leases[0]).given, 64_000, "what was given")
    audit(data)


def down(place):
    """A mint that is down is waited for, and no time that passes makes a payment fail."""
    data = place.data()
    with RealMint(seed="down mint") as mint:
        with broker(data, mint.url) as running:
            where = resource(running)
            payer = Client(running.address)
            ready(payer, mint)
            text = token(mint, 21)
            mint.stop()
            reply, _ = acquire(payer, where, [ecash(text, b"r" * 16)])
            client.equal(outcome(payer, reply.detail), "NOT_KNOWN", "while the mint is down")
            mint.start()
            client.equal(settled(payer, reply.detail)[:2], ("TAKEN", "OK"), "when it is back")
    audit(data)


def killed(place):
    """A broker that is killed at any moment of a swap goes on with it: each token is taken once, or is still the payer's."""
    data, mint, count = place.data(), place.mint, 12
    payments = []
    with broker(data, mint.url) as running:
        where = resource(running)
        ready(Client(running.address), mint)
    for round_number in range(count):
        text = token(mint, 5)
        with broker(data, mint.url) as running:
            payer = Client(running.address)
            reply, _ = acquire(payer, where, [ecash(text, b"r" * 16)], owner=os.urandom(16))
            payments.append((reply.detail, text))
            # A swap takes some 30 ms: each round ends elsewhere in it.
            payer.socket.settimeout(round_number * 0.006 + 0.001)
            with contextlib.suppress(OSError, AssertionError):
                settled(payer, reply.detail)
            running.process.kill()
    with broker(data, mint.url) as running:
        payer = Client(running.address)
        for payment, _ in payments:
            client.equal(until(lambda: outcome(payer, payment) != "NOT_KNOWN" and outcome(payer, payment)), "TAKEN", "a payment")
    audit(data)


def doubles(place):
    """One token in 64 requests at once of 64 connections: one wins, of 100 tokens each."""
    data, mint = place.data(), place.mint
    trials, width = 100, 64
    with broker(data, mint.url) as running:
        where = resource(running)
        first = Client(running.address)
        ready(first, mint)
        payers = [Client(running.address) for _ in range(width)]
        texts = tokens_of_one(mint, trials)
        wins = 0
        for text in texts:
            numbers = [payer.send("ACQUIRE", tokens=[ecash(text, b"r" * 16)], resource=where, units=1,
                                  keyHash=key_hash(os.urandom(16))) for payer in payers]
            ids = set()
            for payer, number in zip(payers, numbers):
                reply = payer.receive(number)
                assert reply.money == "NOT_KNOWN" and reply.status in ("PAYMENT_PENDING", "ECASH_IN_USE"), vars(reply)
                ids.add((reply.status, reply.detail))
            pending = [payment for status, payment in ids if status == "PAYMENT_PENDING"]
            ended = [until(lambda: outcome(first, payment) != "NOT_KNOWN" and outcome(first, payment)) for payment in pending]
            wins += ended.count("TAKEN")
            assert ended.count("TAKEN") == 1, f"{ended} of one token"
        client.equal(wins, trials, "tokens that were taken once")
        place.figures["double_spends"] = trials
    audit(data)


def units(place):
    """One mint in two units, at a rate each: leases are paid in both at once. The stock wallet has all of it from the treasury's words."""
    data = place.data()
    with RealMint(seed="two units", units=("sat", "eur")) as mint:
        with broker(data, mint.url, f"{mint.url},unit=eur,rate=50000/3,minimum=2,exposure=100") as running:
            where = resource(running)
            sats, euros = payers = [Client(running.address) for _ in range(2)]
            ready(sats, mint)
            ready(euros, mint, "--unit", "eur")
            wallet = Wallet(mint, unit="eur", folder=place.folder / "euros")
            wallet.invoice(500)
            told = json.loads(base64.urlsafe_b64decode((text := token(mint, 8, "--v3"))[6:] + "=" * (-len(text[6:]) % 4)))
            other = "cashuA" + base64.urlsafe_b64encode(json.dumps(told | {"unit": "eur"}).encode()).decode()
            # Sats that call themselves cents are worth nothing, and are still their owner's. Less than the least is not taken.
            acquire(euros, where, [ecash(other, b"r" * 16)], expect="KEYSET_UNKNOWN", money="NOT_TAKEN")
            acquire(euros, where, [ecash(token(mint, 1, "--unit", "eur"), b"r" * 16)], expect="AMOUNT_INVALID", money="NOT_TAKEN")
            # Credited before the mint was asked: so many cents as two thirds of the exposure.
            offline = token(mint, 64, "--unit", "eur", "--p2pk", lock_key(euros), "--dleq")
            lease = euros.ask("ACQUIRE", tokens=[ecash(offline, b"r" * 16)], resource=where, units=1, keyHash=key_hash(b"o" * 16)).lease
            near(euros.ask("CHECK", lease=lease).own, 64 * 50_000 // 3, "the lease of 64 cents")
            shown = [(sats, text, 8_000), (euros, wallet.send(121), 121 * 50_000 // 3), (sats, token(mint, 21), 21_000),
                     (euros, token(mint, 3, "--unit", "eur"), 50_000)]
            asked = [(payer, acquire(payer, where, [ecash(each, b"r" * 16)])[0].detail, worth) for payer, each, worth in shown]
            for payer, payment, worth in asked:
                outcome, status, push = settled(payer, payment)
                client.equal((outcome, status, push.amount), ("TAKEN", "OK", worth), "a payment in one of two units")
                near(payer.ask("CHECK", lease=push.word0).own, worth, "its lease")
            # That the last swap has ended is told by its payments; what was locked went along.
            twelve = words(data)
        client.equal(words(data), twelve, "the words of a broker that has ended")
        for unit, sum_of in (("sat", 8 + 21), ("eur", 64 + 121 + 3)):
            heir = Wallet(mint, unit=unit, folder=place.folder / f"restored-{unit}")
            client.equal(heir.restore(twelve), sum_of, f"what a stock wallet restores in {unit}")
    audit(data)


def restored(place):
    """Twelve words are all that the stock wallet needs to have the treasury, fees, a new keyset and kill -9 notwithstanding."""
    data = place.data()
    with RealMint(seed="restored mint", fee_ppk=300) as mint:
        with broker(data, mint.url) as running:
            where, payer, operator = resource(running), Client(running.address), operator_of(running)
            ready(payer, mint)
            amounts = [21, 64, 5, 127]
            texts = [token(mint, amount) for amount in amounts]
            pay_alone(payer, where, texts[:3])
            mint.rotate(fee_ppk=100)
            ready(payer, mint)
            # Of the old keyset, at its fee; then of the new one.
            pay_alone(payer, where, [texts[3], token(mint, 7)])
            # What it has of the old keyset it swaps by itself.
            told = until(lambda: (told := operator.ask("TREASURY", mint=1)) and not retired(told) and told)
            running.process.kill()
        kept = told.held
        client.equal((kept + told.fees, told.lost), (sum(amounts) + 7, 0), "what it holds, and what the mint kept of what came in")
        treasury = Wallet(mint, folder=place.folder / "treasury")
        client.equal(treasury.restore(words(data)), kept, "what a stock wallet restores")
        # It is money: somebody else has some of it.
        client.equal(Wallet(mint, folder=place.folder / "somebody").receive(treasury.send(64)), 64 - 1, "what somebody got of it")
    audit(data)
    place.figures["restored"] = kept


def pending(place):
    """Ecash that its mint is paying an invoice with is neither spent nor unspent: the broker waits for what becomes of it, a while."""
    for melts, ends in (("FAILED", ("TAKEN", "OK")), ("SETTLED", ("NOT_TAKEN", "ECASH_SPENT")), (None, ("NOT_TAKEN", "MINT_REFUSED"))):
        data = place.data()
        with RealMint(seed=f"pending {melts}", melts="PENDING") as mint, RealMint(seed="elsewhere", pays=False) as other:
            with broker(data, mint.url) as running:
                where, payer = resource(running), Client(running.address)
                ready(payer, mint)
                text = token(mint, 13, "--v3")
                quote = melt(mint, other, proofs_of(text), 10)
                reply, _ = acquire(payer, where, [ecash(text, b"r" * 16)])
                asked = until(lambda: mint.log.read_text(errors="replace").count("/v1/checkstate"))
                client.equal((outcome(payer, reply.detail), asked > 0), ("NOT_KNOWN", True), "while the invoice is being paid")
                if melts:
                    mint.restart(melts=melts)
                    mint.get(f"/v1/melt/quote/bolt11/{quote}")
                client.equal(settled(payer, reply.detail)[:2], ends, f"the payment, and the invoice is {melts}")
                if not melts:
                    # It is its owner's as it was before.
                    mint.restart(melts="FAILED")
                    mint.get(f"/v1/melt/quote/bolt11/{quote}")
                    reply, _ = acquire(payer, where, [ecash(text, b"s" * 16)])
                    client.equal(settled(payer, reply.detail)[:2], ("TAKEN", "OK"), "once more, when nothing came of the invoice")
                held = operator_of(running).ask("TREASURY", mint=1)
                client.equal((held.held, held.lost), (0 if melts == "SETTLED" else 13, 0), "what the broker has")
        audit(data)


def melt(mint, other, proofs, amount):
    """Has an invoice of another mint paid with these, without an end: its quote."""
    invoice = other.post("/v1/mint/quote/bolt11", {"amount": amount, "unit": "sat"}).body["request"]
    quote = mint.post("/v1/melt/quote/bolt11", {"request": invoice, "unit": "sat"}).body["quote"]
    inputs = [{name: value for name, value in proof.items() if name != "dleq"} for proof in proofs]
    told = mint.post("/v1/melt/bolt11", {"quote": quote, "inputs": inputs})
    client.equal((told.status, told.body.get("state")), (200, "PENDING"), "the payment of the invoice")
    return quote


def operator_of(running):
    return Client(running.address, credential=client.credential(running.data, "operator", 0))


def retired(treasury):
    """What it has of keysets that are not in use any more."""
    holdings = [struct.unpack("<8xQ8x32x6xBx", record) for record in treasury.records]
    return sum(amount for amount, is_active in holdings if not is_active)


def pay_alone(payer, where, texts):
    """Each token when the one before has been swapped."""
    for text in texts:
        reply, _ = acquire(payer, where, [ecash(text, b"r" * 16)])
        client.equal(settled(payer, reply.detail)[:2], ("TAKEN", "OK"), "a payment")


def words(data):
    """The twelve words of a broker's treasury."""
    done = subprocess.run([BIN / "turnpiked", "words", "--data", data], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "whoever" in done.stderr, done.stderr
    assert len(done.stdout.split()) == 12 and done.stdout.count("\n") == 1, "not twelve words in a line"
    return done.stdout.strip()


def other_key():
    """The public key 2G, which nobody here has."""
    return "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"


def lease_key(key, lease):
    """K(n) = K + tG, by the mint's own library."""
    script = ("import sys,hashlib\nfrom coincurve import PublicKey\nk=bytes.fromhex(sys.argv[1]);n=int(sys.argv[2])\n"
              "h=hashlib.sha256(b'turnpike cashu lease v1').digest()\n"
              "t=hashlib.sha256(h+h+k+n.to_bytes(8,'little')).digest()\nprint(PublicKey(k).add(t).format().hex())")
    return run_in_mint(script, key, lease)


def tokens_of_one(mint, count):
    """So many tokens of 1."""
    return [token(mint, 1) for _ in range(count)]


def run_in_mint(script, *arguments):
    done = subprocess.run([mint_python(), "-c", script, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def mint_python():
    return Installation().program("python")


def near(actual, expected, what):
    """Of money that time takes some of: a unit in 1,000 s, the first at once."""
    assert expected - 2 <= actual <= expected, f"{what}: {actual}, expected {expected}"


def outcome(connection, payment):
    """What PAYMENT tells of a payment in ecash."""
    return OUTCOMES[connection.receive(connection.send("PAYMENT", payment=payment)).outcome]


def run_tests(tests, when_named=()):
    """Runs those that the command line names, or all but the long ones that want to be named, and tells how they went."""
    names = sys.argv[1:]
    chosen = [test for test in (*tests, *when_named) if any(test.__name__.startswith(name) for name in names)] if names else tests
    failed = 0
    with tempfile.TemporaryDirectory(prefix="ecash-") as folder, RealMint() as mint:
        place = Place(folder, mint)
        for test in chosen:
            began = time.monotonic()
            try:
                test(place)
                print(f"passed {test.__name__} in {time.monotonic() - began:.1f} s", flush=True)
            except Exception as error:
                failed += 1
                print(f"FAILED {test.__name__}: {type(error).__name__}: {error}", flush=True)
                for log in sorted(pathlib.Path(folder).glob("*.log"))[-1:]:
                    print("".join(f"    {line}" for line in log.open().readlines()[-15:]), flush=True)
    figures = " ".join(f"{name}={value}" for name, value in place.figures.items())
    print(f"shown: ecash_tests={len(chosen)} ecash_failed={failed} {figures}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    run_tests([pays, locked, down, pending, units, restored, killed, doubles])
