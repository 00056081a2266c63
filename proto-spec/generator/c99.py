"""Writes turnpike.h: the schema as C99 macros. Nothing in it needs a library, and nothing is compiled from it."""

import textwrap

from schema import SCALARS, snake

TYPE_MACROS = {
    "u8": "U8", "u16": "U16", "u32": "U32", "u64": "U64", "i64": "I64",
    "id": "U64", "amount": "U64", "millis": "U64", "instant": "U64",
    "bytes16": "BYTES16", "name32": "NAME32", "text96": "TEXT96",
    "zero8": "ZERO", "zero16": "ZERO", "zero32": "ZERO", "zero64": "ZERO",
}
HEADER_FIELDS = (("LENGTH", 0), ("OPCODE", 4), ("FLAGS", 5), ("WINDOW", 6), ("STATUS", 6), ("NUMBER", 8))
INTRODUCTION = """\
/* Turnpike protocol, version {version}: constants and offsets for C99.
 *
 * Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.
 *
 * Nothing but macros; <stdint.h> is for UINT64_C. X being the name of a layout:
 *   TURNPIKE_X_BYTE_COUNT          bytes of the fixed part
 *   TURNPIKE_X_F_OFFSET            offset of field F within it (add TURNPIKE_FRAME_HEADER_BYTE_COUNT within a frame)
 *   TURNPIKE_X_FIELDS(X)           X(layout, FIELD, offset, byteCount, TYPE) for every field, reserved ones too
 * TYPE is U8 U16 U32 U64 I64 BYTES16 NAME32 TEXT96 ZERO, or the name of an enumeration or of a set of flags, for which
 *   TURNPIKE_E_VALUES(X)           X(NAME, value) for every value (of flags: X(NAME, bit mask))
 * All integers are little-endian. Read and write them byte by byte, or with memcpy on a little-endian machine.
 */
"""


def text(schema):
    out = INTRODUCTION.format(version=schema.protocol["version"])
    out += "#ifndef TURNPIKE_H\n#define TURNPIKE_H\n\n#include <stdint.h>\n\n"
    out += define("TURNPIKE_VERSION", schema.protocol["version"])
    out += define("TURNPIKE_PORT", schema.protocol["port"])
    out += section("Limits")
    for limit in schema.limits:
        out += comment(limit["doc"]) + define("TURNPIKE_" + snake(limit["name"]), number(limit["value"]))
    out += section("Frame header")
    out += define("TURNPIKE_FRAME_HEADER_BYTE_COUNT", schema.protocol["headerByteCount"])
    for name, offset in HEADER_FIELDS:
        out += define(f"TURNPIKE_FRAME_HEADER_{name}_OFFSET", offset)
    out += define("TURNPIKE_MAC_BYTE_COUNT", schema.protocol["macByteCount"])
    out += define("TURNPIKE_BLOCK_HEAD_BYTE_COUNT", 4)
    out += comment("Where the money is: bits 1 and 2 of the flags of a reply.")
    out += define("TURNPIKE_MONEY_OF_FLAGS(flags)", "(((flags) >> 1) & 3u)")
    for kind in schema.enums:
        out += section(kind["doc"]) + values(snake(kind["name"]), kind["values"], lambda v: v["value"])
    for flags in schema.flags:
        out += section(flags["doc"]) + values(snake(flags["name"]), flags["values"], lambda v: 1 << v["bit"])
        known = sum(1 << v["bit"] for v in flags["values"])
        out += define(f"TURNPIKE_{snake(flags['name'])}_KNOWN", f"{known:#x}u")
    out += comment("Every enumeration, and every set of flags, by name.")
    out += table("TURNPIKE_ENUMERATIONS(X)", [f"X({snake(k['name'])})" for k in schema.enums])
    out += table("TURNPIKE_FLAG_SETS(X)", [f"X({snake(k['name'])})" for k in schema.flags])
    for layout in all_layouts(schema):
        out += section(layout.doc) + fields(schema, layout)
    return out + families(schema) + "\n#endif\n"


def all_layouts(schema):
    yield from schema.records
    for op in schema.operations:
        yield op.request
        yield op.reply
    yield from schema.pushes
    yield from schema.commands


def flattened(schema, layout, prefix="", base=0):
    """(NAME, offset, byteCount, TYPE) of every field; the fields of a nested record in place of it."""
    for f in layout.fields:
        inner = schema.record(f.type)
        if inner:
            yield from flattened(schema, inner, prefix + snake(f.name) + "_", base + f.offset)
        else:
            yield prefix + snake(f.name), base + f.offset, f.byte_count, TYPE_MACROS.get(f.type) or snake(f.type)


def fields(schema, layout):
    name = "TURNPIKE_" + snake(layout.name)
    out = define(f"{name}_BYTE_COUNT", layout.byte_count)
    rows = []
    for field, offset, byte_count, kind in flattened(schema, layout):
        if kind != "ZERO":
            out += define(f"{name}_{field}_OFFSET", offset)
        rows.append(f"X({snake(layout.name)}, {field}, {offset}, {byte_count}, {kind})")
    return out + table(f"{name}_FIELDS(X)", rows)


def families(schema):
    """Tables of all messages, from which a reader can make its own arrays."""
    def records(layout):
        if not layout.records:
            return "NONE, 0, 0, 0"
        record = schema.record(layout.records["record"])
        count = layout.field(layout.records["count"])
        return f"{snake(record.name)}, {record.byte_count}, {count.offset}, {schema.limit(layout.records['max'])}"

    out = section("X(NAME, bytes) of every record.")
    out += table("TURNPIKE_RECORDS(X)", [f"X({snake(r.name)}, {r.byte_count})" for r in schema.records])
    out += comment("X(NAME, opcode, request, reply) of every operation.")
    out += table("TURNPIKE_OPERATIONS(X)", [
        f"X({snake(o.name)}, {o.opcode:#04x}, {snake(o.request.name)}, {snake(o.reply.name)})" for o in schema.operations])
    for word in ("request", "reply"):
        out += comment(f"X(NAME, {word} bytes, record layout, record bytes, offset of the count, most records) of every operation.")
        rows = []
        for o in schema.operations:
            layout = getattr(o, word)
            rows.append(f"X({snake(o.name)}, {layout.byte_count}, {records(layout)})")
        out += table(f"TURNPIKE_{word.upper()}_LAYOUTS(X)", rows)
    out += comment("X(NAME, role, keepsReceipt, payment) of every operation; names as below.")
    out += define("TURNPIKE_PAYMENT_RULE_NONE", 0) + define("TURNPIKE_PAYMENT_RULE_OPTIONAL", 1)
    out += define("TURNPIKE_PAYMENT_RULE_REQUIRED", 2) + define("TURNPIKE_PAYMENT_RULE_QUESTION", 3)
    out += table("TURNPIKE_OPERATION_RULES(X)", [
        f"X({snake(o.name)}, {o.role.upper().replace(' ', '_')}, {int(o.has_receipt)}, {o.payment.upper()})"
        for o in schema.operations])
    out += comment("X(NAME, opcode, body) of every push.")
    out += table("TURNPIKE_PUSHES(X)", [
        f"X({snake(p.name.removesuffix('Push'))}, {p.opcode:#04x}, {snake(p.name)})" for p in schema.pushes])
    out += comment("X(NAME, kind, layout, bytes, record layout, record bytes, offset of the count, most records, keepsReceipt, payment)"
                   " of every command of the journal (brokers only).")
    out += table("TURNPIKE_COMMANDS(X)", [
        f"X({snake(c.name.removesuffix('Command'))}, {c.kind}, {snake(c.name)}, {c.byte_count}, {records(c)},"
        f" {int(c.has_receipt)}, {c.payment.upper()})" for c in schema.commands])
    return out


def values(name, entries, value_of):
    out, rows = "", []
    for entry in entries:
        value = value_of(entry)
        out += define(f"TURNPIKE_{name}_{entry['name']}", f"{value}u")
        rows.append(f"X({entry['name']}, {value}u)")
    return out + table(f"TURNPIKE_{name}_VALUES(X)", rows)


def table(name, rows):
    return f"#define {name} \\\n" + " \\\n".join("  " + row for row in rows) + "\n"


def define(name, value):
    return f"#define {name} {value}\n"


def number(value):
    return f"UINT64_C({value})" if value > 0xFFFFFFFF else str(value)


def comment(doc):
    lines = textwrap.wrap(doc, 112, break_long_words=False)
    return "/* " + "\n   ".join(lines) + " */\n"


def section(doc):
    return "\n" + comment(doc)
