"""Writes Sources/WireProtocol/Generated: one Swift file per family."""

import textwrap

from schema import camel, snake

HEADER = "// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.\n"
SWIFT_TYPES = {
    "u8": "UInt8", "u16": "UInt16", "u32": "UInt32", "u64": "UInt64", "i64": "Int64",
    "id": "UInt64", "amount": "UInt64", "millis": "UInt64", "instant": "UInt64",
    "bytes16": "Bytes16", "name32": "Name32", "text96": "Text96",
    "zero8": "UInt8", "zero16": "UInt16", "zero32": "UInt32", "zero64": "UInt64",
}
ZERO_VALUES = {"Bytes16": "Bytes16()", "Name32": "Name32()", "Text96": "Text96()"}


def files(schema):
    yield "Limits.swift", limits(schema)
    yield "Enumerations.swift", enumerations(schema)
    yield "Records.swift", HEADER + "\n" + "\n".join(structure(schema, r) for r in schema.records)
    for family, layouts_of in (("Request", lambda o: o.request), ("Reply", lambda o: o.reply)):
        made = [structure(schema, layouts_of(o), family, "opcode", "Opcode", o.name) for o in schema.operations]
        yield ("Requests" if family == "Request" else "Replies") + ".swift", HEADER + "\n" + "\n".join(made)
    made = [structure(schema, p, "Push", "code", "PushCode", p.name.removesuffix("Push")) for p in schema.pushes]
    yield "Pushes.swift", HEADER + "\n" + "\n".join(made)
    made = [structure(schema, c, "Command", "kind", "CommandKind", c.name.removesuffix("Command")) for c in schema.commands]
    yield "Commands.swift", HEADER + "\n" + "\n".join(made)
    yield "Layouts.swift", layouts(schema)


def limits(schema):
    out = HEADER + "\n/// Limits of the protocol.\npublic enum WireLimits {\n"
    out += "  /// Version of the protocol that this schema describes.\n"
    out += f"  public static let version: UInt8 = {schema.protocol['version']}\n"
    out += f"  /// Default TCP port.\n  public static let port: UInt16 = {schema.protocol['port']}\n"
    out += f"  /// Bytes of a frame header.\n  public static let headerByteCount = {schema.protocol['headerByteCount']}\n"
    out += f"  /// Bytes of a MAC.\n  public static let macByteCount = {schema.protocol['macByteCount']}\n"
    for limit in schema.limits:
        out += comment("  ", limit["doc"]) + f"  public static let {limit['name']} = {group(limit['value'])}\n"
    return out + "}\n"


def identifier(name):
    """A case's name, in backticks where Swift has a keyword of that name."""
    return f"`{camel(name)}`" if camel(name) == "operator" else camel(name)


def group(value):
    return f"{value:,}".replace(",", "_")


def enumerations(schema):
    out = HEADER
    for kind in schema.enums:
        raw = SWIFT_TYPES[kind["type"]]
        out += "\n" + comment("", kind["doc"]) + f"public enum {kind['name']}: {raw}, CaseIterable, Sendable {{\n"
        for value in kind["values"]:
            out += comment("  ", value["doc"]) + f"  case {identifier(value['name'])} = {value['value']}\n"
        out += "\n  /// Name in the specification.\n  public var specificationName: String {\n    switch self {\n"
        for value in kind["values"]:
            out += f"    case .{camel(value['name'])}: \"{value['name']}\"\n"
        out += "    }\n  }\n}\n"
    for flags in schema.flags:
        raw = SWIFT_TYPES[flags["type"]]
        out += "\n" + comment("", flags["doc"]) + f"public struct {flags['name']}: OptionSet, Hashable, Sendable {{\n"
        out += f"  /// The bits as they are sent.\n  public let rawValue: {raw}\n"
        out += "  /// The flags of `rawValue`, unknown ones included.\n"
        out += f"  @inlinable public init(rawValue: {raw}) {{ self.rawValue = rawValue }}\n"
        known = 0
        for value in flags["values"]:
            known |= 1 << value["bit"]
            out += comment("  ", value["doc"])
            out += f"  @inlinable public static var {camel(value['name'])}: {flags['name']} {{ {flags['name']}(rawValue: 1 << {value['bit']}) }}\n"
        out += f"  /// Every bit that has a meaning.\n  public static let known: {raw} = {known:#04x}\n}}\n"
    return out


def swift_type(schema, field):
    return SWIFT_TYPES.get(field.type, field.type)


def structure(schema, layout, family="Layout", tag=None, tag_type=None, tag_name=None):
    """A struct with a strict failable reader, `fault(in:)` that says what a reader refused, and a writer."""
    visible = [f for f in layout.fields if not f.is_reserved]
    out = comment("", layout.doc) + f"///\n/// {layout.byte_count} bytes.\n"
    out += f"public struct {layout.name}: Wire{family} {{\n"
    if tag:
        out += f"  /// What it is on the wire.\n  public static let {tag} = {tag_type}.{camel(snake(tag_name))}\n"
    out += f"  /// Bytes of the fixed part.\n  public static let byteCount = {layout.byte_count}\n"
    for f in visible:
        out += comment("  ", f.doc) + f"  public var {f.name}: {swift_type(schema, f)}\n"
    if visible:
        out += "\n  /// All fields, in the order of the layout.\n"
        out += wrap_signature("  public init(", [f"{f.name}: {swift_type(schema, f)}" for f in visible], ") {")
        for f in visible:
            out += f"    self.{f.name} = {f.name}\n"
        out += "  }\n"
    else:
        out += "\n  /// Has no fields.\n  public init() {}\n"
    out += "\n" + reader(schema, layout) + "\n" + faults(schema, layout) + "\n" + writer(schema, layout) + "}\n"
    return out


def comment(indent, text):
    """A doc comment, wrapped at 120 columns."""
    lines = textwrap.wrap(text, 120 - len(indent) - 4, break_long_words=False)
    return "".join(f"{indent}/// {line}\n" for line in lines)


def wrap_signature(start, parts, end):
    line = start + ", ".join(parts) + end
    if len(line) <= 120:
        return line + "\n"
    return start + "\n    " + ",\n    ".join(parts) + "\n  " + end.lstrip() + "\n"


def reader(schema, layout):
    """The strict reader, and what it does once it knows that all bytes are there: a record within another is not measured again."""
    out = "  /// Reads the fixed part at `offset`; nil when it is cut short or `fault(in:at:)` finds a fault.\n"
    out += "  @inlinable @inline(__always)\n  public init?(_ bytes: RawSpan, at offset: Int = 0) {\n"
    if not layout.byte_count:
        return out + "    guard offset >= 0, bytes.byteCount >= offset else { return nil }\n  }\n"
    out += f"    guard offset >= 0, bytes.byteCount &- offset >= {layout.byte_count} else {{ return nil }}\n"
    out += "    unsafe self.init(whole: bytes, at: offset)\n  }\n\n"
    out += "  /// Reads the fixed part at `offset`, all of whose bytes are there.\n"
    out += "  @unsafe @inlinable @inline(__always)\n  init?(whole bytes: RawSpan, at offset: Int) {\n"
    for f in layout.fields:
        if f.is_reserved:
            out += f"    guard unsafe {taken(f, SWIFT_TYPES[f.type])} == 0 else {{ return nil }}\n"
        elif kind := schema.enum(f.type):
            out += f"    guard let {f.name} = {f.type}(rawValue: unsafe {taken(f, SWIFT_TYPES[kind['type']])}) else {{ return nil }}\n"
            out += f"    self.{f.name} = {f.name}\n"
        elif kind := schema.flag_set(f.type):
            out += f"    self.{f.name} = {f.type}(rawValue: unsafe {taken(f, SWIFT_TYPES[kind['type']])})\n"
            out += f"    guard {f.name}.rawValue & ~{f.type}.known == 0 else {{ return nil }}\n"
        elif schema.record(f.type):
            at = f"offset &+ {f.offset}" if f.offset else "offset"
            out += f"    guard let {f.name} = unsafe {f.type}(whole: bytes, at: {at}) else {{ return nil }}\n"
            out += f"    self.{f.name} = {f.name}\n"
        else:
            out += f"    self.{f.name} = unsafe {taken(f, SWIFT_TYPES[f.type])}\n"
    return out + "  }\n"


def taken(field, swift):
    """The loading of one field that is known to be there."""
    at = f"offset &+ {field.offset}" if field.offset else "offset"
    if swift in ("Bytes16", "Name32", "Text96"):
        return f"bytes.take{swift}(at: {at})"
    return f"bytes.take({swift}.self, at: {at})"


def faults(schema, layout):
    out = "  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when the fixed part is cut short; else nil.\n"
    out += "  public static func fault(in bytes: RawSpan, at offset: Int = 0) -> Int? {\n"
    out += f"    guard offset >= 0, bytes.byteCount &- offset >= {layout.byte_count} else {{ return {layout.byte_count} }}\n"
    for f in layout.fields:
        if f.is_reserved:
            out += f"    if unsafe {taken(f, SWIFT_TYPES[f.type])} != 0 {{ return {f.offset} }}\n"
        elif kind := schema.enum(f.type):
            out += f"    if {f.type}(rawValue: unsafe {taken(f, SWIFT_TYPES[kind['type']])}) == nil {{ return {f.offset} }}\n"
        elif kind := schema.flag_set(f.type):
            out += f"    if unsafe {taken(f, SWIFT_TYPES[kind['type']])} & ~{f.type}.known != 0 {{ return {f.offset} }}\n"
        elif schema.record(f.type):
            inner, at = (f"{f.offset} + inner", f"offset &+ {f.offset}") if f.offset else ("inner", "offset")
            out += f"    if let inner = {f.type}.fault(in: bytes, at: {at}) {{ return {inner} }}\n"
    return out + "    return nil\n  }\n"


def writer(schema, layout):
    out = "  /// Writes the fixed part at `offset`, which the caller has made room for.\n"
    out += "  @inlinable @inline(__always)\n  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {\n"
    if not layout.byte_count:
        return out + "  }\n"
    out += f"    precondition(offset >= 0 && bytes.byteCount &- offset >= {layout.byte_count})\n"
    for f in layout.fields:
        at = f"offset &+ {f.offset}" if f.offset else "offset"
        if f.is_reserved:
            out += f"    unsafe bytes.put({SWIFT_TYPES[f.type]}(0), at: {at})\n"
        elif schema.enum(f.type) or schema.flag_set(f.type):
            out += f"    unsafe bytes.put({f.name}.rawValue, at: {at})\n"
        elif schema.record(f.type):
            out += f"    {f.name}.write(to: &bytes, at: {at})\n"
        elif f.type == "i64":
            out += f"    unsafe bytes.put(UInt64(bitPattern: {f.name}), at: {at})\n"
        else:
            out += f"    unsafe bytes.put({f.name}, at: {at})\n"
    return out + "  }\n"


def records_of(schema, layout):
    if not layout.records:
        return "RecordLayout.none"
    record = schema.record(layout.records["record"])
    offset = layout.field(layout.records["count"]).offset
    limit = f"WireLimits.{layout.records['max']}"
    return f"RecordLayout(byteCount: {record.byte_count}, countOffset: {offset}, countMax: {limit})"


ROLES = {"none": ".anyone", "provider": ".provider", "operator": ".operator", "provider or operator": ".providerOrOperator",
         "agent": ".agent"}
FAULT_ARGUMENTS = "(in bytes: RawSpan, at offset: Int) -> Int? {\n    switch self {\n"


def case(name):
    return f"    case .{camel(snake(name))}:"


def record_faults(schema, name, doc, pairs):
    """A function that judges one record of each operation whose records can be wrong."""
    out = f"\n  /// {doc}\n  public func {name}{FAULT_ARGUMENTS}"
    some = 0
    for op_name, layout in pairs:
        if layout.records and can_fault(schema, schema.record(layout.records["record"])):
            out += f"{case(op_name)} {layout.records['record']}.fault(in: bytes, at: offset)\n"
            some += 1
    if not some:
        return f"\n  /// {doc}\n  public func {name}(in bytes: RawSpan, at offset: Int) -> Int? {{ nil }}\n"
    return out + "    default: nil\n    }\n  }\n"


def can_fault(schema, layout):
    """Whether some value of the layout's bytes is refused."""
    return any(
        f.is_reserved or schema.enum(f.type) or schema.flag_set(f.type)
        or (schema.record(f.type) and can_fault(schema, schema.record(f.type)))
        for f in layout.fields)


def layouts(schema):
    ops, out = schema.operations, HEADER
    out += "\nextension Opcode {\n  /// Sizes and rules of the operation.\n  @inlinable @inline(__always) public var layout: OperationLayout {\n    switch self {\n"
    for op in ops:
        out += f"{case(op.name)}\n      OperationLayout(\n"
        out += f"        requestByteCount: {op.request.byte_count},\n        requestRecords: {records_of(schema, op.request)},\n"
        out += f"        replyByteCount: {op.reply.byte_count},\n        replyRecords: {records_of(schema, op.reply)},\n"
        out += f"        role: {ROLES[op.role]}, keepsReceipt: {str(op.has_receipt).lower()}, payment: .{op.payment})\n"
    out += "    }\n  }\n"
    for word in ("request", "reply"):
        out += f"\n  /// Offset, from `offset`, of the first wrong field in the fixed part of a {word}, or nil.\n"
        out += f"  public func {word}Fault{FAULT_ARGUMENTS}"
        for op in ops:
            out += f"{case(op.name)} {op.name}{word.capitalize()}.fault(in: bytes, at: offset)\n"
        out += "    }\n  }\n"
        out += record_faults(
            schema, word + "RecordFault", f"The same of one record of a {word}.", [(o.name, getattr(o, word)) for o in ops])
    out += "\n  /// Statuses that the operation names beside the common ones.\n  public var statuses: [Status] {\n    switch self {\n"
    for op in ops:
        names = ["." + camel(s) for s in op.statuses]
        line = f"{case(op.name)} [{', '.join(names)}]\n"
        if len(line) > 121:
            line = f"{case(op.name)}\n      [\n        " + ",\n        ".join(names) + ",\n      ]\n"
        out += line
    out += "    }\n  }\n}\n"
    out += "\nextension PushCode {\n  /// Bytes of the push's body.\n  public var byteCount: Int {\n    switch self {\n"
    for push in schema.pushes:
        out += f"{case(push.name.removesuffix('Push'))} {push.byte_count}\n"
    out += "    }\n  }\n\n  /// Offset, from `offset`, of the first wrong field of the body, or nil.\n"
    out += f"  public func fault{FAULT_ARGUMENTS}"
    for push in schema.pushes:
        out += f"{case(push.name.removesuffix('Push'))} {push.name}.fault(in: bytes, at: offset)\n"
    out += "    }\n  }\n}\n"
    out += "\nextension CommandKind {\n  /// Sizes and rules of the command.\n  @inlinable @inline(__always) public var layout: CommandLayout {\n    switch self {\n"
    for c in schema.commands:
        out += f"{case(c.name.removesuffix('Command'))}\n      CommandLayout(\n"
        out += f"        byteCount: {c.byte_count},\n        records: {records_of(schema, c)},\n"
        out += f"        keepsReceipt: {str(c.has_receipt).lower()}, payment: .{c.payment})\n"
    return out + "    }\n  }\n}\n"
