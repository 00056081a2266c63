"""Reads turnpike.toml, checks it, and gives every layout its offsets.

A schema that passes here can be generated from: names are unique, values fit their types, every field lies at its natural
alignment without holes, every fixed part is a multiple of 8 bytes, every receipt fits the 40 bytes kept for it.
"""

import re
import tomllib
from dataclasses import dataclass, field as dataclass_field

SCALARS = {
    "u8": 1, "u16": 2, "u32": 4, "u64": 8, "i64": 8,
    "id": 8, "amount": 8, "millis": 8, "instant": 8,
    "bytes16": 16, "name32": 32, "text96": 96,
    "zero8": 1, "zero16": 2, "zero32": 4, "zero64": 8,
}
RECEIPT_BYTE_COUNT_MAX = 40


class SchemaError(Exception):
    pass


@dataclass
class Field:
    name: str
    type: str
    doc: str
    offset: int
    byte_count: int

    @property
    def is_reserved(self):
        return self.type.startswith("zero")


@dataclass
class Layout:
    """Fields at their offsets within the fixed part; `records` is what follows it, if anything."""

    name: str
    doc: str
    fields: list
    byte_count: int
    records: dict | None = None

    def field(self, name):
        return next(f for f in self.fields if f.name == name)


@dataclass
class Operation:
    name: str
    opcode: int
    role: str
    keeps: str
    payment: str
    doc: str
    request: Layout
    reply: Layout
    statuses: list

    @property
    def has_receipt(self):
        return self.keeps == "receipt"


@dataclass
class Schema:
    protocol: dict
    limits: list
    enums: list
    flags: list
    records: list = dataclass_field(default_factory=list)
    operations: list = dataclass_field(default_factory=list)
    pushes: list = dataclass_field(default_factory=list)
    commands: list = dataclass_field(default_factory=list)

    def enum(self, name):
        return next((e for e in self.enums if e["name"] == name), None)

    def flag_set(self, name):
        return next((f for f in self.flags if f["name"] == name), None)

    def record(self, name):
        return next((r for r in self.records if r.name == name), None)

    def limit(self, name):
        return next(l["value"] for l in self.limits if l["name"] == name)

    def scalar_byte_count(self, type_name):
        """Bytes of a type, or None when it is a record."""
        if type_name in SCALARS:
            return SCALARS[type_name]
        named = self.enum(type_name) or self.flag_set(type_name)
        return SCALARS[named["type"]] if named else None


def camel(snake):
    """NOT_TAKEN -> notTaken; a digit never meets a digit: HMAC_SHA256_128 -> hmacSha256_128."""
    first, *rest = snake.lower().split("_")
    out = first
    for part in rest:
        out += "_" + part if part[0].isdigit() and out[-1].isdigit() else part[0].upper() + part[1:]
    return out


def snake(pascal):
    """GrantDebitKey -> GRANT_DEBIT_KEY; frameByteCountMax -> FRAME_BYTE_COUNT_MAX; roleID -> ROLE_ID."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", pascal).upper()


def load(path):
    with open(path, "rb") as file:
        raw = tomllib.load(file)
    schema = Schema(raw["protocol"], raw["limit"], raw["enum"], raw["flags"])
    kinds = [{"name": snake(c["name"]), "value": c["kind"], "doc": c["doc"]} for c in raw["command"]]
    schema.enums.append({"name": "CommandKind", "type": "u8", "doc": "Kinds of commands.", "values": kinds})
    opcodes = [{"name": snake(o["name"]), "value": o["opcode"], "doc": o["doc"]} for o in raw["operation"]]
    schema.enums.append({"name": "Opcode", "type": "u8", "doc": "Operations.", "values": opcodes})
    pushes = [{"name": snake(p["name"]), "value": p["opcode"], "doc": p["doc"]} for p in raw["push"]]
    schema.enums.append({"name": "PushCode", "type": "u8", "doc": "Pushes.", "values": pushes})
    check_values(schema)
    for record in raw["record"]:
        schema.records.append(layout(schema, record["name"], record["doc"], record["fields"]))
    for op in raw["operation"]:
        schema.operations.append(operation(schema, op))
    for push in raw["push"]:
        schema.pushes.append(layout(schema, push["name"] + "Push", push["doc"], push["fields"]))
        schema.pushes[-1].opcode = push["opcode"]
    for command in raw["command"]:
        made = layout(schema, command["name"] + "Command", command["doc"], command["fields"], command.get("records"))
        made.kind, made.has_receipt = command["kind"], command["receipt"]
        made.payment = command.get("payment", "none")
        schema.commands.append(made)
    return schema


def operation(schema, op):
    name = op["name"]
    request = layout(schema, name + "Request", op["doc"], op["request"], op.get("requestRecords"))
    reply = layout(schema, name + "Reply", f"Reply to {snake(name)}.", op["reply"], op.get("replyRecords"))
    if op["keeps"] == "receipt" and reply.byte_count > RECEIPT_BYTE_COUNT_MAX:
        raise SchemaError(f"{reply.name}: {reply.byte_count} bytes do not fit a receipt")
    if op["opcode"] >= 0x80:
        raise SchemaError(f"{name}: opcodes from 0x80 are pushes")
    known = {v["name"] for v in schema.enum("Status")["values"]}
    unknown = set(op["statuses"]) - known
    if unknown:
        raise SchemaError(f"{name}: unknown statuses {sorted(unknown)}")
    return Operation(name, op["opcode"], op["role"], op["keeps"], op["payment"], op["doc"], request, reply, op["statuses"])


def layout(schema, name, doc, fields, records=None):
    """Expands record-typed fields in place (`terms` of type Terms stays one field, of the record's size)."""
    offset, made = 0, []
    for entry in fields:
        byte_count = schema.scalar_byte_count(entry["type"])
        if byte_count is None:
            inner = schema.record(entry["type"])
            if inner is None:
                raise SchemaError(f"{name}.{entry['name']}: unknown type {entry['type']}")
            byte_count = inner.byte_count
        if offset % min(byte_count, 8):
            raise SchemaError(f"{name}.{entry['name']}: offset {offset} is not aligned")
        made.append(Field(entry["name"], entry["type"], entry["doc"], offset, byte_count))
        offset += byte_count
    if offset % 8:
        raise SchemaError(f"{name}: {offset} bytes, not a multiple of 8")
    if len({f.name for f in made}) != len(made):
        raise SchemaError(f"{name}: a field name stands twice")
    if records and not any(f.name == records["count"] for f in made):
        raise SchemaError(f"{name}: no field {records['count']}")
    return Layout(name, doc, made, offset, records)


def check_values(schema):
    for kind in schema.enums:
        values = [v["value"] for v in kind["values"]]
        names = [v["name"] for v in kind["values"]]
        if len(set(values)) != len(values) or len(set(names)) != len(names):
            raise SchemaError(f"{kind['name']}: a name or value stands twice")
        if max(values) >= 1 << (8 * SCALARS[kind["type"]]):
            raise SchemaError(f"{kind['name']}: a value does not fit {kind['type']}")
