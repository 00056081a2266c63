"""The protocol's Python client with what ecash needs: the rail CASHU, MINTS, REFUND, PAYMENT, PAYOUT, SIGNATURES, TREASURY, PAYMENT_SETTLED."""

import pathlib
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "Tests/Interop"))
import client  # noqa: E402
from client import Client, Layout, key_hash  # noqa: E402,F401

client.STATUSES.update({
    93: "PAYMENT_PENDING", 94: "PAYMENT_REFUNDABLE", 95: "PAYMENT_UNKNOWN", 96: "MINT_UNKNOWN", 97: "KEYSET_UNKNOWN",
    104: "TREASURY_SHORT", 98: "ECASH_INVALID", 99: "ECASH_SPENT", 100: "ECASH_IN_USE", 101: "MINT_REFUSED", 103: "ECASH_LOCKED",
    106: "TREASURY_FULL", 44: "RESTORE_IN_PROGRESS",
    32: "PAYMENT_MALFORMED", 33: "RAIL_UNKNOWN", 34: "RAILS_MIXED", 41: "AMOUNT_INVALID", 80: "NO_SPACE",
    50: "RESOURCE_UNKNOWN", 51: "LEASE_UNKNOWN"})
OUTCOMES = (None, "TAKEN", "NOT_TAKEN", "NOT_KNOWN", "PARTLY_TAKEN", "REFUNDABLE")
client.OPERATIONS.update({
    "PAYMENT": (0x30, Layout("payment:Q"), Layout("outcome:B of:B why:H spent:I amount:Q detail:Q"
                                                  " word0:Q word1:Q word2:Q word3:Q word4:Q"), 0),
    "REFUND": (0x37, Layout("payment:Q key:16s token:16s"), Layout("amount:Q firstSerial:Q keyEpoch:I count:H :2x"), 48),
    "MINTS": (0x38, Layout(""), Layout("lockX0:16s lockX1:16s lockIsOdd:B :x count:H :4x"), 160),
    "PAYOUT": (0x39, Layout("mint:I count:H :2x refundHash:16s"), Layout("payment:Q amount:Q fee:Q"), 0),
    "SIGNATURES": (0x3A, Layout("payment:Q"), Layout("amount:Q id0:16s id1:16s idLast:B idByteCount:B count:H mint:I"), 72),
    "TREASURY": (0x3B, Layout("mint:I :4x"), Layout("held:Q waiting:Q credited:Q promised:Q received:Q paid:Q fees:Q lost:Q"
                                                    " found:Q ceiling:Q answeredAt:Q locktime:Q failureCount:I count:H :2x"), 64)})
client.MOVING |= {"REFUND", "PAYOUT"}
client.RECEIPTS |= {"REFUND", "PAYOUT"}
client.PUSHES[0x86] = ("PAYMENT_SETTLED", Layout("payment:Q outcome:B opcode:B status:H :4x amount:Q detail:Q"
                                                 " word0:Q word1:Q word2:Q word3:Q word4:Q"))


def ecash(text, refund_key):
    """A Cashu token as the token of a payment."""
    text = text.encode()
    return struct.pack("<BxHI16s", 3, 24 + len(text), 0, key_hash(refund_key)) + text


def lock_key(connection):
    """What ecash is locked to that only this broker can spend, as 66 digits."""
    reply = connection.ask("MINTS")
    return f"{2 + reply.lockIsOdd:02x}" + (reply.lockX0 + reply.lockX1).hex()


def settled(connection, payment):
    """Waits for the push that ends a payment, whatever others come before it."""
    while not (found := [push for push in connection.pushes if push.name == "PAYMENT_SETTLED" and push.payment == payment]):
        connection.read()
    connection.pushes.remove(found[0])
    return OUTCOMES[found[0].outcome], client.STATUSES[found[0].status], found[0]
