"""A broker that says what it is told to say, true or not, with the right key: what no real one does can be shown to the board."""

import hashlib
import hmac
import os
import socket
import struct

from client import AGENT_LEASE_CHANGED, AGENT_LEASES, ATTACH, AUTHENTICATE, FLAG_MAC, HELLO
from session import expect

ACTIVE, REVOKED = 2, 8
# Nothing is asked in the course of a test but what it waits for.
HEARTBEAT_MILLIS = 3_600_000


class ScriptedBroker:
    """The other end of one connection of the board, in the caller's thread. `end` is what the board is connected to; its agent has attached
    with `stamp`, and has been told of all leases that there are, when the constructor returned."""

    def __init__(self, gate, key, floor, leases):
        self.key, self.sent, self.heard, self.pushed = None, 0, 0, 0
        self.socket, end = socket.socketpair()
        self.socket.settimeout(30)
        self.mark = gate.connect(end, [])
        self.greet(key)
        number, body = self.take(ATTACH)
        self.stamp = struct.unpack_from("<Q", body, 24)[0]
        self.send(ATTACH, number, struct.pack("<QIII4x", floor, len(leases), HEARTBEAT_MILLIS, 10 * HEARTBEAT_MILLIS))
        number, body = self.take(AGENT_LEASES)
        expect(struct.unpack_from("<Q", body)[0] == 0, body)
        self.send(AGENT_LEASES, number, struct.pack("<HB5x", len(leases), 0) + b"".join(self.record(*lease) for lease in leases))
        gate.wait("listed", self.mark)

    def close(self):
        self.socket.close()

    def greet(self, key):
        """HELLO and AUTHENTICATE: from here on frames have MACs."""
        hello = self.read_frame()
        number = self.check(hello, HELLO)
        reply = struct.pack("<BBHIIIQQ16s32s", 1, 0, 1024, 65536, 4096, 1024, 1, 1, os.urandom(16), b"test")
        reply = struct.pack("<IBBHQ", 16 + len(reply), HELLO, 0, 0, number) + reply
        self.socket.sendall(reply)
        connection_key = hmac.digest(key, b"turnpike role connection v1" + hashlib.sha256(hello + reply).digest(), "sha256")
        proof = self.read_frame()
        number = self.check(proof, AUTHENTICATE)
        expect(proof[16:] == hmac.digest(connection_key, b"client proof", "sha256")[:16], "the agent's proof is wrong")
        self.key = connection_key
        self.send(AUTHENTICATE, number, b"")

    # ---- frames ----

    def read_frame(self):
        data = self.read(4)
        return data + self.read(struct.unpack("<I", data)[0] - 4)

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            expect(part, "the board's connection ended")
            data += part
        return data

    @staticmethod
    def check(frame, wanted):
        _, opcode, _, _, number = struct.unpack_from("<IBBHQ", frame)
        expect(opcode == wanted, f"request {opcode:#x}, not {wanted:#x}")
        return number

    def take(self, wanted):
        """Number and body of the next request, which is sealed as it must be."""
        frame = self.read_frame()
        number = self.check(frame, wanted)
        expect(frame[-16:] == self.mac(0, self.heard, frame[:-16]), "the agent's MAC is wrong")
        self.heard += 1
        return number, frame[16:-16]

    def mac(self, direction, counter, frame):
        return hmac.digest(self.key, struct.pack("<BQ", direction, counter) + frame, "sha256")[:16]

    def send(self, opcode, number, body):
        """What was sent."""
        frame = struct.pack("<IBBHQ", 32 + len(body), opcode, FLAG_MAC, 0, number) + body
        frame += self.mac(1, self.sent, frame)
        self.sent += 1
        self.socket.sendall(frame)
        return frame

    # ---- leases ----

    def record(self, lease, epoch, state, millis):
        """An AgentLease that gives access for `millis` from the agent's stamp on."""
        until = self.stamp + millis
        return struct.pack("<QQQQQQIBBxx", lease, epoch, self.stamp, until, 0, until + 60_000, 1, state, 0)

    def tell(self, *lease):
        self.pushed += 1
        return self.send(AGENT_LEASE_CHANGED, self.pushed, self.record(*lease))

    def repeat(self, frame):
        """The bytes of a frame that was sent before."""
        self.socket.sendall(frame)
