#!/usr/bin/env python3
"""A Turnpike client in one file of Python, written from specification.md. Take it as a start for your own.

    client.py HOST:PORT list
    client.py HOST:PORT quote NAME UNITS SECONDS
    client.py HOST:PORT acquire NAME UNITS NOTE...          prints lease and owner key; keep the key
    client.py HOST:PORT check LEASE
    client.py HOST:PORT fund LEASE NOTE...
    client.py HOST:PORT use LEASE KEY METER QUANTITY
    client.py HOST:PORT stream LEASE KEY METER QUANTITY COUNT AMOUNT     pays COUNT uses of AMOUNT each, by the words of a hash chain
    client.py HOST:PORT release LEASE KEY                   prints the change
    client.py HOST:PORT funding NAME                        what a resource was given, and what is under way
    client.py HOST:PORT donate NAME NOTE...                 gives to a resource
    client.py HOST:PORT pledge CAMPAIGN NOTE...             prints claim and claim key; keep the key
    client.py HOST:PORT claim CLAIM KEY [again]             prints what is due, as a note; again: the last one, after a lost reply
    client.py HOST:PORT auction AUCTION                     how it stands, and whether its transcript says the same
    client.py HOST:PORT bid AUCTION TEXT LINK NOTE...       bids in an open auction; prints claim and claim key; keep the key
    client.py HOST:PORT raise CLAIM KEY NOTE...             adds money to it
    client.py HOST:PORT mailbox CLAIM KEY                   what came for a claim
    client.py HOST:PORT watch FUNDING                       notices about a campaign, offering, auction or claim, as they come
    client.py HOST:PORT mints                               whose ecash is taken and paid out
    client.py HOST:PORT payout MINT NOTE...                 prints a seed, and the notes as ecash of that mint; keep the seed until then
    client.py HOST:PORT refund SEED                         prints a payout's notes when it could not be, also where its id was lost
    client.py HOST:PORT issue CREDENTIAL-FILE AMOUNT COUNT  the operator's
"""

import base64
import hashlib
import hmac
import json
import os
import socket
import struct
import sys
import time

HELLO, AUTHENTICATE, REGISTER, LIST, DESCRIBE = 0x01, 0x02, 0x10, 0x12, 0x13
STATUS, SUBSCRIBE = 0x14, 0x2C
QUOTE, ACQUIRE, FUND, BIND, USE, CHECK, RELEASE = 0x20, 0x21, 0x22, 0x23, 0x24, 0x28, 0x29
OPEN_CHAIN, CLOSE_CHAIN, PAYMENT, ISSUE, GOODBYE = 0x2D, 0x2E, 0x30, 0x32, 0x84
REFUND, MINTS, PAYOUT, SIGNATURES, TREASURY, PAYMENT_SETTLED = 0x37, 0x38, 0x39, 0x3A, 0x3B, 0x86
DONATE, OPEN_CAMPAIGN, PLEDGE, CANCEL, CLAIM, FUNDING = 0x50, 0x56, 0x57, 0x58, 0x59, 0x5C
ATTACH, HEARTBEAT, AGENT_LEASES, PROVISION, REPORT, AGENT_LEASE_CHANGED = 0x70, 0x71, 0x72, 0x73, 0x76, 0x85
MAILBOX, OPEN_AUCTION, BID, RAISE_BID, DESCRIBE_AUCTION, TRANSCRIPT, NOTICE = 0x5D, 0x64, 0x65, 0x66, 0x69, 0x6B, 0x82
CLAIM_AGAIN = 2
NOTHING_DUE, PAYMENT_PENDING = 84, 93
FLAG_PAYMENT, FLAG_REPLAYED, FLAG_OPTIONS, FLAG_MAC = 0x01, 0x08, 0x10, 0x80
MONEY = ("none", "not taken", "taken", "not known")
STATES = {1: "PENDING", 2: "ACTIVE", 3: "LOW", 4: "THROTTLED", 5: "SUSPENDED", 6: "EXPIRED", 7: "RELEASED", 8: "REVOKED", 9: "FAILED"}
ENTRIES = {1: "donation", 2: "match", 3: "campaign", 4: "offering", 5: "recipient", 6: "auction"}
FUNDING_STATES = {1: "OPEN", 2: "REACHED", 3: "MISSED", 4: "ENDED", 5: "CANCELLED", 6: "SHARING", 7: "REVEALING",
                  8: "AWARDED", 9: "SPONSORING"}
NOTICES = dict(enumerate(("LOW", "THROTTLED", "SUSPENDED", "EXPIRED", "REFUND_READY", "TERMS_CHANGED", "CAMPAIGN_REACHED",
                          "CAMPAIGN_MISSED", "OUTBID", "WON", "REFUNDED", "PAYOUT_READY", "MORE_FUNDING"), 1))
SECOND_PRICE, SEALED = 1, 2


class Refused(Exception):
    def __init__(self, status, money, detail, token, field):
        super().__init__(f"status {status}, money {MONEY[money]}, detail {detail}, token {token}, field {field}")
        self.status, self.money, self.detail = status, money, detail


class Ended(Exception):
    """The broker said GOODBYE, or the connection broke: what was not answered is to be repeated with the same number."""


class Credential:
    """The five lines that `turnpiked key` prints."""

    def __init__(self, text):
        lines = dict(line.split(" ", 1) for line in text.split("\n") if line)
        self.role = {"operator": 1, "provider": 2, "agent": 3}[lines["role"]]
        self.id, self.generation, self.key = int(lines["id"]), int(lines["generation"]), bytes.fromhex(lines["key"])


class Connection:
    """One connection. `session` (16 secret bytes) survives it; so do the numbers, which the caller keeps."""

    def __init__(self, address, session, credential=None):
        host, port = address.rsplit(":", 1)
        if host == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(30)
            self.socket.connect(port)
        else:
            self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.key, self.sent, self.received, self.pushes = None, 0, 0, []
        self.number = 0
        role, role_id, generation = (credential.role, credential.id, credential.generation) if credential else (0, 0, 0)
        nonce = os.urandom(16) if credential else bytes(16)
        # A session's receipts make a number mean something: HELLO keeps none, so it may use any.
        hello = self.call(HELLO, struct.pack("<BBBBIQ16s16s", 1, 1, role, 0, generation, role_id, session, nonce), number=1)
        (self.version, self.resumed, self.window_max, self.frame_max, self.handle_max, self.subscription_max, self.now,
         self.incarnation, _, unit) = struct.unpack("<BBHIIIQQ16s32s", hello.body)
        self.unit = unit.rstrip(b"\0").decode()
        if credential:
            transcript = hashlib.sha256(self.last_sent + hello.bytes).digest()
            key = hmac.digest(credential.key, b"turnpike role connection v1" + transcript, "sha256")
            self.send(AUTHENTICATE, hmac.digest(key, b"client proof", "sha256")[:16], 2)
            self.key = key
            self.receive(AUTHENTICATE, 2)

    def call(self, opcode, body=b"", tokens=(), number=None, window=0):
        """Sends one request and waits for its reply."""
        if number is None:
            self.number += 1
            number = self.number
        self.send(opcode, body, number, tokens, window)
        return self.receive(opcode, number)

    def send(self, opcode, body, number, tokens=(), window=0):
        flags = 0
        if tokens:
            flags |= FLAG_PAYMENT
            joined = b"".join(tokens)
            body += struct.pack("<HBB", len(joined), len(tokens), 0) + joined
        if self.key:
            flags |= FLAG_MAC
        length = 16 + len(body) + (16 if self.key else 0)
        frame = struct.pack("<IBBHQ", length, opcode, flags, window, number) + body
        if self.key:
            frame += self.mac(0, self.sent, frame)
            self.sent += 1
        self.last_sent = frame
        self.socket.sendall(frame)

    def mac(self, direction, counter, frame):
        return hmac.digest(self.key, struct.pack("<BQ", direction, counter) + frame, "sha256")[:16]

    def receive(self, opcode, number):
        while True:
            reply = self.frame()
            if reply.opcode == GOODBYE:
                raise Ended(f"the broker ended the connection: status {struct.unpack_from('<H', reply.body)[0]}")
            if reply.opcode >= 0x80:
                self.pushes.append(reply)
            elif (reply.opcode, reply.number) == (opcode, number):
                if reply.word:
                    raise Refused(reply.word, reply.money, *struct.unpack("<QBxH4x", reply.body))
                return reply

    def frame(self):
        head = self.read(16)
        length, opcode, flags, word, number = struct.unpack("<IBBHQ", head)
        if not 16 <= length <= 65536:
            raise Ended("a frame of a wrong length")
        body = self.read(length - 16)
        if self.key:
            expected = self.mac(1, self.received, head + body[:-16])
            if not flags & FLAG_MAC or not hmac.compare_digest(expected, body[-16:]):
                raise Ended("a frame with a wrong MAC")
            self.received += 1
            body = body[:-16]
        # A client that reads fixed parts and counted records may ignore options altogether: they come last (`options_of`).
        return Frame(opcode, flags, word, number, body, head + body)

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise Ended("the connection was closed")
            data += part
        return data

    def close(self):
        self.socket.close()

    # Operations. `number` is the caller's when the request keeps a receipt: kept until the reply is there.

    def resource(self, name):
        reply = self.call(DESCRIBE, struct.pack("<Q32s", 0, name.encode()))
        return struct.unpack_from("<Q", reply.body)[0]

    def resources(self):
        after, more = 0, 1
        while more:
            reply = self.call(LIST, struct.pack("<QHHI", after, 0, 0, 0))
            count, more = struct.unpack_from("<HB", reply.body)
            for index in range(count):
                entry = struct.unpack_from("<Q32sQQII", reply.body, 8 + 64 * index)
                after = entry[0]
                yield (entry[0], entry[1].rstrip(b"\0").decode(), *entry[2:])

    def quote(self, resource, units, milliseconds):
        reply = self.call(QUOTE, struct.pack("<QIIQ", resource, units, 0, milliseconds))
        return struct.unpack("<QQQQII", reply.body)

    def acquire(self, resource, units, key, notes, number, minimum=0):
        body = struct.pack("<QII16sQ", resource, units, 0, key_hash(key), minimum)
        reply = self.call(ACQUIRE, body, notes, number, 1)
        return (*struct.unpack("<QQQQQ", reply.body), reply.is_replayed)

    def fund(self, lease, notes, number, handle=0):
        reply = self.call(FUND, struct.pack("<QII", lease, handle, 0), notes, number, 1)
        return struct.unpack("<QQQQQ", reply.body)

    def bind(self, lease, key):
        """(handle, last use number)"""
        reply = self.call(BIND, struct.pack("<Q16s", lease, key))
        handle, _, _, _, _, use_number = struct.unpack("<IBBHQQ", reply.body)
        return handle, use_number

    def use(self, handle, meter, quantity, use_number, tick=None):
        body = struct.pack("<IBBHQQQ", handle, meter, 0, 0, quantity, use_number, 0)
        reply = self.call(USE, body, [tick] if tick else ())
        return (*struct.unpack("<QQ", reply.body), reply.is_replayed)

    def check(self, lease):
        reply = self.call(CHECK, struct.pack("<Q", lease))
        return dict(zip(("resource", "epoch", "state", "open", "units", "deadline", "end", "own", "given", "reserved",
                         "deposits"), struct.unpack("<QQBBxxIQQQQQQ", reply.body)))

    def open_chain(self, handle, chain, weight, number, notes=()):
        """The deposit, which is the notes' sum exactly, or comes out of the purse."""
        body = struct.pack("<IIQII16s", handle, chain.number, weight, len(chain.words) - 1, 0, chain.words[0])
        return struct.unpack("<QQQQ", self.call(OPEN_CHAIN, body, notes, number, 1).body)[0]

    def close_chain(self, handle, chain, number):
        """(what came back, the purse, the last index that was shown)"""
        return struct.unpack("<QQII", self.call(CLOSE_CHAIN, struct.pack("<II", handle, chain.number), (), number, 1).body)[:3]

    def release(self, handle, number):
        """(change, its notes, whether replayed)"""
        reply = self.call(RELEASE, struct.pack("<II", handle, 0), (), number, 1)
        return struct.unpack_from("<Q", reply.body)[0], notes_of(reply.body, 32, 28), reply.is_replayed

    def spent(self, notes):
        """Which of the notes were taken, as bits."""
        return struct.unpack_from("<BBHIQ", self.call(PAYMENT, struct.pack("<Q", 0), notes).body)[3]

    def donate(self, resource, notes, number, label=""):
        """(credited, what sponsors added, payment, the public lease or 0, its deadline)"""
        body = struct.pack("<QB7x32s", resource, 1, label.encode())
        return struct.unpack("<QQQQQ", self.call(DONATE, body, notes, number, 1).body)

    def pledge(self, campaign, key, notes, number, label=""):
        """(claim, amount, pledged by all so far, when the campaign closes, payment)"""
        body = struct.pack("<Q16s32s", campaign, key_hash(key), label.encode())
        return struct.unpack("<QQQQQ", self.call(PLEDGE, body, notes, number, 1).body)

    def claim(self, claim, key, number, flags=0):
        """(amount, its notes, whether it was paid before). Under any number, a claim that was paid gives the same note again,
        until more is due: only an investment's and a bid's can have more."""
        reply = self.call(CLAIM, struct.pack("<Q16sII", claim, key, flags, 0), (), number, 1)
        return struct.unpack_from("<Q", reply.body)[0], notes_of(reply.body, 32, 28), reply.is_replayed

    def funding(self, resource):
        """The fixed part, and the entries as (kind, state, id, goal, amount, detail, count, instant, label)."""
        body = self.call(FUNDING, struct.pack("<Q", resource)).body
        sums = dict(zip(("lease", "balance", "deadline", "state", "count", "donations", "donation_count", "plain", "pool",
                         "matched", "scheduled", "campaign", "invested", "sponsored", "earned", "burn_rate", "period"),
                        struct.unpack_from("<QQQBxH4x12Q", body)))
        entries = [struct.unpack_from("<6QBB6x32s", body, 128 + 88 * index) for index in range(sums["count"])]
        return sums, [(*entry[6:8], *entry[:6], entry[8].rstrip(b"\0").decode()) for entry in entries]

    def banner(self, resource):
        """(text, link) of the sponsor of a resource, as STATUS tells it; empty: none. Written by a stranger: escape it."""
        found = options_of(self.call(STATUS, struct.pack("<Q", resource)), 56)
        return found.get(1, b"").decode(), found.get(2, b"").decode()

    def bid(self, auction, key, text, link, notes, number, commitment=bytes(32)):
        """(claim, the money of the bid, payment, the first half of the transcript's head)"""
        body = struct.pack("<Q16s32s96s96s", auction, key_hash(key), commitment, text.encode(), link.encode())
        return struct.unpack("<QQQ16s", self.call(BID, body, notes, number, 1).body)

    def raise_bid(self, claim, key, notes, number, commitment=bytes(32)):
        """(all money of the bid, when the auction closes, payment, the first half of the transcript's head)"""
        return struct.unpack("<QQQ16s", self.call(RAISE_BID, struct.pack("<Q16s32s", claim, key, commitment), notes, number, 1).body)

    def auction(self, auction):
        reply = self.call(DESCRIBE_AUCTION, struct.pack("<Q", auction))
        return dict(zip(("resource", "reserve", "increment", "least", "winner", "amount", "price", "held", "closes_at",
                         "decided_at", "starts_at", "ends_at", "extend_by", "forfeit_per_million", "flags", "bid_count",
                         "line_count", "state", "head", "label"), struct.unpack("<13QIIIIB7x32s32s", reply.body)))

    def transcript(self, auction):
        """The lines, 72 bytes each."""
        lines, there_are = [], 1
        while len(lines) < there_are:
            body = self.call(TRANSCRIPT, struct.pack("<QII", auction, len(lines), 0)).body
            there_are, count = struct.unpack_from("<IH", body)
            if not count:
                break  # Its first lines were forgotten, or the broker tells of more than it has.
            lines += [body[8 + 72 * i:80 + 72 * i] for i in range(count)]
        return lines

    def mailbox(self, claim, key, after=0):
        """(what to ask with next time, [(at, amount, instant, kind)])"""
        body = self.call(MAILBOX, struct.pack("<Q16sQ", claim, key, after)).body
        now, count = struct.unpack_from("<QH", body, 16)
        return now - 1, [struct.unpack_from("<QQQB", body, 32 + 32 * i) for i in range(count)]

    def subscribe(self, lease=0, resource=0, funding=0, mask=2):
        self.call(SUBSCRIBE, struct.pack("<QQQB7x", lease, resource, funding, mask))

    def notice(self):
        """The next notice that is pushed: (lease, resource, funding, claim, amount, instant, kind)."""
        while not (found := [push for push in self.pushes if push.opcode == NOTICE]):
            push = self.frame()
            if push.opcode == GOODBYE:
                raise Ended("the broker ended the connection")
            self.pushes.append(push)
        self.pushes.remove(found[0])
        return struct.unpack("<6QB7x", found[0].body)

    def issue(self, amount, count, number):
        reply = self.call(ISSUE, struct.pack("<QQHHI", amount, 0, count, 0, 0), (), number, 1)
        return notes_of(reply.body, 24, 20)

    def mints(self):
        """{number: (fee per thousand, numerator, denominator, minimum, unit, url)}"""
        body, found = self.call(MINTS).body, {}
        for index in range(struct.unpack_from("<H", body, 34)[0]):
            mint, *terms, unit, url = struct.unpack_from("<IIQQQ32s96s", body, 40 + 160 * index)
            found[mint] = (*terms, unit.rstrip(b"\0").decode(), url.rstrip(b"\0").decode())
        return found

    def payout(self, mint, blank, notes, number):
        """(payment, what is paid out, what is kept for the mint's fees), the latter two in the mint's unit."""
        body = struct.pack("<IH2x16s", mint, len(blank.outputs), key_hash(blank.refund_key))
        body += b"".join(struct.pack("<32sB7x", output[1:], output[0] & 1) for output in blank.outputs)
        return struct.unpack("<QQQ", self.call(PAYOUT, body, notes, number, 1).body)

    def signatures(self, payment):
        """(keyset id, [(exponent, signature, key)]), once the mint has signed. `wait_for_mint` waits for it."""
        body = self.call(SIGNATURES, struct.pack("<Q", payment)).body
        _, keyset, size, count, _ = struct.unpack_from("<Q33sBHI", body)
        records = [struct.unpack_from("<32s32sBBB5x", body, 48 + 72 * index) for index in range(count)]
        return keyset[:size], [(exponent, bytes([2 + odd]) + x, bytes([2 + key_odd]) + key) for x, key, odd, key_odd, exponent in records]

    def wait_for_mint(self, payment):
        """Waits for the push that tells what became of a payment in ecash, or of a payout, of this connection's session."""
        while not any(push.opcode == PAYMENT_SETTLED and push.body[:8] == struct.pack("<Q", payment) for push in self.pushes):
            push = self.frame()
            if push.opcode == GOODBYE:
                raise Ended("the broker ended the connection")
            self.pushes.append(push)

    def refund(self, payment, key, number, token=bytes(16)):
        """(amount, its notes). Payment 0: of whichever payment of this key, and of the token of this hash, has a note to be had; a payout has no token."""
        reply = self.call(REFUND, struct.pack("<Q16s16s", payment, key, token), (), number, 1)
        return struct.unpack_from("<Q", reply.body)[0], notes_of(reply.body, 24, 20)

    def treasury(self, mint):
        """The operator's: the sums, and the keysets as (number, fee per thousand, amount, final expiry, id, proofs, whether active)."""
        body, keysets = self.call(TREASURY, struct.pack("<I4x", mint)).body, []
        sums = dict(zip(("held", "waiting", "credited", "promised", "received", "paid", "fees", "lost", "found", "ceiling",
                         "answered_at", "locktime", "failure_count", "count"), struct.unpack_from("<12QIH2x", body)))
        for index in range(sums["count"]):
            number, fee, amount, expiry, first, count, last, size, active = struct.unpack_from("<IIQQ32sIBBBx", body, 104 + 64 * index)
            keysets.append((number, fee, amount, expiry, (first + bytes([last]))[:size], count, bool(active)))
        return sums, keysets

    def register(self, name, terms, number):
        """`terms`: the 16 numbers of Terms, in their order."""
        reply = self.call(REGISTER, struct.pack("<32s14QII", name.encode(), *terms), (), number, 1)
        return struct.unpack("<Q", reply.body)[0]


class Agent:
    """An agent of the credential's resource. It has no state of leases: `leases` and `changes` are for whoever enforces them.

    Of a lease: (lease, epoch, stamp, until, throttleAt, end, units, state, whether it is ours to provision)."""

    LEASE = struct.Struct("<6QIBB2x")

    def __init__(self, address, credential, number=1, provisions=True, reports=False, clock=lambda: time.monotonic_ns() // 10**6 + 1):
        self.clock = clock
        self.connection = Connection(address, bytes(16), credential)
        self.boot_nonce = os.urandom(16)
        reply = self.connection.call(ATTACH, struct.pack("<II16sQ", number, provisions | reports << 1, self.boot_nonce, clock()))
        self.epoch_floor, self.report_number, _, self.heartbeat_millis, self.silence_millis = struct.unpack("<QQIII4x", reply.body)
        self.heard = 0

    def leases(self):
        """All live leases of the resource."""
        found, more = [], 1
        while more:
            body = self.connection.call(AGENT_LEASES, struct.pack("<QHHI", found[-1][0] if found else 0, 0, 0, 0)).body
            count, more = struct.unpack_from("<HB", body)
            found += [self.LEASE.unpack_from(body, 8 + self.LEASE.size * index) for index in range(count)]
        return found

    def changes(self):
        """What was pushed since it was asked last; asking is a sign of life."""
        self.connection.call(HEARTBEAT, struct.pack("<QQ", self.clock(), self.heard))
        pushes, self.connection.pushes = self.connection.pushes, []
        if pushes:
            self.heard = pushes[-1].number
        return [self.LEASE.unpack(push.body) for push in pushes if push.opcode == AGENT_LEASE_CHANGED]

    def report(self, usages, last=False):
        """Reports (lease, epoch, milliseconds shut, bytes received, bytes sent) of leases; what was credited for it."""
        body = struct.pack("<QHBxI", self.report_number + 1, len(usages), last, 0) + b"".join(struct.pack("<5Q", *usage) for usage in usages)
        self.report_number, credited = struct.unpack("<QQ", self.connection.call(REPORT, body).body)
        return credited

    def provision(self, lease, epoch, endpoint="", ready=True):
        """Reports a lease ready, or failed and why; its epoch from now on."""
        body = struct.pack("<QQB7x96s", lease, epoch, ready, endpoint.encode())
        return struct.unpack("<Q", self.connection.call(PROVISION, body).body)[0]


class HashChain:
    """The words of a prepaid chain: each is worth its weight when it is shown, and shows all before it. Keep the last one secret."""

    def __init__(self, lease, number, length, secret):
        self.number, self.words = number, [secret]
        for index in range(length, 0, -1):
            step = b"turnpike hash chain v1" + struct.pack("<QII", lease, number, index) + self.words[-1]
            self.words.append(hashlib.sha256(step).digest()[:16])
        self.words.reverse()

    def tick(self, index):
        return struct.pack("<BBHIII", 2, 0, 32, self.number, index, 0) + self.words[index]


class BlankEcash:
    """Ecash of a payout before its mint has signed it (Cashu's NUT-00), at most 64 coins. All of it follows from 16 secret bytes: keep
    them before you send PAYOUT. How it follows is a client's own business. Slow, and not in constant time: for a start."""

    def __init__(self, seed, count):
        def secret(kind, number):
            return hashlib.sha256(b"turnpike payout v1" + seed + struct.pack("<II", kind, number)).digest()

        self.refund_key = secret(0, 0)[:16]
        self.secrets = [secret(1, number).hex() for number in range(count)]
        self.factors = [int.from_bytes(secret(2, number), "big") for number in range(count)]
        self.outputs = [compressed(added(hash_to_curve(text.encode()), times(factor, GENERATOR)))
                        for text, factor in zip(self.secrets, self.factors)]

    def token(self, url, unit, keyset, signatures):
        proofs = []
        for secret, factor, (exponent, signature, key) in zip(self.secrets, self.factors, signatures):
            unblinded = added(point(signature), times(ORDER - factor, point(key)))
            proofs.append({"amount": 2 ** exponent, "id": keyset.hex(), "secret": secret, "C": compressed(unblinded).hex()})
        text = json.dumps({"token": [{"mint": url, "proofs": proofs}], "unit": unit}, separators=(",", ":"))
        return "cashuA" + base64.urlsafe_b64encode(text.encode()).decode()


# secp256k1: y^2 = x^3 + 7 modulo PRIME; None is the point at infinity.
PRIME = 2 ** 256 - 2 ** 32 - 977
ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
GENERATOR = (0x79BE667E_F9DCBBAC_55A06295_CE870B07_029BFCDB_2DCE28D9_59F2815B_16F81798,
             0x483ADA77_26A3C465_5DA4FBFC_0E1108A8_FD17B448_A6855419_9C47D08F_FB10D4B8)


def added(one, other):
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % PRIME == 0:
            return None
        slope = 3 * one[0] ** 2 * pow(2 * one[1], -1, PRIME)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, PRIME)
    x = (slope ** 2 - one[0] - other[0]) % PRIME
    return x, (slope * (one[0] - x) - one[1]) % PRIME


def times(factor, one):
    total = None
    while factor:
        if factor & 1:
            total = added(total, one)
        one, factor = added(one, one), factor >> 1
    return total


def point(data):
    """Of its 33 bytes; ValueError: there is none."""
    x = int.from_bytes(data[1:], "big")
    y = pow(x ** 3 + 7, (PRIME + 1) // 4, PRIME)
    if data[0] not in (2, 3) or x >= PRIME or (y ** 2 - x ** 3 - 7) % PRIME:
        raise ValueError("no point of the curve")
    return x, y if y & 1 == data[0] & 1 else PRIME - y


def compressed(one):
    return bytes([2 + (one[1] & 1)]) + one[0].to_bytes(32, "big")


def hash_to_curve(secret):
    digest = hashlib.sha256(b"Secp256k1_HashToCurve_Cashu_" + secret).digest()
    for counter in range(2 ** 16):
        try:
            return point(b"\x02" + hashlib.sha256(digest + struct.pack("<I", counter)).digest())
        except ValueError:
            continue
    raise ValueError("a secret without a point")


def commitment_to(auction, key, amount, nonce):
    """What a sealed bid of `amount` shows. Keep amount and nonce."""
    return hashlib.sha256(b"turnpike bid v1" + struct.pack("<Q16sQ16s", auction, key_hash(key), amount, nonce)).digest()


def judge(auction, told, lines):
    """Goes through a transcript as its rules say: (the head of each line, (winner, bid, price)). AssertionError: the broker did not keep
    to them. `told` is what DESCRIBE_AUCTION tells; compare the heads with those that you were told before."""
    sealed = bool(told["flags"] & SEALED)
    head = hashlib.sha256(b"turnpike auction v1" + struct.pack(
        "<QQQII", auction, told["reserve"], told["increment"], told["forfeit_per_million"], told["flags"])).digest()
    heads, bids, last, is_over = [], {}, 0, False
    for number, line in enumerate(lines):
        claim, amount, payment, instant, kind, data = struct.unpack("<4QB7x32s", line)
        head = hashlib.sha256(head + line).digest()
        heads.append(head)
        assert instant >= last and not is_over, f"line {number} is out of order"
        last, best = instant, max((bid["amount"] for bid in bids.values()), default=0)
        if kind in (1, 2):  # BID, RAISE
            step = max(told["increment"], best // 16 if number >= 256 else 0)
            least = best + step if best and not sealed else told["reserve"]
            assert instant < told["closes_at"] and amount >= least and payment, f"line {number} was accepted too low or too late"
            assert (data != bytes(32)) == sealed, f"line {number} has a wrong commitment"
            assert (claim in bids) == (kind == 2), f"line {number} is not of a bid that counts"
            more = told["reserve"] if sealed else 1
            assert kind == 1 or amount >= bids[claim]["money"] + more, f"line {number} adds too little"
            bids[claim] = dict(money=amount, amount=0 if sealed else amount, line=number, commitment=data)
            continue
        assert claim in bids, f"line {number} is not of a bid that counts"
        bid = bids[claim]
        if kind == 3:  # REVEAL
            nonce, hash_of_key = data[:16], data[16:]
            made = hashlib.sha256(b"turnpike bid v1" + struct.pack("<Q16sQ16s", auction, hash_of_key, amount, nonce)).digest()
            assert made == bid["commitment"] and not bid["amount"], f"line {number} reveals something else"
            assert 0 < amount <= bid["money"], f"line {number} reveals more than was paid"
            assert told["closes_at"] <= instant < told["decided_at"], f"line {number} is out of time"
            bid["amount"] = amount
        else:  # REFUSE: of the winner it is the end
            is_over = instant >= told["decided_at"]
            assert instant < told["starts_at"] and (not is_over or winner_of(told, bids)[0] == claim), f"line {number} is out of time"
            del bids[claim]
    return heads, (0, 0, 0) if is_over else winner_of(told, bids)


def winner_of(told, bids):
    ranks = sorted((-bid["amount"], bid["line"], claim) for claim, bid in bids.items() if bid["amount"] >= told["reserve"])
    if not ranks:
        return 0, 0, 0
    second = -ranks[1][0] if len(ranks) > 1 else told["reserve"]
    return ranks[0][2], -ranks[0][0], second if told["flags"] & SECOND_PRICE else -ranks[0][0]


class Frame:
    def __init__(self, opcode, flags, word, number, body, whole):
        self.opcode, self.word, self.number, self.body, self.bytes = opcode, word, number, body, whole
        self.flags, self.money, self.is_replayed = flags, flags >> 1 & 3, bool(flags & FLAG_REPLAYED)


def notes_of(body, fixed_byte_count, count_offset):
    count = struct.unpack_from("<H", body, count_offset)[0]
    return [body[fixed_byte_count + 48 * i:fixed_byte_count + 48 * i + 48] for i in range(count)]


def options_of(reply, offset):
    """{type: value}. `offset` is where the fixed part and the records end."""
    found, at = {}, offset + 4
    while reply.flags & FLAG_OPTIONS and at < len(reply.body):
        kind, byte_count = struct.unpack_from("<BxH", reply.body, at)
        found[kind] = reply.body[at + 4:at + 4 + byte_count]
        at += 4 + byte_count
    return found


def key_hash(key):
    return hashlib.sha256(b"turnpike key hash v1" + key).digest()[:16]


def note_text(token):
    checksum = hashlib.sha256(b"tpnote1" + token[4:]).digest()[:4]
    return "tpnote1" + base64.urlsafe_b64encode(token[4:] + checksum).decode()


def note_token(text):
    data = base64.urlsafe_b64decode(text.removeprefix("tpnote1"))
    if len(text) != 71 or hashlib.sha256(b"tpnote1" + data[:44]).digest()[:4] != data[44:]:
        raise ValueError("not a note, or mistyped")
    return struct.pack("<BBH", 1, 0, 48) + data[:44]


def main(words):
    if len(words) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    address, verb, *rest = words
    # One request per session, so that number 1 will do. A wallet keeps its session and counts on.
    session = os.urandom(16)
    credential = Credential(open(rest[0]).read()) if verb == "issue" else None
    broker = Connection(address, session, credential)
    if verb == "list":
        for resource in broker.resources():
            print(*resource)
    elif verb == "quote":
        amount, least, most, *_ = broker.quote(broker.resource(rest[0]), int(rest[1]), int(rest[2]) * 1000)
        print(f"{amount} {broker.unit}; from {least} to {most}")
    elif verb == "acquire":
        key = os.urandom(16)
        print(f"key {key.hex()}", flush=True)
        lease, _, deadline, balance, *_ = broker.acquire(
            broker.resource(rest[0]), int(rest[1]), key, [note_token(n) for n in rest[2:]], 1)
        print(f"lease {lease}\ndeadline {deadline}\nbalance {balance}")
    elif verb == "check":
        state = broker.check(int(rest[0]))
        print(STATES.get(state["state"], state["state"]), state)
    elif verb == "fund":
        print("balance {}, deadline {}".format(*broker.fund(int(rest[0]), [note_token(n) for n in rest[1:]], 1)))
    elif verb == "use":
        handle, last = broker.bind(int(rest[0]), bytes.fromhex(rest[1]))
        print("charged {}, balance {}".format(*broker.use(handle, int(rest[2]), int(rest[3]), last + 1)))
    elif verb == "stream":
        meter, quantity, count, amount = map(int, rest[2:])
        handle, last = broker.bind(int(rest[0]), bytes.fromhex(rest[1]))
        # Any number that is not open will do. What is left comes back by CLOSE_CHAIN, or when the lease ends.
        chain = HashChain(int(rest[0]), int.from_bytes(os.urandom(3), "little") + 1, count, os.urandom(16))
        print("deposit", broker.open_chain(handle, chain, amount, 1))
        try:
            for index in range(1, count + 1):
                print("charged {}, balance {}".format(*broker.use(handle, meter, quantity, last + index, chain.tick(index))))
        finally:
            print("returned {}, balance {}".format(*broker.close_chain(handle, chain, 2)))
    elif verb == "release":
        handle, _ = broker.bind(int(rest[0]), bytes.fromhex(rest[1]))
        for note in broker.release(handle, 1)[1]:
            print(note_text(note))
    elif verb == "funding":
        sums, entries = broker.funding(broker.resource(rest[0]))
        print(sums)
        for kind, state, *values in entries:
            print(ENTRIES.get(kind, kind), FUNDING_STATES.get(state, state), *values)
    elif verb == "donate":
        given = broker.donate(broker.resource(rest[0]), [note_token(n) for n in rest[1:]], 1)
        print("credited {}, matched {}, payment {}, lease {}, deadline {}".format(*given))
    elif verb == "pledge":
        key = os.urandom(16)
        print(f"key {key.hex()}", flush=True)
        claim, amount, pledged, closes_at, _ = broker.pledge(int(rest[0]), key, [note_token(n) for n in rest[1:]], 1)
        print(f"claim {claim}\namount {amount}, of all {pledged}; closes at {closes_at}")
    elif verb == "claim":
        for note in broker.claim(int(rest[0]), bytes.fromhex(rest[1]), 1, CLAIM_AGAIN if rest[2:] == ["again"] else 0)[1]:
            print(note_text(note))
    elif verb == "auction":
        told, lines = broker.auction(int(rest[0])), broker.transcript(int(rest[0]))
        print(FUNDING_STATES.get(told["state"]), told)
        heads, (winner, amount, price) = judge(int(rest[0]), told, lines)
        print(f"by {len(lines)} lines: best bid claim {winner}, amount {amount}, price when decided {price}")
        if lines and heads[-1] != told["head"]:
            raise SystemExit("the broker tells another head: ask again, and if it stays so, tell others")
    elif verb == "bid":
        key = os.urandom(16)
        print(f"key {key.hex()}", flush=True)
        claim, amount, _, head = broker.bid(int(rest[0]), key, rest[1], rest[2], [note_token(n) for n in rest[3:]], 1)
        print(f"claim {claim}\namount {amount}\nhead {head.hex()}")
    elif verb == "raise":
        amount, closes_at, _, head = broker.raise_bid(int(rest[0]), bytes.fromhex(rest[1]), [note_token(n) for n in rest[2:]], 1)
        print(f"amount {amount}, closes at {closes_at}\nhead {head.hex()}")
    elif verb == "mailbox":
        for at, amount, instant, kind in broker.mailbox(int(rest[0]), bytes.fromhex(rest[1]))[1]:
            print(NOTICES.get(kind, kind), f"amount {amount}, until or since {instant}, at {at}")
    elif verb == "watch":
        broker.subscribe(funding=int(rest[0]))
        broker.socket.settimeout(None)
        while True:
            _, resource, funding, claim, amount, instant, kind = broker.notice()
            print(NOTICES.get(kind, kind), f"amount {amount}, instant {instant}, claim {claim}", flush=True)
    elif verb == "mints":
        for mint, (fee, numerator, denominator, minimum, unit, url) in broker.mints().items():
            print(f"{mint}: {url}, {numerator} {broker.unit} for {denominator} {unit}, from {minimum} {unit} on, a coin costs {fee}/1000 {unit}")
    elif verb == "payout":
        _, numerator, denominator, _, unit, url = broker.mints()[int(rest[0])]
        notes, seed = [note_token(n) for n in rest[1:]], os.urandom(16)
        print(f"seed {seed.hex()}", flush=True)
        # As many coins as it may become: powers of two. Each blank one costs the mint's fee.
        worth = sum(struct.unpack_from("<Q", note, 16)[0] for note in notes) * denominator // numerator
        blank = BlankEcash(seed, max(1, min(worth.bit_length(), 64)))
        payment, amount, fee = broker.payout(int(rest[0]), blank, notes, 1)
        print(f"payment {payment}: {amount} {unit}, {fee} {unit} for the mint", flush=True)
        try:
            try:
                signed = broker.signatures(payment)
            except Refused as refused:
                if refused.status != PAYMENT_PENDING:
                    raise
                broker.wait_for_mint(payment)
                signed = broker.signatures(payment)
            print(blank.token(url, unit, *signed))
        except Refused as refused:
            if refused.status != NOTHING_DUE:
                raise
            for note in broker.refund(payment, blank.refund_key, 2)[1]:
                print(note_text(note))
    elif verb == "refund":
        for note in broker.refund(0, BlankEcash(bytes.fromhex(rest[0]), 0).refund_key, 1)[1]:
            print(note_text(note))
    elif verb == "issue":
        for note in broker.issue(int(rest[1]), int(rest[2]), 1):
            print(note_text(note))
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
