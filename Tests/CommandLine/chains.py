#!/usr/bin/env python3
"""Hash chains as their owner has them: opened, used word by word, streamed, closed, and the wallet that crashes meanwhile.

The programs are those of TURNPIKE_BIN (.build/release).
"""

import json
import os
import shutil
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
from session import Failure, Session, expect
from thief import Thief



def balance(session, **options):
    return session.ask("wallet", "balance", **options)["balance"]


def open_and_use(session):
    before = balance(session)
    opened = session.ask("chain", "open", "mine", "--words", 100, "--weight", 2)
    expect(opened["chain"] == 1 and opened["deposit"] == 200 and balance(session) == before - 200, opened)
    own = session.ask("check", "mine")["own"]
    used = session.ask("use", "mine", "--quantity", 3, "--chain", 1)
    # 15 for the use, and eight words of 2 for it.
    expect(used["charged"] == 15 and used["word"] == 8, used)
    held = session.ask("chain", "check", "mine", 1)
    expect(held["shown"] == 8 and held["left"] == 184 and held["proved"], held)
    expect(session.ask("check", "mine")["own"] <= own + 1, "a word released more than its use cost")
    # Another wallet of the same owner goes on where this one is.
    shutil.copy(session.path("wallet"), session.path("twin"))
    expect(session.ask("use", "mine", "--chain", 1, wallet="twin")["word"] == 11, "the next words")
    expect(session.ask("use", "mine", "--chain", 1)["word"] == 14, "the words after them")
    second = session.ask("chain", "open", "mine", "--words", 2, "--weight", 5, "--from-purse")
    expect(second["chain"] == 2 and second["deposit"] == 10, second)
    expect([each["chain"] for each in session.ask("chain", "list")] == [1, 2], "both are in the wallet")
    code, _, errors = session.run("use", "mine", "--quantity", 9, "--chain", 2)
    expect(code == 2 and "costs 9 words; the chain has 2 left" in errors, errors)
    code, _, errors = session.run("use", "mine", "--chain", 7)
    expect(code == 2 and "no chain 7" in errors, errors)
    code, _, errors = session.run("chain", "open", "mine", "--words", 2, "--weight", 5, "--number", 1)
    expect(code == 3 and "CHAIN_TAKEN" in errors and "NOT_TAKEN" in errors, errors)
    closed = session.ask("chain", "close", "mine", 2)
    expect(closed["returned"] == 10 and closed["shown"] == 0, closed)
    expect([each["chain"] for each in session.ask("chain", "list")] == [1], "the closed one is gone")


def two_holders(session):
    """Another wallet with the owner's key opens and closes chains too, which this one need not know of."""
    words = next(line.split() for line in open(session.path("wallet")) if line.startswith("owner "))
    lease, key = words[1], next(word for word in words if len(word) == 32 and set(word) <= set("0123456789abcdef"))
    session.ask("wallet", "add-owner", lease, key, "--name", "mine", wallet="holder")
    opened = session.ask("chain", "open", "mine", "--words", 2, "--weight", 5, "--from-purse", wallet="holder")
    expect(opened["chain"] == 2, ("a number that is taken is passed over", opened))
    opened = session.ask("chain", "open", "mine", "--words", 2, "--weight", 5, "--from-purse")
    expect(opened["chain"] == 3, opened)
    expect(session.ask("check", "mine")["deposits"] >= 20, "CHECK tells the deposits")
    expect(session.ask("chain", "close", "mine", 3, wallet="holder")["returned"] == 10, "by the other")
    code, _, errors = session.run("chain", "close", "mine", 3)
    expect(code == 3 and "CHAIN_UNKNOWN" in errors, errors)
    expect([each["chain"] for each in session.ask("chain", "list")] == [1], "what is no more is not kept")
    session.ask("chain", "close", "mine", 2, wallet="holder")


def lost_replies(session):
    """Who loses the reply to OPEN_CHAIN has neither lost the deposit nor the words."""
    before = balance(session)
    thief = Thief(session, 0x2D, 1, hangs_up=False)
    session.ask("chain", "open", "mine", "--words", 10, "--weight", 7, "--timeout", "1s", environment=thief.environment, status=5)
    expect(balance(session) == before - 70, "the deposit is under way")
    code, _, errors = session.run("wallet", "recover")
    expect(code == 0 and "finished OPEN_CHAIN" in errors or "OPEN_CHAIN" not in errors, errors)
    expect(session.ask("use", "mine", "--chain", 2)["word"] == 1, "the words are known")
    # And who loses that to a use shows the word again, or a later one.
    thief = Thief(session, 0x24, 1, hangs_up=False)
    session.ask("use", "mine", "--chain", 2, "--timeout", "1s", environment=thief.environment, status=5)
    expect(session.ask("chain", "check", "mine", 2)["shown"] == 2, "it was done")
    expect(session.ask("use", "mine", "--chain", 2)["word"] == 3, "it goes on")
    expect(session.ask("chain", "close", "mine", 2)["returned"] == 49, "the rest")


def lying_broker(session):
    """A broker that claims more words than it was shown is not believed."""
    shown = session.ask("chain", "check", "mine", 1)["shown"]
    thief = Thief(session, forges=(shown.to_bytes(4, "little") + (100).to_bytes(4, "little"),
                                   (shown + 5).to_bytes(4, "little") + (100).to_bytes(4, "little")))
    code, _, errors = session.run("use", "mine", "--chain", 1, environment=thief.environment)
    expect(code == 1 and "and has another" in errors and "NOT_TAKEN" in errors, (code, errors))
    expect(session.ask("chain", "check", "mine", 1)["shown"] == shown, "no word was shown")


def stream(session):
    own = session.ask("check", "mine")["own"]
    done = session.ask("stream", "mine", "--for", "250ms", "--every", "50ms")
    expect(done["payments"] == 5 and done["returned"] == 0 and done["paid"] == 5, done)
    expect(session.ask("chain", "list")[-1]["chain"] == 1, "its chain is closed")
    expect(session.ask("check", "mine")["own"] >= own, "it paid for the time that it ran")


def wait_for_words(session, lease):
    for _ in range(1000):
        code, out, _ = session.run("chain", "check", lease, 2, wallet="observer")
        if code == 0 and json.loads(out)["shown"] >= 3:
            return
    raise Failure("the stream never paid")


def interrupted_stream(session):
    """Ctrl-C closes the chain; a kill leaves it, with what was not shown."""
    lease = session.ask("wallet", "list")["leases"][0]["lease"]
    for number, kept in ((signal.SIGINT, [1]), (signal.SIGKILL, [1, 2])):
        before = balance(session)
        program = subprocess.Popen(
            [session.program("turnpike"), "stream", "mine", "--for", "1h", "--every", "20ms"], text=True,
            env=dict(os.environ, TURNPIKE_BROKER="unix:" + session.socket, TURNPIKE_WALLET=session.path("wallet")),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for_words(session, lease)
        expect(session.ask("use", "mine", "--chain", 1)["word"] > 0, "the wallet is free meanwhile")
        program.send_signal(number)
        out, errors = program.communicate(timeout=30)
        expect(program.returncode == (0 if number == signal.SIGINT else -number), (program.returncode, errors))
        expect([each["chain"] for each in session.ask("chain", "list")] == kept, "chains of the wallet")
        if number == signal.SIGINT:
            done = json.loads(out)
            expect(done["payments"] >= 3 and done["paid"] + done["returned"] == 180_000, done)
            expect(balance(session) == before - 180_000, "the rest is in the purse")
    expect(session.ask("chain", "close", "mine", 2)["returned"] > 170_000, "what no word has paid")


def deserted_stream(session):
    """A stream whose broker is gone says where the money is, and how to get it."""
    lease = session.ask("wallet", "list")["leases"][0]["lease"]
    program = subprocess.Popen(
        [session.program("turnpike"), "stream", "mine", "--for", "1h", "--every", "20ms", "--timeout", "500ms"], text=True,
        env=dict(os.environ, TURNPIKE_BROKER="unix:" + session.socket, TURNPIKE_WALLET=session.path("wallet")),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for_words(session, lease)
    session.stop()
    _, errors = program.communicate(timeout=60)
    expect(program.returncode != 0 and f'"turnpike chain close {lease} 2"' in errors, (program.returncode, errors))
    session.start()
    closed = session.ask("chain", "close", lease, 2)
    expect(closed["shown"] >= 3 and closed["returned"] == 180_000 - closed["shown"], closed)


def at_the_end(session):
    session.ask("chain", "open", "mine", "--words", 5, "--weight", 1000)
    before = balance(session)
    change = session.ask("release", "mine")["change"]
    expect(change >= 5000 and balance(session) == before + change, "the deposits are in the change")
    expect(session.ask("chain", "list") == [], "and the chains are gone")


with Session("--durability", "os") as session:
    session.ask(
        "register", "server", "--units", 4, "--price", 3600, "--period", "1h", "--shortest", "1s", "--meter0", 5,
        role="provider", wallet="provider-wallet")
    session.ask("issue", 100_000, "--count", 10, role="operator")
    session.ask("acquire", "server", "--amount", 5000, "--name", "mine")
    open_and_use(session)
    two_holders(session)
    lost_replies(session)
    lying_broker(session)
    stream(session)
    interrupted_stream(session)
    deserted_stream(session)
    at_the_end(session)
    expect(session.ledger().get("CHAIN_DEPOSITS", 0) == 0, session.ledger())
print(f"shown: chain_checks={expect.count} failures=0")
