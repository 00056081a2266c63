"""A broker that is there to be killed: its directories, its lives, and what a kill interrupted."""

import contextlib
import os
import pathlib
import random
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "Interop")]

import client  # noqa: E402
import powercut  # noqa: E402

SECONDS_MAX = 60


class Failure(Exception):
    """Something that may not be."""


def expect(is_right, text):
    if not is_right:
        raise Failure(text)


def program(name):
    return os.path.join(os.path.abspath(os.environ.get("TURNPIKE_BIN", ".build/release")), name)


class Workshop:
    """A directory for everything, removed at the end, and the shims in it."""

    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-crash-"))
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory, ignore_errors=True)

    def shim(self, name):
        library = self.directory / f"{name}.so"
        if not library.exists():
            compiler = [os.environ.get("CC", "cc"), "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC"]
            subprocess.run([*compiler, HERE / f"{name}.c", "-o", library, "-ldl"], check=True)
        return str(library)

    def place(self, name):
        path = self.directory / name
        path.mkdir(parents=True)
        return path


class Daemon:
    """turnpiked on one data directory, life after life. `turnpiked` is the program; `cuts_power` has it run below powercut.c, so
    that each kill is a power failure too; `faults` are rules for faults.c, for the next life only."""

    def __init__(self, workshop, directory, cuts_power=False, turnpiked=None, random=random):
        self.workshop, self.directory, self.cuts_power, self.random = workshop, directory, cuts_power, random
        self.turnpiked = turnpiked or program("turnpiked")
        self.data, self.shadow = directory / "data", directory / "shadow"
        self.journal, self.log_path, self.report = self.data / "journal", directory / "log", directory / "report"
        self.shadow.mkdir()
        client.TURNPIKED = self.turnpiked
        self.operator = client.credential(str(self.data), "operator", 0)
        self.provider = client.credential(str(self.data), "provider", 1)
        self.process, self.faults = None, None
        self.recoveries, self.recovery_seconds = 0, 0.05
        self.sectors_lost = self.operations_lost = 0

    def environment(self):
        variables, libraries = dict(os.environ, SWIFT_BACKTRACE="enable=no"), []
        # powercut.c first: a sync that is stalled covers nothing that came after its call.
        if self.cuts_power:
            libraries.append(self.workshop.shim("powercut"))
            variables.update(POWERCUT_DIR=str(self.data), POWERCUT_SHADOW=str(self.shadow))
        if self.faults:
            # Only what is below the journal: the counts then begin with its first file.
            self.journal.mkdir(exist_ok=True)
            libraries.append(self.workshop.shim("faults"))
            variables.update(FAULTS=self.faults, FAULTS_DIR=str(self.journal), FAULTS_REPORT=str(self.report))
        if libraries:
            variables["LD_PRELOAD"] = " ".join(libraries)
        return variables

    def spawn(self):
        self.began, self.began_at, self.output = time.monotonic(), time.time(), b""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [self.turnpiked, "serve", "--listen", "127.0.0.1:0", "--data", self.data, "--segment-bytes", str(1 << 20), "--replay-ms", "4",
                 "--log-level", "warning", "--fee-per-million", "50000"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                env=self.environment())
        self.faults = None

    def wait_ready(self, seconds=SECONDS_MAX):
        """Whether it came to serve within that time. One that ended instead is a failure."""
        until = self.began + seconds
        while b"ready\n" not in self.output:
            if not select.select([self.process.stdout], [], [], max(0, until - time.monotonic()))[0]:
                return False
            data = os.read(self.process.stdout.fileno(), 4096)
            if not data:
                code = self.process.wait(SECONDS_MAX)
                raise Failure(f"the broker does not start (exit code {code}): {self.log()}")
            self.output += data
        self.recovery_seconds = time.monotonic() - self.began
        host, port = re.search(rb"listening (.*):(\d+)\n", self.output).groups()
        self.address = host.decode(), int(port)
        return True

    def start(self):
        self.spawn()
        expect(self.wait_ready(), f"the broker is not ready after {SECONDS_MAX} s: {self.log()}")

    def kill(self):
        """kill -9; `strike` follows when its clients have taken what was sent to them."""
        self.process.kill()

    def strike(self):
        """The process is gone, and with `cuts_power` what a power failure takes. A journal of before may be kept by the caller."""
        self.process.wait(SECONDS_MAX)
        self.process.stdout.close()
        self.process = None
        if self.cuts_power:
            sectors, operations = powercut.restore(self.data, self.shadow, self.random.getrandbits(64))
            self.sectors_lost += sectors["lost"]
            self.operations_lost += operations["lost"]

    def exit_code(self):
        """Of a process that ends by itself."""
        try:
            code = self.process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            raise Failure(f"the broker goes on: {self.log()}") from None
        self.strike()
        return code

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait(SECONDS_MAX)
            self.process.stdout.close()

    def log(self):
        return self.log_path.read_text(errors="replace")[-2000:].strip()

    # What is in its directory.

    def segments(self):
        return sorted(name for name in os.listdir(self.journal) if re.fullmatch("journal-[0-9a-f]{16}", name))

    def drafts(self):
        """Names of files that this life is making. A draft of an earlier one may lie there for long."""
        names = [name for name in os.listdir(self.journal) if name.endswith(".new")]
        found = []
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                if os.stat(self.journal / name).st_mtime > self.began_at:
                    found.append(name)
        return found

    def interrupted(self):
        """What it is doing just now, or was doing when it was killed, as its files show: a snapshot; a change of segments, from the
        new segment without a record to the last reserve in the place of the one that was taken; or nothing but service."""
        drafts = self.drafts()
        if "snapshot.new" in drafts:
            return "snapshot"
        names = os.listdir(self.journal)
        if drafts or sum(name.startswith("reserve-") for name in names) < 3:
            return "segment"
        with open(self.journal / max(name for name in names if name.startswith("journal-")), "rb") as file:
            return "service" if any(os.pread(file.fileno(), 128, 512)) else "segment"

    def audit(self):
        """`turnpiked audit`: how many commands it has seen. It must balance."""
        done = subprocess.run([self.turnpiked, "audit", "--data", self.data], capture_output=True, text=True, timeout=SECONDS_MAX)
        expect(done.returncode == 0, f"turnpiked audit, exit code {done.returncode}: {done.stdout[-1500:]} {done.stderr}")
        return int(re.search(r"shown: audit=balanced sum=0 commands=(\d+) problems=0", done.stdout).group(1))

    def fault_counts(self):
        lines = self.report.read_text().split("\n")[:-1] if self.report.exists() else []
        return {rule: int(count) for rule, count in (line.split(" ") for line in lines)}
