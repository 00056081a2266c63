#!/usr/bin/env python3
"""Kills the command line at each of its calls that could leave a trace outside (write, send, fsync, rename, ...), one after the
other, in commands that move money; after each kill the next start must bring wallet and broker to agree to the last unit.

usage: crash-points.py [--half | --whole]

Of the writes in which it dies, every second is done by half first; with --half each is, with --whole none. The programs are those of TURNPIKE_BIN (.build/release).
"""

import json
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
    """One wallet under test, and one whose notes come and go by hand."""

    def __init__(self, session, shim, mode):
        self.session, self.shim, self.mode = session, shim, mode
        self.count = 0

    def crash(self, at, *words, role=None):
        """Runs a command that dies in its call number `at`: (whether it lived, what it printed)."""
        environment = {"LD_PRELOAD": self.shim, "CRASH_AT": str(at)}
        # A write is done by half or not at all, by turns.
        self.count += 1
        if self.mode == "--half" or (self.mode is None and self.count % 2):
            environment["CRASH_HALF"] = "1"
        code, output, errors = self.session.run(*words, environment=environment, role=role)
        if code not in (0, 137):
            raise Failure(f"{words} at call {at}: exit status {code}\n{output}{errors}")
        return code == 0, output

    def agree(self, what):
        """Wallet and broker say the same about notes and leases, and nothing is unfinished."""
        content = self.session.ask("wallet", "list")
        pending = self.session.ask("wallet", "pending")
        broker = self.session.ask("broker")
        others = sum(note["amount"] for name in ("giver", "provider-wallet") for note in self.notes(name))
        owned = sum(note["amount"] for note in content["notes"]) + others
        if pending or content["rejected"]:
            raise Failure(f"{what}: unfinished {pending}, rejected {content['rejected']}")
        ledger = self.session.ledger()
        outstanding = ledger.get("NOTES_OUTSTANDING", 0)
        claimed = sum(claim["left"] + claim["due"] for claim in self.session.ask("claim", "list"))
        if claimed != ledger.get("BIDS", 0) + ledger.get("CLAIMS_DUE", 0):
            raise Failure(f"{what}: the wallet has claims to {claimed}, the broker has {ledger}")
        if owned != outstanding:
            raise Failure(f"{what}: the wallets have {owned}, the broker owes {outstanding}")
        if len(content["leases"]) != broker["leases"]:
            raise Failure(f"{what}: the wallet owns {len(content['leases'])} leases, the broker has {broker['leases']}")

    def notes(self, wallet):
        return self.session.ask("wallet", "list", wallet=wallet)["notes"]

    def every_call(self, name, prepare, command, after=lambda words, output: None, role=None):
        """Dies in call 1, 2, 3, ... of a command until it gets through. `after` does by hand what its user would do then."""
        for at in range(1, CALLS_MAX):
            # Always from one note: a payment takes the same calls each time, so that none is passed by.
            words = command(prepare())
            self.session.ask("merge")
            lived, output = self.crash(at, *words, role=role)
            if not lived:
                # The recovery dies as well, somewhere, before one gets through.
                self.crash(1 + at * 7 % 23, "wallet", "recover", role=role)
                self.session.ask("wallet", "recover", role=role)
            after(words, output)
            self.agree(f"{name} at call {at}")
            if lived:
                print(f"{name}: {at - 1} crash points, no money lost or doubled", flush=True)
                return at - 1
        raise Failure(f"{name}: still dies after {CALLS_MAX} calls")


def bearer_points(trial):
    """Commands that take notes in or give them out as texts: the one who typed them has what was printed."""
    session = trial.session

    def take_again(words, _):
        if session.ask("payment", *words[2:])["outcome"] == "NOT_TAKEN":
            session.ask("wallet", "receive", *words[2:])

    def take_back(_, output):
        # Whoever sees a whole note has it; half of one is nothing.
        try:
            notes = json.loads(output)["notes"]
        except ValueError:
            return
        take_again(("", "", *notes), None)

    def given():
        return session.ask("wallet", "send", 3, wallet="giver")["notes"]

    points = trial.every_call("wallet receive", given, lambda notes: ("wallet", "receive", *notes), take_again)
    points += trial.every_call("wallet send", lambda: None, lambda _: ("wallet", "send", 9), take_back)
    return points


def role_points(trial, lease):
    session = trial.session

    def earn():
        session.ask("use", lease, "--quantity", 1)

    points = trial.every_call("issue", lambda: None, lambda _: ("issue", 10, "--count", 2), role="operator")
    points += trial.every_call("withdraw", earn, lambda _: ("withdraw",), role="provider")
    return points


def bid_points(trial):
    """Bids, whose claim keys and seals exist in the wallet alone."""
    session = trial.session
    auction = session.ask(
        "auction", "open", "thing", "--reserve", 5, "--for", "1h", "--reveal", "1h", "--period", "1h", role="provider",
        wallet="provider-wallet")["auction"]
    points = trial.every_call("bid", lambda: None, lambda _: ("bid", auction, 7, "--sealed-max", 9))
    claim = session.ask("claim", "list")[0]["claim"]
    points += trial.every_call("bid raise", lambda: claim, lambda claim: ("bid", "raise", claim, 5, "--bid", 8))
    # What each was sealed as can be told, by the commitment that the broker has.
    claims = [claim["claim"] for claim in session.ask("claim", "list")]
    for claim in claims:
        given = session.ask("claim", "hand-over", claim)
        if "nonce" not in given:
            raise Failure(f"bid {claim} cannot be revealed any more")
        session.ask("claim", "accept", claim, "-", stdin=given["key"])
    claims += [session.ask("bid", auction, 7, "--sealed-max", 9)["claim"] for _ in range(20)]
    session.ask("auction", "cancel", auction, role="provider", wallet="provider-wallet")

    def pay_again(words, _):
        session.ask(*words)

    points += trial.every_call("claim pay", claims.pop, lambda claim: ("claim", "pay", claim), pay_again)
    for claim in claims:
        session.ask("claim", "pay", claim)
    return points


def main():
    if len(sys.argv) > 2 or not set(sys.argv[1:]) <= {"--half", "--whole"}:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as directory, Session() as session:
        trial = Trial(session, build_shim(directory), sys.argv[1] if sys.argv[1:] else None)
        session.ask(
            "register", "thing", "--price", 1, "--period", "1h", "--units", 100_000, "--shortest", "1s", "--longest", "36500d",
            "--low", "0", "--meter0", 2, role="provider", wallet="provider-wallet")
        session.ask("issue", 1000, "--count", 50, role="operator")
        session.ask("wallet", "receive", *session.ask("wallet", "send", 500)["notes"], wallet="giver")
        trial.agree("the beginning")

        def leased():
            return session.ask("acquire", "thing", "--amount", 200)["lease"]

        def drop_all():
            for lease in session.ask("wallet", "list")["leases"]:
                session.ask("release", lease["lease"])

        points = trial.every_call("acquire", lambda: None, lambda _: ("acquire", "thing", "--amount", 37))
        drop_all()
        lease = leased()
        points += trial.every_call("fund", lambda: lease, lambda lease: ("fund", lease, "--amount", 11))
        points += trial.every_call("paid use", lambda: lease, lambda lease: ("use", lease, "--amount", 7))
        points += trial.every_call("release", leased, lambda lease: ("release", lease))
        points += trial.every_call("exchange", lambda: None, lambda _: ("exchange", 3, 5, 7))
        points += role_points(trial, lease)
        points += bearer_points(trial)
        points += bid_points(trial)
        drop_all()
        ledger = session.ledger()
        issued = -ledger["OPERATOR_FLOAT"]
        kept = ledger.get("NOTES_OUTSTANDING", 0) + ledger.get("PROVIDER_EARNINGS", 0) + ledger.get("OPERATOR_FEES", 0)
        if kept != issued or any(ledger.get(account, 0) for account in ("PURSES_OWN", "BIDS", "CLAIMS_DUE")):
            raise Failure(f"{issued} were issued, and {ledger} is left")
        print(
            f"all money accounted for: {issued} issued, "
            f"{ledger['NOTES_OUTSTANDING']} in wallets, {ledger.get('PROVIDER_EARNINGS', 0)} earned")
        print(f"shown: crash_points={points} money_lost=0")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"crash-points: {failure}")
