"""Writes vectors/generated.json: for every message a minimal and a maximal frame, and the edits that make it one to refuse.

The form is told in vectors/README.md; hand.json has the same.
"""

import json

from codec import AUTHENTICATED, HEADER_BYTE_COUNT, OPTIONS, PAYMENT, REPLAYED, encode, expected, extreme, header
from schema import snake

TOKEN = {"rail": "NOTE", "byteCount": 48, "keyEpoch": 1, "serial": 2, "amount": 3, "binding": 0, "tag": "ab" * 16}
TICK = {"rail": "CHAIN", "byteCount": 32, "chain": 1, "index": 7, "word": "cd" * 16}
NUMBER_MAX = (1 << 64) - 1


class Vectors:
    def __init__(self, schema):
        self.schema = schema
        self.valid, self.rejects = [], []

    def frame(self, name, kind, message, opcode, layout, values, *, word, number, flags=0, record_count=0, record=None,
              token_count=0, tick=False, option=None, mac=None):
        """Adds one frame and gives its name."""
        schema, parts, vector = self.schema, [], {"name": name, "kind": kind, "message": message}
        fixed = encode(schema, layout, values)
        if fixed:
            parts.append([fixed.hex(), "fixed part"])
        vector["fields"] = expected(schema, layout, values)
        if record_count:
            made = schema.record(layout.records["record"])
            parts.append([encode(schema, made, record).hex(), f"{made.name}, {record_count} times", record_count])
            vector["recordCount"], vector["records"] = record_count, [expected(schema, made, record)]
        if token_count:
            made = schema.record("NoteToken")
            parts.append([(48 * token_count).to_bytes(2, "little").hex() + f"{token_count:02x}00", "head of the payment block"])
            parts.append([encode(schema, made, TOKEN).hex(), f"note, {token_count} times", token_count])
            vector["tokenCount"], vector["tokens"] = token_count, [expected(schema, made, TOKEN)]
            flags |= PAYMENT
        if tick:
            made = schema.record("TickToken")
            parts.append(["20000100", "head of the payment block"])
            parts.append([encode(schema, made, TICK).hex(), "tick"])
            vector["tokenCount"], vector["tick"] = 1, expected(schema, made, TICK)
            flags |= PAYMENT
        if option is not None:
            value = bytes([0x5A]) * option
            parts.append([(4 + option).to_bytes(2, "little").hex() + "0000", "head of the options block"])
            parts.append(["ff00" + option.to_bytes(2, "little").hex() + value.hex(), "an option that no reader knows"])
            vector["options"] = [{"type": "255", "value": value.hex()}]
            flags |= OPTIONS
        if mac:
            parts.append([mac, "MAC (of no real connection)"])
            vector["mac"] = mac
            flags |= AUTHENTICATED
        length = HEADER_BYTE_COUNT + byte_count(parts)
        parts.insert(0, [header(length, opcode, flags, word, number).hex(), "header"])
        vector["header"] = strings(length=length, opcode=opcode, flags=flags, word=word, number=number)
        vector["bytes"] = parts
        self.valid.append(vector)
        self.rejects.append({"of": name, "rule": "truncate", "status": "MALFORMED"})
        self.rejects.append({"of": name, "rule": "extend", "byteCounts": [1, 8, 16], "status": "MALFORMED"})
        return name

    def command(self, name, layout, values, *, receipt, record_count=0, record=None, note_count=0, tick=False):
        schema, parts = self.schema, []
        vector = {"name": name, "kind": "command", "message": layout.name.removesuffix("Command")}
        if receipt:
            made = schema.record("ReceiptKey")
            parts.append([encode(schema, made, receipt).hex(), "ReceiptKey"])
            vector["receipt"] = expected(schema, made, receipt)
        parts.append([encode(schema, layout, values).hex(), "fixed part"])
        vector["fields"] = expected(schema, layout, values)
        if record_count:
            made = schema.record(layout.records["record"])
            parts.append([encode(schema, made, record).hex(), f"{made.name}, {record_count} times", record_count])
            vector["recordCount"], vector["records"] = record_count, [expected(schema, made, record)]
        if note_count:
            made = schema.record("VerifiedNote")
            note = {"keyEpoch": 1, "serial": 2, "amount": 3, "binding": 0}
            parts.append([encode(schema, made, note).hex(), f"VerifiedNote, {note_count} times", note_count])
            vector["noteCount"], vector["notes"] = note_count, [expected(schema, made, note)]
        if tick:
            made = schema.record("VerifiedTick")
            proved = {"chain": 1, "from": 5, "index": 7, "chainIndex": 3, "word": "cd" * 16}
            parts.append([encode(schema, made, proved).hex(), "VerifiedTick"])
            vector["tick"] = expected(schema, made, proved)
        made = schema.record("CommandHeader")
        head = {"byteCount": made.byte_count + byte_count(parts), "kind": snake(vector["message"]),
                "flags": (1 if receipt else 0) | (2 if tick else 0), "noteCount": note_count}
        parts.insert(0, [encode(schema, made, head).hex(), "CommandHeader"])
        vector["header"], vector["bytes"] = expected(schema, made, head), parts
        self.valid.append(vector)
        self.rejects.append({"of": name, "rule": "truncate", "status": "MALFORMED"})
        self.rejects.append({"of": name, "rule": "extend", "byteCounts": [1, 8, 16], "status": "MALFORMED"})
        return name

    def edit(self, of, what, offset, data, status, field=None):
        entry = {"of": of, "what": what, "edit": [[offset, data.hex()]], "status": status}
        if field is not None:
            entry["field"] = field
        self.rejects.append(entry)

    def field_edits(self, of, layout, base):
        """One edit for each reserved field, unknown enumeration value and unknown flag of a fixed part at `base`."""
        for f in layout.fields:
            at, inner = base + f.offset, self.schema.record(f.type)
            kind, flags = self.schema.enum(f.type), self.schema.flag_set(f.type)
            if inner:
                self.field_edits(of, inner, at)
            elif f.is_reserved:
                for byte in {0, f.byte_count - 1}:
                    data = bytes(byte) + b"\1" + bytes(f.byte_count - byte - 1)
                    self.edit(of, f"reserved field {f.name}", at, data, "RESERVED_BITS", at)
            elif kind:
                unknown = max(v["value"] for v in kind["values"]) + 1
                self.edit(of, f"unknown value of {f.name}", at, unknown.to_bytes(f.byte_count, "little"), "RESERVED_BITS", at)
            elif flags:
                unknown = 1 << (8 * f.byte_count - 1)
                self.edit(of, f"unknown flag of {f.name}", at, unknown.to_bytes(f.byte_count, "little"), "RESERVED_BITS", at)


def byte_count(parts):
    return sum(len(p[0]) // 2 * (p[2] if len(p) > 2 else 1) for p in parts)


def strings(**values):
    return {name: str(value) for name, value in values.items()}


def with_count(layout, values, count):
    """`values` with the count of records that the layout says follow."""
    if layout.records:
        values[layout.records["count"]] = count
    return values


def bound(schema, layout):
    return schema.limit(layout.records["max"]) if layout.records else 0


def record_values(schema, layout, maximal):
    if not layout.records:
        return None
    values = extreme(schema, schema.record(layout.records["record"]), maximal)
    if "byteCount" in values:
        values["byteCount"] = 48
    return values


def request_vectors(v, op):
    schema, layout = v.schema, op.request
    least = 1 if layout.records else 0
    tokens = 1 if op.payment in ("required", "question") else 0
    name = f"{snake(op.name)} request"
    low = v.frame(
        f"{name}, minimal", "request", op.name, op.opcode, layout,
        with_count(layout, extreme(schema, layout, False), least), word=1 if op.has_receipt else 0, number=1,
        record_count=least, record=record_values(schema, layout, False), token_count=tokens)
    v.frame(
        f"{name}, maximal", "request", op.name, op.opcode, layout,
        with_count(layout, extreme(schema, layout, True), bound(schema, layout)), word=1024, number=NUMBER_MAX,
        record_count=bound(schema, layout), record=record_values(schema, layout, True),
        token_count=0 if op.payment == "none" else 32, option=1020, mac="cd" * 16)
    common_edits(v, low, 0b10, "RESERVED_BITS")
    v.edit(low, "MONEY_HIGH in a request", 5, bytes([4 | (PAYMENT if tokens else 0)]), "RESERVED_BITS", 5)
    v.edit(low, "REPLAYED in a request", 5, bytes([REPLAYED | (PAYMENT if tokens else 0)]), "RESERVED_BITS", 5)
    v.edit(low, "window above the limit", 6, (1025).to_bytes(2, "little"), "WINDOW_EXCEEDED", 6)
    if op.has_receipt:
        v.edit(low, "no window", 6, bytes(2), "WINDOW_EXCEEDED", 6)
    v.field_edits(low, layout, HEADER_BYTE_COUNT)
    count_edit(v, low, layout)
    records = schema.record(layout.records["record"]).byte_count if layout.records else 0
    block = HEADER_BYTE_COUNT + layout.byte_count + least * records
    if tokens:
        v.edit(low, "no tokens", block + 2, b"\0", "PAYMENT_MALFORMED", block + 2)
        v.edit(low, "too many tokens", block + 2, b"\x21", "PAYMENT_MALFORMED", block + 2)
        v.edit(low, "reserved byte of the payment block", block + 3, b"\1", "PAYMENT_MALFORMED", block + 2)
        v.edit(low, "tokens longer than the frame", block, (49).to_bytes(2, "little"), "MALFORMED", block)
        v.edit(low, "tokens shorter than the frame", block, (47).to_bytes(2, "little"), "MALFORMED")
    if op.payment == "required":
        v.edit(low, "payment flag not set", 5, b"\0", "MALFORMED")
    else:
        v.edit(low, "payment flag without a payment", 5, b"\1", "MALFORMED") if not tokens else None
    v.edit(low, "options flag without options", 5, bytes([OPTIONS | (PAYMENT if tokens else 0)]), "MALFORMED")
    if op.name in TICK_TAKERS:
        v.frame(f"{name}, a tick", "request", op.name, op.opcode, layout, extreme(schema, layout, False),
                word=1 if op.has_receipt else 0, number=1, tick=True)


# Operations and commands that a tick of a hash chain can pay for.
TICK_TAKERS = ("Fund", "Use")


def common_edits(v, name, wrong_flag, status):
    v.rejects.append({"of": name, "rule": "length", "values": [0, 1, 15, 65537, 4294967295], "status": "FRAME_LENGTH"})
    for bit in (5, 6):
        v.edit(name, f"flag bit {bit}", 5, bytes([1 << bit]), "RESERVED_BITS", 5)
    v.edit(name, "a flag of the other direction", 5, bytes([wrong_flag]), status, 5)
    v.edit(name, "number 0", 8, bytes(8), "RESERVED_BITS", 8)


def count_edit(v, name, layout):
    if layout.records:
        at = HEADER_BYTE_COUNT + layout.field(layout.records["count"]).offset
        v.edit(name, "more records than the limit", at, b"\xff\xff", "MALFORMED", at)


def reply_vectors(v, op):
    schema, layout = v.schema, op.reply
    name = f"{snake(op.name)} reply"
    low = v.frame(f"{name}, minimal", "reply", op.name, op.opcode, layout,
                  with_count(layout, extreme(schema, layout, False), 0), word=0, number=1)
    v.frame(f"{name}, maximal", "reply", op.name, op.opcode, layout,
            with_count(layout, extreme(schema, layout, True), bound(schema, layout)), word=0, number=NUMBER_MAX, flags=0x0E,
            record_count=bound(schema, layout), record=record_values(schema, layout, True), option=1020, mac="cd" * 16)
    common_edits(v, low, PAYMENT, "RESERVED_BITS")
    v.edit(low, "unknown operation with status OK", 4, b"\x7f", "UNKNOWN_OPCODE", 4)
    v.field_edits(low, layout, HEADER_BYTE_COUNT)
    count_edit(v, low, layout)
    if layout.records:
        made = schema.record(layout.records["record"])
        one = v.frame(f"{name}, one record", "reply", op.name, op.opcode, layout,
                      with_count(layout, extreme(schema, layout, False), 1), word=0, number=2, record_count=1,
                      record=record_values(schema, layout, False))
        v.field_edits(one, made, HEADER_BYTE_COUNT + layout.byte_count)


def refusal_vectors(v):
    refusal = v.schema.record("Refusal")
    low = v.frame("refusal, minimal", "refusal", "Acquire", 0x21, refusal, {"detail": 0, "token": 255, "field": 65535},
                  word=1, number=1, flags=2)
    v.frame("refusal, maximal", "refusal", "Acquire", 0x21, refusal, {"detail": NUMBER_MAX, "token": 31, "field": 65534},
            word=65535, number=NUMBER_MAX, flags=0x0E, option=1020, mac="cd" * 16)
    v.frame("refusal of an unknown operation", "refusal", "", 0x7F, refusal, {"detail": 0, "token": 255, "field": 4},
            word=2, number=9)
    v.field_edits(low, refusal, HEADER_BYTE_COUNT)


def push_vectors(v, push):
    schema, message = v.schema, push.name.removesuffix("Push")
    low = v.frame(f"{snake(message)} push, minimal", "push", message, push.opcode, push, extreme(schema, push, False),
                  word=0, number=1)
    v.frame(f"{snake(message)} push, maximal", "push", message, push.opcode, push, extreme(schema, push, True),
            word=0, number=NUMBER_MAX, option=1020, mac="cd" * 16)
    common_edits(v, low, REPLAYED, "RESERVED_BITS")
    v.edit(low, "unknown push", 4, b"\xff", "UNKNOWN_OPCODE", 4)
    v.edit(low, "word of a push", 6, b"\1\0", "RESERVED_BITS", 6)
    v.field_edits(low, push, HEADER_BYTE_COUNT)


def command_vectors(v, command):
    schema, name = v.schema, snake(command.name.removesuffix("Command"))
    receipt_key = schema.record("ReceiptKey")
    least_notes = 1 if command.payment == "required" else 0
    low = v.command(
        f"{name} command, minimal", command, with_count(command, extreme(schema, command, False), 0),
        receipt=extreme(schema, receipt_key, False) if command.has_receipt else None, note_count=least_notes)
    has_notes = command.payment != "none"
    v.command(
        f"{name} command, maximal", command, with_count(command, extreme(schema, command, True), bound(schema, command)),
        receipt=extreme(schema, receipt_key, True) if command.has_receipt or has_notes else None,
        record_count=bound(schema, command), record=record_values(schema, command, True), note_count=32 if has_notes else 0)
    ticked = None
    if command.name.removesuffix("Command") in TICK_TAKERS:
        ticked = v.command(
            f"{name} command, a tick", command, extreme(schema, command, False),
            receipt=extreme(schema, receipt_key, False) if command.has_receipt else None, tick=True)
        v.edit(ticked, "a tick and a note", 6, b"\1", "MALFORMED")
    elif not has_notes or command.has_receipt:
        v.edit(low, "a tick", 5, bytes([2 | int(command.has_receipt)]), "MALFORMED")
    v.edit(low, "unknown kind", 4, b"\xff", "MALFORMED")
    v.edit(low, "unknown flag", 5, b"\x80", "MALFORMED")
    v.edit(low, "receipt flag turned over", 5, b"\0" if command.has_receipt else b"\1", "MALFORMED")
    v.edit(low, "one note more", 6, bytes([least_notes + 1]), "MALFORMED")
    v.edit(low, "reserved byte of the header", 7, b"\1", "MALFORMED")
    base = 8 + (receipt_key.byte_count if command.has_receipt else 0)
    before = len(v.rejects)
    if command.has_receipt:
        v.field_edits(low, receipt_key, 8)
    v.field_edits(low, command, base)
    if least_notes:
        v.field_edits(low, schema.record("VerifiedNote"), base + command.byte_count)
    for entry in v.rejects[before:]:
        entry["status"] = "MALFORMED"
        entry.pop("field", None)


def text(schema):
    v = Vectors(schema)
    for op in schema.operations:
        request_vectors(v, op)
    ping = next(o for o in schema.operations if o.name == "Ping")
    fund = next(o for o in schema.operations if o.name == "Fund")
    v.edit("PING request, minimal", "unknown operation", 4, b"\x7f", "UNKNOWN_OPCODE", 4)
    v.edit("PING request, minimal", "a push sent to the broker", 4, b"\x80", "UNKNOWN_OPCODE", 4)
    # Frames that are whole and still refused: their valid form is another operation's, so they are listed with their bytes.
    whole = Vectors(schema)
    whole.frame("PING request with a payment", "request", "Ping", ping.opcode, ping.request, {"echo": 1}, word=0, number=1,
                token_count=1)
    whole.valid[-1].update(status="PAYMENT_NOT_ALLOWED", field=5)
    whole.frame("FUND request without a payment", "request", "Fund", fund.opcode, fund.request, {"lease": 1, "handle": 0},
                word=1, number=1)
    whole.valid[-1].update(status="PAYMENT_REQUIRED", field=5)
    for name, option, status in (
            ("options block with a reserved bit", "080001000900040041424344", "RESERVED_BITS"),
            ("option with a reserved bit", "080000000901040041424344", "RESERVED_BITS"),
            ("option longer than its block", "080000000900050041424344", "MALFORMED"),
            ("option cut short", "0700000009000400414243", "MALFORMED"),
            ("rest of a block that is no option", "0a0000000900040041424344" + "0000", "MALFORMED")):
        data = bytes.fromhex(option)
        length = 24 + len(data)
        whole.valid.append({
            "name": f"PING request, {name}", "kind": "request", "message": "Ping", "status": status,
            "bytes": [[header(length, 3, OPTIONS, 0, 1).hex(), "header"], ["0100000000000000", "fixed part"], [option, name]]})
    long = 1021
    block = (long + 4).to_bytes(2, "little").hex() + "0000" + "0900" + long.to_bytes(2, "little").hex() + "41" * long
    whole.valid.append({
        "name": "PING request, options block too long", "kind": "request", "message": "Ping", "status": "MALFORMED",
        "bytes": [[header(24 + len(block) // 2, 3, OPTIONS, 0, 1).hex(), "header"], ["0100000000000000", "fixed part"],
                  [block, "options block of 1,025 bytes"]]})
    for op in schema.operations:
        reply_vectors(v, op)
    refusal_vectors(v)
    for push in schema.pushes:
        push_vectors(v, push)
    for command in schema.commands:
        command_vectors(v, command)
    document = {
        "about": "Generated from turnpike.toml by `make generate`. Do not edit. vectors/README.md explains the form.",
        "vectors": v.valid,
        "rejects": v.rejects,
        "rejectFrames": [{k: x for k, x in f.items() if k in ("name", "kind", "message", "bytes", "status", "field")}
                         for f in whole.valid],
    }
    return dump(document)


def dump(document):
    """One vector or reject per line, so that a change shows in a diff."""
    out = '{\n  "about": ' + json.dumps(document["about"])
    for key in ("vectors", "rejects", "rejectFrames"):
        lines = ",\n    ".join(json.dumps(entry, separators=(", ", ": ")) for entry in document[key])
        out += f',\n  "{key}": [\n    {lines}\n  ]'
    return out + "\n}\n"
