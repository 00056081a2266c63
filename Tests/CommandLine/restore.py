#!/usr/bin/env python3
"""Backup and restore, as an operator does them: a copy made beside the broker, a disk that is lost, and notes that must not be taken twice.

The programs are those of TURNPIKE_BIN (.build/release).
"""

import json
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
from session import Failure, Session, expect
from thief import Thief



def daemon(session, *words, status=0):
    done = subprocess.run(
        [session.program("turnpiked"), *map(str, words)], capture_output=True, text=True, timeout=120)
    expect(done.returncode == status, f"turnpiked {words}: {done.returncode}, not {status}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def balance(session, **options):
    return session.ask("wallet", "balance", **options)["balance"]


def prepare(session):
    """A server, a lease on it, and 100 notes of 1,000 in the wallet."""
    session.ask(
        "register", "server", "--units", 4, "--price", 1000, "--period", "1h", "--shortest", "1s", role="provider",
        wallet="provider-wallet")
    session.ask("issue", 1000, "--count", 100, role="operator")
    shutil.copy(session.path("wallet"), session.path("stale"))
    session.ask("acquire", "server", "--amount", 5000, "--name", "mine")
    session.ask("acquire", "server", "--amount", 1000, "--name", "over")
    shutil.copy(session.path("wallet"), session.path("releaser"))
    session.ask("wallet", "receive", *session.ask("wallet", "send", 2000)["notes"], wallet="mixed")
    session.ask("wallet", "receive", *session.ask("wallet", "send", 1000)["notes"], wallet="stuck")
    session.ask("release", "over")
    return session.ledger()["NOTES_OUTSTANDING"]


def spend_after_the_backup(session):
    """What the lost life does: a payment, a new lease, and new notes."""
    session.ask("fund", "mine", "--amount", 3000)
    session.ask("acquire", "server", "--amount", 2000, "--name", "lost")
    session.ask("issue", 7, role="operator")
    fund = 0x22
    session.ask(
        "fund", 1, "--amount", 1000, "--timeout", "1s", environment=Thief(session, fund, 1).environment, status=5,
        wallet="stuck")


def copy_wallet(session):
    shutil.copy(session.path("wallet"), session.path("wallet-at-backup"))


def no_broker_starts_from_a_copy(session):
    """Neither from the backup itself, nor with its key put beside it."""
    for path in ("backup", "unfinished"):
        if path == "unfinished":
            shutil.copytree(session.path("backup"), session.path(path))
        shutil.copy(session.path("data/master.key"), session.path(path))
        said = daemon(session, "serve", "--data", session.path(path), "--unix", session.path("other.sock"), status=1)
        expect("turnpiked restore" in said, said)
        os.unlink(session.path(path + "/master.key"))


def restore(session, name, *words):
    said = daemon(session, "restore", "--backup", session.path("backup"), "--data", session.path(name), *words)
    shutil.copy(session.path("data/master.key"), session.path(name))
    expect("is not empty" in daemon(
        session, "restore", "--backup", session.path("backup"), "--data", session.path(name), status=1), "restored twice")
    daemon(session, "audit", "--data", session.path(name))
    return said


def old_wallets(session):
    """What is in quarantine is neither lost nor in the way of the rest."""
    for wallet in ("stale", "releaser", "mixed"):
        session.ask("wallet", "accept-restore", wallet=wallet)
    # Change that was paid before, and is in quarantine now, is not spent.
    before = balance(session, wallet="releaser")
    change = session.ask("release", "over", wallet="releaser")["change"]
    expect(change > 0 and balance(session, wallet="releaser") == before + change, "change in quarantine was thrown away")
    # That some of the notes were spent before the backup does not end it for the others.
    for answer in ("RESTORE_IN_PROGRESS", "more are in quarantine"):
        code, _, errors = session.run("fund", 1, "--amount", 1000, wallet="stale")
        expect(code != 0 and answer in errors, errors)
    session.ask("issue", 100, "--count", 2, role="operator", wallet="giver")
    session.ask("wallet", "receive", *session.ask("wallet", "send", 200, wallet="giver")["notes"], wallet="mixed")
    code, _, errors = session.run("merge", wallet="mixed")
    expect(code != 0 and "RESTORE_IN_PROGRESS" in errors, errors)
    amounts = sorted(note["amount"] for note in session.ask("wallet", "list", wallet="mixed")["notes"])
    expect(amounts[0] == 200, f"notes in quarantine kept others from being merged: {amounts}")


def take_back(session, amount):
    """What was set aside comes back once the broker says that it was not taken."""
    held = session.ask("wallet", "recover", wallet="stuck")
    expect(held["takenBack"] == held["balance"] == amount, held)
    left = session.ask("wallet", "pending", wallet="stuck")
    expect([each["kind"] for each in left] == ["unresolved"] * (amount == 0), left)


def lossy(session, outstanding):
    """Without the later journal: old notes wait for the operator's word, new ones do not."""
    said = restore(session, "lossy")
    worth = int(re.search(r"most that can be taken twice then:\n  (\d+) msat", said)[1])
    expect(worth == outstanding, said)
    session.start(data="lossy")
    code, _, errors = session.run("fund", 1, "--amount", 1000)
    expect(code != 0 and "accept-restore" in errors, errors)
    for wallet in ("wallet", "operator-wallet", "provider-wallet"):
        if os.path.exists(session.path(wallet)):
            session.ask("wallet", "accept-restore", wallet=wallet)
    expect(session.ask("wallet", "accept-restore", wallet="stuck") == {"setAside": 1}, "an unfinished payment")
    take_back(session, 0)
    before = balance(session)
    for answer in ("RESTORE_IN_PROGRESS", f"{before} more are in quarantine"):
        code, _, errors = session.run("fund", 1, "--amount", 1000)
        expect(code != 0 and answer in errors, errors)
    expect(balance(session) == before, "a note that was refused has left the wallet")
    held = session.ask("wallet")
    expect(held["quarantined"] == before, held)
    expect(session.ledger()["NOTES_QUARANTINED"] == outstanding, session.ledger())
    old_wallets(session)
    session.ask("issue", 1000, "--count", 2, role="operator", wallet="new")
    session.ask("fund", 1, "--amount", 1000, wallet="new")
    # New notes are paid with beside old ones, and those that somebody sends are kept.
    session.ask("issue", 500, role="operator", wallet="giver")
    session.ask("wallet", "receive", *session.ask("wallet", "send", 500, wallet="giver")["notes"])
    session.ask("fund", 1, "--amount", 500)
    shutil.copy(session.path("wallet"), session.path("twin"))
    old = session.ask("wallet", "send", "--all", wallet="twin")["notes"][0]
    code, _, errors = session.run("wallet", "receive", old, wallet="receiver")
    expect(code != 0 and "RESTORE_IN_PROGRESS" in errors, errors)
    expect(session.ask("wallet", wallet="receiver")["quarantined"] == 1000, "a note in quarantine was not kept")
    held = session.ask("wallet")
    expect(held["quarantined"] == held["balance"] == before, held)
    # The lease of the lost life is not there, and its id is nobody else's.
    ids = [session.ask("acquire", "server", "--amount", 1000, wallet="new")["lease"]]
    expect(int(ids[0]) > 1 << 20, ids)

    asked = session.ask("accept-loss", role="operator", wallet="operator-wallet")
    expect(asked == {"accepted": False, "amount": outstanding}, asked)
    code, _, errors = session.run("accept-loss", "--amount", outstanding - 1, role="operator", wallet="operator-wallet")
    expect(code != 0 and f"{outstanding:_}" in errors, errors)
    asked = session.ask("accept-loss", "--amount", outstanding, role="operator", wallet="operator-wallet")
    expect(asked["accepted"] and session.ledger().get("NOTES_QUARANTINED", 0) == 0, asked)
    take_back(session, 1000)
    session.ask("fund", 1, "--amount", 1000, wallet="stuck")
    shutil.copy(session.path("wallet"), session.path("double"))
    session.ask("wallet", "accept-restore", wallet="double")
    session.ask("fund", 1, "--amount", 1000)
    expect(session.ask("wallet")["quarantined"] == 0, "the quarantine is over")
    code, _, errors = session.run("fund", 1, "--amount", 1000, wallet="double")
    expect(code != 0 and "NOTE_SPENT" in errors, errors)
    session.stop()
    daemon(session, "audit", "--data", session.path("lossy"))
    lines = [json.loads(line) for line in daemon(
        session, "journal", "export", "--json", "--data", session.path("lossy")).splitlines()]
    made = [line["fields"] for line in lines if line["kind"] == "RESTORE"]
    expect(len(made) == 1 and made[0]["flags"] == ["LOSSY"], made)


def lossless(session):
    """With the later journal: everything is there, and no note is refused."""
    said = restore(session, "whole", "--later", session.path("data/journal"))
    expect("nothing is lost" in said, said)
    session.start(data="whole")
    # Its session is there: nobody has to say anything.
    lease = session.ask("check", 1, wallet="spent-all")
    expect(lease["given"] + lease["own"] > 7000, lease)
    session.ask("fund", 1, "--amount", 1000, wallet="spent-all")
    session.stop()
    daemon(session, "audit", "--data", session.path("whole"))


def not_the_end(session):
    """What may lack the end of the last life is not taken for its later journal, and no two brokers go on from one."""
    said = daemon(
        session, "restore", "--backup", session.path("early"), "--later", session.path("backup/journal"), "--data",
        session.path("refused-backup"), status=1)
    expect("backup/journal: " in said and "this is a backup" in said, said)
    said = daemon(session, "journal", "inspect", "--data", session.path("backup"))
    expect("a start would be refused: " in said and "this is a backup" in said, said)


def while_it_runs(session):
    said = daemon(
        session, "restore", "--backup", session.path("backup"), "--later", session.path("data"), "--data",
        session.path("refused-running"), status=2)
    expect("a broker runs with it" in said, said)
    said = daemon(session, "serve", "--data", session.path("data"), "--durability", "none", status=1)
    expect("knows nothing of it" in said, said)


def gone_elsewhere(session):
    """The directory of a life that went on elsewhere starts no broker."""
    said = daemon(session, "serve", "--data", session.path("data"), "--unix", session.path("other.sock"), status=1)
    expect("its life went on in another directory" in said and "the money is there" in said, said)
    said = daemon(
        session, "restore", "--backup", session.path("backup"), "--later", session.path("data"), "--data",
        session.path("refused-moved"), status=1)
    expect("its life went on in another directory" in said, said)


def wrong_journals(session):
    """The journal of another broker, and one that ends before the backup, are not the later one."""
    daemon(session, "key", "--data", session.path("other"), "--role", "operator")
    other = subprocess.Popen(
        [session.program("turnpiked"), "serve", "--data", session.path("other"), "--unix", session.path("other.sock")],
        stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL)
    for line in other.stdout:
        if line.strip() == "ready":
            break
    other.terminate()
    other.wait(timeout=20)
    other.stdout.close()
    for number, journal in enumerate(("other/journal", "early/journal")):
        daemon(
            session, "restore", "--backup", session.path("backup"), "--later", session.path(journal), "--data",
            session.path(f"refused-{number}"), status=1)
    said = daemon(session, "serve", "--data", session.path("data"), "--unit", "sat", status=1)
    expect("unit is msat" in said, said)


with Session("--durability", "fsync", "--segment-bytes", "65536") as session:
    session.ask("ping")
    daemon(session, "backup", "--data", session.path("data"), "--to", session.path("early"))
    outstanding = prepare(session)
    said = daemon(session, "backup", "--data", session.path("data"), "--to", session.path("backup"))
    expect(re.search(r"shown: batches=\d+ commands=\d+ segments=\d+", said), said)
    daemon(session, "backup", "--data", session.path("data"), "--to", session.path("backup"), status=1)
    copy_wallet(session)
    while_it_runs(session)
    spend_after_the_backup(session)
    shutil.copy(session.path("wallet"), session.path("spent-all"))
    session.stop()
    no_broker_starts_from_a_copy(session)
    wrong_journals(session)
    not_the_end(session)
    shutil.move(session.path("wallet-at-backup"), session.path("wallet"))
    lossy(session, outstanding)
    lossless(session)
    gone_elsewhere(session)
    session.start(data="whole")
print(f"shown: restore_checks={expect.count} failures=0")
