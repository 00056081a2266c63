#!/usr/bin/env python3
"""LeaseGrant of etcd, byte by byte: gRPC in HTTP/2 over plain TCP, as turnpike-load sends it. Alone it tries them on a server.

    Benchmarks/peers/etcd_frames.py HOST:PORT [--show]

A connection begins with PREFACE and an empty SETTINGS frame. The server sends its own SETTINGS, which are acknowledged. A request is
one stream, with odd numbers from 1 that grow; all of it can leave in one write, and any number of streams may be under way:

    HEADERS, END_HEADERS                  83            :method: POST      from HPACK's static table
                                          86            :scheme: http      likewise
                                          04 1e ...     :path: /etcdserverpb.Lease/LeaseGrant
                                          01 len ...    :authority: the server's address
                                          00 0c ... 10 ...   content-type: application/grpc
                                          00 02 ... 08 ...   te: trailers
    DATA, END_STREAM                      00 + u32 byte count (gRPC: not compressed), then LeaseGrantRequest { int64 TTL = 1; int64 ID = 2; }

Fields are literal and not indexed (first byte 00, or the number of a name in the static table), not Huffman-coded: each request has the
same bytes but for its stream number, and the server's table stays empty. No ID: the server chooses it.

A reply that is well is HEADERS, DATA, HEADERS with END_STREAM, the trailers (grpc-status 0); their fields are Huffman-coded and indexed, so
reading them takes a whole HPACK decoder. A refusal (too many requests, a TTL out of range) has no DATA: its first HEADERS frame has
END_STREAM. So a stream is well when, and only when, DATA came before its end; counting ends alone would count refusals as done.

Flow control: each DATA byte of replies is taken from the connection's window, 65,535 bytes at first, and from the stream's, which a reply is
too short to use up. WINDOW_UPDATE on stream 0 gives them back. The server gives back what requests take by itself. A PING without
ACK flag is to be answered with the same eight bytes; the server measures its windows with them and goes on without an answer."""

import socket
import struct
import sys

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
NAMES = {DATA: "DATA", HEADERS: "HEADERS", RST_STREAM: "RST_STREAM", SETTINGS: "SETTINGS", PING: "PING", GOAWAY: "GOAWAY",
         WINDOW_UPDATE: "WINDOW_UPDATE"}
END_STREAM, ACK, END_HEADERS = 1, 1, 4
GRANT, LEASES = "/etcdserverpb.Lease/LeaseGrant", "/etcdserverpb.Lease/LeaseLeases"
WINDOW, REFUSED_TTL = 65535, 10**10


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


GREETING, SETTINGS_TAKEN = PREFACE + frame(SETTINGS), frame(SETTINGS, ACK)


def window_update(increment, stream=0):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))


def fields(path, authority):
    def text(value):
        assert len(value) < 127, "longer ones have a length of several bytes"
        return bytes([len(value)]) + value.encode()
    return (b"\x83\x86\x04" + text(path) + b"\x01" + text(authority) + b"\x00" + text("content-type") + text("application/grpc")
            + b"\x00" + text("te") + text("trailers"))


def varint(value):
    septets = b""
    while value > 127:
        septets += bytes([value & 127 | 128])
        value >>= 7
    return septets + bytes([value])


def request(stream, authority, path, message):
    return (frame(HEADERS, END_HEADERS, stream, fields(path, authority))
            + frame(DATA, END_STREAM, stream, b"\x00" + struct.pack(">I", len(message)) + message))


def lease_grant(stream, authority, seconds):
    return request(stream, authority, GRANT, b"\x08" + varint(seconds))


def parsed(message):
    """A protobuf message's fields, as (number, value): whole numbers and bytes."""
    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value
    at, found = 0, []
    while at < len(message):
        key = number()
        value = number()
        if key & 7 == 2:
            at, value = at + value, message[at:at + value]
        found.append((key >> 3, value))
    return found


class Connection:
    """`acknowledges` SETTINGS and PING, `updates` the windows: a client should, and the check tries what happens else."""

    def __init__(self, address, acknowledges=True, updates=True):
        self.address, self.buffer, self.acknowledges, self.updates = address, b"", acknowledges, updates
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(GREETING)
        self.stream = -1
        self.ended, self.messages, self.data_bytes = [], {}, 0

    def send(self, path, message):
        self.stream += 2
        self.socket.sendall(request(self.stream, self.address, path, message))
        return self.stream

    def next_frame(self):
        def filled(count):
            while len(self.buffer) < count:
                part = self.socket.recv(1 << 16)
                if not part:
                    raise EOFError("the server closed the connection")
                self.buffer += part
        filled(9)
        byte_count = int.from_bytes(self.buffer[:3], "big")
        kind, flags, stream = struct.unpack(">BBI", self.buffer[3:9])
        filled(9 + byte_count)
        payload, self.buffer = self.buffer[9:9 + byte_count], self.buffer[9 + byte_count:]
        return kind, flags, stream, payload

    def step(self):
        """Takes one frame, as turnpike-load does: what ends a stream, and whether DATA came before."""
        kind, flags, stream, payload = self.next_frame()
        assert kind not in (RST_STREAM, GOAWAY), f"{NAMES[kind]} {payload.hex()}"
        if kind == SETTINGS and not flags & ACK and self.acknowledges:
            self.socket.sendall(SETTINGS_TAKEN)
        elif kind == PING and not flags & ACK and self.acknowledges:
            self.socket.sendall(frame(PING, ACK, 0, payload))
        elif kind == DATA:
            self.messages[stream] = self.messages.get(stream, b"") + payload
            self.data_bytes += len(payload)
            if self.updates and payload:
                self.socket.sendall(window_update(len(payload)) + window_update(len(payload), stream))
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            self.ended.append(stream)
        return kind, flags, stream, payload

    def call(self, path, message):
        """The reply's message, or None when it was refused."""
        stream = self.send(path, message)
        while stream not in self.ended:
            self.step()
        return parsed(self.messages[stream][5:]) if stream in self.messages else None


def granted(address, count, depth=64, **more):
    """Grants leases in one connection until all are there or nothing comes any more: how many, and how many bytes of DATA each took."""
    connection = Connection(address, **more)
    connection.socket.settimeout(1)
    message = b"\x08" + varint(86400)
    try:
        while len(connection.ended) < count:
            while connection.stream < 2 * min(count, len(connection.ended) + depth) - 1:
                connection.send(GRANT, message)
            connection.step()
    except TimeoutError:
        pass
    assert all(stream in connection.messages for stream in connection.ended), "a grant was refused"
    return len(connection.ended), connection.data_bytes


def main():
    address, show = sys.argv[1], "--show" in sys.argv[2:]
    connection = Connection(address)
    before = len([1 for number, _ in connection.call(LEASES, b"") if number == 2])
    first = connection.send(GRANT, b"\x08" + varint(86400))
    if show:
        print(f"request: {lease_grant(first, address, 86400).hex(' ')}")
    shape = []
    while first not in connection.ended:
        kind, flags, stream, payload = connection.step()
        if show:
            print(f"reply: {NAMES.get(kind, kind)} flags {flags:#x} stream {stream} {payload.hex(' ')}")
        if stream == first:
            shape.append((kind, flags & END_STREAM))
    assert shape == [(HEADERS, 0), (DATA, 0), (HEADERS, END_STREAM)], shape
    reply = dict(parsed(connection.messages[first][5:]))
    assert reply[2] != 0 and reply[3] == 86400, reply
    for path, message in ((GRANT, b"\x08" + varint(REFUSED_TTL)), ("/etcdserverpb.Lease/None", b"")):
        assert connection.call(path, message) is None, "it was not refused"
    stalled, data_bytes = granted(address, 3000, updates=False)
    assert stalled < 3000 and data_bytes <= WINDOW, "the window does not count"
    plain, _ = granted(address, 3000)
    mute, _ = granted(address, 3000, acknowledges=False)
    assert plain == mute == 3000, (plain, mute)
    # Those behind a window that was used up were granted too; nobody heard of it.
    after = len([1 for number, _ in Connection(address).call(LEASES, b"") if number == 2])
    assert after - before >= 1 + stalled + plain + mute, (before, after)
    print(f"shown: etcd_frames=verified leases={after - before} data_bytes_per_reply={data_bytes / stalled:.0f} "
          f"replies_without_window_update={stalled} pings_unanswered=no_matter")


if __name__ == "__main__":
    main()
