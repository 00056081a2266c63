"""Invoices of Lightning (BOLT-11) that a scripted mint pays (Tests/ScriptedMint/ScriptedInvoice.swift)."""

import hashlib
import itertools

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
NUMBERS = itertools.count()
SIGNATURE = [0] * 104


def invoice(sat, head=None, seconds=1 << 40, is_provable=True):
    """Another one each time. `head`: an amount of its own, `lnbc` for none. `seconds`: until when it can be paid, from 2023 on."""
    head = head or f"lnbc{sat * 10}n"
    instant = words(1_700_000_000 + next(NUMBERS), 7)
    secret = preimage(f"{head}1{text(instant)}") if is_provable else bytes(range(32))
    hash = int.from_bytes(hashlib.sha256(secret).digest(), "big") << 4
    return sealed(head, instant + [1, *words(52, 2), *words(hash, 52), 6, *words(13, 2), *words(seconds, 13)] + SIGNATURE)


def preimage(invoice):
    """What proves that it is paid."""
    end = invoice.rindex("1") + 8
    return invoice[:end].encode().ljust(32, b"\0")[:32]


def sealed(head, content):
    """With its checksum (BIP-173)."""
    sum = 1
    for value in [*(ord(letter) >> 5 for letter in head), 0, *(ord(letter) & 31 for letter in head), *content, *[0] * 6]:
        top, sum = sum >> 25, (sum & 0x1FFFFFF) << 5 ^ value
        for index, part in enumerate(GENERATOR):
            sum ^= part if top >> index & 1 else 0
    return f"{head}1{text(content)}{text(words(sum ^ 1, 6))}"


def words(number, count):
    return [number >> 5 * (count - 1 - index) & 31 for index in range(count)]


def text(content):
    return "".join(LETTERS[word] for word in content)
