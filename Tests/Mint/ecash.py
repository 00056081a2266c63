"""What a wallet computes: secrets blinded and signatures unblinded (NUT-00), locks signed (NUT-11), tokens written.

Runs in the mint's virtual environment only (`Installation.enter`). Slow, obvious, for tests."""

import base64
import dataclasses
import hashlib
import hmac
import json
import secrets

import cbor2
from coincurve import PrivateKey, PublicKey

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
DOMAIN = b"Secp256k1_HashToCurve_Cashu_"
SHORT_ID_DIGITS = 16


class Refused(Exception):
    """The mint's answer was not 200; `args[0]` is that answer."""


class Draw:
    """Bytes that look random: the same ones for the same name, so that a recording that is made again is the same; without a
    name they are random."""

    def __init__(self, name=None):
        self.name, self.count = name, 0

    def hex(self, byte_count=32):
        if self.name is None:
            return secrets.token_hex(byte_count)
        self.count += 1
        return hashlib.sha256(f"{self.name} {self.count}".encode()).hexdigest()[:2 * byte_count]

    def key(self):
        return PrivateKey(bytes.fromhex(self.hex()))


@dataclasses.dataclass
class Blinded:
    """An output before it is signed: a secret, and what hides it from the mint."""

    amount: int
    keyset: str
    secret: str
    factor: PrivateKey

    @property
    def point(self):
        return PublicKey.combine_keys([hash_to_curve(self.secret), self.factor.public_key]).format().hex()

    @property
    def output(self):
        """As the mint is told of it."""
        return {"amount": self.amount, "id": self.keyset, "B_": self.point}

    def unblinded(self, signature, key):
        """What a signature by a key signs of the secret: points, in digits."""
        hidden = PublicKey(bytes.fromhex(key)).multiply((ORDER - int.from_bytes(self.factor.secret, "big")).to_bytes(32, "big"))
        return PublicKey.combine_keys([PublicKey(bytes.fromhex(signature)), hidden]).format().hex()

    def proof(self, signature, keys):
        """The ecash, of the mint's signature; `keys` of its keyset. The amount is the mint's: change is signed for any."""
        signed = self.unblinded(signature["C_"], keys[str(signature["amount"])])
        return {
            "amount": signature["amount"], "id": self.keyset, "secret": self.secret, "C": signed,
            "dleq": {**signature["dleq"], "r": self.factor.secret.hex()}}


def hash_to_curve(secret):
    """The point that stands for a secret, which is hashed as the text it is."""
    seed = hashlib.sha256(DOMAIN + secret.encode()).digest()
    for counter in range(2**16):
        try:
            return PublicKey(b"\x02" + hashlib.sha256(seed + counter.to_bytes(4, "little")).digest())
        except ValueError:
            continue
    raise ValueError("no point for this secret")


def name_of(proof):
    """What the mint knows a proof by in /v1/checkstate: its Y."""
    return hash_to_curve(proof["secret"]).format().hex()


def split(amount, count=None):
    """Powers of two that make up the amount, the smallest first; `count`: exactly so many of them."""
    parts = [1 << bit for bit in range(amount.bit_length()) if amount >> bit & 1]
    while count and len(parts) < count:
        parts.sort()
        largest = parts.pop()
        if largest == 1:
            break
        parts += [largest // 2] * 2
    if count and len(parts) != count:
        raise ValueError(f"{amount} cannot be made up of {count} powers of two")
    return sorted(parts)


def lock(key, nonce, tags=(("sigflag", "SIG_INPUTS"),)):
    """A secret that only `key` opens (NUT-11), with these tags."""
    return json.dumps(["P2PK", {"nonce": nonce, "data": key, "tags": [list(tag) for tag in tags]}], separators=(",", ":"))


def sign(proof, *keys):
    """The proof with a witness: a signature of each key. The same one each time."""
    digest = hashlib.sha256(proof["secret"].encode()).digest()
    signatures = [key.sign_schnorr(digest, bytes(32)).hex() for key in keys]
    return proof | {"witness": json.dumps({"signatures": signatures}, separators=(",", ":"))}


def seed_of(words):
    """What twelve words stand for (BIP-39)."""
    return hashlib.pbkdf2_hmac("sha512", words.encode(), b"mnemonic", 2048)


def derived(seed, keyset, counter, amount=1):
    """Output number `counter` of a keyset of version 01, as every wallet with this seed makes it (NUT-13)."""
    message = b"Cashu_KDF_HMAC_SHA256" + bytes.fromhex(keyset) + counter.to_bytes(8, "big")
    secret, factor = (hmac.digest(seed, message + bytes([kind]), "sha256") for kind in (0, 1))
    return Blinded(amount, keyset, secret.hex(), PrivateKey(factor))


def as_input(proof):
    """As the mint may see it: without the blinding factor, which would tell it whom it signed this for."""
    return {name: value for name, value in proof.items() if name != "dleq"}


class Purse:
    """Asks a mint for ecash of one unit; `mint` has `get` and `post`. Its secrets and factors come from a draw."""

    def __init__(self, mint, unit="sat", draw=None):
        self.mint, self.unit, self.draw = mint, unit, draw or Draw()
        self.load()

    def load(self):
        """The active keyset of its unit, as it is now."""
        keysets = body_of(self.mint.get("/v1/keys"))["keysets"]
        self.keyset, self.keys = next((each["id"], each["keys"]) for each in keysets if each["unit"] == self.unit)

    def blind(self, amounts, secret=None, keyset=None):
        """Outputs; `secret` makes the text of one, without it they are bearer money."""
        secret = secret or self.draw.hex
        return [Blinded(amount, keyset or self.keyset, secret(), self.draw.key()) for amount in amounts]

    def unblind(self, blinded, answer):
        signatures = body_of(answer)["signatures"]
        return [each.proof(signature, self.keys) for each, signature in zip(blinded, signatures, strict=True)]

    def quote(self, amount):
        """Of a payment that comes by itself: looking at its state makes the fake Lightning pay."""
        quote = body_of(self.mint.post("/v1/mint/quote/bolt11", {"amount": amount, "unit": self.unit}))["quote"]
        self.mint.get(f"/v1/mint/quote/bolt11/{quote}")
        return quote

    def issue(self, amounts, secret=None):
        """New money."""
        blinded = self.blind(amounts, secret)
        outputs = [each.output for each in blinded]
        return self.unblind(blinded, self.mint.post("/v1/mint/bolt11", {"quote": self.quote(sum(amounts)), "outputs": outputs}))

    def swap_body(self, proofs, blinded=None):
        """A request to swap these proofs, for what is blinded; else for one of the same sum."""
        blinded = blinded or self.blind(split(sum(each["amount"] for each in proofs)))
        return {"inputs": [as_input(each) for each in proofs], "outputs": [each.output for each in blinded]}


def body_of(answer):
    """The body of an answer that must be 200."""
    if answer.status != 200:
        raise Refused(answer)
    return answer.body


def token(url, unit, proofs, dleq=False, is_long=False):
    """cashuB: CBOR, the keysets' ids shortened unless `is_long`."""
    groups = {}
    for proof in proofs:
        item = {"a": proof["amount"], "s": proof["secret"], "c": bytes.fromhex(proof["C"])}
        if dleq:
            item["d"] = {name: bytes.fromhex(value) for name, value in proof["dleq"].items()}
        groups.setdefault(proof["id"] if is_long else proof["id"][:SHORT_ID_DIGITS], []).append(item)
    groups = [{"i": bytes.fromhex(keyset), "p": items} for keyset, items in groups.items()]
    return "cashuB" + base64url(cbor2.dumps({"t": groups, "m": url, "u": unit}))


def old_token(url, unit, proofs, dleq=False):
    """cashuA: JSON, ids whole."""
    proofs = proofs if dleq else [as_input(proof) for proof in proofs]
    text = json.dumps({"token": [{"mint": url, "proofs": proofs}], "unit": unit}, separators=(",", ":"))
    return "cashuA" + base64url(text.encode())


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
