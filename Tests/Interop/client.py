#!/usr/bin/env python3
"""A client of the Turnpike protocol, written from the text of proto-spec alone, and a story told with it to a broker.

Run it from the root of the repository. TURNPIKE_BIN names the directory of turnpiked (default .build/release). It starts a broker
of its own on a free port, checks every reply, and exits with 0 only when all of it held."""

import base64, contextlib, hashlib, hmac, itertools, os, signal, socket, struct, subprocess, sys, tempfile, time
from types import SimpleNamespace

STATUSES = dict(zip((0, 8, 10, 12, 14, 15, 22, 29, 35, 38, 40, 43, 45, 46, 48, 49, 52, 53, 57, 59, 60, 65, 81, 82, 84, 85, 86, 87, 88, 89), (
    "OK NOT_AUTHORIZED MAC_INVALID SESSION_TAKEN_OVER NUMBER_CONFLICT RECEIPT_NOT_KEPT DRAINING TICK_AHEAD NOTE_FORGED"
    " NOTE_SPENT NOTE_BOUND FUNDS_INSUFFICIENT CHAIN_UNKNOWN CHAIN_TAKEN TICK_FORGED TICK_SPENT LEASE_ENDED"
    " LEASE_SUSPENDED TOO_SHORT KEY_WRONG HANDLE_UNKNOWN DEBIT_LIMIT FUNDING_UNKNOWN FUNDING_CLOSED NOTHING_DUE"
    " CAP_EXCEEDED SHARES_EXCEEDED BID_TOO_LOW COMMITMENT_WRONG PERIOD_TAKEN").split()))  # of the stories
MONEY = ("NONE", "NOT_TAKEN", "TAKEN", "NOT_KNOWN")
STATES = (None, "PENDING", "ACTIVE", "LOW", "THROTTLED", "SUSPENDED", "EXPIRED", "RELEASED", "REVOKED", "FAILED")
CAUSES = (None, "GRANTED", "FUNDED", "TIME", "USED", "RELEASED", "REVOKED", "TRANSFERRED", "SETTLED")
NOTICES = (None, "LOW", "THROTTLED", "SUSPENDED", "EXPIRED", "REFUND_READY", "TERMS_CHANGED", "CAMPAIGN_REACHED",
           "CAMPAIGN_MISSED", "OUTBID", "WON", "REFUNDED", "PAYOUT_READY", "MORE_FUNDING")
PAYMENT, REPLAYED, OPTIONS, AUTHENTICATED = 0x01, 0x08, 0x10, 0x80


class Layout:
    """A fixed part: `name:kind` for each field, kinds as in module struct; a field without a name is reserved."""

    def __init__(self, text):
        self.fields = [field.split(":") for field in text.split()]
        self.names = [name for name, _ in self.fields if name]
        self.struct = struct.Struct("<" + "".join(kind for _, kind in self.fields))

    def pack(self, **values):
        assert set(values) <= set(self.names), f"no such fields: {set(values) - set(self.names)}"
        return self.struct.pack(*(values.get(name, b"" if kind[-1] == "s" else 0) for name, kind in self.fields if name))

    def unpack(self, data):
        values = dict(zip(self.names, self.struct.unpack_from(data)))
        assert self.pack(**values) == data[:self.struct.size], "a reserved field is not zero"
        return values


TERMS = ("price:Q period:Q throttledPrice:Q shortest:Q longest:Q low:Q throttle:Q grace:Q"
         " provision:Q outage:Q meter0:Q meter1:Q meter2:Q meter3:Q units:I policy:I")
OPERATIONS = {name: (opcode, Layout(request), Layout(reply), size) for name, opcode, request, reply, size in (
    ("HELLO", 0x01, "versionMin:B versionMax:B role:B :x generation:I roleID:Q session:16s nonce:16s",
     "version:B resumed:B windowMax:H frameMax:I handleMax:I subscriptionMax:I now:Q incarnation:Q nonce:16s unit:32s", 0),
    ("AUTHENTICATE", 0x02, "proof:16s", "", 0),
    ("REGISTER", 0x10, "name:32s " + TERMS, "resource:Q", 0),
    ("DESCRIBE", 0x13, "resource:Q name:32s", "resource:Q provider:Q name:32s " + TERMS + " version:I :4x", 0),
    ("ACQUIRE", 0x21, "resource:Q units:I flags:I keyHash:16s minimum:Q", "lease:Q epoch:Q deadline:Q balance:Q payment:Q", 0),
    ("FUND", 0x22, "lease:Q handle:I :4x", "balance:Q deadline:Q credited:Q payment:Q epoch:Q", 0),
    ("BIND", 0x23, "lease:Q key:16s", "handle:I authority:B state:B :2x epoch:Q useNumber:Q", 0),
    ("USE", 0x24, "handle:I meter:B :3x quantity:Q useNumber:Q lease:Q", "charged:Q balance:Q", 0),
    ("RESERVE", 0x25, "handle:I meter:B :3x quantityMax:Q timeout:Q", "reservation:Q held:Q until:Q balance:Q", 0),
    ("SETTLE", 0x26, "handle:I :4x reservation:Q quantity:Q", "charged:Q returned:Q balance:Q", 0),
    ("GRANT_DEBIT_KEY", 0x27, "handle:I :4x keyHash:16s perSecond:Q total:Q", "spent:Q debitKey:Q", 0),
    ("CHECK", 0x28, "lease:Q", "resource:Q epoch:Q state:B open:B :2x units:I deadline:Q end:Q own:Q given:Q reserved:Q deposits:Q", 0),
    ("RELEASE", 0x29, "handle:I :4x", "change:Q given:Q firstSerial:Q keyEpoch:I count:H :2x", 48),
    ("SUBSCRIBE", 0x2c, "lease:Q resource:Q funding:Q mask:B :7x", "count:Q", 0),
    ("OPEN_CHAIN", 0x2d, "handle:I chain:I weight:Q length:I :4x root:16s", "deposit:Q balance:Q deadline:Q payment:Q", 0),
    ("CLOSE_CHAIN", 0x2e, "handle:I chain:I", "returned:Q balance:Q index:I :4x", 0),
    ("CHECK_CHAIN", 0x2f, "lease:Q chain:I :4x", "index:I length:I weight:Q word:16s", 0),
    ("PAYMENT", 0x30, "payment:Q", "outcome:B of:B why:H spent:I amount:Q detail:Q reply:40s", 0),
    ("EXCHANGE", 0x31, "handle:I count:H :2x", "amount:Q firstSerial:Q payment:Q keyEpoch:I count:H :2x", 48),
    ("ISSUE", 0x32, "amount:Q binding:Q count:H :6x", "amount:Q firstSerial:Q keyEpoch:I count:H :2x", 48),
    ("WITHDRAW", 0x33, "amount:Q", "amount:Q left:Q firstSerial:Q keyEpoch:I count:H :2x", 48),
    ("AUDIT_FIGURES", 0x41, "", "sequence:Q now:Q count:H :6x", 16),
    ("STATEMENT", 0x42, "resource:Q after:Q", "now:Q last:Q count:H :2x incarnation:I", 56),
    ("DONATE", 0x50, "target:Q kind:B :7x label:32s", "credited:Q matched:Q payment:Q lease:Q deadline:Q", 0),
    ("OPEN_CAMPAIGN", 0x56, "resource:Q goal:Q minimum:Q duration:Q rule:B :7x label:32s", "campaign:Q closesAt:Q", 0),
    ("PLEDGE", 0x57, "campaign:Q keyHash:16s label:32s", "claim:Q amount:Q pledged:Q closesAt:Q payment:Q", 0),
    ("CANCEL", 0x58, "funding:Q", "amount:Q", 0),
    ("CLAIM", 0x59, "claim:Q key:16s flags:I :4x", "amount:Q left:Q firstSerial:Q keyEpoch:I count:H :2x", 48),
    ("FUNDING", 0x5c, "resource:Q", "lease:Q balance:Q deadline:Q state:B :x count:H :4x donations:Q donationCount:Q"
     " plain:Q pool:Q matched:Q scheduled:Q campaign:Q invested:Q sponsored:Q earned:Q burnRate:Q period:Q", 88),
    ("SPLIT_REVENUE", 0x60, "resource:Q count:H :6x", "left:Q", 0),
    ("OPEN_OFFERING", 0x61, "resource:Q cap:Q criterion:Q unit:Q duration:Q period:Q startShare:I share:I returnPerMillion:I"
     " count:H kind:B :x label:32s", "offering:Q closesAt:Q", 0),
    ("INVEST", 0x62, "offering:Q keyHash:16s", "claim:Q amount:Q raised:Q closesAt:Q payment:Q", 0),
    ("DESCRIBE_OFFERING", 0x63, "offering:Q", "resource:Q cap:Q criterion:Q startLeft:Q unit:Q raised:Q claims:Q earned:Q"
     " closesAt:Q endsAt:Q startShare:I share:I returnPerMillion:I count:H kind:B state:B label:32s", 40))}
MOVING = {"ACQUIRE", "FUND", "USE", "RESERVE", "SETTLE", "RELEASE", "EXCHANGE", "ISSUE", "WITHDRAW",
          "OPEN_CHAIN", "CLOSE_CHAIN", "DONATE", "PLEDGE", "INVEST", "CANCEL", "CLAIM"}  # their OK is TAKEN
RECEIPTS = MOVING - {"USE"} | {"REGISTER", "GRANT_DEBIT_KEY", "OPEN_CAMPAIGN", "SPLIT_REVENUE", "OPEN_OFFERING"}
PUSHES = {0x80: ("LEASE_CHANGED", Layout("lease:Q resource:Q epoch:Q deadline:Q balance:Q state:B cause:B :2x units:I")),
          0x82: ("NOTICE", Layout("lease:Q resource:Q funding:Q claim:Q amount:Q instant:Q kind:B :7x")),
          0x84: ("GOODBYE", Layout("reason:H :6x detail:Q"))}
HEADER, REFUSAL, FIGURE = struct.Struct("<IBBHQ"), Layout("detail:Q token:B :x field:H :4x"), Layout("account:H :2x keyEpoch:I balance:q")


class Note(bytes):
    """A note as it travels, 48 bytes."""
    amount = property(lambda self: struct.unpack_from("<Q", self, 16)[0])

    def text(self):
        check = hashlib.sha256(b"tpnote1" + self[4:]).digest()[:4]
        return "tpnote1" + base64.urlsafe_b64encode(self[4:] + check).decode()

    @classmethod
    def read(cls, text):
        body = base64.urlsafe_b64decode(text.removeprefix("tpnote1"))
        note = cls(b"\x01\x00\x30\x00" + body[:44])
        assert note.text() == text, "a mistyped note"
        return note


class Chain:
    """The words of a hash chain, the last of them random, and the ticks that show them."""

    def __init__(self, lease, number, length):
        self.number, self.words = number, [b""] * length + [os.urandom(16)]
        for i in range(length, 0, -1):
            step = b"turnpike hash chain v1" + struct.pack("<QII", lease, number, i) + self.words[i]
            self.words[i - 1] = hashlib.sha256(step).digest()[:16]

    def tick(self, index, word=None):
        return struct.pack("<BxHII4x", 2, 32, self.number, index) + (word or self.words[index])


def key_hash(key):
    return hashlib.sha256(b"turnpike key hash v1" + key).digest()[:16]


def mac(key, data, size=16):
    return hmac.digest(key, data, "sha256")[:size]


class Client:
    """One connection. HELLO is sent at once and its reply awaited only when it is needed: requests may follow it directly."""
    count = SimpleNamespace(requests=0, refusals=0, replays=0, pushes=0)
    wallet = set()  # every note that anybody in the story holds

    def __init__(self, address, session=None, numbers=None, credential=None):
        self.socket = socket.create_connection(address, timeout=15)
        self.stream = self.socket.makefile("rb")
        self.session, self.numbers = session or os.urandom(16), numbers or itertools.count(1)
        self.replies, self.pushes, self.push_count, self.key, self.secured, self.counters = {}, [], 0, None, False, [0, 0]
        role = dict(credential.role, nonce=os.urandom(16)) if credential else {}
        number = self.send("HELLO", versionMin=1, versionMax=1, session=self.session, **role)
        if credential:
            hello = self.receive(number)
            self.key = mac(credential.key, b"turnpike role connection v1" + hashlib.sha256(self.sent + hello.frame).digest(), 32)
            self.ask("AUTHENTICATE", proof=mac(self.key, b"client proof"))

    def send(self, operation, number=None, window=1, tokens=(), records=(), spoil=False, **fields):
        """Sends one request and gives its number."""
        opcode, layout, _, _ = OPERATIONS[operation]
        number = number or next(self.numbers)
        body = layout.pack(**fields) + b"".join(records)
        if tokens:
            body += struct.pack("<HBx", sum(map(len, tokens)), len(tokens)) + b"".join(tokens)
        flags = (PAYMENT if tokens else 0) | (AUTHENTICATED if self.secured else 0)
        window = window if operation in RECEIPTS or tokens else 0
        frame = HEADER.pack(16 + len(body) + 16 * self.secured, opcode, flags, window, number) + body
        if self.secured:
            tag = self.mac(0, frame)
            frame += bytes([tag[0] ^ spoil]) + tag[1:]
        self.sent = frame
        self.socket.sendall(frame)
        Client.count.requests += 1
        return number

    def mac(self, direction, data):
        self.counters[direction] += 1
        return mac(self.key, struct.pack("<BQ", direction, self.counters[direction] - 1) + data)

    def read(self):
        """Reads one frame, a reply or a push, and puts it where it belongs."""
        header = self.stream.read(16)
        assert len(header) == 16, "the broker closed the connection"
        length, opcode, flags, word, number = HEADER.unpack(header)
        assert 16 <= length <= 65536, f"a frame of {length} bytes"
        frame = header + self.stream.read(length - 16)
        assert len(frame) == length, "the connection ended within a frame"
        self.secured |= opcode == OPERATIONS["AUTHENTICATE"][0] and word == 0
        assert bool(flags & AUTHENTICATED) == self.secured, f"flags {flags:#x} of opcode {opcode:#x}"
        if self.secured:
            frame, tag = frame[:-16], frame[-16:]
            assert hmac.compare_digest(tag, self.mac(1, frame)), "the broker's MAC is wrong"
        if opcode < 0x80:
            self.replies[number] = SimpleNamespace(opcode=opcode, flags=flags, status=word, body=frame[16:], frame=frame)
            return
        name, layout = PUSHES[opcode]
        self.push_count += 1
        assert number == self.push_count, f"push {number} came after {self.push_count - 1}"
        assert len(frame) == 16 + layout.struct.size and flags & 0x7f == 0 and word == 0, f"a {name} of another form"
        self.pushes.append(SimpleNamespace(name=name, **layout.unpack(frame[16:])))
        Client.count.pushes += 1

    def receive(self, number):
        """Waits for the reply to a request, and takes it apart."""
        while number not in self.replies:
            self.read()
        reply = self.replies.pop(number)
        name, (_, _, layout, size) = next(item for item in OPERATIONS.items() if item[1][0] == reply.opcode)
        reply.operation, reply.status = name, STATUSES.get(reply.status, reply.status)
        reply.money, reply.replayed = MONEY[reply.flags >> 1 & 3], bool(reply.flags & REPLAYED)
        assert reply.flags & 0x61 == 0, f"{name}: flags {reply.flags:#x}"
        layout = layout if reply.status == "OK" else REFUSAL
        vars(reply).update(layout.unpack(reply.body))
        end = layout.struct.size + (size * getattr(reply, "count", 0) if size else 0)
        rest, reply.options = reply.body[layout.struct.size:end], reply.body[end:]
        assert len(reply.body) >= end and bool(reply.options) == bool(reply.flags & OPTIONS), f"{name}: {len(reply.body)} bytes"
        reply.records = [rest[at:at + size] for at in range(0, len(rest), size or 1)]
        reply.notes = [Note(record) for record in reply.records if size == 48]
        return reply

    def ask(self, operation, expect="OK", money=None, replayed=False, tokens=(), **request):
        """A request and its reply, whose status, place of the money and replay must be the expected ones."""
        reply = self.receive(self.send(operation, tokens=tokens, **request))
        if money is None:
            moving = operation in MOVING or bool(tokens)
            money = "NONE" if not moving else "TAKEN" if expect == "OK" else "NOT_TAKEN"
        shown = (reply.operation, reply.status, reply.money, reply.replayed)
        assert shown == (operation, expect, money, replayed), f"{operation} {expect} {money} expected; {vars(reply)}"
        Client.count.refusals += expect != "OK"
        return self.paid(reply, tokens)

    def paid(self, reply, tokens):
        """Keeps the wallet: what was taken goes, what was paid out comes; a replay changes nothing."""
        Client.count.replays += reply.replayed
        if reply.status == "OK" and not reply.replayed and reply.operation != "PAYMENT":
            Client.wallet = Client.wallet - set(tokens) | set(reply.notes)
        return reply

    def exchange(self, tokens, outputs):
        """EXCHANGE: takes `tokens` and makes a note for each (amount, binding)."""
        return self.ask("EXCHANGE", tokens=tokens, count=len(outputs), records=[struct.pack("<QQ", *note) for note in outputs])

    def push(self, name):
        """The next push of this name; those of other names wait."""
        while not (found := [push for push in self.pushes if push.name == name]):
            self.read()
        self.pushes.remove(found[0])
        return found[0]

    def ends(self, reason):
        """The broker says GOODBYE for this reason and closes."""
        goodbye = self.push("GOODBYE")
        assert STATUSES[goodbye.reason] == reason, f"GOODBYE {STATUSES[goodbye.reason]}, not {reason}"
        assert self.stream.read(1) == b"", "bytes after GOODBYE"
        self.socket.close()


def credential(data, role, identifier):
    """The role key that the operator hands out, as `turnpiked key` prints it."""
    text = subprocess.run([TURNPIKED, "key", "--data", data, "--role", role, "--id", str(identifier)],
                          check=True, capture_output=True, text=True, timeout=20).stdout
    values = dict(line.split() for line in text.splitlines())
    equal((values["turnpike-credential"], values["role"], values["id"]), ("1", role, str(identifier)), "the credential")
    fields = dict(role=[None, "operator", "provider"].index(role), roleID=identifier, generation=int(values["generation"]))
    return SimpleNamespace(key=bytes.fromhex(values["key"]), role=fields)


@contextlib.contextmanager
def broker():
    with tempfile.TemporaryDirectory(prefix="turnpike-interop-") as directory:
        data = os.path.join(directory, "data")
        process = subprocess.Popen([TURNPIKED, "serve", "--listen", "127.0.0.1:0", "--data", data, "--log-level", "warning",
                                    "--fee-per-million", "50000"], stdout=subprocess.PIPE, text=True)
        try:
            listening, ready = process.stdout.readline(), process.stdout.readline()
            assert listening.startswith("listening ") and ready == "ready\n", f"the broker did not start: {listening} {ready}"
            host, port = listening.split()[1].rsplit(":", 1)
            yield SimpleNamespace(address=(host, int(port)), data=data, process=process)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()  # nothing, when it has ended
            process.wait()


def equal(actual, expected, what):
    assert actual == expected, f"{what}: {actual}, expected {expected}"


def step(text):
    step.count += 1
    print(f"{time.monotonic() - step.start:6.2f} s  {text}", flush=True)


def story(broker):
    connect = lambda **more: Client(broker.address, **more)
    step("the key hash and the note that the specification prints")
    equal(key_hash(bytes(range(16))).hex(), "5a4b2938b91e411b1d6efafdc837d6cf", "key hash")
    note = Note.read("tpnote1AQAAAAAAAAAAABAAQA0DAAAAAAAAAAAAAAAAAKChoqOkpaanqKmqq6ytrq-IVcJh")
    equal((note.amount, note[24:]), (200_000, bytes(8) + bytes(range(0xa0, 0xb0))), "amount, binding and tag")
    step("the operator issues notes, a provider registers a resource, anybody may look at it")
    operator_key = credential(broker.data, "operator", 0)
    operator = connect(credential=operator_key)
    issued = operator.ask("ISSUE", amount=10_000, count=4).notes
    splitting, renting, testing, binding = (Note.read(note.text()) for note in issued)
    provider = connect(credential=credential(broker.data, "provider", 7))
    terms = dict(price=1000, period=1000, throttledPrice=500, shortest=1000, longest=60_000, low=1200, throttle=600, grace=2000,
                 meter0=10, units=4)
    resource = provider.ask("REGISTER", name=b"interop", **terms).resource
    visitor = connect()
    found = visitor.ask("DESCRIBE", name=b"interop")
    equal({name: getattr(found, name) for name in terms}, terms, "terms")
    equal((found.resource, found.provider, found.version), (resource, 7, 1), "the resource described")
    step("EXCHANGE splits a note")
    two, one, gift, tenth, _ = parts = visitor.exchange([splitting], [(2000, 0), (1000, 0), (900, 0), (100, 0), (6000, 0)]).notes
    equal([note.amount for note in parts], [2000, 1000, 900, 100, 6000], "the parts")
    step("a lease is acquired with notes on the first frame after HELLO, and used")
    key, owner, watcher, stranger = os.urandom(16), connect(), connect(), connect()
    number = owner.send("ACQUIRE", tokens=[two, one], resource=resource, units=1, keyHash=key_hash(key), minimum=3000)
    lease = owner.paid(owner.receive(number), [two, one])
    hello = owner.receive(1)
    equal((hello.resumed, lease.status, lease.money, lease.balance), (0, "OK", "TAKEN", 3000), "HELLO and ACQUIRE")
    assert 0 <= lease.deadline - hello.now - 3000 < 5000, f"deadline {lease.deadline}, HELLO at {hello.now}"
    watcher.ask("SUBSCRIBE", lease=lease.lease, mask=3)
    bound = owner.ask("BIND", lease=lease.lease, key=key)
    equal((bound.authority, STATES[bound.state], bound.useNumber), (1, "ACTIVE", 0), "BIND of the owner")
    use = dict(handle=bound.handle, meter=0, quantity=5, useNumber=1)
    equal(owner.ask("USE", **use).charged, 50, "five units of use")
    equal(owner.ask("USE", replayed=True, **use).charged, 0, "the same use number again")
    step("a stranger funds it: a gift, which time spends before the owner's money")
    fund = stranger.ask("FUND", tokens=[gift], lease=lease.lease)
    equal((fund.credited, fund.epoch, fund.deadline), (900, lease.epoch, lease.deadline - 50 + 900), "the gift")
    check = visitor.ask("CHECK", lease=lease.lease)
    assert check.given <= 900 and check.own <= 2950, f"own {check.own}, given {check.given}"
    def comes(state, cause):
        """The next LEASE_CHANGED, and the NOTICE that goes with it when time caused it."""
        push = watcher.push("LEASE_CHANGED")
        equal((push.lease, STATES[push.state], CAUSES[push.cause]), (lease.lease, state, cause), "the lease changed")
        if cause == "TIME":
            push.notice = watcher.push("NOTICE")
            equal((push.notice.lease, NOTICES[push.notice.kind]), (lease.lease, state), "the notice")
        step(f"  pushed: {state} by {cause}, balance {push.balance}")
        return push
    equal(comes("ACTIVE", "FUNDED").deadline, fund.deadline, "the deadline pushed")
    low = comes("LOW", "TIME")
    equal((low.deadline, low.notice.amount), (fund.deadline, 1), "deadline when LOW, and what makes it ACTIVE again")
    equal(comes("THROTTLED", "TIME").deadline, fund.deadline + 600, "half the price doubles the last 600 ms")
    comes("SUSPENDED", "TIME")
    owner.ask("USE", "LEASE_SUSPENDED", handle=bound.handle, quantity=1, useNumber=2)
    fund = owner.ask("FUND", tokens=[tenth], lease=lease.lease, handle=bound.handle)
    equal(comes("THROTTLED", "FUNDED").epoch, fund.epoch, "epoch of the revival")
    assert fund.epoch > lease.epoch, "a revived lease has a new epoch"
    comes("SUSPENDED", "TIME")
    comes("EXPIRED", "TIME")
    owner.ask("USE", "LEASE_ENDED", "NOT_KNOWN", handle=bound.handle, quantity=1, useNumber=2)
    owner.ask("RELEASE", "LEASE_ENDED", handle=bound.handle)
    step("a second lease is released early, its change pays for a third")
    tenant, key, third_key = connect(), os.urandom(16), os.urandom(16)
    wanted = dict(resource=resource, units=1, window=32)
    second = tenant.ask("ACQUIRE", tokens=[renting], keyHash=key_hash(key), **wanted)
    handle = tenant.ask("BIND", lease=second.lease, key=key).handle
    tenant.ask("USE", handle=handle, quantity=7, useNumber=1)
    released = tenant.ask("RELEASE", number=50, handle=handle, window=32)
    change = released.notes[0]
    assert 0 < change.amount == released.change <= 10_000 - 70, f"change {released.change}"
    wanted.update(number=60, tokens=[change], keyHash=key_hash(third_key))
    equal(tenant.ask("ACQUIRE", "TOO_SHORT", minimum=30_000, **wanted).detail, 30_000, "what would suffice")
    equal(tenant.ask("PAYMENT", money="NOT_TAKEN", tokens=[change]).outcome, 2, "the change is still good")
    third = tenant.ask("ACQUIRE", **wanted)
    step("the same number again is answered by the same receipt, also on a new connection; other content is a conflict")
    equal(tenant.ask("ACQUIRE", replayed=True, **wanted).body, third.body, "the repeat of ACQUIRE")
    resumed = connect(session=tenant.session, numbers=itertools.count(100))
    equal(resumed.ask("ACQUIRE", replayed=True, **wanted).body, third.body, "the repeat on another connection")
    tenant.ends("SESSION_TAKEN_OVER")
    resumed.ask("ACQUIRE", "NUMBER_CONFLICT", **wanted | {"units": 2})
    resumed.ask("RELEASE", "HANDLE_UNKNOWN", "NOT_KNOWN", number=50, handle=handle, window=32)
    handle = resumed.ask("BIND", lease=second.lease, key=key).handle
    again = resumed.ask("RELEASE", replayed=True, number=50, handle=handle, window=32)
    equal(again.body, released.body, "the repeat of RELEASE, its note included")
    step("a hash chain pays for one call after the other, and gives back what no word released")
    handle = resumed.ask("BIND", lease=third.lease, key=third_key).handle
    chain, checks = Chain(third.lease, 7, 10), dict(lease=third.lease, chain=7)
    opening = dict(handle=handle, chain=7, weight=50, length=10, root=chain.words[0])
    equal(resumed.ask("OPEN_CHAIN", **opening).deposit, 500, "the deposit out of the purse")
    resumed.ask("OPEN_CHAIN", "CHAIN_TAKEN", **opening)
    equal(visitor.ask("CHECK", lease=third.lease).deposits, 500, "deposits of the lease")
    use = dict(handle=handle, quantity=5, useNumber=1, tokens=[chain.tick(1)])
    equal(resumed.ask("USE", **use).charged, 50, "a call paid by a word")
    equal(resumed.ask("USE", replayed=True, **use).charged, 0, "the same call again")
    equal(stranger.ask("FUND", tokens=[chain.tick(4)], lease=third.lease).credited, 150, "three words by anybody who has the fourth")
    stranger.ask("FUND", "TICK_FORGED", tokens=[chain.tick(5, os.urandom(16))], lease=third.lease)
    stranger.ask("FUND", "TICK_AHEAD", tokens=[chain.tick(11, os.urandom(16))], lease=third.lease)
    equal(stranger.ask("FUND", "TICK_SPENT", "NOT_KNOWN", tokens=[chain.tick(3)], lease=third.lease).detail, 4, "the last word")
    head = visitor.ask("CHECK_CHAIN", **checks)
    equal((head.index, head.length, head.weight, head.word), (4, 10, 50, chain.words[4]), "the chain's head")
    closed = resumed.ask("CLOSE_CHAIN", handle=handle, chain=7)
    equal((closed.returned, closed.index), (300, 4), "six words that nobody saw")
    visitor.ask("CHECK_CHAIN", "CHAIN_UNKNOWN", **checks)
    step("a service debits the lease with a debit key, reserves and settles, and refuses calls that are not paid")
    service_key, service = os.urandom(16), connect()
    service.ask("BIND", "KEY_WRONG", lease=third.lease, key=service_key)
    handle = resumed.ask("BIND", lease=third.lease, key=third_key).handle
    grant = dict(handle=handle, keyHash=key_hash(service_key), perSecond=100_000)
    equal(resumed.ask("GRANT_DEBIT_KEY", total=200, **grant).spent, 0, "spent by a new debit key")
    debit = service.ask("BIND", lease=third.lease, key=service_key)
    equal((debit.authority, debit.useNumber), (2, 0), "BIND of a debit key")
    call = lambda quantity, number: dict(handle=debit.handle, quantity=quantity, useNumber=number)
    equal(service.ask("USE", **call(3, 1)).charged, 30, "a paid call")
    held = service.ask("RESERVE", handle=debit.handle, quantityMax=10, timeout=20_000)
    equal((held.held, visitor.ask("CHECK", lease=third.lease).reserved), (100, 100), "held")
    settled = service.ask("SETTLE", handle=debit.handle, reservation=held.reservation, quantity=4)
    equal((settled.charged, settled.returned), (40, 60), "settled")
    equal(service.ask("USE", "DEBIT_LIMIT", **call(14, 2)).detail, 200 - 30 - 40, "what the debit key may still debit")
    equal(resumed.ask("GRANT_DEBIT_KEY", total=90_000, **grant).spent, 70, "spent by the debit key")
    equal(service.ask("USE", "FUNDS_INSUFFICIENT", **call(5000, 3)).detail, 50_000, "the cost of an unpaid call")
    resumed.ask("GRANT_DEBIT_KEY", total=0, **grant)
    service.ask("USE", "HANDLE_UNKNOWN", "NOT_KNOWN", **call(1, 4))
    step("notes that are spent, altered or bound elsewhere are refused, and nothing is taken")
    equal(visitor.ask("FUND", "NOTE_SPENT", "NOT_KNOWN", tokens=[testing, two], lease=third.lease).token, 1, "the spent token")
    altered = Note(testing[:16] + struct.pack("<Q", 99_999) + testing[24:])
    equal(visitor.ask("FUND", "NOTE_FORGED", tokens=[altered], lease=third.lease).token, 0, "the altered token")
    (gift,) = visitor.exchange([binding], [(10_000, third.lease)]).notes
    refusal = visitor.ask("ACQUIRE", "NOTE_BOUND", tokens=[testing, gift], resource=resource, units=1, keyHash=key_hash(key))
    equal((refusal.token, refusal.detail), (1, third.lease), "the bound token")
    shown = visitor.ask("PAYMENT", money="TAKEN", tokens=[testing, gift, two])
    equal((shown.outcome, shown.spent, shown.amount), (4, 0b100, 22_000), "which of three tokens were taken")
    equal(visitor.ask("FUND", tokens=[gift], lease=third.lease).credited, 10_000, "the bound note, paid where it belongs")
    step("a privileged frame without a role is refused, one with a wrong MAC ends the connection; neither does anything")
    visitor.ask("ISSUE", "NOT_AUTHORIZED", amount=1, count=1)
    (forger := connect(credential=operator_key)).send("ISSUE", amount=1_000_000, count=1, spoil=True)
    forger.ends("MAC_INVALID")
    step("the third lease ends; WITHDRAW pays provider and operator; the ledger sums to zero, and its notes are the ones held")
    end = resumed.ask("RELEASE", handle=handle)
    assert 0 < end.given <= 10_000, f"{end.given} of the gift went to the donation purse"
    resumed.ask("RELEASE", "RECEIPT_NOT_KEPT", "TAKEN", number=50, handle=handle)
    earned, fees = (role.ask("WITHDRAW", amount=0) for role in (provider, operator))
    equal((earned.notes[0].amount, earned.left, fees.left), (earned.amount, 0, 0), "withdrawn")
    provider.ask("WITHDRAW", "FUNDS_INSUFFICIENT", amount=0)
    figures = [SimpleNamespace(**FIGURE.unpack(record)) for record in operator.ask("AUDIT_FIGURES").records]
    ledger = {figure.account: figure.balance for figure in figures if figure.account < 32 and figure.balance}
    equal(sum(ledger.values()), 0, f"sum of the ledger {ledger}")
    equal(ledger, {1: -40_000, 2: sum(note.amount for note in Client.wallet), 7: end.given}, "OPERATOR_FLOAT, NOTES_OUTSTANDING and DONATION_PURSES")
    step("the broker ends in order and says so")
    broker.process.terminate()
    watcher.ends("DRAINING")
    equal(broker.process.wait(15), 0, "exit status of the broker")


def main():
    __debug__ or sys.exit("python -O leaves the assertions out")
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("the story took longer than 38 s"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    signal.alarm(38)
    with broker() as running:
        story(running)
    counts = " ".join(f"{name}={count}" for name, count in vars(Client.count).items())
    print(f"shown: steps={step.count} {counts} seconds={time.monotonic() - step.start:.1f}")


TURNPIKED = os.path.join(os.environ.get("TURNPIKE_BIN", ".build/release"), "turnpiked")
step.count, step.start = 0, time.monotonic()
if __name__ == "__main__":
    main()
