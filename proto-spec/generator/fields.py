"""Writes Sources/Inspection/Generated: names, offsets and types of every field of a command, for whoever prints commands."""

from schema import camel, snake
from swift import HEADER

NUMBERS = {"u8": 1, "u16": 2, "u32": 4, "amount": 8, "millis": 8, "instant": 8}
STRINGS = {"u64": ".wideNumber", "id": ".wideNumber", "bytes16": ".bytes16", "name32": ".name", "text96": ".text"}


def files(schema):
    yield "CommandFields.swift", text(schema)


def text(schema):
    used = ["ReceiptKey", "VerifiedNote", "EcashPayment", "VerifiedProof"]
    for command in schema.commands:
        used += [f.type for f in command.fields if schema.record(f.type)]
        if command.records:
            used.append(command.records["record"])
    layouts = [schema.record(name) for name in dict.fromkeys(used)] + schema.commands
    named = dict.fromkeys(f.type for made in layouts for f in made.fields if schema.enum(f.type) or schema.flag_set(f.type))
    out = HEADER + "\nimport WireProtocol\n\nextension CommandField {\n"
    out += "\n".join(names(schema, name) for name in named) + "\n"
    out += "\n".join(table(schema, schema.record(name), name) for name in dict.fromkeys(used)) + "\n"
    out += "\n".join(table(schema, c, c.name.removesuffix("Command")) for c in schema.commands) + "}\n"
    out += "\nextension CommandKind {\n  /// Fields of the fixed part, in their order.\n  var fields: [CommandField] {\n    switch self {\n"
    for command in schema.commands:
        out += f"    case .{kind(command)}: CommandField.{variable(command.name.removesuffix('Command'))}\n"
    out += "    }\n  }\n\n  /// Fields of each record that follows the fixed part.\n  var recordFields: [CommandField] {\n    switch self {\n"
    for command in schema.commands:
        if command.records:
            out += f"    case .{kind(command)}: CommandField.{variable(command.records['record'])}\n"
    return out + "    default: []\n    }\n  }\n}\n"


def kind(command):
    return camel(snake(command.name.removesuffix("Command")))


def variable(name):
    return name[0].lower() + name[1:] + "Fields"


def names_variable(name):
    return name[0].lower() + name[1:] + "Names"


def names(schema, name):
    """Names of an enumeration's values, or of the bits of a set of flags."""
    values = (schema.enum(name) or schema.flag_set(name))["values"]
    lines = [f'    ({value.get("value", value.get("bit"))}, "{value["name"]}")' for value in values]
    return f"  static let {names_variable(name)}: [(UInt64, String)] = [\n" + listed(lines)


def table(schema, layout, name):
    visible = [f for f in layout.fields if not f.is_reserved]
    out = f"  static let {variable(name)}: [CommandField] = [\n"
    lines = [f'    CommandField(name: "{f.name}", offset: {f.offset}, type: {type_of(schema, f)})' for f in visible]
    return out + listed(lines)


def listed(lines):
    """The elements of a list, as the formatter wants them: no comma behind a single one."""
    return ",\n".join(lines) + (",\n" if len(lines) > 1 else "\n") + "  ]\n"


def type_of(schema, field):
    if field.type in STRINGS:
        return STRINGS[field.type]
    if field.type in NUMBERS:
        return f".number(byteCount: {NUMBERS[field.type]})"
    for form, named in (("enumeration", schema.enum(field.type)), ("flags", schema.flag_set(field.type))):
        if named:
            return f".{form}(byteCount: {schema.scalar_byte_count(field.type)}, {names_variable(field.type)})"
    if schema.record(field.type):
        return f".record({variable(field.type)})"
    raise SystemExit(f"{field.name}: no way to print a {field.type}")
