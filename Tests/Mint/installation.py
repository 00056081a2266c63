"""The virtual environment that a Nutshell mint and its wallet run in: made once, and found again by a stamp."""

import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
INSTALL_TIMEOUT_SECONDS = 600
VERSIONS = ((3, 10), (3, 12))

# Stands for an SDK that Nutshell imports by name at its start, for a backend that no test uses: whatever it is asked for is there.
STAND_IN = "def __getattr__(name):\n    return type(name, (), {})\n"


class InstallationError(Exception):
    """There is no Python that is fit for it, or no way to the packages."""


class Installation:
    """A virtual environment. It is complete when its stamp is there, which names the requirements it was made from.

    Without a folder it is the one that MINT_VENV names, else `mint-venv` in SCRATCH (default .build)."""

    def __init__(self, folder=None):
        scratch = HERE.parents[1] / os.environ.get("SCRATCH", ".build")
        self.folder = pathlib.Path(folder or os.environ.get("MINT_VENV") or scratch / "mint-venv").absolute()
        self.stamp = self.folder / "complete"

    def program(self, name):
        return str(self.folder / "bin" / name)

    @property
    def is_complete(self):
        return self.stamp.exists() and self.stamp.read_text() == self.digest()

    @staticmethod
    def digest():
        return hashlib.sha256(REQUIREMENTS.read_bytes() + STAND_IN.encode()).hexdigest()

    def complete(self):
        """Makes what is missing. Others who want the same wait for it."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with open(self.folder.with_name(self.folder.name + ".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.is_complete:
                self.make()
        return self

    def make(self):
        self.run(find_python(), "-m", "venv", "--clear", self.folder)
        self.run(self.program("pip"), "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", REQUIREMENTS)
        packages = next(self.folder.glob("lib/python3.*/site-packages"))
        (packages / "breez_sdk_spark.py").write_text(STAND_IN)
        self.stamp.write_text(self.digest())

    @staticmethod
    def run(*words):
        # Its output is for whoever waits: standard output belongs to our callers.
        done = subprocess.run([str(word) for word in words], stdout=sys.stderr, timeout=INSTALL_TIMEOUT_SECONDS)
        if done.returncode != 0:
            raise InstallationError(f"{words[0]} ended with {done.returncode}")

    def enter(self):
        """Goes on in this environment's Python, from the script's beginning, unless this is it."""
        if pathlib.Path(sys.prefix).absolute() != self.folder:
            self.complete()
            os.execv(self.program("python"), [self.program("python"), *sys.argv])


def find_python():
    """A Python of a version that all requirements run on."""
    first, last = VERSIONS
    if first <= sys.version_info[:2] <= last:
        return sys.executable
    for minor in range(last[1], first[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    raise InstallationError("none of Python 3.10, 3.11 and 3.12 is installed")
