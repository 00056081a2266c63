"""A broker of its own, credentials and wallets in a temporary directory: what the command-line tests share."""

import json
import os
import pty
import re
import shutil
import subprocess
import tempfile
import time


class Failure(Exception):
    pass


def expect(condition, what):
    """Counts what was looked at; Failure says what is not as it should be."""
    expect.count += 1
    if not condition:
        raise Failure(str(what))


expect.count = 0


def until(what, condition, seconds=60):
    """Asks again until it is so; there is no push for it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise Failure(f"{what} did not come about")
        time.sleep(0.05)
    return found


class Session:
    """`with Session() as session:` starts a broker and ends it. TURNPIKE_BIN names the directory of the programs.

    What is given to it are the broker's options."""

    def __init__(self, *options):
        self.options = options or ("--durability", "none")
        self.binaries = os.path.abspath(os.environ.get("TURNPIKE_BIN", ".build/release"))
        self.directory = tempfile.mkdtemp(prefix="turnpike-")
        self.socket = self.path("broker.sock")

    def path(self, name):
        return os.path.join(self.directory, name)

    def program(self, name):
        return os.path.join(self.binaries, name)

    def __enter__(self):
        self.log = open(self.path("broker.log"), "w")
        self.credential("operator", "--role", "operator")
        self.credential("provider", "--role", "provider", "--id", "1")
        self.start()
        return self

    def start(self, *options, data="data"):
        """Starts the broker, with more options."""
        self.broker = subprocess.Popen(
            [self.program("turnpiked"), "serve", "--data", self.path(data), "--unix", self.socket, *self.options, *options],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.broker.stdout:
            if line.strip() == "ready":
                return
        raise Failure("the broker did not start: " + open(self.path("broker.log")).read())

    def stop(self):
        """Ends it, and waits."""
        self.broker.terminate()
        self.broker.wait(timeout=20)
        self.broker.stdout.close()

    def credential(self, name, *words):
        """Makes a credential file."""
        text = subprocess.run(
            [self.program("turnpiked"), "key", "--data", self.path("data"), *words], check=True, capture_output=True,
            text=True).stdout
        with open(os.open(self.path(name), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(text)

    def __exit__(self, *_):
        self.stop()
        self.log.close()
        shutil.rmtree(self.directory)

    def run(self, *words, wallet="wallet", role=None, environment=None, stdin=None):
        """One command: (exit status, standard output, standard error)."""
        done = subprocess.run(
            [self.program("turnpike"), *map(str, words)], env=self.variables(wallet, role, environment), capture_output=True,
            text=True, timeout=60, input=stdin)
        return done.returncode, done.stdout, done.stderr

    def variables(self, wallet, role, environment):
        """The environment of a command."""
        variables = dict(os.environ, TURNPIKE_BROKER="unix:" + self.socket, TURNPIKE_WALLET=self.path(wallet))
        variables.pop("TURNPIKE_CREDENTIAL", None)
        if role:
            variables["TURNPIKE_CREDENTIAL"] = self.path(role)
        return variables | (environment or {})

    def rewrite(self, old, new, wallet="wallet"):
        """Another text in a wallet's file, wherever the pattern stands in it."""
        content = open(self.path(wallet)).read()
        with open(self.path(wallet), "w") as file:
            file.write(re.sub(old, new, content, flags=re.MULTILINE))

    def lose(self, wallet="wallet"):
        """The broker does not know the wallet's session any more, with all receipts in it."""
        self.rewrite("^session [0-9a-f]{32}", "session " + os.urandom(16).hex(), wallet)

    def screen(self, *words, wallet="nobody", role=None, environment=None):
        """What a terminal shows of one command that must be done."""
        ours, theirs = pty.openpty()
        child = subprocess.Popen(
            [self.program("turnpike"), *map(str, words)], stdin=subprocess.DEVNULL, stdout=theirs,
            env=self.variables(wallet, role, environment))
        os.close(theirs)
        text = b""
        try:
            while piece := os.read(ours, 65536):
                text += piece
        except OSError:
            pass  # The other end was closed.
        os.close(ours)
        if child.wait() != 0:
            raise Failure(f"turnpike {' '.join(map(str, words))}: exit status {child.returncode}\n{text.decode()}")
        return text.decode()

    def ask(self, *words, status=0, **options):
        """One command that must end with `status`: its JSON, if it has any."""
        code, output, errors = self.run(*words, **options)
        if code != status:
            raise Failure(f"turnpike {' '.join(map(str, words))}: exit status {code}, not {status}\n{output}{errors}")
        return json.loads(output) if output.strip() else None

    def ledger(self):
        """Balances by account, summed over key epochs."""
        figures = {}
        answer = self.ask("audit", role="operator", wallet="operator-wallet")
        if answer["sum"] != 0:
            raise Failure(f"the ledger sums to {answer['sum']}")
        for figure in answer["figures"]:
            figures[figure["account"]] = figures.get(figure["account"], 0) + figure["balance"]
        return figures
