#!/usr/bin/env python3
"""Writes vectors.inc for check.c: every statement of hand.json and generated.json as a call. Output: standard output."""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "generator"))
sys.dont_write_bytecode = True

import c99  # noqa: E402
import schema as schema_module  # noqa: E402
from schema import snake  # noqa: E402

KINDS = {"request": "REQUEST", "reply": "REPLY", "refusal": "REPLY", "push": "PUSH", "command": "COMMAND"}
SIZES = {"U8": 1, "U16": 2, "U32": 4, "U64": 8, "I64": 8}


def data(vector):
    return b"".join(bytes.fromhex(p[0]) * (p[2] if len(p) > 2 else 1) for p in vector["bytes"])


def literal(octets):
    return '"' + "".join(f"\\{b:03o}" for b in octets) + '"'


class Writer:
    def __init__(self, schema):
        self.schema = schema
        self.layouts = {l.name: l for l in c99.all_layouts(schema)}
        self.lines, self.arrays, self.index = [], [], {}

    def array(self, octets):
        name = f"bytes_{len(self.arrays)}"
        self.arrays.append(f"static const uint8_t {name}[] = {{{','.join(map(str, octets))}}};")
        return name

    def fields(self, layout_name, values, base):
        layout = self.layouts[layout_name]
        flat = {}
        for name, _, byte_count, kind in c99.flattened(self.schema, layout):
            flat[name] = (byte_count, kind)
        for key, value in values.items():
            macro = "_".join(snake(part) for part in key.split("."))
            byte_count, kind = flat[macro]
            at = f"{base} + TURNPIKE_{snake(layout_name)}_{macro}_OFFSET"
            self.value(at, byte_count, kind, value, f"{layout_name}.{key}")

    def value(self, at, byte_count, kind, value, what):
        if kind == "BYTES16":
            self.lines.append(f'octets({at}, {literal(bytes.fromhex(value))}, 16, "{what}");')
        elif kind in ("NAME32", "TEXT96"):
            self.lines.append(f'octets({at}, {literal(value.encode().ljust(byte_count, bytes(1)))}, {byte_count}, "{what}");')
        elif kind in SIZES or kind in {snake(f["name"]) for f in self.schema.flags}:
            number = int(value) & (1 << (8 * byte_count)) - 1
            self.lines.append(f'number({at}, {byte_count}, UINT64_C({number}), "{what}");')
        else:
            self.lines.append(f'number({at}, {byte_count}, TURNPIKE_{kind}_{value}, "{what}");')

    def vector(self, vector):
        octets, kind = data(vector), KINDS[vector["kind"]]
        array = self.array(octets)
        self.index[vector["name"]] = (array, kind)
        self.lines.append(f"accept({json.dumps(vector['name'])}, {kind}, {array}, sizeof {array});")
        if kind == "COMMAND":
            self.fields("CommandHeader", vector["header"], "0")
            layout = vector["message"] + "Command"
            if "receipt" in vector:
                self.fields("ReceiptKey", vector["receipt"], "frame.receipt")
        else:
            for name, offset, byte_count in (("length", "LENGTH", 4), ("opcode", "OPCODE", 1), ("flags", "FLAGS", 1),
                                             ("word", "STATUS", 2), ("number", "NUMBER", 8)):
                self.lines.append(f"number(TURNPIKE_FRAME_HEADER_{offset}_OFFSET, {byte_count}, "
                                  f'UINT64_C({vector["header"][name]}), "{name}");')
            layout = "Refusal" if vector["kind"] == "refusal" else vector["message"] + vector["kind"].capitalize()
        self.fields(layout, vector["fields"], "frame.fixed")
        self.lines.append(f"expect(frame.record_count == {vector.get('recordCount', 0)}, \"count of records\");")
        if "records" in vector:
            record = self.layouts[layout].records["record"]
            for index, values in enumerate(vector["records"]):
                self.fields(record, values, f"frame.records + {index} * TURNPIKE_{snake(record)}_BYTE_COUNT")
        tokens = vector.get("tokenCount", 0) + vector.get("noteCount", 0)
        if "tick" in vector:
            name, base = ("VerifiedTick", "frame.notes") if kind == "COMMAND" else ("TickToken", "frame.payment + 4")
            self.fields(name, vector["tick"], base)
        self.lines.append(f'expect(frame.token_count == {tokens}, "count of tokens");')
        for index, values in enumerate(vector.get("tokens", [])):
            self.fields("NoteToken", values, f"frame.payment + 4 + {index} * TURNPIKE_NOTE_TOKEN_BYTE_COUNT")
        for index, values in enumerate(vector.get("notes", [])):
            self.fields("VerifiedNote", values, f"frame.notes + {index} * TURNPIKE_VERIFIED_NOTE_BYTE_COUNT")
        for option in vector.get("options", []):
            value = bytes.fromhex(option["value"])
            self.lines.append(f"option({option['type']}, {literal(value)}, {len(value)});")
        if "mac" in vector:
            self.lines.append(f'octets(frame.end, {literal(bytes.fromhex(vector["mac"]))}, 16, "MAC");')

    def reject(self, entry):
        array, kind = self.index[entry["of"]]
        base = f"{kind}, {array}, sizeof {array}"
        status = "TURNPIKE_STATUS_" + entry["status"]
        self.lines.append(f"vector_name = {json.dumps(entry['of'])};")
        rule = entry.get("rule")
        if rule == "truncate":
            self.lines.append(f"truncate_everywhere({base}, {status});")
        elif rule == "extend":
            self.lines += [f"extend({base}, {count}, {status});" for count in entry["byteCounts"]]
        elif rule == "length":
            self.lines += [f'reject({base}, 0, {literal(v.to_bytes(4, "little"))}, 4, {status}, -1, "is accepted with a wrong length");'
                           for v in entry["values"]]
        else:
            for at, edit in entry["edit"]:
                octets = bytes.fromhex(edit)
                self.lines.append(f"reject({base}, {at}, {literal(octets)}, {len(octets)}, {status}, {entry.get('field', -1)}, "
                                  f"{json.dumps(entry['what'])});")

    def reject_frame(self, vector):
        array = self.array(data(vector))
        self.lines.append(f"vector_name = {json.dumps(vector['name'])};")
        self.lines.append(f"reject({KINDS[vector['kind']]}, {array}, sizeof {array}, 0, \"\", 0, TURNPIKE_STATUS_{vector['status']}, "
                          f"{vector.get('field', -1)}, \"another status\");")


def main():
    writer = Writer(schema_module.load(HERE.parent / "turnpike.toml"))
    for name in ("hand.json", "generated.json"):
        document = json.loads((HERE / name).read_text())
        for vector in document["vectors"]:
            writer.vector(vector)
        for entry in document.get("rejects", []):
            writer.reject(entry)
        for vector in document.get("rejectFrames", []):
            writer.reject_frame(vector)
    print("\n".join(writer.arrays))
    print(f"#define VECTOR_COUNT {len(writer.arrays)}\n")
    # Functions of some hundred lines: a compiler's passes are not linear in the size of one.
    chunks = [writer.lines[i:i + 400] for i in range(0, len(writer.lines), 400)]
    for index, chunk in enumerate(chunks):
        print(f"static void run_{index}(void) {{\n  " + "\n  ".join(chunk) + "\n}\n")
    print("static void run(void) {\n  " + "\n  ".join(f"run_{i}();" for i in range(len(chunks))) + "\n}")


if __name__ == "__main__":
    main()
