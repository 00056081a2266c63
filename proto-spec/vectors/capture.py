#!/usr/bin/env python3
"""Writes the frames of all golden vectors as a packet capture: one TCP connection, cut into segments of uneven size.

    capture.py FILE [PORT]     writes FILE
    capture.py --count         prints how many frames it would hold
"""

import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
CLIENT, BROKER = (bytes([192, 0, 2, 1]), 40000), (bytes([192, 0, 2, 2]), 7474)
SEGMENT_BYTE_COUNTS = (1448, 17, 600, 3)


def frames():
    """(kind, bytes) of every frame; commands never travel."""
    for name in ("hand.json", "generated.json"):
        for vector in json.loads((HERE / name).read_text())["vectors"]:
            if vector["kind"] != "command":
                yield vector["kind"], b"".join(bytes.fromhex(p[0]) * (p[2] if len(p) > 2 else 1) for p in vector["bytes"])


def packet(source, target, sequence, acknowledged, payload, flags=0x18):
    tcp = struct.pack(">HHIIBBHHH", source[1], target[1], sequence, acknowledged, 0x50, flags, 65535, 0, 0) + payload
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0, source[0], target[0])
    return ip + tcp


def write(path, port):
    client, broker = CLIENT, (BROKER[0], port)
    next_sequence = {client: 1000, broker: 5000}
    packets = [packet(client, broker, 999, 0, b"", 0x02), packet(broker, client, 4999, 1000, b"", 0x12)]
    turn = 0
    for kind, data in frames():
        source, target = (client, broker) if kind == "request" else (broker, client)
        while data:
            size = SEGMENT_BYTE_COUNTS[turn % len(SEGMENT_BYTE_COUNTS)]
            turn += 1
            packets.append(packet(source, target, next_sequence[source], next_sequence[target], data[:size]))
            next_sequence[source] += len(data[:size])
            data = data[size:]
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        for index, data in enumerate(packets):
            file.write(struct.pack("<IIII", 1700000000 + index // 1000, index % 1000 * 1000, len(data), len(data)) + data)


def main():
    if sys.argv[1:] == ["--count"]:
        print(sum(1 for _ in frames()))
    elif len(sys.argv) in (2, 3):
        write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else BROKER[1])
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
