#!/usr/bin/env python3
"""`turnpiked words`: the same twelve as long as a broker lives, whatever was dropped of its journal; and none where they would be another's.

The programs are those of TURNPIKE_BIN (.build/release). What the words are good for is tried with a real wallet in Tests/Mint.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from session import Failure, Session, expect

DROPPING = ("--durability", "os", "--segment-bytes", "65536", "--replay-ms", "1", "--drop-journal")


def told(session, data="data"):
    """Exit status, what was printed, and what was said beside it."""
    done = subprocess.run([session.program("turnpiked"), "words", "--data", session.path(data)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def words(session):
    code, output, errors = told(session)
    expect(code == 0 and len(output.split()) == 12 and output.count("\n") == 1 and "whoever reads" in errors, (code, errors))
    return output


def dropped(session):
    """Requests until the journal's first segment is gone, which has the command that the words depend on."""
    journal = pathlib.Path(session.path("data")) / "journal"
    first = min(journal.glob("journal-*"))
    end = time.monotonic() + 60
    while first.exists():
        expect(time.monotonic() < end, "nothing was dropped")
        subprocess.run(
            [session.program("turnpike-load"), "run", "--work", "use", "--broker", "unix:" + session.socket, "--operator",
             session.path("operator"), "--provider", session.path("provider"), "--seconds", "0.5", "--rate", "20000"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


def refusals(session, twelve):
    """Nothing is printed of what may be another broker's."""
    key, other = session.path("data/master.key"), session.path("other")
    code, output, errors = told(session, "nothing")
    expect((code, output) == (2, "") and "nothing/journal" in errors, (code, errors))
    shutil.move(key, key + ".away")
    code, output, errors = told(session)
    expect((code, output) == (1, "") and "master.key" in errors, (code, errors))
    subprocess.run([session.program("turnpiked"), "key", "--data", other, "--role", "operator"], check=True, stdout=subprocess.DEVNULL)
    shutil.copy(other + "/master.key", key)
    code, output, errors = told(session)
    expect((code, output) == (1, "") and "not the key of" in errors, (code, errors))
    os.replace(key + ".away", key)
    expect(words(session) == twelve, "the words, with the key again")
    for snapshot in pathlib.Path(session.path("data/journal")).glob("snapshot-*"):
        os.truncate(snapshot, 1000)
    code, output, errors = told(session)
    expect((code, output) == (2, "") and "beginning" in errors, (code, errors))


def main():
    with Session(*DROPPING) as session, Session("--durability", "os") as other:
        for each in (session, other):
            # A broker's beginning is in the journal when its first request was answered.
            each.ask("issue", 1, role="operator", wallet="operator-wallet")
        twelve = words(session)
        expect(words(other) != twelve, "another broker's words")
        dropped(session)
        session.stop()
        expect(words(session) == twelve, "the words without the journal's beginning")
        refusals(session, twelve)
        # What was damaged no broker starts from.
        shutil.rmtree(session.path("data"))
        session.start()
        session.credential("operator", "--role", "operator")
        session.ask("issue", 1, role="operator", wallet="another-wallet")
        expect(words(session) != twelve, "the words of another life")
    print(f"shown: words_checks={expect.count} failures=0")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"words: {failure}")
