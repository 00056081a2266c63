"""What stories in front of a reader share: programs that run, people at command lines, events that are waited for.

A story runs the programs of TURNPIKE_BIN (default .build/release) in a temporary directory on a free port, waits for events and
not for time, checks each outcome, and removes what it made, also when it fails.
"""

import collections
import json
import os
import pathlib
import pty
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

BIN = pathlib.Path(os.environ.get("TURNPIKE_BIN") or pathlib.Path(__file__).resolve().parents[1] / ".build/release").resolve()
EVENT_TIMEOUT_SECONDS = 30
INSTANTS = ("deadline", "end", "closesAt", "until", "next")
BOLD, DIM, PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")


class Failure(Exception):
    """The story did not go as it is told."""


def expect(condition, what):
    if not condition:
        raise Failure(what)


def say(text=""):
    print(text, flush=True)


def step(text, count=[0]):
    count[0] += 1
    say(f"\n{BOLD}{count[0]}. {text}{PLAIN}")


def sent(who, *words):
    words = [str(word) for word in words]
    notes = [word for word in words if word.startswith("tpnote1")]
    text = shlex.join(word for word in words if word not in notes)
    if notes:
        text += f" {notes[0][:20]}..." + (f" (and {len(notes) - 1} more)" if len(notes) > 1 else "")
    say(f"   {who}$ {text}")


def came(text):
    say(f"   {DIM}<- {text}{PLAIN}")


def in_words(reply):
    """A reply on one line; instants as seen from now."""
    parts = []
    for name, value in reply.items():
        if isinstance(value, (list, dict)):
            continue
        if name in INSTANTS and value:
            value = f"in {value / 1000 - time.time():.1f} s"
        parts.append(f"{name} {value}")
    return ", ".join(parts)


def cost(text):
    say(f"   cost: {text}")


class Process:
    """A program that runs until it is stopped; its lines are read as they come."""

    def __init__(self, words, environment=None):
        self.words = [str(word) for word in words]
        self.lines = collections.deque()
        self.changed = threading.Condition()
        self.child = subprocess.Popen(
            self.words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | (environment or {}))
        self.errors = []
        for stream, take in ((self.child.stdout, self._take), (self.child.stderr, self.errors.append)):
            threading.Thread(target=self._read, args=(stream, take), daemon=True).start()

    def _read(self, stream, take):
        for line in stream:
            take(line.rstrip("\n"))
        with self.changed:
            self.changed.notify_all()

    def _take(self, line):
        with self.changed:
            self.lines.append(line)
            self.changed.notify_all()

    def wait_for(self, matches, what):
        """The next line that matches; those before it are dropped."""
        deadline = time.monotonic() + EVENT_TIMEOUT_SECONDS
        with self.changed:
            while True:
                while self.lines:
                    line = self.lines.popleft()
                    if matches(line):
                        return line
                left = deadline - time.monotonic()
                if left <= 0 or (self.child.poll() is not None and not self.lines):
                    raise Failure(f"{self.words[0]}: no {what}: " + " ".join(self.errors[-3:]))
                self.changed.wait(min(left, 0.5))

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        return self.child.returncode


class Person:
    """Somebody with a wallet, and perhaps a role, at a command line."""

    def __init__(self, name, story, credential=None):
        self.name = name
        self.story = story
        self.environment = {"TURNPIKE_BROKER": story.address, "TURNPIKE_WALLET": str(story.folder / f"{name}.wallet")}
        if credential:
            self.environment["TURNPIKE_CREDENTIAL"] = str(credential)

    def __repr__(self):
        return self.name

    def run(self, *words, quiet=False, refused=None):
        """Runs `turnpike`. `refused`: the status it has to be refused with, no money taken."""
        if not quiet:
            sent(self.name, "turnpike", *words)
        done = subprocess.run(
            [BIN / "turnpike", *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            env=os.environ | self.environment, timeout=EVENT_TIMEOUT_SECONDS)
        if refused:
            expect(done.returncode == 3, f"{words}: exit code {done.returncode}: {done.stderr}{done.stdout}")
            error = json.loads(done.stderr.splitlines()[-1])
            came(f"refused: {error['error']}")
            expect(error.get("status") == refused, f"{words}: {error.get('status')}, not {refused}")
            return error
        expect(done.returncode == 0, f"{words}: exit code {done.returncode}: {done.stderr}{done.stdout}")
        reply = json.loads(done.stdout)
        if not quiet and isinstance(reply, dict):
            came(in_words(reply))
        return reply

    def screen(self, *words):
        """The lines that `turnpike` shows on a terminal."""
        ours, theirs = pty.openpty()
        text = b""
        child = subprocess.Popen(
            [BIN / "turnpike", *map(str, words)], stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE,
            env=os.environ | self.environment)
        os.close(theirs)
        try:
            while piece := os.read(ours, 65536):
                text += piece
        except OSError:
            pass  # The other end of a terminal is closed.
        finally:
            os.close(ours)
        errors = child.communicate(timeout=EVENT_TIMEOUT_SECONDS)[1]
        expect(child.returncode == 0, f"{words}: exit code {child.returncode}: {errors.decode()}")
        return text.decode().splitlines()

    def watch(self, *words, quiet=True):
        """`turnpike watch`, subscribed when this returns."""
        if not quiet:
            sent(self.name, "turnpike", "watch", *words)
        before = self.story.subscriptions
        process = self.story.start(BIN / "turnpike", "watch", *words, environment=self.environment)
        self.story.poll(lambda: self.story.subscriptions > before, "the watch to be subscribed")
        return process

    @property
    def balance(self):
        return self.run("wallet", "balance", quiet=True)["balance"]

    def give(self, amount, *people, quiet=False):
        """Notes as texts, from this wallet into others'."""
        for person in people:
            notes = self.run("wallet", "send", amount, quiet=quiet)["notes"]
            received = person.run("wallet", "receive", *notes, quiet=quiet)
            expect(received["balance"] >= amount, f"{person.name} received {received}")


class Story:
    """A broker, its operator and provider, and what happens with it. `tell` tells it."""

    # The programs of BIN that it runs.
    programs = ("turnpiked", "turnpike")
    # More of its broker's.
    options = ()

    def __init__(self, folder, capture=None):
        self.folder = folder
        self.capture = capture
        self.processes = []
        self.address = ""

    def start(self, *words, environment=None):
        process = Process(words, environment)
        self.processes.append(process)
        return process

    def tell(self):
        raise NotImplementedError

    def begin(self):
        """Starts the broker. The operator and a provider get their keys."""
        data = self.folder / "data"
        words = ["serve", "--listen", "127.0.0.1:0", "--data", data, "--fee-per-million", "10000", *self.options]
        sent("operator", "turnpiked", *words)
        self.broker = self.start(BIN / "turnpiked", *words)
        self.address = self.broker.wait_for(lambda line: line.startswith("listening "), "address").split()[1]
        self.broker.wait_for(lambda line: line == "ready", "ready")
        came(f"listening at {self.address}; fee 1 %; amounts are in msat")
        self.port = self.address.rsplit(":", 1)[1]
        if self.capture:
            recorder = self.start(pathlib.Path(__file__).with_name("record"), self.address, self.capture)
            self.address = recorder.wait_for(lambda line: line.startswith("listening on "), "address").split()[-1]
        for name, role in (("operator", ["--role", "operator"]), ("provider", ["--role", "provider", "--id", "1"])):
            words = ["key", "--data", data, *role]
            sent("operator", "turnpiked", *words)
            text = subprocess.run([BIN / "turnpiked", *words], check=True, capture_output=True, text=True).stdout
            path = self.folder / name
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(text)
        self.operator = Person("operator", self, self.folder / "operator")
        self.provider = Person("provider", self, self.folder / "provider")

    def audit(self):
        """Asks for the ledger, which is returned, stops the broker, and has its journal audited."""
        ledger = self.operator.run("audit")
        expect(ledger["sum"] == 0, f"the broker's accounts sum to {ledger['sum']}")
        figures = self.folder / "figures.json"
        figures.write_text(json.dumps(ledger))
        expect(self.broker.stop() == 0, "the broker did not end in order: " + " ".join(self.broker.errors[-3:]))
        words = ["audit", "--data", self.folder / "data", "--figures", figures]
        sent("operator", "turnpiked", *words)
        done = subprocess.run([BIN / "turnpiked", *map(str, words)], capture_output=True, text=True, timeout=60)
        for line in (done.stdout + done.stderr).splitlines():
            came(line)
        expect(done.returncode == 0, "the audit does not balance, or the broker's figures are others")
        came("the broker's own figures are the audit's, every one of them")
        return ledger

    @property
    def subscriptions(self):
        return self.operator.run("broker", quiet=True)["subscriptions"]

    def event(self, lease, state):
        """Waits until the lease is in a state. What the watch told before is dropped."""
        return self.pushed(lambda event: event["event"] == "lease" and event["lease"] == lease and event["state"] == state, state)

    def notice(self, lease, kind):
        return self.pushed(lambda event: event["event"] == "notice" and event["lease"] == lease and event["kind"] == kind, kind)

    def pushed(self, matches, what, watch=None):
        """Waits for what `watch`, by default the story's own, tells next of this kind."""
        return json.loads((watch or self.watch).wait_for(lambda line: matches(json.loads(line)), what))

    def poll(self, done, what):
        deadline = time.monotonic() + EVENT_TIMEOUT_SECONDS
        while not done():
            expect(time.monotonic() < deadline, f"waited in vain for {what}")

    def end(self):
        for process in reversed(self.processes):
            process.stop()


def run(kind, target, shown, capture=None):
    """Tells a story of a kind, for `make target`; `shown(story)` is the last line's middle. The exit code."""
    for name in kind.programs:
        if not os.access(BIN / name, os.X_OK):
            print(f"demo: {BIN / name} is not there; `make {target}` builds it", file=sys.stderr)
            return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-demo-"))
    story = kind(folder, capture)
    try:
        story.tell()
    except (Failure, subprocess.SubprocessError, OSError, LookupError, ValueError) as failure:
        print(f"\ndemo: FAILED: {failure}", file=sys.stderr)
        print(f"shown: demo=failed seconds={time.monotonic() - began:.1f}")
        return 1
    finally:
        story.end()
        shutil.rmtree(folder, ignore_errors=True)
    say(f"\nshown: demo=complete {shown(story)} seconds={time.monotonic() - began:.1f}")
    return 0
