"""Writes tables.md: the reference part of the specification."""

from schema import snake

TYPE_NAMES = {"u8": "u8", "u16": "u16", "u32": "u32", "u64": "u64", "i64": "i64"}
ANCHORS = {"Status": "statuses", "CommandKind": "commands"}
PAYMENTS = {"none": "none", "optional": "optional", "required": "required", "question": "shown, not spent"}


def text(schema):
    out = "# Tables\n\nGenerated from turnpike.toml by `make generate`. Do not edit.\n\n"
    out += ("Offsets are within the fixed part; within a frame add 16. All integers are little-endian. "
            "Types are explained in [specification.md](specification.md#types).\n\n")
    out += "- [Operations](#operations)\n- [Statuses](#statuses)\n- [Enumerations](#enumerations)\n- [Flags](#flags)\n"
    out += "- [Limits](#limits)\n- [Records](#records)\n- [Requests and replies](#requests-and-replies)\n- [Pushes](#pushes)\n"
    out += "- [Commands](#commands)\n\n"
    out += "## Operations\n\n| opcode | operation | role | keeps a receipt | payment | request bytes | reply bytes |\n"
    out += "|---|---|---|---|---|---|---|\n"
    for op in schema.operations:
        receipt = "with a payment" if op.payment == "optional" else "yes" if op.has_receipt else "no"
        out += (f"| {op.opcode:#04x} | [{snake(op.name)}](#{snake(op.name).lower()}) | {op.role} | {receipt} | {PAYMENTS[op.payment]}"
                f" | {size(schema, op.request)} | {size(schema, op.reply)} |\n")
    out += "\n## Statuses\n\nA reply's status is the word at offset 6 of its header.\n\n| value | status | meaning |\n|---|---|---|\n"
    for value in schema.enum("Status")["values"]:
        out += f"| {value['value']} | {value['name']} | {cell(value['doc'])} |\n"
    out += "\n## Enumerations\n"
    for kind in schema.enums:
        if kind["name"] in ("Status", "Opcode", "PushCode", "CommandKind"):
            continue
        out += f"\n### {kind['name']}\n\n{kind['doc']} Type {kind['type']}.\n\n| value | name | meaning |\n|---|---|---|\n"
        for value in kind["values"]:
            out += f"| {value['value']} | {value['name']} | {cell(value['doc'])} |\n"
    out += "\n## Flags\n"
    for flags in schema.flags:
        out += f"\n### {flags['name']}\n\n{flags['doc']} Type {flags['type']}; other bits are reserved.\n\n"
        out += "| bit | mask | name | meaning |\n|---|---|---|---|\n"
        for value in flags["values"]:
            out += f"| {value['bit']} | {1 << value['bit']:#04x} | {value['name']} | {cell(value['doc'])} |\n"
    out += "\n## Limits\n\n| name | value | meaning |\n|---|---|---|\n"
    for limit in schema.limits:
        out += f"| {limit['name']} | {limit['value']:,} | {cell(limit['doc'])} |\n"
    out += "\n## Records\n"
    for record in schema.records:
        out += layout(schema, record, record.name)
    out += "\n## Requests and replies\n"
    for op in schema.operations:
        out += f"\n### {snake(op.name)}\n\n`{op.opcode:#04x}`. {op.doc}\n"
        if op.statuses:
            out += "\nRefusals beside the common ones: " + ", ".join(op.statuses) + ".\n"
        out += layout(schema, op.request, "Request", "####") + layout(schema, op.reply, "Reply", "####")
    out += "\n## Pushes\n"
    for push in schema.pushes:
        out += layout(schema, push, f"{snake(push.name.removesuffix('Push'))} (opcode {push.opcode:#04x})")
    out += "\n## Commands\n\nWhat the broker's journal keeps; a client never sees one.\n"
    for command in schema.commands:
        rule = "a ReceiptKey" if command.has_receipt else "a ReceiptKey when it has notes" if command.payment == "optional" else "no ReceiptKey"
        notes = {"none": "no notes", "optional": "0 to 32 notes", "required": "1 to 32 notes"}[command.payment]
        out += layout(schema, command, f"{snake(command.name.removesuffix('Command'))} (kind {command.kind})", note=f" {rule}, {notes}.")
    return out


def layout(schema, made, title, level="###", note=""):
    out = f"\n{level} {title}\n\n"
    if level == "###":
        out += f"{made.doc} "
    out += f"{made.byte_count} bytes.{note[:1]}{note[1:2].upper()}{note[2:]}\n"
    if made.fields:
        out += "\n| offset | bytes | field | type | meaning |\n|---|---|---|---|---|\n"
        for f in made.fields:
            name = "zero" if f.is_reserved else f.name
            out += f"| {f.offset} | {f.byte_count} | {name} | {type_name(schema, f)} | {cell(f.doc)} |\n"
    if made.records:
        most = schema.limit(made.records["max"])
        out += f"\nThen `{made.records['count']}` records {link(made.records['record'])}, at most {most:,}.\n"
    return out


def type_name(schema, field):
    return field.type if schema.scalar_byte_count(field.type) and not schema.enum(field.type) and not schema.flag_set(field.type) \
        else link(field.type)


def link(name):
    return f"[{name}](#{ANCHORS.get(name, name.lower())})"


def size(schema, made):
    if not made.records:
        return str(made.byte_count)
    return f"{made.byte_count} + {schema.record(made.records['record']).byte_count} each"


def cell(doc):
    return doc.replace("|", "\\|")
