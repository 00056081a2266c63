"""Writes turnpike.lua: the schema as Lua tables, put into dissector.lua.template."""

import pathlib

from schema import snake

TEMPLATE = pathlib.Path(__file__).with_name("dissector.lua.template")


def text(schema):
    out = TEMPLATE.read_text()
    out = out.replace("@VERSION@", str(schema.protocol["version"])).replace("@PORT@", str(schema.protocol["port"]))
    out = out.replace("@FRAME_MAX@", str(schema.limit("frameByteCountMax")))
    return out.replace("@TABLES@", tables(schema))


def tables(schema):
    out = "local enumerations = {\n"
    for kind in schema.enums:
        out += f"  {kind['name']} = {{\n"
        for value in kind["values"]:
            out += f"    [{value['value']}] = {quoted(value['name'])},\n"
        out += "  },\n"
    out += "}\n\nlocal flag_sets = {\n"
    for flags in schema.flags:
        bits = ", ".join(f"{{ {1 << v['bit']:#x}, {quoted(v['name'])} }}" for v in flags["values"])
        out += f"  {flags['name']} = {{ {bits} }},\n"
    out += "}\n\n-- { name, type, offset, bytes, meaning } of every field.\nlocal layouts = {\n"
    layouts = [*schema.records, *(l for o in schema.operations for l in (o.request, o.reply)), *schema.pushes]
    for layout in layouts:
        out += f"  {layout.name} = {{\n    filter = {quoted(snake(layout.name).lower())}, byte_count = {layout.byte_count},\n"
        out += "    fields = {\n"
        for f in layout.fields:
            kind = "zero" if f.is_reserved else f.type
            out += f"      {{ {quoted(f.name)}, {quoted(kind)}, {f.offset}, {f.byte_count}, {quoted(f.doc)} }},\n"
        out += "    },\n  },\n"
    out += "}\n\nlocal operations = {\n"
    for op in schema.operations:
        out += f"  [{op.opcode:#04x}] = {{ name = {quoted(snake(op.name))}, request = \"{op.request.name}\", reply = \"{op.reply.name}\""
        for word in ("request", "reply"):
            layout = getattr(op, word)
            if layout.records:
                count = layout.field(layout.records["count"]).offset
                out += f",\n    {word}_records = {{ layout = \"{layout.records['record']}\", count = {count} }}"
        out += " },\n"
    out += "}\n\nlocal pushes = {\n"
    for push in schema.pushes:
        out += f"  [{push.opcode:#04x}] = {{ name = {quoted(snake(push.name.removesuffix('Push')))}, layout = \"{push.name}\" }},\n"
    return out + "}\n"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
