"""PostgreSQL, as stories and tests run it: servers of their own, of Debian's package `postgresql`, and its client."""

import os
import pathlib
import pwd
import select
import subprocess
import threading
import time

from story import EVENT_TIMEOUT_SECONDS, Failure, expect

PROGRAMS = next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
# PostgreSQL refuses root: then its servers run as the user whom its package made.
USER = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
AS_USER = [] if os.getuid() else ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
# Small and quick: what is shown has not to survive a power failure.
SETTINGS = "-c fsync=off -c shared_buffers=16MB -c max_connections=20 -c autovacuum=off"


def initdb(folder):
    """Makes a data directory, in a folder that is the user's."""
    words = ["--auth=trust", "--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C", "-U", USER, "-D", folder]
    done = subprocess.run([*AS_USER, PROGRAMS / "initdb", *words], cwd="/", capture_output=True, text=True)
    expect(done.returncode == 0, f"initdb: {done.stderr}; TMPDIR must be a directory that the user {USER} can reach")


def is_ready(folder):
    """Whether a server answers at the socket in a folder."""
    return subprocess.run([PROGRAMS / "pg_isready", "-q", "-h", folder], cwd="/").returncode == 0


class Ended(ConnectionError):
    """psql has ended, since its connection has."""


class Psql:
    """A `psql` that stays: one question after the other on one connection. An endpoint is a directory with a socket, or HOST:PORT."""

    def __init__(self, endpoint):
        host, _, port = endpoint.rpartition(":")
        words = ["-h", host, "-p", port] if host else ["-h", endpoint]
        self.child = subprocess.Popen(
            [PROGRAMS / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", USER, "-d", "postgres", *words], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/")
        self.text = b""
        self.watch = None

    def read(self, limit):
        """What comes next; nothing: nothing comes until `limit`."""
        if not select.select([self.child.stdout], [], [], max(0, limit - time.monotonic()))[0]:
            return b""
        piece = os.read(self.child.stdout.fileno(), 1 << 16)
        if not piece:
            raise Ended("psql has ended")
        return piece

    def line(self, seconds=EVENT_TIMEOUT_SECONDS):
        """The next line; None: it does not come."""
        limit = time.monotonic() + seconds
        while b"\n" not in self.text:
            piece = self.read(limit)
            if not piece:
                return None
            self.text += piece
        line, _, self.text = self.text.partition(b"\n")
        return line.decode()

    def send(self, question):
        try:
            self.child.stdin.write(question.encode() + b";\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            raise Ended("psql has ended") from None

    def ask(self, question):
        """The one line that answers a question."""
        self.send(question)
        return self.line()

    def ask_until_silent(self, instant):
        """Asks on and on: when the last answer came. There was none up to `instant`; it may come later, if the connection lives."""
        answered_at = time.time()
        try:
            while True:
                self.send("select 1")
                if self.line(max(0.1, instant - time.time())) is None:
                    return answered_at
                answered_at = time.time()
        except Ended:
            return answered_at

    def count(self, limit, byte_count_max=1 << 40):
        """Bytes that come until an instant, and no more than so many."""
        got = 0
        while got < byte_count_max and time.monotonic() < limit:
            got += len(self.read(limit))
        return got

    def count_until_cut(self):
        """When the last byte came, and when the connection ended."""
        last, limit = time.time(), time.monotonic() + EVENT_TIMEOUT_SECONDS
        try:
            while time.monotonic() < limit:
                if self.read(limit):
                    last = time.time()
        except Ended:
            return last, time.time()
        raise Failure("the connection was never cut")

    def watch_for_cut(self):
        """Waits for the end of the connection beside what else happens, with a question that has no answer."""
        self.send("select pg_sleep(600)")
        self.watch = threading.Thread(target=self._watch, daemon=True)
        self.watch.start()

    def _watch(self):
        try:
            self.cut_at = self.count_until_cut()[1]
        except Failure:
            self.cut_at = None

    def wait_for_cut(self):
        """When its connection ended, for which it waits already."""
        if self.watch:
            self.watch.join()
        else:
            self.cut_at = self.count_until_cut()[1]
        expect(self.cut_at, "the connection was never cut")
        return self.cut_at

    def error(self):
        """What it says, when it has ended."""
        return self.child.communicate(timeout=EVENT_TIMEOUT_SECONDS)[1].decode().splitlines()

    def end(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.communicate()
