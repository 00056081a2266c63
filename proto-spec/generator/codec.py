"""Encodes fixed parts and frames from values: the generator's own reading of the schema, for the vectors.

A value is a number, the name of an enumeration's value, a text (name32, text96), hexadecimal digits (bytes16) or a dictionary (record).
"""

HEADER_BYTE_COUNT = 16
TEXTS = ("name32", "text96")
PAYMENT, REPLAYED, OPTIONS, AUTHENTICATED = 1, 8, 16, 128


def encode(schema, layout, values):
    return b"".join(encode_field(schema, f, values.get(f.name)) for f in layout.fields)


def encode_field(schema, field, value):
    if field.is_reserved:
        return bytes(field.byte_count)
    record = schema.record(field.type)
    if record:
        return encode(schema, record, value)
    if field.type == "bytes16":
        return bytes.fromhex(value)
    if field.type in TEXTS:
        return value.encode().ljust(field.byte_count, b"\0")
    kind = schema.enum(field.type)
    if kind:
        value = next(v["value"] for v in kind["values"] if v["name"] == value)
    return int(value).to_bytes(field.byte_count, "little", signed=field.type == "i64")


def expected(schema, layout, values, prefix=""):
    """The values as vectors state them: all strings, nested records flattened with dots."""
    out = {}
    for f in layout.fields:
        if f.is_reserved:
            continue
        inner = schema.record(f.type)
        if inner:
            out.update(expected(schema, inner, values[f.name], prefix + f.name + "."))
        else:
            out[prefix + f.name] = str(values[f.name])
    return out


def header(length, opcode, flags, word, number):
    return (length.to_bytes(4, "little") + bytes([opcode, flags]) + word.to_bytes(2, "little")
            + number.to_bytes(8, "little"))


def extreme(schema, layout, maximal, seed=0):
    """Values of every field: the least that are well formed, or ones near the greatest that differ from field to field."""
    values = {}
    for index, f in enumerate(layout.fields):
        if f.is_reserved:
            continue
        record, kind, flags = schema.record(f.type), schema.enum(f.type), schema.flag_set(f.type)
        if record:
            values[f.name] = extreme(schema, record, maximal, seed + index)
        elif kind:
            ordered = sorted(kind["values"], key=lambda v: v["value"])
            values[f.name] = ordered[-1 if maximal else 0]["name"]
        elif flags:
            values[f.name] = sum(1 << v["bit"] for v in flags["values"]) if maximal else 0
        elif f.type == "bytes16":
            values[f.name] = bytes((0xFF - index - seed - i) & 0xFF for i in range(16)).hex() if maximal else "00" * 16
        elif f.type in TEXTS:
            values[f.name] = "N" * (f.byte_count - 1) if maximal else ""
        elif f.type == "i64":
            values[f.name] = (1 << 63) - 1 - index if maximal else -(1 << 63)
        else:
            values[f.name] = (1 << (8 * f.byte_count)) - 1 - index - seed if maximal else 0
    return values
