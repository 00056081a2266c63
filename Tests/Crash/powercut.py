"""Turns what a killed process left behind into what a power failure would have left. powercut.c keeps the log that this reads.

usage: powercut.py restore --dir DIRECTORY --shadow DIRECTORY --seed NUMBER

The process must have ended. Prints what was unsynced and what became of it, and empties the shadow: for the next life all that is
there is durable. README.md says which states a power failure may leave."""

import argparse
import collections
import dataclasses
import os
import random
import shutil
import struct

SECTOR = 512
WRITE, CUT, CREATE, MKDIR, UNLINK, RENAME, SYNC, SYNC_FAILED = range(1, 9)
LAYOUT = struct.Struct("<II9Q")
# How likely a change is to have reached the disk: drawn for each file and each directory, since a kernel writes back one at a time.
LIKELIHOODS = (0, 0.1, 0.5, 0.9, 1)


@dataclasses.dataclass
class Record:
    kind: int
    sequence: int
    inode: int
    offset: int
    length: int
    size: int
    upto: int
    directory: int
    directory_to: int
    replaced: int
    content: bytes
    is_dropped: bool = False  # by the kernel, when a sync failed: no later one covers it

    def __post_init__(self):
        # An operation is durable when each directory that it is about was synced.
        self.unsynced = {self.directory, self.directory_to} if self.kind == RENAME else {self.directory}

    def paths(self):
        return [os.fsdecode(path) for path in self.content.split(b"\0")[:-1]]

    def sectors(self):
        """Number and old content of each sector that was to change. What did not exist was zeros."""
        first, end = self.offset // SECTOR, -(-(self.offset + self.length) // SECTOR)
        for sector in range(first, end):
            at = (sector - first) * SECTOR
            yield sector, self.content[at:at + SECTOR].ljust(SECTOR, b"\0")

    def undo_content(self, file):
        os.pwrite(file, self.content, self.offset // SECTOR * SECTOR)
        os.ftruncate(file, self.size)


class Log:
    """All operations in their order, and the unsynced changes of content of each inode in theirs."""

    def __init__(self, path):
        self.operations, self.content = [], collections.defaultdict(list)
        if os.path.exists(path):
            with open(path, "rb") as file:
                self.read(file.read())

    def read(self, data):
        at = 0
        while at + LAYOUT.size <= len(data):
            kind, byte_count, *fields = LAYOUT.unpack_from(data, at)
            at += LAYOUT.size + byte_count
            if at > len(data):
                break  # killed while it was written, so before its call
            self.add(Record(kind, *fields, data[at - byte_count:at]))

    def add(self, record):
        if record.kind in (WRITE, CUT):
            self.content[record.inode].append(record)
        elif record.kind == SYNC:
            self.cover(record)
        elif record.kind == SYNC_FAILED:
            for change in self.content[record.inode]:
                change.is_dropped = True
        else:
            self.operations.append(record)

    def cover(self, sync):
        changes = self.content[sync.inode]
        changes[:] = [change for change in changes if change.sequence > sync.upto or change.is_dropped]
        for operation in self.operations:
            if operation.sequence <= sync.upto:
                operation.unsynced.discard(sync.inode)


class PowerFailure:
    def __init__(self, directory, shadow, seed):
        self.directory, self.shadow, self.random = directory, shadow, random.Random(seed)
        self.sectors, self.operations = collections.Counter(), collections.Counter()

    def strike(self):
        log = Log(os.path.join(self.shadow, "log"))
        # Names first: what is found by no name needs no content.
        self.lose_operations(log.operations)
        self.lose_content(log.content)
        # The log first: links without a log mean nothing, a log without its links could not be undone.
        for name in sorted(os.listdir(self.shadow), reverse=True):
            os.unlink(os.path.join(self.shadow, name))

    def likelihoods(self):
        return collections.defaultdict(lambda: self.random.choice(LIKELIHOODS))

    # Names.

    def lose_operations(self, operations):
        """Each unsynced operation is lost or not; one that is lost takes those with it that came later and are about the same name,
        or about what is in a directory that was not made."""
        likelihoods, lost_paths, lost = self.likelihoods(), set(), []
        for operation in operations:
            paths = operation.paths()
            depends = any(path in lost_paths or lost_paths.intersection(parents(path)) for path in paths)
            if not operation.unsynced and not depends:
                continue
            if depends or self.random.random() >= likelihoods[operation.directory]:
                lost_paths.update(paths)
                lost.append(operation)
            else:
                self.operations["kept"] += 1
        self.operations["lost"] = len(lost)
        for operation in reversed(lost):
            self.undo_operation(operation)

    def undo_operation(self, operation):
        """An operation that failed, or the last one, may not have been made: what it would have changed is then as before."""
        path, *to = (os.path.join(self.directory, path) for path in operation.paths())
        if operation.kind == CREATE and os.path.lexists(path):
            os.unlink(path)
        elif operation.kind == MKDIR:
            shutil.rmtree(path, ignore_errors=True)
        elif operation.kind == UNLINK:
            os.rename(self.held(operation.inode), path)
        elif operation.kind == RENAME and inode_of(to[0]) == operation.inode:
            os.rename(to[0], path)
            if operation.replaced:
                os.rename(self.held(operation.replaced), to[0])

    def held(self, inode):
        return os.path.join(self.shadow, f"held-{inode}")

    # Content.

    def lose_content(self, content):
        likelihoods = self.likelihoods()
        for directory, _, names in sorted(os.walk(self.directory)):
            for path in (os.path.join(directory, name) for name in sorted(names)):
                inode = inode_of(path)
                # Once, also when it has two names.
                changes = content.pop(inode, None)
                if changes:
                    with open(path, "r+b", buffering=0) as file:
                        self.lose_sectors(file.fileno(), changes, likelihoods[inode])

    def lose_sectors(self, file, changes, likelihood):
        changes = self.lose_cut(file, changes, likelihood)
        # Every content that a sector has had since it was synced, and every size that the file has had.
        versions, sizes = collections.defaultdict(list), []
        for change in changes:
            sizes.append(change.size)
            for sector, content in change.sectors():
                versions[sector].append(content)
            if change.kind == CUT:
                # What was cut off is gone, and what comes to its place later begins as zeros.
                sizes.clear()
                end = -(-change.offset // SECTOR)
                versions = collections.defaultdict(list, {s: v for s, v in versions.items() if s < end})
        size = os.fstat(file).st_size
        size_left = size if self.random.random() < likelihood else self.random.choice([*sizes, size])
        for sector, contents in sorted(versions.items()):
            now = os.pread(file, SECTOR, sector * SECTOR)
            if all(content[:len(now)] == now for content in contents) and sector * SECTOR < size_left:
                continue  # killed before it was written, or written as it was
            content = now if self.random.random() < likelihood else self.random.choice(contents)
            os.pwrite(file, content, sector * SECTOR)
            is_kept = content[:len(now)] == now and sector * SECTOR < size_left
            self.sectors["kept" if is_kept else "lost"] += 1
        os.ftruncate(file, size_left)

    def lose_cut(self, file, changes, likelihood):
        """A cut that is lost takes with it all that was done to the file after it: blocks are given back in order."""
        for index, change in enumerate(changes):
            if change.kind == CUT and self.random.random() >= likelihood:
                undone = changes[index:]
                for later in reversed(undone):
                    later.undo_content(file)
                self.sectors["lost"] += len({sector for later in undone for sector, _ in later.sectors()})
                return changes[:index]
        return changes


def parents(path):
    while path := os.path.dirname(path):
        yield path


def inode_of(path):
    return os.lstat(path).st_ino if os.path.lexists(path) else None


def restore(directory, shadow, seed):
    """Unsynced sectors and unsynced operations on directories, each as a count of those kept and of those lost."""
    failure = PowerFailure(directory, shadow, seed)
    failure.strike()
    return failure.sectors, failure.operations


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("command", choices=["restore"])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--shadow", required=True)
    parser.add_argument("--seed", required=True, type=int)
    options = parser.parse_args()
    sectors, operations = restore(options.dir, options.shadow, options.seed)
    print("shown: " + " ".join(
        f"{name}_unsynced={counts['kept'] + counts['lost']} {name}_kept={counts['kept']} {name}_lost={counts['lost']}"
        for name, counts in (("sectors", sectors), ("operations", operations))))


if __name__ == "__main__":
    main()
