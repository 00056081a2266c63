#!/usr/bin/env python3
"""Writes tests.inc: the golden vectors that agents and devices read, hash chains, and SHA-256 by another implementation.

usage: vectors.py VECTORS_DIRECTORY >tests.inc

What is to be skipped, or ends the connection anyway, is no matter of right and wrong there: unknown pushes and reasons of GOODBYE."""

import hashlib
import json
import pathlib
import sys

AGENT = {("reply", m) for m in ("Hello", "Authenticate", "Attach", "Heartbeat", "AgentLeases", "Provision", "Report")}
AGENT |= {("push", m) for m in ("Lagged", "Goodbye", "AgentLeaseChanged")}
DEVICE = {("reply", m) for m in ("Hello", "Acquire", "Fund", "Bind", "Release")} | {("push", "Goodbye"), ("refusal", "Acquire")}
SKIPPED = {"unknown push", "unknown value of reason"}


def literal(octets):
    return '"' + "".join(f"\\{b:03o}" for b in octets) + '"'


def data(vector):
    return b"".join(bytes.fromhex(p[0]) * (p[2] if len(p) > 2 else 1) for p in vector["bytes"])


def resized(octets, count):
    return count.to_bytes(4, "little") + octets[4:count] + bytes(max(0, count - len(octets)))


def spoilt(octets, entry):
    rule = entry.get("rule")
    if rule == "truncate":
        return [resized(octets, count) for count in range(16, len(octets))]
    if rule == "extend":
        return [resized(octets, len(octets) + count) for count in entry["byteCounts"]]
    if rule == "length":
        return [value.to_bytes(4, "little") + octets[4:] for value in entry["values"]]
    octets = bytearray(octets)
    for at, edit in entry["edit"]:
        octets[at:at + len(edit) // 2] = bytes.fromhex(edit)
    return [bytes(octets)]


def rows(document):
    vectors = {v["name"]: v for v in document["vectors"]}
    found = [(vector, data(vector), True, name) for name, vector in vectors.items()]
    for entry in document.get("rejects", []):
        vector = vectors[entry["of"]]
        if entry.get("what") not in SKIPPED:
            what = f"{entry['of']}: {entry.get('what', entry.get('rule'))}"
            found += [(vector, octets, False, what) for octets in spoilt(data(vector), entry)]
    for vector, octets, is_right, name in found:
        for readers, is_device in ((AGENT, "false"), (DEVICE, "true")):
            # What is about a MAC of a maximal frame is the agent's matter.
            has_mac = data(vector)[5] & 0x80 if vector["kind"] != "command" else 0
            if (vector["kind"], vector["message"]) not in readers or (is_device == "true" and not is_right and has_mac):
                continue
            if vector["kind"] != "refusal" and data(vector)[6:8] != b"\0\0":
                continue
            yield f'{{{literal(octets)}, {len(octets)}, {data(vector)[4]}, {str(is_right).lower()}, {is_device}, {json.dumps(name)}}}'


def chain_words(document):
    for chain in document["chains"]:
        last = chain["words"][str(chain["length"])]
        for index, word in chain["words"].items():
            yield f'{{UINT64_C({chain["lease"]}), {chain["chain"]}u, {chain["length"]}u, {index}u, "{last}", "{word}"}}'


def main():
    directory = pathlib.Path(sys.argv[1])
    print("#define VECTORS \\")
    lines = [row for name in ("hand.json", "generated.json") for row in rows(json.loads((directory / name).read_text()))]
    print(", \\\n".join(lines) + "\n")
    hand = {(v["kind"], v["message"]): data(v) for v in json.loads((directory / "hand.json").read_text())["vectors"]}
    print(f'#define REPORT_REQUEST {literal(hand["request", "Report"][16:])}')
    print(f'#define ISSUED_VOUCHER {literal(hand["reply", "Voucher"][56:])}')
    print("#define CHAIN_WORDS \\")
    print(", \\\n".join(chain_words(json.loads((directory / "chains.json").read_text()))) + "\n")
    digests = (hashlib.sha256(bytes(range(count))).digest() for count in range(200))
    print("#define SHA256_OF_COUNTING \\")
    print(", \\\n".join("{" + ",".join(map(str, digest)) + "}" for digest in digests))


if __name__ == "__main__":
    main()
