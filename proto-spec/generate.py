#!/usr/bin/env python3
"""Generates everything that follows from turnpike.toml. `--check` writes nothing and fails when a file is stale."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "generator"))
sys.dont_write_bytecode = True

import c99  # noqa: E402
import dissector  # noqa: E402
import examples  # noqa: E402
import fields  # noqa: E402
import schema as schema_module  # noqa: E402
import swift  # noqa: E402
import tables  # noqa: E402
import vectors  # noqa: E402


def outputs(schema):
    """(path, text) of every generated file."""
    target = HERE.parent / "Sources" / "WireProtocol" / "Generated"
    for name, text in swift.files(schema):
        yield target / name, text
    for name, text in fields.files(schema):
        yield HERE.parent / "Sources" / "Inspection" / "Generated" / name, text
    yield HERE / "turnpike.h", c99.text(schema)
    yield HERE / "tables.md", tables.text(schema)
    yield HERE / "examples.md", examples.text(schema, HERE / "vectors" / "hand.json")
    yield HERE / "turnpike.lua", dissector.text(schema)
    yield HERE / "vectors" / "generated.json", vectors.text(schema)


def main():
    check = "--check" in sys.argv[1:]
    stale = []
    for path, text in outputs(schema_module.load(HERE / "turnpike.toml")):
        if path.exists() and path.read_text() == text:
            continue
        stale.append(path)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for path in stale:
        print(("stale: " if check else "wrote: ") + str(path.relative_to(HERE.parent)))
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
