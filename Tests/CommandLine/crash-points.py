#!/usr/bin/env python3
"""Kills the command line at each of its calls that could leave a trace outside (write, send, fsync, rename, ...), one after the
other, in commands that move money; after each kill the next start must bring wallet and broker to agree to the last unit.

usage: crash-points.py [--half]

--half: a write is done by half before the process dies. The programs are those of TURNPIKE_BIN (.build/release).
"""

import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from session import Failure, Session

HERE = os.path.dirname(os.path.abspath(__file__))
CALLS_MAX = 200


def build_shim(directory):
    library = os.path.join(directory, "crash-shim.so")
    subprocess.run(
        [os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-Wall", "-o", library, os.path.join(HERE, "crash-shim.c"), "-ldl"],
        check=True)
    return library


class Trial:
    def __init__(self, session, shim, is_half):
        self.session = session
        self.base = {"LD_PRELOAD": shim}
        if is_half:
            self.base["CRASH_HALF"] = "1"

    def crash(self, at, *words):
        """Runs a command that dies in its call number `at`. True when it lived."""
        code, output, errors = self.session.run(*words, environment=dict(self.base, CRASH_AT=str(at)))
        if code not in (0, 137):
            raise Failure(f"{words} at call {at}: exit status {code}\n{output}{errors}")
        return code == 0

    def agree(self, what):
        """Wallet and broker say the same about notes and leases, and nothing is unfinished."""
        wallet = self.session.ask("wallet", "balance")
        keys = self.session.ask("wallet", "list")
        pending = self.session.ask("wallet", "pending")
        ledger = self.session.ledger()
        broker = self.session.ask("broker")
        outstanding = ledger.get("NOTES_OUTSTANDING", 0)
        if pending or keys["rejected"]:
            raise Failure(f"{what}: unfinished {pending}, rejected {keys['rejected']}")
        if wallet["balance"] != outstanding:
            raise Failure(f"{what}: the wallet has {wallet['balance']}, the broker owes {outstanding}")
        if len(keys["leases"]) != broker["leases"]:
            raise Failure(f"{what}: the wallet owns {len(keys['leases'])} leases, the broker has {broker['leases']}")

    def every_call(self, name, prepare, command):
        """Dies in call 1, 2, 3, ... of a command until it gets through."""
        for at in range(1, CALLS_MAX):
            # Always from one note: a payment takes the same calls each time, so that none is passed by.
            words = command(prepare())
            self.session.ask("merge")
            lived = self.crash(at, *words)
            if not lived:
                # The recovery dies as well, somewhere, before one gets through.
                self.crash(1 + at * 7 % 23, "wallet", "recover")
                self.session.ask("wallet", "recover")
            self.agree(f"{name} at call {at}")
            if lived:
                print(f"{name}: {at - 1} crash points, no money lost or doubled", flush=True)
                return at - 1
        raise Failure(f"{name}: still dies after {CALLS_MAX} calls")


def main():
    if not set(sys.argv[1:]) <= {"--half"}:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as directory, Session() as session:
        trial = Trial(session, build_shim(directory), "--half" in sys.argv)
        session.ask(
            "register", "thing", "--price", 1, "--period", "1h", "--units", 100_000, "--shortest", "1s", "--longest", "36500d",
            "--low", "0", role="provider", wallet="provider-wallet")
        session.ask("issue", 1000, "--count", 50, role="operator")
        trial.agree("the beginning")

        def leased():
            return session.ask("acquire", "thing", "--amount", 30)["lease"]

        def drop_all():
            for lease in session.ask("wallet", "list")["leases"]:
                session.ask("release", lease["lease"])

        points = trial.every_call("acquire", lambda: None, lambda _: ("acquire", "thing", "--amount", 37))
        drop_all()
        lease = leased()
        points += trial.every_call("fund", lambda: lease, lambda lease: ("fund", lease, "--amount", 11))
        points += trial.every_call("release", leased, lambda lease: ("release", lease))
        points += trial.every_call("exchange", lambda: None, lambda _: ("exchange", 3, 5, 7))
        drop_all()
        ledger = session.ledger()
        kept = ledger.get("NOTES_OUTSTANDING", 0) + ledger.get("PROVIDER_EARNINGS", 0) + ledger.get("OPERATOR_FEES", 0)
        if kept != 50_000 or ledger.get("PURSES_OWN", 0) != 0:
            raise Failure(f"50000 were issued, and {ledger} is left")
        print(
            "all money accounted for: 50000 issued, "
            f"{ledger['NOTES_OUTSTANDING']} in the wallet, {ledger.get('PROVIDER_EARNINGS', 0)} earned")
        print(f"shown: crash_points={points} money_lost=0")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"crash-points: {failure}")
