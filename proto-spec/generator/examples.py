"""Writes examples.md: the hand-typed vectors as worked examples of every message."""

import json

from schema import snake

TITLES = {"request": "request", "reply": "reply", "refusal": "refusal", "push": "push", "command": "command"}


def text(schema, vectors_path):
    vectors = json.loads(vectors_path.read_text())["vectors"]
    out = "# Examples\n\nOne frame of every message, byte by byte. Generated from vectors/hand.json by `make generate`. Do not edit.\n\n"
    out += ("They tell one story: a provider registers a resource; a client asks what two hours cost, leases two units with a note of "
            "200,000 msat, is given 50,000, uses some, and takes the change; then others fund the resource, and bid for a month of showing their name with it. Frames of roles are shown "
            "without their MAC where the first line says so; with it, `length` is greater by 16 and flag 0x80 is set.\n")
    family = None
    for vector in vectors:
        heading = {"push": "Pushes", "command": "Commands"}.get(vector["kind"], snake(vector["message"]))
        if heading != family:
            family = heading
            out += f"\n## {heading}\n"
        out += f"\n### {vector['name']}\n\n```\n"
        offset = 0
        for part in vector["bytes"]:
            times = part[2] if len(part) > 2 else 1
            data = part[0] if times == 1 else f"{part[0]} x {times}"
            out += f"{offset:4d}  {data:<34}{part[1]}\n"
            offset += len(part[0]) // 2 * times
        out += "```\n"
    return out
