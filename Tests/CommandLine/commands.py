#!/usr/bin/env python3
"""Every command of `turnpike` against a broker of its own: what it says, and the exit status it promises.

The programs are those of TURNPIKE_BIN (.build/release).
"""

import json
import os
import re
import stat
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
from session import Failure, Session, expect
from thief import Thief



def resources(session):
    session.ask(
        "register", "gpu", "--price", 3600, "--period", "1h", "--units", 8, "--meter0", 5, role="provider", wallet="provider-wallet")
    expect(session.ask("resources", "list")[0]["name"] == "gpu", "list")
    expect(session.ask("resources", "describe", "gpu")["meter0"] == 5, "describe")
    expect(session.ask("resources", "status", "1")["units"] == 8, "status")
    expect(session.ask("quote", "gpu", "--for", "2h", "--units", 2)["amount"] == 14400, "quote")
    expect(session.ask("update", "gpu", "--grace", "20m", role="provider", wallet="provider-wallet")["version"] == 2, "update")
    described = session.ask("resources", "describe", "gpu")
    expect(described["grace"] == 1_200_000 and described["price"] == 3600, described)
    session.ask("resources", "describe", "nothing", status=3)


def leases(session):
    expect(session.ask("issue", 100_000, "--count", 3, role="operator")["amount"] == 300_000, "issue")
    lease = session.ask("acquire", "gpu", "--for", "2h", "--name", "training")
    expect(lease["balance"] == 7200, lease)
    code, _, errors = session.run("acquire", "gpu", "--amount", 1)
    refusal = json.loads(errors)
    expect(code == 3 and refusal["status"] == "TOO_SHORT" and refusal["money"] == "NOT_TAKEN", errors)
    expect(refusal["detail"] == 60, refusal)
    expect(session.ask("check", "training")["state"] == "ACTIVE", "check by name")
    expect(session.ask("check", lease["lease"])["resource"] == "1", "check by id")
    expect(session.ask("fund", "training", "--for", "30m")["credited"] == 1800, "fund by time")
    expect(session.ask("fund", "gpu", "--amount", 50, "--gift")["gift"], "gift")
    expect(session.ask("bind", "training")["authority"] == "OWNER", "bind")
    expect(session.ask("use", "training", "--quantity", 3)["charged"] == 15, "use")
    first = session.ask("use", "training", "--quantity", 2, "--number", 7)["balance"]
    expect(session.ask("use", "training", "--quantity", 2, "--number", 7)["balance"] == first, "a repeated use is charged once")
    reservation = session.ask("reserve", "training", "--quantity", 10)["reservation"]
    settled = session.ask("settle", "training", reservation, "--quantity", 4)
    expect(settled["charged"] == 20 and settled["returned"] == 30, settled)
    key = session.ask("grant-key", "training", "--total", 12, "--name", "shop")["key"]
    session.ask("wallet", "add-key", lease["lease"], key, "--name", "customer", wallet="shop-wallet")
    expect(session.ask("use", "customer", "--quantity", 2, wallet="shop-wallet")["charged"] == 10, "debit key")
    session.ask("use", "customer", status=3, wallet="shop-wallet")
    session.ask("grant-key", "training", "--key", key, "--total", 0)
    session.ask("use", "customer", status=3, wallet="shop-wallet")
    made = session.ask("wallet", "new-key")
    session.ask("transfer", "training", "--to", made["hash"])
    session.ask("release", "training", status=2)
    session.ask("wallet", "add-owner", lease["lease"], made["key"], "--name", "mine", wallet="other-wallet")
    released = session.ask("release", "mine", wallet="other-wallet")
    expect(released["change"] > 8000 and 0 < released["given"] <= 50, released)
    opened = session.ask(
        "acquire", "gpu", "--for", "1h", "--open", role="provider")["lease"]
    expect(session.ask("check", opened)["open"], "open lease")
    session.ask("use", opened, "--open", "--quantity", 2, "--amount", 10)
    session.ask("use", opened, "--open", "--quantity", 2, "--amount", 11, status=3)
    expect(session.ask("revoke", opened, role="operator")["given"] > 0, "revoke")
    session.ask("revoke", opened, status=3, role="operator")
    session.ask("revoke", opened, status=3)


def money(session):
    notes = session.ask("exchange", 5, 6, 7)
    expect([note["amount"] for note in notes] == [5, 6, 7], notes)
    expect(len(session.ask("split", 40, 10)) == 40, "split")
    before = session.ask("wallet", "balance")["balance"]
    expect([note["amount"] for note in session.ask("merge")] == [before], "merge")
    sent = session.ask("wallet", "send", 77)["notes"]
    expect(session.ask("wallet", "balance")["balance"] == before - 77, "sent")
    expect(session.ask("payment", *sent)["outcome"] == "NOT_TAKEN", "shown, not spent")
    session.ask("wallet", "receive", "-", wallet="friend-wallet", stdin="\n".join(sent))
    expect(session.ask("payment", *sent)["outcome"] == "TAKEN", "renewed")
    session.ask("wallet", "receive", *sent, status=3)
    listed = session.ask("wallet", "list")
    expect(listed["rejected"] and "tpnote1" not in json.dumps(listed), "a spent note is set aside, and no secret is shown")
    mistyped = sent[0][:-1] + ("A" if sent[0][-1] != "A" else "B")
    session.ask("wallet", "receive", mistyped, status=2)
    bound = session.ask("acquire", "gpu", "--for", "1h")["lease"]
    session.ask("exchange", 60, "--bind", bound)
    session.ask("fund", bound, "--amount", 60)
    expect(session.ask("wallet", "balance")["bound"] == 0, "the bound note was paid")
    session.ask("release", bound)
    earned = session.ask("withdraw", role="provider", wallet="provider-wallet")
    expect(earned["amount"] > 0 and earned["left"] == 0, earned)
    expect(session.ask("rotate", role="operator", wallet="operator-wallet")["keyEpoch"] == 2, "rotate")
    session.ask("issue", 5, status=3)


def lost_replies(session):
    """A stolen reply is asked for again with the same number: done once, whether the connection ends or goes silent."""
    before = session.ask("wallet", "balance")["balance"]
    thief = Thief(session, 0x21, 3, hangs_up=True)
    session.ask("acquire", "gpu", "--amount", 600, "--name", "stolen", environment=thief.environment)
    expect(thief.left == 0, "three replies were stolen")
    expect(session.ask("wallet", "balance")["balance"] == before - 600, "paid once")
    thief = Thief(session, 0x22, 1, hangs_up=False)
    session.ask("fund", "stolen", "--amount", 700, "--timeout", "1s", environment=thief.environment, status=5)
    waiting = session.ask("wallet", "balance")
    expect(waiting["unfinished"] == 1 and waiting["pending"] == 700, waiting)
    expect(session.ask("wallet", "pending")[0]["operation"] == "FUND", "pending")
    code, output, errors = session.run("check", "stolen")
    expect(code == 0 and json.loads(output)["own"] > 1200, output)
    expect("finished FUND" in errors, errors)
    thief = Thief(session, 0x29, 1, hangs_up=False)
    session.ask("release", "stolen", "--timeout", "1s", environment=thief.environment, status=5)
    expect(session.ask("wallet", "recover")["finished"] == 1, "recover")
    after = session.ask("wallet", "balance")
    expect(after["balance"] in range(before - 2, before + 1) and after["unfinished"] == 0, (before, after))


def watching(session):
    session.ask("acquire", "gpu", "--amount", 600, "--name", "seen")
    lines = []

    def watch():
        lines.append(session.run("watch", "--resource", "gpu", "--count", 2))

    watcher = threading.Thread(target=watch)
    watcher.start()
    while session.ask("broker")["subscriptions"] == 0:
        pass
    session.ask("fund", "seen", "--amount", 100)
    session.ask("release", "seen")
    watcher.join()
    code, output, _ = lines[0]
    events = [json.loads(line) for line in output.splitlines()]
    expect(code == 0 and [event["cause"] for event in events] == ["FUNDED", "RELEASED"], output)


def the_rest(session):
    expect(session.ask("ping")["unit"] == "msat", "ping")
    expect(session.ask("broker")["resources"] == 1, "broker")
    expect(session.ask("top", "--once")["resources"][0]["name"] == "gpu", "top")
    expect(session.ledger()["OPERATOR_FLOAT"] == -300_000, "audit")
    session.ask("audit", status=3)
    mode = stat.S_IMODE(os.stat(session.path("wallet")).st_mode)
    expect(mode == 0o600, oct(mode))
    session.ask("ping", "--broker", "unix:" + session.path("nobody"), status=6)
    session.ask("ping", "--broker", "127.0.0.1:1", status=6)
    session.ask("acquire", "gpu", "--amount", 5, "--broker", "unix:" + session.path("nobody"), status=6)
    session.ask("ping", "--broker", "nonsense:", status=2)
    session.ask("acquire", "gpu", status=2)
    session.ask("fly", status=2)
    session.ask("ping", status=7, environment={"TURNPIKE_CREDENTIAL": "/nonexistent"})
    with open(session.path("broken"), "w") as file:
        file.write("turnpike-wallet 1\nunit msat\n")
    session.ask("wallet", "balance", status=7, wallet="broken")
    code, output, _ = session.run("--help")
    expect(code == 0 and "EXIT STATUS" in output, "help")
    code, output, _ = session.run("--generate-completion-script", "bash")
    expect(code == 0 and "acquire" in output, "completion")


def audits(session):
    """What cannot be read is exit status 2, and says which file it was."""
    noise, nothing = session.path("noise"), session.path("nothing")
    os.makedirs(noise + "/journal")
    with open(noise + "/journal/journal-0000000000000001", "wb") as file:
        file.write(bytes(range(256)) * 8)
    for words, named in ((["--data", nothing], nothing), (["--data", noise], "journal"), (["--data", session.directory], session.directory),
                         (["--data", noise, "--figures", nothing], nothing)):
        done = subprocess.run([session.program("turnpiked"), "audit", *words], capture_output=True, text=True)
        expect(done.returncode == 2 and named in done.stderr, (words, done.returncode, done.stderr))
    done = subprocess.run([session.program("turnpiked"), "audit", nothing], capture_output=True, text=True)
    expect(done.returncode == 64, done.returncode)


def helps(session):
    """Each command of both programs, and each below it, has an example."""
    for program in ("turnpike", "turnpiked"):
        waiting, seen = [()], 0
        while waiting:
            words = waiting.pop()
            done = subprocess.run([session.program(program), *words, "--help"], capture_output=True, text=True)
            expect(done.returncode == 0 and "USAGE" in done.stdout and "EXAMPLE" in done.stdout, (program, words, done.stderr))
            below = re.split(r"^[A-Z ]*SUBCOMMANDS:$", done.stdout, flags=re.M)[1:]
            waiting += [(*words, name) for part in below for name in re.findall(r"^  ([a-z-]+)\b(?! [a-z-]+ --help)", part, re.M)]
            seen += 1
        expect(seen > {"turnpike": 30, "turnpiked": 3}[program], (program, seen))


def mistakes(session):
    """What is wrong is said where it is."""
    for words, told in (
        (("acquire", "gpu", "--for", "10"), "10m minutes"), (("acquire",), "<resource>"), (("acquire", "gpu", "--amount", "0"), "whole number"),
        (("ping", "--credential", session.path("broken")), "credential:"), (("wallet", "balance", "--wallet", session.path("provider")), "not a wallet"),
    ):
        code, _, errors = session.run(*words)
        expect(code in (2, 7) and told in errors, errors)
    _, _, errors = session.run("issue", 5, role="provider", wallet="provider-wallet")
    expect("the operator's credential" in errors, errors)
    _, _, errors = session.run(
        "register", "bad", "--price", 1, "--period", "1h", "--units", 1, "--low", "1s", "--throttle", "2s", role="provider",
        wallet="provider-wallet")
    expect("--low" in errors and "TERMS_INVALID" in errors, errors)
    expect(session.ask("--broker", "unix:" + session.socket, "resources")[0]["name"] == "gpu", "options before the command")
    session.ask(
        "register", "brief", "--price", 1000, "--period", "1s", "--units", 1, "--shortest", "1ms", "--grace", "1h", "--meter0", 1,
        role="provider", wallet="provider-wallet")
    session.ask("acquire", "brief", "--amount", 20, "--name", "over")
    code, output, _ = session.run("watch", "over", "--until", "SUSPENDED")
    expect(code == 0 and json.loads(output.splitlines()[-1])["state"] == "SUSPENDED", output)
    _, _, errors = session.run("use", "over")
    expect("kept until 20" in errors and json.loads(errors)["status"] == "LEASE_SUSPENDED", errors)
    session.ask("release", "over")
    payment = session.ask("acquire", "gpu", "--amount", 600, "--name", "paid")["payment"]
    expect(session.ask("payment", payment) == {"outcome": "TAKEN"}, "a payment by its id")
    rows = session.ask("top", "--once")["walletLeases"]
    expect([row["name"] for row in rows] == ["paid"], rows)
    session.ask("release", "paid")
    first = session.ask("acquire", "gpu", "--amount", 600, "--name", "used")
    session.ask("use", "used", "--number", 3)
    expect(session.ask("use", "used", "--number", 3)["chargedBefore"], first)
    session.ask("release", "used")


def main():
    with Session() as session:
        for part in (resources, leases, money, lost_replies, watching, the_rest, mistakes, audits, helps):
            part(session)
            print(f"{part.__name__}: as promised", flush=True)
        ledger = session.ledger()
        expect(ledger["PURSES_OWN"] == 0, ledger)
    print(f"shown: command_checks={expect.count}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"commands: {failure}")
