#!/usr/bin/env python3
"""A broker that takes ecash, and is restored from a backup: nothing that the lost life took is credited twice, and what its mint signed is found.

The programs are those of TURNPIKE_BIN (.build/release), `scripted-mint` among them.
"""

import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
from mint import Mint
from session import Failure, Session, expect, until


def daemon(session, *words):
    done = subprocess.run([session.program("turnpiked"), *map(str, words)], capture_output=True, text=True, timeout=120)
    expect(done.returncode == 0, f"turnpiked {words}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def treasury(session):
    return session.ask("treasury", role="operator", wallet="operator-wallet")["mints"][0]


def settled(session):
    return until("a treasury at rest", lambda: (told := treasury(session))["waiting"] == told["credited"] == 0 and told)


def gives(session, token, wallet="payer"):
    """A gift: what became of it is told in the status and the words of the command alone."""
    code, _, errors = session.run("donate", "thing", "--pay", "-", stdin=token, wallet=wallet)
    return code, errors


def restore(session):
    """From the backup, without the later journal."""
    session.stop()
    said = daemon(session, "restore", "--backup", session.path("backup"), "--data", session.path("again"))
    expect("ecash waits for it too" in said, said)
    shutil.copy(session.path("data/master.key"), session.path("again"))
    session.start(data="again")
    session.ask("wallet", "accept-restore", wallet="payer")


def run(session, mint):
    session.ask("register", "thing", "--price", 1, "--period", "1s", "--units", 1000, "--shortest", "1ms", role="provider", wallet="seller")
    # The broker learns the mint's keysets at its start.
    until("a first payment", lambda: gives(session, mint.token(1), "first")[0] == 0)
    expect(gives(session, mint.token(20))[0] == 0, "before the backup")
    before = settled(session)
    daemon(session, "backup", "--data", session.path("data"), "--to", session.path("backup"))

    # The life that is lost: a token that is locked, taken at once, and one that is not.
    lock = session.ask("mints")["lock"]
    spent = [mint.token(21, lock), mint.token(6)]
    for token in spent:
        expect(gives(session, token)[0] == 0, "in the life that is lost")
    unspent = [mint.token(9, lock), mint.token(3)]
    lost = settled(session)
    expect(lost["held"] == before["held"] + 27, lost)

    restore(session)
    told = session.ask("mints")
    expect(told["lock"] == "" and len(told["mints"]) == 1, told)
    code, _, errors = session.run("treasury", "export", "all", "--mint", 1, role="operator", wallet="operator-wallet")
    expect(code == 3 and "RESTORE_IN_PROGRESS" in errors and "no money was taken" in errors, errors)
    expect(session.ask("wallet", "balance", wallet="operator-wallet")["balance"] == 0, "notes that nothing backs")
    code, _, errors = session.run("request", "thing", "--for", "1s")
    expect(code != 0 and "accept-loss" in errors, errors)
    for token in [spent[1], unspent[1]]:
        code, errors = gives(session, token)
        expect(code == 3 and "RESTORE_IN_PROGRESS" in errors and "no money was taken" in errors, errors)
        expect("wallet ecash" in errors and "quarantine" not in errors, errors)
    kept = session.ask("wallet", "ecash", "--take", wallet="payer")
    expect([each["status"] for each in kept] == ["RESTORE_IN_PROGRESS"] * 2, kept)
    now = treasury(session)
    expect((now["held"], now["found"], now["lost"]) == (before["held"], 0, 0), now)

    asked = session.ask("accept-loss", role="operator", wallet="operator-wallet")
    if not asked["accepted"]:
        session.ask("accept-loss", "--amount", asked["amount"], role="operator", wallet="operator-wallet")
    expect(session.ask("mints")["lock"] not in ("", lock), "a lost life's lock is told, or none")
    now = until("what the lost life did", lambda: (told := treasury(session))["held"] == lost["held"] and told)
    expect((now["found"], now["lost"]) == (27, 0), now)
    for token in spent:
        code, errors = gives(session, token)
        expect(code == 3 and "ECASH_SPENT" in errors and "being asked" in errors, errors)
    # It is swapped along with what is asked of the mint.
    code, errors = gives(session, mint.token(5, session.ask("mints")["lock"]))
    expect(code == 0 and "being asked" not in errors, errors)
    for token in unspent:
        code, errors = gives(session, token)
        expect(code == 0 and "being asked" in errors, errors)
    now = settled(session)
    expect((now["held"], now["found"], now["lost"]) == (lost["held"] + 17, 27, 0), now)
    session.ledger()
    session.stop()
    daemon(session, "audit", "--data", session.path("again"))
    session.start(data="again")


def main():
    binaries = os.path.abspath(os.environ.get("TURNPIKE_BIN", ".build/release"))
    with Mint(os.path.join(binaries, "scripted-mint")) as mint, Session("--mint", f"{mint.url},unit=sat,exposure=1000") as session:
        run(session, mint)
    print(f"shown: ecash_restore_checks={expect.count} failed=0")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"FAILED after {expect.count} checks: {failure}")
        sys.exit(1)
