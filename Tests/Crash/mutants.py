"""Brokers that are wrong on purpose: the patches of mutants/, each built from a copy of the tree, must fail where the right one
passes. What was built is kept below the scratch path until a source changes."""

import hashlib
import os
import pathlib
import shutil
import subprocess

from daemon import HERE, Failure, expect

ROOT = HERE.parent.parent
SOURCES = ("Package.swift", "Package.resolved", "Sources", "Tests", "Examples", "scripts")


def patches():
    return sorted((HERE / "mutants").glob("*.patch"))


def files():
    names = subprocess.run(["git", "ls-files", "-z", "--", *SOURCES], cwd=ROOT, capture_output=True, check=True).stdout
    return [name for name in os.fsdecode(names).split("\0") if name and (ROOT / name).is_file()]


class Nursery:
    """One tree in which mutants are built, one after the other, so that only what differs is built again."""

    def __init__(self):
        self.directory = pathlib.Path(os.environ.get("SCRATCH", ".build")).absolute() / "crash-mutants"
        self.tree = self.directory / "tree"

    def copy(self):
        """The tree as it is here. A file that is the same keeps its time."""
        names = files()
        for path in list(self.tree.rglob("*")):
            if path.is_file() and str(path.relative_to(self.tree)) not in names and ".build" not in path.parts[len(self.tree.parts):]:
                path.unlink()
        for name in names:
            source, copy = ROOT / name, self.tree / name
            if not copy.exists() or copy.read_bytes() != source.read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, copy)

    def build(self, patch):
        """turnpiked with a patch."""
        digest = hashlib.sha256(patch.read_bytes())
        for name in files():
            if name.startswith(("Sources", "Package")):
                digest.update(name.encode() + (ROOT / name).read_bytes())
        binary = self.directory / f"{patch.stem}-{digest.hexdigest()[:16]}"
        if binary.exists():
            return binary
        self.copy()
        # The copy lies in a place that the repository around it ignores: it must not be looked for.
        alone = dict(os.environ, GIT_CEILING_DIRECTORIES=str(self.tree.parent))
        done = subprocess.run(["git", "apply", patch], cwd=self.tree, env=alone, capture_output=True, text=True)
        expect(done.returncode == 0, f"{patch.name} does not fit any more: {done.stdout}{done.stderr}")
        variables = {name: value for name, value in os.environ.items() if name not in ("SCRATCH", "TURNPIKE_BIN")}
        done = subprocess.run(["scripts/build", "turnpiked"], cwd=self.tree, env=variables, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{patch.name} cannot be built: {done.stdout[-1500:]}{done.stderr[-1500:]}")
        for old in self.directory.glob(f"{patch.stem}-*"):
            old.unlink()
        shutil.copy(self.tree / ".build/release/turnpiked", binary)
        return binary
