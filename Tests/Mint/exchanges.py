"""What is said to a mint and what it answers, one story a function; each is told to a mint that is set up for it."""

import json

import ecash
from ecash import as_input, body_of, name_of, sign, split

BODY_BYTE_COUNT_MAX = 32768
ARRAY_COUNT_MAX = 1000
TEXT_COUNT_MAX = 1024
NO_POINT = "02" + "00" * 31 + "05"
UNKNOWN_KEYSET = "00ffffffffffffff"


class Tape:
    """The recording: exchanges with a mint under their names, in the order in which they were made."""

    def __init__(self):
        self.exchanges = []

    def get(self, name, mint, path, why=None):
        return self.exchange(name, mint, "GET", path, None, why)

    def post(self, name, mint, path, body, why=None, blinded=()):
        return self.exchange(name, mint, "POST", path, body, why, blinded)

    def exchange(self, name, mint, method, path, body, why=None, blinded=(), headers=None):
        """One exchange. `body` is text where it is no JSON. Of `blinded` outputs what a wallet would know is kept."""
        text = body if body is None or isinstance(body, str) else json.dumps(body, separators=(",", ":"))
        answer = mint.request(method, path, text, headers=headers)
        entry = {"name": name, "why": why, "method": method, "path": path, "headers": headers, "request": body}
        entry["blinded"] = [{"secret": each.secret, "r": each.factor.secret.hex()} for each in blinded]
        entry = {key: value for key, value in entry.items() if value not in (None, [])}
        entry |= {"status": answer.status, "response": answer.body}
        self.exchanges.append(shortened(entry))
        return answer


def shortened(entry):
    """An exchange without a body that is too large to be kept: its size says enough."""
    for part in ("request", "response"):
        text = json.dumps(entry.get(part), separators=(",", ":"))
        if len(text) > BODY_BYTE_COUNT_MAX:
            entry |= {part: None, f"{part}_byte_count": len(text), f"{part}_beginning": text[:160]}
    return entry


def public(tape, mint, purse):
    """What a mint tells of itself."""
    tape.get("info", mint, "/v1/info")
    tape.get("keysets", mint, "/v1/keysets")
    tape.get("keys", mint, "/v1/keys", "of active keysets only")
    tape.get("keys_of_unknown", mint, f"/v1/keys/{UNKNOWN_KEYSET}")
    tape.get("keys_of_short_id", mint, f"/v1/keys/{purse.keyset[:16]}", "as tokens have it: the mint does not know it")
    tape.get("not_found", mint, "/v1/nothing")


def issue(tape, mint, purse):
    """Money for a payment over Lightning."""
    quote = tape.post("mint_quote", mint, "/v1/mint/quote/bolt11", {"amount": 21, "unit": "sat"}).body["quote"]
    tape.get("mint_quote_paid", mint, f"/v1/mint/quote/bolt11/{quote}")
    blinded = purse.blind(split(21))
    body = {"quote": quote, "outputs": [each.output for each in blinded]}
    tape.post("mint", mint, "/v1/mint/bolt11", body, blinded=blinded)
    tape.get("mint_quote_issued", mint, f"/v1/mint/quote/bolt11/{quote}")
    tape.post("mint_repeated", mint, "/v1/mint/bolt11", body, "the same request again: a lost answer is had by /v1/restore only")
    body = {"quote": quote, "outputs": [each.output for each in purse.blind(split(21))]}
    tape.post("mint_quote_used_twice", mint, "/v1/mint/bolt11", body)
    body["quote"] = purse.quote(22)
    tape.post("mint_of_less", mint, "/v1/mint/bolt11", body, "22 were paid, 21 are asked for")
    body["quote"] = "01900000-0000-7000-8000-000000000000"
    tape.post("mint_of_unknown_quote", mint, "/v1/mint/bolt11", body)
    tape.get("mint_quote_unknown", mint, f"/v1/mint/quote/bolt11/{body['quote']}")
    tape.post("mint_quote_of_nothing", mint, "/v1/mint/quote/bolt11", {"amount": 0, "unit": "sat"})
    tape.post("mint_quote_of_unknown_unit", mint, "/v1/mint/quote/bolt11", {"amount": 1, "unit": "chf"})
    tape.post("mint_quote_of_no_backend", mint, "/v1/mint/quote/bolt11", {"amount": 1, "unit": "eur"})


def unpaid(tape, mint, purse):
    """A quote that nobody pays."""
    quote = body_of(mint.post("/v1/mint/quote/bolt11", {"amount": 8, "unit": "sat"}))["quote"]
    tape.get("mint_quote_unpaid", mint, f"/v1/mint/quote/bolt11/{quote}")
    tape.post("mint_of_unpaid_quote", mint, "/v1/mint/bolt11",
              {"quote": quote, "outputs": [each.output for each in purse.blind([8])]})


def swap(tape, mint, purse):
    """Money for other money of the same worth, and what is wrong with it otherwise."""
    proofs = purse.issue([1, 4, 16])
    blinded = purse.blind(split(21))
    body = purse.swap_body(proofs, blinded)
    fresh = purse.unblind(blinded, tape.post("swap", mint, "/v1/swap", body, blinded=blinded))
    tape.post("swap_repeated", mint, "/v1/swap", body, "the same request again: it looks like a double spend")
    tape.post("swap_double_spend", mint, "/v1/swap", purse.swap_body(proofs))
    tape.post("swap_one_of_two_spent", mint, "/v1/swap", purse.swap_body([proofs[0], fresh[1]]))
    tape.post("swap_outputs_signed_before", mint, "/v1/swap", purse.swap_body(fresh, blinded))
    restore(tape, mint, purse, blinded)

    def refused(name, inputs=None, outputs=None, why=None):
        body = purse.swap_body(fresh)
        body["inputs"] = body["inputs"] if inputs is None else inputs
        body["outputs"] = body["outputs"] if outputs is None else outputs
        tape.post(name, mint, "/v1/swap", body, why)

    def changed(proof, **changes):
        return as_input(proof) | changes

    one, four, sixteen = fresh
    output = purse.blind([1])[0].output
    refused("swap_of_unknown_keyset", [changed(one, id=UNKNOWN_KEYSET)], [output])
    refused("swap_of_short_keyset_id", [changed(one, id=purse.keyset[:16])], [output], "tokens have it, the mint wants the whole one")
    refused("swap_into_unknown_keyset", outputs=[output | {"id": UNKNOWN_KEYSET}])
    refused("swap_of_forged_secret", [changed(one, secret="00" * 32)], [output])
    refused("swap_of_raised_amount", [changed(one, amount=2)], [output | {"amount": 2}])
    refused("swap_of_amount_without_key", [changed(one, amount=3)], [output | {"amount": 3}])
    refused("swap_into_amount_without_key", outputs=[purse.blind([21])[0].output])
    refused("swap_into_amount_zero", [changed(one)], [output, purse.blind([0])[0].output])
    refused("swap_into_amount_below_zero", [changed(one)], [purse.blind([2])[0].output, purse.blind([-1])[0].output])
    refused("swap_of_C_not_a_point", [changed(one, C=NO_POINT)], [output])
    refused("swap_of_C_not_hexadecimal", [changed(one, C="zz")], [output])
    refused("swap_into_B_not_a_point", [changed(one)], [output | {"B_": NO_POINT}])
    refused("swap_into_less", outputs=[each.output for each in purse.blind(split(20))])
    refused("swap_into_more", outputs=[each.output for each in purse.blind(split(22))])
    refused("swap_of_one_input_twice", [changed(one), changed(one)], [purse.blind([2])[0].output])
    refused("swap_into_one_output_twice", [changed(one), changed(one)], [output, output], "the inputs are looked at first")
    refused("swap_into_one_output_twice_only", purse.swap_body(purse.issue([1, 1]))["inputs"], [output, output])
    refused("swap_of_nothing", [])
    refused("swap_into_nothing", outputs=[])
    refused("swap_of_amount_as_text", [changed(one, amount="4")], [output], "it is read as a number, as which it is wrong")
    refused("swap_of_amount_with_fraction", [changed(one, amount=1.5)], [output])
    tape.post("swap_without_outputs", mint, "/v1/swap", {"inputs": [as_input(one)]})
    tape.post("swap_not_json", mint, "/v1/swap", "{")
    tape.post("swap_with_dleq_in_inputs", mint, "/v1/swap", {"inputs": [one], "outputs": [output]},
              "taken, and the mint now knows whom it signed this for: a broker must not send it")
    tape.post("swap_with_needless_witness", mint, "/v1/swap", purse.swap_body([changed(four, witness="x")]))
    tape.post("swap_with_long_witness", mint, "/v1/swap", purse.swap_body([changed(sixteen, witness="x" * (TEXT_COUNT_MAX + 1))]))
    swap_at_limits(tape, mint, purse)


def swap_at_limits(tape, mint, purse):
    """Sizes that are just allowed, or just not."""
    many = [{"amount": 1, "id": "", "secret": "", "C": ""}] * (ARRAY_COUNT_MAX + 1)
    tape.post("swap_of_1001_inputs", mint, "/v1/swap", {"inputs": many, "outputs": [purse.blind([1])[0].output]},
              "the answer repeats the request, so it is as long")
    tape.post("checkstate_of_1001", mint, "/v1/checkstate", {"Ys": ["02" * 33] * (ARRAY_COUNT_MAX + 1)})
    long = purse.issue([1], lambda: "s" * (TEXT_COUNT_MAX + 1))
    tape.post("swap_of_secret_1025", mint, "/v1/swap", purse.swap_body(long), "it can be had, and never be spent")
    tape.post("swap_of_secret_1024", mint, "/v1/swap", purse.swap_body(purse.issue([1], lambda: "s" * TEXT_COUNT_MAX)))
    # 1,024 characters, 3,072 bytes.
    tape.post("swap_of_secret_1024_wide", mint, "/v1/swap", purse.swap_body(purse.issue([1], lambda: "\u20bf" * TEXT_COUNT_MAX)))
    for bits in (53, 62):
        proofs = purse.issue([2**bits, 1])
        blinded = purse.blind([2**bits, 1])
        body = purse.swap_body(proofs, blinded)
        tape.post(f"swap_above_2_to_{bits}", mint, "/v1/swap", body, "a sum that no double holds", blinded)
    halves = purse.issue([2**62]) + purse.issue([2**62])
    tape.post("swap_into_2_to_63", mint, "/v1/swap", purse.swap_body(halves))
    tape.post("checkstate_after_2_to_63", mint, "/v1/checkstate", {"Ys": [name_of(each) for each in halves]})
    tape.post("mint_quote_of_2_to_63", mint, "/v1/mint/quote/bolt11", {"amount": 2**63, "unit": "sat"})
    tape.post("mint_quote_of_2_to_64", mint, "/v1/mint/quote/bolt11", {"amount": 2**64, "unit": "sat"})


def restore(tape, mint, purse, signed):
    """Signatures that were lost on their way."""
    unknown = purse.blind([1, 2])
    outputs = [each.output for each in signed]
    none = [each.output for each in unknown]
    tape.post("restore", mint, "/v1/restore", {"outputs": outputs}, blinded=signed)
    tape.post("restore_unknown", mint, "/v1/restore", {"outputs": none})
    tape.post("restore_mixed", mint, "/v1/restore", {"outputs": [none[0], outputs[2], none[1], outputs[0]]},
              "those it knows, in the order of the request; B_ tells which they are", [signed[2], signed[0]])
    tape.post("restore_of_other_amount", mint, "/v1/restore", {"outputs": [outputs[0] | {"amount": 64, "id": UNKNOWN_KEYSET}]},
              "only B_ counts; amount and id are what was signed")
    tape.post("restore_nothing", mint, "/v1/restore", {"outputs": []})


def states(tape, mint, purse):
    """Whether money is spent."""
    spent, whole = purse.issue([1, 2])
    body_of(mint.post("/v1/swap", purse.swap_body([spent])))
    tape.post("checkstate_unspent", mint, "/v1/checkstate", {"Ys": [name_of(whole)]})
    tape.post("checkstate_spent", mint, "/v1/checkstate", {"Ys": [name_of(spent)]})
    tape.post("checkstate_mixed", mint, "/v1/checkstate", {"Ys": [name_of(whole), name_of(spent), name_of(whole)]},
              "in the order of the request, repetitions too")
    tape.post("checkstate_never_issued", mint, "/v1/checkstate", {"Ys": [NO_POINT, "zz"]}, "UNSPENT says nothing of a proof's worth")
    tape.post("checkstate_nothing", mint, "/v1/checkstate", {"Ys": []})


def locked(tape, mint, purse):
    """Money that a key must sign for (NUT-11)."""
    key, thief = purse.draw.key(), purse.draw.key()
    one, two, four, eight = purse.issue([1, 2, 4, 8], lambda: ecash.lock(key.public_key.format().hex(), purse.draw.hex()))
    body = purse.swap_body([sign(one, key)])
    tape.post("swap_p2pk", mint, "/v1/swap", body, f"the key is {key.secret.hex()}")
    tape.post("checkstate_p2pk_spent", mint, "/v1/checkstate", {"Ys": [name_of(one)]}, "the witness is published")
    tape.post("swap_p2pk_unsigned", mint, "/v1/swap", purse.swap_body([two]))
    tape.post("swap_p2pk_other_key", mint, "/v1/swap", purse.swap_body([sign(two, thief)]))
    tape.post("swap_p2pk_signature_of_another_secret", mint, "/v1/swap", purse.swap_body([two | {"witness": sign(four, key)["witness"]}]))
    tape.post("swap_p2pk_witness_not_json", mint, "/v1/swap", purse.swap_body([two | {"witness": "x"}]))
    tape.post("swap_p2pk_one_unsigned", mint, "/v1/swap", purse.swap_body([sign(two, key), four]), "none is spent")
    tape.post("swap_p2pk_spent_and_unsigned", mint, "/v1/swap", purse.swap_body([sign(one, key), four]), "signatures are looked at last")
    tape.post("swap_p2pk_two_signatures", mint, "/v1/swap", purse.swap_body([sign(eight, thief, key)]))
    tape.post("swap_p2pk_into_other_amount", mint, "/v1/swap", purse.swap_body([sign(two, key)], purse.blind([1])))


def melt(tape, mint, purse, other):
    """Money to Lightning, to an invoice of another mint; what the payment did not cost comes back (NUT-08)."""
    invoice = body_of(other.post("/v1/mint/quote/bolt11", {"amount": 1000, "unit": "sat"}))["request"]
    request = {"request": invoice, "unit": "sat"}
    quote = tape.post("melt_quote", mint, "/v1/melt/quote/bolt11", request, "1 % are reserved for fees, 2 sat at least").body
    tape.get("melt_quote_unpaid", mint, f"/v1/melt/quote/bolt11/{quote['quote']}")
    proofs = purse.issue(split(1000 + quote["fee_reserve"]))
    body = {"quote": quote["quote"], "inputs": [as_input(each) for each in proofs[:1]]}
    tape.post("melt_of_too_little", mint, "/v1/melt/bolt11", body)
    blinded = purse.blind([1] * 4)
    body = {"quote": quote["quote"], "inputs": [as_input(each) for each in proofs],
            "outputs": [each.output for each in blinded]}
    tape.post("melt", mint, "/v1/melt/bolt11", body, "1 of 10 was the fee, 9 come back as 8 and 1 in the first blank outputs", blinded)
    tape.post("melt_repeated", mint, "/v1/melt/bolt11", body, "the same request again")
    tape.get("melt_quote_paid", mint, f"/v1/melt/quote/bolt11/{quote['quote']}", "change is told again")
    tape.post("melt_quote_of_paid_invoice", mint, "/v1/melt/quote/bolt11", request)
    tape.post("melt_quote_of_garbage", mint, "/v1/melt/quote/bolt11", {"request": "lnbc1garbage", "unit": "sat"})
    tape.get("melt_quote_unknown", mint, "/v1/melt/quote/bolt11/01900000-0000-7000-8000-000000000000")
    invoice = body_of(other.post("/v1/mint/quote/bolt11", {"amount": 100, "unit": "sat"}))["request"]
    quote = body_of(mint.post("/v1/melt/quote/bolt11", {"request": invoice, "unit": "sat"}))
    body = {"quote": quote["quote"], "inputs": [as_input(each) for each in purse.issue([128])]}
    tape.post("melt_without_blank_outputs", mint, "/v1/melt/bolt11", body, "128 for 100 and a fee of 1: nothing comes back")
    invoice = body_of(other.post("/v1/mint/quote/bolt11", {"amount": 101, "unit": "sat"}))["request"]
    quote = body_of(mint.post("/v1/melt/quote/bolt11", {"request": invoice, "unit": "sat"}))
    blinded = purse.blind([1])
    body = {"quote": quote["quote"], "inputs": [as_input(each) for each in purse.issue([128])],
            "outputs": [each.output for each in blinded]}
    tape.post("melt_with_one_blank_output", mint, "/v1/melt/bolt11", body, "26 should come back: the largest part does", blinded)
    # The other mint has the same keys, so money of this one is good there, and nobody but us pays its invoices.
    own = body_of(other.post("/v1/mint/quote/bolt11", {"amount": 64, "unit": "sat"}))
    request = {"request": own["request"], "unit": "sat"}
    quote = tape.post("melt_quote_of_own_invoice", other, "/v1/melt/quote/bolt11", request).body
    body = {"quote": quote["quote"], "inputs": [as_input(each) for each in purse.issue([64])]}
    tape.post("melt_of_own_invoice", other, "/v1/melt/bolt11", body, "settled inside: no reserve, no fee")
    tape.get("mint_quote_of_own_invoice", other, f"/v1/mint/quote/bolt11/{own['quote']}")
    quote = purse.quote(64)
    invoice = body_of(mint.get(f"/v1/mint/quote/bolt11/{quote}"))["request"]
    tape.post("melt_quote_of_own_paid_invoice", mint, "/v1/melt/quote/bolt11", {"request": invoice, "unit": "sat"})


def pending(tape, mint, purse, other):
    """A payment that is under way, and what became of it: it was made, or it failed and the money is free again."""
    for name, end in (("paid", "SETTLED"), ("failed", "FAILED")):
        mint.restart(melts="PENDING")
        invoice = body_of(other.post("/v1/mint/quote/bolt11", {"amount": 10, "unit": "sat"}))["request"]
        quote = body_of(mint.post("/v1/melt/quote/bolt11", {"request": invoice, "unit": "sat"}))["quote"]
        proofs = purse.issue([4, 8])
        blinded = purse.blind([1, 1])
        body = {"quote": quote, "inputs": [as_input(each) for each in proofs], "outputs": [each.output for each in blinded]}
        if name == "paid":
            tape.post("melt_pending", mint, "/v1/melt/bolt11", body)
            tape.post("melt_pending_repeated", mint, "/v1/melt/bolt11", body)
            tape.get("melt_quote_pending", mint, f"/v1/melt/quote/bolt11/{quote}")
            tape.post("checkstate_pending", mint, "/v1/checkstate", {"Ys": [name_of(proofs[0])]})
            tape.post("swap_pending", mint, "/v1/swap", purse.swap_body(proofs), "this says nothing yet: it may become free again")
            tape.post("swap_into_pending_outputs", mint, "/v1/swap", purse.swap_body(purse.issue([2]), blinded[:1]))
            tape.post("restore_pending", mint, "/v1/restore", {"outputs": [blinded[0].output]})
        else:
            body_of(mint.post("/v1/melt/bolt11", body))
        mint.restart(melts=end)
        tape.get(f"melt_quote_pending_then_{name}", mint, f"/v1/melt/quote/bolt11/{quote}")
        tape.post(f"checkstate_pending_then_{name}", mint, "/v1/checkstate", {"Ys": [name_of(proofs[0])]})
        tape.post(f"swap_pending_then_{name}", mint, "/v1/swap", purse.swap_body(proofs))
        tape.post(f"restore_pending_then_{name}", mint, "/v1/restore", {"outputs": [each.output for each in blinded]})
    failed = body_of(mint.post("/v1/melt/quote/bolt11", {"request": invoice, "unit": "sat"}))["quote"]
    proofs = purse.issue([4, 8])
    tape.post("melt_failed", mint, "/v1/melt/bolt11", {"quote": failed, "inputs": [as_input(each) for each in proofs]})
    tape.post("checkstate_after_failed", mint, "/v1/checkstate", {"Ys": [name_of(proofs[0])]})


def units(tape, mint, purse):
    """A mint of sat and usd: they do not mix."""
    dollars = ecash.Purse(mint, "usd", purse.draw)
    cents, sats = dollars.issue([8]), purse.issue([8, 4, 4])
    tape.get("keysets_of_two_units", mint, "/v1/keysets")
    tape.post("mint_quote_usd", mint, "/v1/mint/quote/bolt11", {"amount": 500, "unit": "usd"})
    tape.post("swap_usd", mint, "/v1/swap", dollars.swap_body(dollars.issue([4])))
    tape.post("swap_sat_into_usd", mint, "/v1/swap", purse.swap_body(sats[:1], dollars.blind([8])))
    tape.post("swap_of_sat_and_usd", mint, "/v1/swap", purse.swap_body(sats[:1] + cents, purse.blind([16])))
    tape.post("swap_into_sat_and_usd", mint, "/v1/swap", purse.swap_body(sats[:1], purse.blind([4]) + dollars.blind([4])))
    tape.post("mint_usd_of_sat_quote", mint, "/v1/mint/bolt11",
              {"quote": purse.quote(8), "outputs": [each.output for each in dollars.blind([8])]})


def fees(tape, mint, purse):
    """A mint that takes 100 thousandths for each input, rounded up once for all of them (NUT-02)."""
    tape.get("keysets_with_fee", mint, "/v1/keysets")
    for count, fee in ((1, 1), (10, 1), (11, 2)):
        proofs = purse.issue([8] * count)
        blinded = purse.blind(split(8 * count - fee))
        tape.post(f"swap_with_fee_of_{count}", mint, "/v1/swap", purse.swap_body(proofs, blinded), f"the fee is {fee}", blinded)
    tape.post("swap_with_fee_not_paid", mint, "/v1/swap", purse.swap_body(purse.issue([8])))
    tape.post("swap_with_fee_overpaid", mint, "/v1/swap", purse.swap_body(purse.issue([8]), purse.blind([2, 4])))
    tape.post("swap_with_fee_of_all", mint, "/v1/swap", {"inputs": [as_input(each) for each in purse.issue([1])], "outputs": []},
              "one sat alone is worth nothing here")


def rotation(tape, mint, purse):
    """A keyset that is no longer used for new money; what it signed is still good. The mint runs on."""
    old, old_keyset = purse.issue([1, 2, 4, 8]), purse.keyset
    mint.rotate()
    stale = purse.blind([1])
    tape.post("swap_into_inactive_keyset", mint, "/v1/swap", purse.swap_body(old[:1], stale), "nothing is spent: ask for keysets, try again")
    tape.post("mint_into_inactive_keyset", mint, "/v1/mint/bolt11", {"quote": purse.quote(1), "outputs": [stale[0].output]})
    tape.get("keysets_rotated", mint, "/v1/keysets", "a final expiry of 0: its operator named none")
    tape.get("keys_rotated", mint, "/v1/keys", "of active keysets only")
    tape.get("keys_of_inactive", mint, f"/v1/keys/{old_keyset}", "they are still told, and verify old money")
    purse.load()
    tape.post("swap_of_inactive_keyset", mint, "/v1/swap", purse.swap_body(old[:1]))
    tape.post("swap_of_two_keysets", mint, "/v1/swap", purse.swap_body([old[1], *purse.issue([2])]))
    tape.post("swap_into_two_keysets", mint, "/v1/swap",
              purse.swap_body(old[2:3], purse.blind([2]) + purse.blind([2], keyset=old_keyset)))


def rotation_with_fee(tape, mint, purse):
    """The new keyset takes a fee, the old one took none: each input pays its own keyset's."""
    old = purse.issue([8] * 4)
    mint.rotate(fee_ppk=600)
    purse.load()
    new = purse.issue([8] * 4)
    tape.post("swap_of_keyset_without_fee", mint, "/v1/swap", purse.swap_body(old[:1]), "it costs nothing to leave the old keyset")
    tape.post("swap_of_two_keysets_with_one_fee", mint, "/v1/swap", purse.swap_body([old[1], new[0]], purse.blind([1, 2, 4, 8])),
              "0 + 600 thousandths are 1")
    tape.post("swap_of_two_with_fee", mint, "/v1/swap", purse.swap_body(new[1:3], purse.blind([2, 4, 8])), "1,200 thousandths are 2")


def expiry(tape, mint, purse):
    """A keyset whose final expiry is past (NUT-02)."""
    mint.rotate(final_expiry=1_700_000_000)
    purse.load()
    tape.get("keysets_expired", mint, "/v1/keysets", "the expiry is hashed into the id")
    proofs = purse.issue([4])
    tape.post("swap_of_and_into_expired_keyset", mint, "/v1/swap", purse.swap_body(proofs), "this mint does not mind; others may")


def two_active(tape, mint, purse):
    """Two active keysets of one unit: what Nutshell has when it is started again with another derivation path."""
    mint.restart(settings={"MINT_DERIVATION_PATH": "m/0'/0'/1'"})
    keysets = tape.get("keysets_two_active", mint, "/v1/keysets", "the second is the newer one").body["keysets"]
    for name, keyset in zip(("older", "newer"), keysets, strict=True):
        tape.post(f"swap_into_{name}_of_two", mint, "/v1/swap", purse.swap_body(purse.issue([1]), purse.blind([1], keyset=keyset["id"])))


def limited(tape, mint):
    """A mint that limits how often one is served; this machine's own address is free, one behind a proxy is not."""
    headers = {"X-Forwarded-For": "192.0.2.1"}
    for _ in range(100):
        if mint.request("GET", "/v1/keysets", headers=headers).status == 429:
            break
    tape.exchange("too_many_requests", mint, "GET", "/v1/keysets", None, headers=headers)
