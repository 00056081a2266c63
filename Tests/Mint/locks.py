"""Secrets that look like locks to one key (NUT-11), and who can spend what they lock: tried, at two mints with the same keys.

A proof is shown to one mint by a thief, who has the token and no key of ours, and to the other by us, with our signature. It is
a *plain lock* when the thief is refused, we are not, and no time changes that."""

import json

from ecash import Draw, Purse, sign
from real_mint import RealMint

OURS, THIEFS = Draw("our key").key(), Draw("the thief's key").key()
PAST, FUTURE = "1600000000", "4102444800"


def public(key):
    return key.public_key.format().hex()


K, T = public(OURS), public(THIEFS)
INPUTS = '["sigflag","SIG_INPUTS"]'


def of_tags(*tags):
    """A lock to our key with these tags, as text."""
    return lambda nonce: f'["P2PK",{{"nonce":"{nonce}","data":"{K}","tags":[{",".join(tags)}]}}]'


def of_data(data):
    return lambda nonce: f'["P2PK",{{"nonce":"{nonce}","data":"{data}","tags":[{INPUTS}]}}]'


def of_text(text):
    """`K`, `T` and `N` in braces stand for our key, the thief's and the nonce."""
    return lambda nonce: text.replace("{K}", K).replace("{T}", T).replace("{N}", nonce)


def of_length(count):
    """A lock that an unknown tag makes so long."""
    def secret(nonce):
        least = of_tags(INPUTS, '["x",""]')(nonce)
        return least.replace('["x",""]', f'["x","{"y" * (count - len(least))}"]')
    return secret


# As wallets make them, and as others might.
FORMS = [
    ("fields in the order of NUT-10", of_tags(INPUTS)),
    ("the stock wallet with --timelock 0: spaces, another order, a nonce of 16 bytes",
     lambda nonce: json.dumps(["P2PK", {"data": K, "nonce": nonce[:32], "tags": [["sigflag", "SIG_INPUTS"]]}])),
    ("no tags field", of_text('["P2PK",{"nonce":"{N}","data":"{K}"}]')),
    ("no tag", of_tags()),
    ("tags are null", of_text('["P2PK",{"nonce":"{N}","data":"{K}","tags":null}]')),
    ("tags are an object", of_text('["P2PK",{"nonce":"{N}","data":"{K}","tags":{}}]')),
    ("tags before data", of_text('["P2PK",{"tags":[%s],"data":"{K}","nonce":"{N}"}]' % INPUTS)),
    ("spaces before", of_text('  ["P2PK",{"nonce":"{N}","data":"{K}"}]')),
    ("a line break after", of_text('["P2PK",{"nonce":"{N}","data":"{K}"}]\n')),
    ("all white space of JSON inside", of_text('[ "P2PK"\t,\r\n{ "nonce" : "{N}" , "data" : "{K}" } ]')),
    ("white space of Unicode inside", of_text('["P2PK",\u00a0{"nonce":"{N}","data":"{K}"}]')),
    ("a byte order mark before", of_text('\ufeff["P2PK",{"nonce":"{N}","data":"{K}"}]')),
    ("escapes in the kind", of_text('["\\u0050\\u0032PK",{"nonce":"{N}","data":"{K}"}]')),
    ("escapes in a field's name", of_text('["P2PK",{"nonce":"{N}","d\\u0061ta":"{K}"}]')),
    ("escapes in the key", lambda nonce: of_data(f"\\u00{ord(K[0]):02x}{K[1:]}")(nonce)),
    ("a surrogate alone in the nonce", of_text('["P2PK",{"nonce":"{N}\\ud800","data":"{K}"}]')),
    ("a nonce of other letters", of_text('["P2PK",{"nonce":"{N}\u00e9","data":"{K}"}]')),
    ("a nonce of one letter", of_text('["P2PK",{"nonce":"x","data":"{K}"}]')),
    ("an empty nonce", of_text('["P2PK",{"nonce":"","data":"{K}"}]')),
    ("a nonce that is a number", of_text('["P2PK",{"nonce":17,"data":"{K}"}]')),
    ("a nonce that is null", of_text('["P2PK",{"nonce":null,"data":"{K}"}]')),
    ("no nonce", of_text('["P2PK",{"data":"{K}"}]')),
    ("1,024 characters", of_length(1024)),
    ("1,025 characters", of_length(1025)),
]

# Whose key it is.
KEYS = [
    ("the thief's key", of_data(T)),
    ("our key in capital letters", of_data(K.upper())),
    ("our key with the other sign: signatures are of x alone", of_data(("03" if K[1] == "2" else "02") + K[2:])),
    ("x of our key alone", of_data(K[2:])),
    ("our key uncompressed", of_data(OURS.public_key.format(compressed=False).hex())),
    ("our key and a space", of_data(K + " ")),
    ("our key after 0x", of_data("0x" + K)),
    ("a digit less", of_data(K[:-1])),
    ("no point", of_data("02" + "00" * 31 + "05")),
    ("an empty key", of_data("")),
    ("a key that is null", of_text('["P2PK",{"nonce":"{N}","data":null}]')),
    ("a list with our key", of_text('["P2PK",{"nonce":"{N}","data":["{K}"]}]')),
    ("no data", of_text('["P2PK",{"nonce":"{N}"}]')),
]

# Text that is a lock to one reader, and none or another one to the next.
SHAPES = [
    ("no lock", of_text("{N}")),
    ("our key, and no more", of_text("{K}")),
    ("text around", of_text('x["P2PK",{"nonce":"{N}","data":"{K}"}]')),
    ("text after", of_text('["P2PK",{"nonce":"{N}","data":"{K}"}]x')),
    ("a second lock after", of_text('["P2PK",{"nonce":"{N}","data":"{K}"}]["P2PK",{"nonce":"{N}","data":"{T}"}]')),
    ("a lock in a text", of_text('"[\\"P2PK\\",{\\"nonce\\":\\"{N}\\",\\"data\\":\\"{K}\\"}]"')),
    ("a lock in a list", of_text('[["P2PK",{"nonce":"{N}","data":"{K}"}]]')),
    ("a comma too many", of_text('["P2PK",{"nonce":"{N}","data":"{K}",}]')),
    ("a comma too many at the end", of_text('["P2PK",{"nonce":"{N}","data":"{K}"},]')),
    ("single quotes", of_text("['P2PK',{'nonce':'{N}','data':'{K}'}]")),
    ("no quotes", of_text('[P2PK,{"nonce":"{N}","data":"{K}"}]')),
    ("cut off", of_text('["P2PK",{"nonce":"{N}","data":"{K}"}')),
    ("one element", of_text('["P2PK"]')),
    ("three elements", of_text('["P2PK",{"nonce":"{N}","data":"{K}"},1]')),
    ("three elements of which the second is text", of_text('["P2PK","{K}","{N}"]')),
    ("the second element is a list", of_text('["P2PK",["{N}","{K}"]]')),
    ("an object around", of_text('{"P2PK":{"nonce":"{N}","data":"{K}"}}')),
    ("kind in small letters", of_text('["p2pk",{"nonce":"{N}","data":"{K}"}]')),
    ("kind with a space", of_text('["P2PK ",{"nonce":"{N}","data":"{K}"}]')),
    ("kind that is a number", of_text('[1,{"nonce":"{N}","data":"{K}"}]')),
    ("kind unknown", of_text('["P3PK",{"nonce":"{N}","data":"{K}"}]')),
    ("kind HTLC with a key", of_text('["HTLC",{"nonce":"{N}","data":"{K}"}]')),
    ("kind HTLC with a hash, our key in pubkeys", of_text('["HTLC",{"nonce":"{N}","data":"%s","tags":[["pubkeys","{K}"]]}]' % ("00" * 32))),
    ("a field more", of_text('["P2PK",{"nonce":"{N}","data":"{K}","memo":"x"}]')),
    ("data twice, ours last", of_text('["P2PK",{"nonce":"{N}","data":"{T}","data":"{K}"}]')),
    ("data twice, ours first", of_text('["P2PK",{"nonce":"{N}","data":"{K}","data":"{T}"}]')),
    ("data twice, once with escapes", of_text('["P2PK",{"nonce":"{N}","data":"{K}","d\\u0061ta":"{T}"}]')),
    ("nonce twice", of_text('["P2PK",{"nonce":"{N}","nonce":"{N}","data":"{K}"}]')),
    ("tags twice", of_text('["P2PK",{"nonce":"{N}","data":"{K}","tags":[],"tags":[["pubkeys","{T}"]]}]')),
    ("lists 500 deep", of_text("[" * 500 + "]" * 500)),
    ("lists in a lock 400 deep", of_text('["P2PK",{"nonce":"{N}","data":"{K}","tags":' + "[" * 400 + "]" * 400 + "}]")),
]

# Who else may sign, and what for.
SIGNERS = [
    ("SIG_ALL: our signature of the secret is not enough", of_tags('["sigflag","SIG_ALL"]')),
    ("sigflag unknown", of_tags('["sigflag","SIG_NONE"]')),
    ("sigflag in small letters", of_tags('["sigflag","sig_inputs"]')),
    ("sigflag empty", of_tags('["sigflag",""]')),
    ("sigflag without a value", of_tags('["sigflag"]')),
    ("sigflag with two values", of_tags('["sigflag","SIG_INPUTS","SIG_ALL"]')),
    ("sigflag twice, the same", of_tags(INPUTS, INPUTS)),
    ("sigflag twice, SIG_ALL last", of_tags(INPUTS, '["sigflag","SIG_ALL"]')),
    ("sigflag twice, SIG_ALL first", of_tags('["sigflag","SIG_ALL"]', INPUTS)),
    ("the thief is in pubkeys", of_tags(INPUTS, f'["pubkeys","{T}"]')),
    ("the thief is in pubkeys, by a name with escapes", of_tags(INPUTS, f'["pubk\\u0065ys","{T}"]')),
    ("PUBKEYS in capital letters: an unknown tag", of_tags(INPUTS, f'["PUBKEYS","{T}"]')),
    ("our key is in pubkeys again", of_tags(INPUTS, f'["pubkeys","{K}"]')),
    ("pubkeys empty", of_tags(INPUTS, '["pubkeys"]')),
    ("two of two must sign", of_tags(INPUTS, '["n_sigs","2"]', f'["pubkeys","{T}"]')),
    ("n_sigs 2 of one key", of_tags(INPUTS, '["n_sigs","2"]')),
    ("n_sigs 1", of_tags(INPUTS, '["n_sigs","1"]')),
    ("n_sigs 0", of_tags(INPUTS, '["n_sigs","0"]')),
    ("n_sigs -1", of_tags(INPUTS, '["n_sigs","-1"]')),
    ("n_sigs as a number", of_tags(INPUTS, '["n_sigs",1]')),
    ("n_sigs twice", of_tags(INPUTS, '["n_sigs","1"]', '["n_sigs","1"]')),
    ("an unknown tag", of_tags(INPUTS, '["memo","x"]')),
    ("an unknown tag twice", of_tags(INPUTS, '["memo","x"]', '["memo","y"]')),
    ("an unknown tag with a number", of_tags(INPUTS, '["memo",1]')),
    ("a tag that is text", of_tags(INPUTS, '"memo"')),
    ("an empty tag", of_tags(INPUTS, "[]")),
    ("a tag without a name", of_tags(INPUTS, '["","x"]')),
]

# When the lock opens. FUTURE is in 2100: who is refused today is not then.
TIMES = [
    ("the stock wallet by default: a locktime (a day later), no refund", lambda nonce: json.dumps(
        ["P2PK", {"data": K, "nonce": nonce[:32], "tags": [["locktime", FUTURE], ["sigflag", "SIG_INPUTS"]]}])),
    ("locktime past: it is anybody's", of_tags(INPUTS, f'["locktime","{PAST}"]')),
    ("locktime past, refund to the thief", of_tags(INPUTS, f'["locktime","{PAST}"]', f'["refund","{T}"]')),
    ("locktime past, refund to us", of_tags(INPUTS, f'["locktime","{PAST}"]', f'["refund","{K}"]')),
    ("locktime past, by a name with escapes", of_tags(INPUTS, f'["lockt\\u0069me","{PAST}"]')),
    ("locktime to come", of_tags(INPUTS, f'["locktime","{FUTURE}"]')),
    ("locktime to come, refund to the thief", of_tags(INPUTS, f'["locktime","{FUTURE}"]', f'["refund","{T}"]')),
    ("locktime to come, refund to us: only we, before and after", of_tags(INPUTS, f'["locktime","{FUTURE}"]', f'["refund","{K}"]')),
    ("refund to the thief without a locktime: never", of_tags(INPUTS, f'["refund","{T}"]')),
    ("refund that is no key", of_tags(INPUTS, '["refund","x"]')),
    ("n_sigs_refund without refund", of_tags(INPUTS, '["n_sigs_refund","1"]')),
    ("locktime 0", of_tags(INPUTS, '["locktime","0"]')),
    ("locktime as a number", of_tags(INPUTS, f'["locktime",{PAST}]')),
    ("locktime with a space", of_tags(INPUTS, f'["locktime"," {PAST}"]')),
    ("locktime with a sign", of_tags(INPUTS, '["locktime","-1"]')),
    ("locktime with a plus", of_tags(INPUTS, f'["locktime","+{PAST}"]')),
    ("locktime with a fraction", of_tags(INPUTS, f'["locktime","{PAST}.5"]')),
    ("locktime in other digits", of_tags(INPUTS, '["locktime","\u0661\u0666"]')),
    ("locktime with zeros before", of_tags(INPUTS, f'["locktime","000{PAST}"]')),
    ("locktime of 20 digits", of_tags(INPUTS, '["locktime","99999999999999999999"]')),
    ("locktime empty", of_tags(INPUTS, '["locktime",""]')),
    ("locktime with two values", of_tags(INPUTS, f'["locktime","{FUTURE}","{PAST}"]')),
    ("locktime twice, past last", of_tags(INPUTS, f'["locktime","{FUTURE}"]', f'["locktime","{PAST}"]')),
    ("locktime twice, past first", of_tags(INPUTS, f'["locktime","{PAST}"]', f'["locktime","{FUTURE}"]')),
    ("LOCKTIME in capital letters: an unknown tag", of_tags(INPUTS, f'["LOCKTIME","{PAST}"]')),
]

OPENS_LATER = {
    "the stock wallet by default: a locktime (a day later), no refund", "locktime to come",
    "locktime to come, refund to the thief", "locktime of 20 digits"}


def record():
    """All of them: what each mint said, and whether it is a plain lock."""
    draw = Draw("locks")
    with RealMint() as thiefs_mint, RealMint() as our_mint:
        purse = Purse(thiefs_mint, draw=draw)
        return [tried(why, secret(draw.hex()), purse, our_mint) for why, secret in FORMS + KEYS + SHAPES + SIGNERS + TIMES]


def tried(why, secret, purse, our_mint):
    """The mint signs whatever it is: it does not see it. Both mints have the same keys, so both know the proof as theirs."""
    proof, = purse.issue([1], lambda: secret)
    to_thief = shown(purse.mint, purse, proof)
    if not to_thief.startswith("200"):
        to_thief = shown(purse.mint, purse, sign(proof, THIEFS))
        to_thief += " with a signature of his own" if to_thief.startswith("200") else ""
    else:
        to_thief += " without a signature"
    to_us = shown(our_mint, purse, sign(proof, OURS))
    is_plain = to_us == "200" and not to_thief.startswith("200") and why not in OPENS_LATER
    return {"why": why, "secret": secret, "mint_to_thief": to_thief, "mint_to_us": to_us, "is_plain_lock": is_plain}


def shown(mint, purse, proof):
    answer = mint.post("/v1/swap", purse.swap_body([proof]))
    return "200" if answer.status == 200 else f"{answer.status} {answer.body['detail']}"
