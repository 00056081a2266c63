#!/usr/bin/env python3
"""Ways in which the command line lost money, counted money that was not there, or would not say where it is: each stays impossible.

The programs are those of TURNPIKE_BIN (.build/release).
"""

import base64
import hashlib
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
from session import Failure, Session, expect
from thief import Thief



def balance(session, **options):
    return session.ask("wallet", "balance", **options)["balance"]


def forged(note, **changes):
    """A note's text with other fields and a right checksum: the tag is wrong, as a thief's would be."""
    raw = bytearray(base64.urlsafe_b64decode(note[7:]))
    places = {"epoch": (0, 4), "serial": (4, 8), "amount": (12, 8), "binding": (20, 8), "tag": (28, 16)}
    for name, value in changes.items():
        at, count = places[name]
        raw[at:at + count] = value.to_bytes(count, "little")
    raw[44:] = hashlib.sha256(b"tpnote1" + bytes(raw[:44])).digest()[:4]
    return "tpnote1" + base64.urlsafe_b64encode(bytes(raw)).decode()


def output_that_fails(session):
    """What could not be printed stays in the wallet."""
    before = balance(session)
    for words in (("wallet", "send", "--all"), ("wallet", "send", 5)):
        with open("/dev/full", "w") as full:
            environment = dict(os.environ, TURNPIKE_BROKER="unix:" + session.socket, TURNPIKE_WALLET=session.path("wallet"))
            done = subprocess.run(
                [session.program("turnpike"), *map(str, words)], env=environment, stdout=full, stderr=subprocess.PIPE, text=True)
        expect(done.returncode == 1 and "cannot write" in done.stderr, done.stderr)
        expect(balance(session) == before, "the notes left the wallet")
    with open("/dev/full", "w") as full:
        code = subprocess.run(
            [session.program("turnpiked"), "key", "--data", session.path("data"), "--role", "operator"], stdout=full,
            stderr=subprocess.DEVNULL).returncode
    expect(code == 1, "a key that was not printed")


def unfinished_of_a_role(session):
    """A WITHDRAW or ISSUE whose reply was lost waits for the credential it was asked with."""
    session.ask("acquire", "thing", "--amount", 60, "--name", "used")
    session.ask("use", "used", "--quantity", 4)
    wallet = {"wallet": "earner"}
    thief = Thief(session, 0x33, 1, hangs_up=False)
    session.ask("withdraw", "--timeout", "1s", role="provider", environment=thief.environment, status=5, **wallet)
    for role in (None, "provider-2", "operator"):
        code, _, errors = session.run("wallet", "recover", role=role, **wallet)
        expect(code == 5 and "the credential of provider 1" in errors, errors)
        expect(session.ask("wallet", "balance", **wallet)["unfinished"] == 1, "it is kept")
    expect(session.ask("wallet", "recover", role="provider", **wallet)["finished"] == 1, "finished")
    expect(balance(session, **wallet) > 0, "the money is there")
    thief = Thief(session, 0x32, 1, hangs_up=False)
    before = balance(session)
    session.ask("issue", 500, "--timeout", "1s", role="operator", environment=thief.environment, status=5)
    code, _, errors = session.run("check", "used")
    expect(code == 0 and "waits for a command with the operator's credential" in errors, errors)
    expect(session.ask("wallet", "pending")[0]["needs"] == "the operator's credential", "pending says so")
    session.ask("wallet", "recover", role="operator")
    expect(balance(session) == before + 500, "issued once")
    session.ask("release", "used")


def forged_notes(session):
    note = session.ask("wallet", "send", 7)["notes"][0]
    for amount in (0, 1 << 63, (1 << 64) - 1):
        session.ask("wallet", "receive", forged(note, amount=amount), "--offline", status=2, wallet="victim")
    # A forged note in the place of change to come does not keep it out.
    serials = [forged(note, serial=serial, tag=0) for serial in range(1, 200)]
    session.ask("wallet", "receive", note, wallet="victim")
    session.ask("wallet", "receive", *serials, "--offline", wallet="victim")
    lease = session.ask("acquire", "thing", "--amount", 50)["lease"]
    session.ask("wallet", "receive", *serials, "--offline")
    change = session.ask("release", lease)["change"]
    listed = session.ask("wallet", "list")
    expect(change in [each["amount"] for each in listed["notes"]], "the change is there")
    code, _, errors = session.run("merge")
    expect(code == 3 and "NOTE_FORGED" in errors, errors)
    expect([note["amount"] for note in session.ask("merge")] == [balance(session)], "only good notes are left")
    # Bound notes are shown to the broker before they count.
    had = balance(session, wallet="victim")
    session.ask("wallet", "receive", forged(note, binding=1, tag=0), status=3, wallet="victim")
    expect(balance(session, wallet="victim") == had, "a forged bound note counts nothing")


def reservation_after_release(session):
    """What a reservation gives back after RELEASE is collected by another one."""
    session.ask("acquire", "thing", "--amount", 500, "--name", "held")
    reservation = session.ask("reserve", "held", "--quantity", 20)["reservation"]
    before = balance(session)
    session.ask("release", "held")
    expect([lease["ended"] for lease in session.ask("wallet", "list")["leases"]] == [True], "the key is kept")
    settled = session.ask("settle", "held", reservation, "--quantity", 1)
    collected = session.ask("release", "held")["change"]
    expect(collected == settled["returned"] and balance(session) > before + collected, collected)
    expect(session.ask("wallet", "list")["leases"] == [], "nothing can come any more")


def names(session):
    session.ask("acquire", "thing", "--amount", 50, "--name", "one")
    before = balance(session)
    for name in ("one", "thing", "17", "-x"):
        session.ask("acquire", "thing", "--amount", 50, f"--name={name}", status=2)
    session.ask("grant-key", "one", "--total", 5, "--name", "one", status=2)
    key = session.ask("grant-key", "one", "--total", 5, "--name", "two")["key"]
    session.ask("grant-key", "one", "--total", 9, "--name", "two", "--key", key)
    session.ask("wallet", "add-key", 1, key, "--name", "one", status=2)
    expect(balance(session) == before, "nothing was paid")
    session.ask("release", "one")


def another_broker(session):
    """One command to the wrong broker changes nothing."""
    thief = Thief(session, 0x21, 1, hangs_up=False)
    session.ask("acquire", "thing", "--amount", 60, "--timeout", "1s", environment=thief.environment, status=5)
    before = open(session.path("wallet")).read()
    with Session() as other:
        elsewhere = {"TURNPIKE_BROKER": "unix:" + other.socket}
        for words in (("wallet", "recover"), ("merge",), ("acquire", "thing", "--amount", 5), ("wallet", "send", 5)):
            code, _, errors = session.run(*words, environment=elsewhere)
            expect(code == 7 and "another broker" in errors and "begin-anew" in errors, (code, errors))
        expect(open(session.path("wallet")).read() == before, "the wallet changed")
        kept = session.ask("wallet", "begin-anew")["kept"]
        expect(open(kept).read() == before, "the old wallet is kept")
        expect(balance(session) == 0, "the new one is empty")
        session.ask("merge", environment=elsewhere)
    os.rename(kept, session.path("wallet"))
    session.ask("wallet", "recover")
    lease = session.ask("wallet", "list")["leases"][-1]["lease"]
    session.ask("release", lease)


def says_where_the_money_is(session):
    nowhere = "unix:" + session.path("nobody")
    for words in (("acquire", "thing", "--amount", 5), ("fund", 1, "--amount", 5), ("use", "one"), ("merge",)):
        code, _, errors = session.run(*words, "--broker", nowhere)
        expect(code == 6 and json.loads(errors)["money"] == "NOT_TAKEN", errors)
    for words, subject in (
        (("acquire", "serber", "--for", "1m"), "serber"), (("acquire", "serber", "--amount", 5), "serber"),
        (("fund", 999, "--for", "1m"), "lease 999"), (("acquire", "thing", "--for", "1ms"), "thing for 1ms"),
    ):
        code, _, errors = session.run(*words)
        expect(code == 3 and subject in errors and "no money was taken" in errors, errors)
    # The first use of a lease that has ended was never sent before.
    lease = session.ask("acquire", "thing", "--amount", 50, "--name", "gone")["lease"]
    key = next(each["key"] for each in session.ask("wallet", "list", "--secrets")["leases"] if each["lease"] == lease)
    session.ask("release", "gone")
    session.ask("use", lease, "--key", "-", stdin=key, status=3)


def stuck_requests(session):
    """A request that cannot be finished is set aside by its owner, and by nobody else."""
    thief = Thief(session, 0x33, 1, hangs_up=False)
    session.ask("withdraw", "--timeout", "1s", role="provider", environment=thief.environment, status=5, wallet="stuck")
    number = session.ask("wallet", "pending", wallet="stuck")[0]["number"]
    session.ask("wallet", "set-aside", number + 1, status=2, wallet="stuck")
    session.ask("wallet", "set-aside", number, wallet="stuck")
    expect([each["kind"] for each in session.ask("wallet", "pending", wallet="stuck")] == ["unresolved"], "set aside")
    session.ask("wallet", "recover", wallet="stuck")


def secrets(session):
    """Nothing repeats a key, and a wallet is its owner's."""
    key = "00112233445566778899aabbccddeef"
    for words in (("use", "x", "--key", key), ("wallet", "add-key", 1, key), ("wallet", "add-owner", 1, key), (key,), ("check", 1, key)):
        code, output, errors = session.run(*words)
        expect(code == 2 and key not in output + errors, output + errors)
    with open(os.open(session.path("key"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(key + "f\n")
    session.ask("wallet", "add-key", 1, "@" + session.path("key"), wallet="keys")
    session.ask("wallet", "add-key", 2, "-", wallet="keys", stdin=key + "0\n")
    expect(len(session.ask("wallet", "list", wallet="keys")["debitKeys"]) == 2, "keys from a file and from standard input")
    os.chmod(session.path("keys"), 0o640)
    session.ask("wallet", "balance", wallet="keys", status=7)
    for words in (("balance",), ("list",), ("pending",), ("send", "--all")):
        session.ask("wallet", *words, wallet="mistyped", status=7)
    expect(not any(name.startswith("mistyped") for name in os.listdir(session.directory)), "a look made files")
    name = "\u202egpu\u2066"
    session.ask("register", name, "--price", 1, "--period", "1h", "--units", 1, role="provider", wallet="earner", status=2)
    thief = Thief(session, forges=(b"thing", "\u202eng".encode()))
    code, output, _ = session.run("resources", "list", environment=thief.environment)
    expect(code == 0 and "\u202e" not in output and "\\u202e" in output, output)


def main():
    parts = (
        output_that_fails, unfinished_of_a_role, forged_notes, reservation_after_release, names, another_broker,
        says_where_the_money_is, stuck_requests, secrets)
    with Session() as session:
        session.credential("provider-2", "--role", "provider", "--id", "2")
        session.ask(
            "register", "thing", "--price", 1, "--period", "1h", "--units", 1000, "--shortest", "1s", "--longest", "36500d",
            "--low", "0", "--meter0", 5, role="provider", wallet="earner")
        session.ask("issue", 1000, "--count", 5, role="operator")
        for part in parts:
            part(session)
            print(f"{part.__name__}: as promised", flush=True)
    print(f"shown: money_checks={expect.count}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"money: {failure}")
