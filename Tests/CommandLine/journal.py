#!/usr/bin/env python3
"""`turnpiked journal` on a journal that a broker wrote: whole, beside that broker, and damaged in every way that it tells apart.

The programs are those of TURNPIKE_BIN (.build/release).
"""

import ctypes
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import tomllib

sys.dont_write_bytecode = True
import agents
import funding
from session import Failure, Session, expect

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECTOR = 512
WIDE = {"id", "u64"}  # Printed as strings.


class Copy:
    """A broker's data, copied, to be damaged. `segments` are the files of its journal in order."""

    def __init__(self, session, name):
        self.session, self.name, self.path = session, name, pathlib.Path(session.path(name))
        shutil.copytree(session.path("data"), self.path)
        self.journal = self.path / "journal"
        self.segments = sorted(self.journal.glob("journal-*"))
        self.original = {path.name: path.read_bytes() for path in self.segments}

    def tool(self, *words, status=0):
        """One of the tools, which must end with `status`: what it says."""
        return tool(self.session, self.path, *words, status=status)

    def change(self, path, offset, new):
        """Overwrites bytes."""
        content = bytearray(path.read_bytes())
        content[offset:offset + len(new)] = new
        path.write_bytes(content)

    def flip(self, path, offset):
        self.change(path, offset, bytes([path.read_bytes()[offset] ^ 1]))

    def reseal(self, path):
        """Makes the checksum of the header right."""
        header = path.read_bytes()[:504]
        self.change(path, 504, XXHASH.XXH3_64bits(header, 504).to_bytes(8, "little"))

    def state(self):
        return {path.name: path.read_bytes() for path in self.journal.iterdir()}

    def keeps_everything(self):
        """What was there before the damage was repaired is still there under some name."""
        contents = set(self.state().values())
        return all(content in contents for content in self.before.values())

    def repair(self, *words, status=0):
        self.before = {path.name: path.read_bytes() for path in self.journal.glob("journal-*")}
        return self.tool("repair", *words, status=status)

    def starts(self):
        """A broker starts with it and ends in order, and the books balance: the commands there are then."""
        self.session.start(data=self.name)
        expect(self.session.ledger()["OPERATOR_FLOAT"] < 0, "the money is there")
        self.session.stop()
        self.tool("verify")
        return audit(self.session, self.path)["commands"]

    def goes_on(self):
        """What is left after a loss starts no broker; a restore makes a new life of it, in which nothing that was given is given again."""
        expect("turnpiked restore" in self.refuses(), "a journal that lost its end starts")
        again = self.path.with_name(self.name + "-again")
        subprocess.run(
            [self.session.program("turnpiked"), "restore", "--backup", self.path, "--data", again], check=True,
            capture_output=True, timeout=60)
        shutil.copy(self.path / "master.key", again)
        self.session.start(data=again.name)
        expect(self.session.ask("broker")["now"] > 0, "it serves")
        self.session.stop()
        return audit(self.session, again)["commands"]

    def refuses(self, names=True):
        """A broker does not start with it, and names tools that exist."""
        done = subprocess.run(
            [self.session.program("turnpiked"), "serve", "--data", self.path, "--unix", self.session.socket],
            capture_output=True, text=True, timeout=20)
        expect(done.returncode == 1, done)
        for words in () if not names else re.findall(r'"turnpiked (journal [a-z]+(?: --[a-z-]+)?)"', done.stderr):
            self.tool(*words.split()[1:])
        return done.stderr


def tool(session, data, command, *words, status=0):
    done = subprocess.run(
        [session.program("turnpiked"), "journal", command, "--data", data, *map(str, words)], capture_output=True, text=True,
        timeout=60)
    expect(done.returncode == status, f"{command} {words}: exit status {done.returncode}, not {status}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def audit(session, data):
    done = subprocess.run(
        [session.program("turnpiked"), "audit", "--json", "--data", data], capture_output=True, text=True, timeout=60)
    report = json.loads(done.stdout.splitlines()[0])
    expect(done.returncode == 0 and report["balanced"] and report["sum"] == 0, (done.returncode, done.stdout, done.stderr))
    return report


def exported(session, data, *words):
    return [json.loads(line) for line in tool(session, data, "export", "--json", *words).splitlines()]


def story(session):
    """Every kind of command there is."""
    provider = dict(role="provider", wallet="provider-wallet")
    session.ask(
        "register", "gpu", "--price", 3600, "--period", "1h", "--units", 8, "--meter0", 5, "--use-spends-given", **provider)
    session.ask("update", "gpu", "--grace", "20m", **provider)
    session.ask("issue", 100_000, "--count", 3, role="operator")
    lease = session.ask("acquire", "gpu", "--for", "2h", "--name", "training")["lease"]
    session.ask("fund", "training", "--for", "30m")
    session.ask("use", "training", "--quantity", 3)
    reservation = session.ask("reserve", "training", "--quantity", 10)["reservation"]
    session.ask("settle", "training", reservation, "--quantity", 4)
    session.ask("chain", "open", "training", "--words", 10, "--weight", 15)
    session.ask("use", "training", "--quantity", 3, "--chain", 1)
    session.ask("chain", "close", "training", 1)
    session.ask("grant-key", "training", "--total", 12, "--name", "shop")
    made = session.ask("wallet", "new-key")
    session.ask("transfer", "training", "--to", made["hash"])
    session.ask("wallet", "add-owner", lease, made["key"], "--name", "mine")
    session.ask("release", "mine")
    opened = session.ask("acquire", "gpu", "--for", "1h", "--open", role="provider")["lease"]
    session.ask("use", opened, "--open", "--quantity", 2, "--amount", 10)
    session.ask("revoke", opened, role="operator")
    funding.story(session, provider)
    agents.story(session, provider)
    session.ask("exchange", 5, 6, 7)
    for _ in range(45):  # Long commands, for several segments.
        session.ask("exchange", *[1] * 200)
    session.ask("withdraw", **provider)
    session.ask("rotate", role="operator", wallet="operator-wallet")
    session.ask("accept-loss", role="operator", wallet="operator-wallet")


def beside_the_broker(session):
    """Whatever moment they see, there is nothing wrong with it; a repair waits until the broker has ended."""
    done = threading.Event()
    results = []

    def look():
        while not done.is_set() or not results:
            for words in (("verify",), ("inspect", "--json"), ("export", "--json")):
                try:
                    results.append(tool(session, session.path("data"), *words))
                except Exception as error:  # Told by whoever waits.
                    results.append(error)

    looker = threading.Thread(target=look)
    looker.start()
    story(session)
    done.set()
    looker.join()
    for result in results:
        expect(not isinstance(result, Exception), result)
    expect("a broker runs" in tool(session, session.path("data"), "repair", status=2), "repair beside a broker")
    expect("nothing to repair" in tool(session, session.path("data"), "repair", "--dry-run"), "a plan beside a broker")
    session.stop()
    session.start("--fee-per-million", "5000")
    session.ask("ping")
    session.stop()
    return len(results)


def a_good_journal(session):
    data = session.path("data")
    report = audit(session, data)
    seen = json.loads(tool(session, data, "inspect", "--json"))
    segments = seen["segments"]
    expect(len(segments) >= 4 and seen["starts"] and seen["troubles"] == [] and len(seen["reserves"]) == 3, seen)
    expect(seen["lastSequence"] == report["commands"] == sum(segment["commands"] for segment in segments), (seen, report))
    for before, after in zip(segments, segments[1:]):
        expect(before["lastBatch"] + 1 == after["firstBatch"] and before["lastSequence"] + 1 == after["firstSequence"], (before, after))
        expect(before["attested"] == before["lastBatch"] and before["end"]["case"] == "segmentEnd", before)
    expect(segments[-1]["end"]["case"] == "cleanEnd" and segments[-1]["firstCoreVersion"] == 11, segments[-1])
    table = tool(session, data, "inspect")
    expect(all(segment["name"] in table for segment in segments) and "identity " + seen["identity"] in table, table)
    told = tool(session, data, "verify")
    shown = f"segments={len(segments)} batches={seen['lastBatch']} commands={report['commands']}"
    expect(f"shown: journal=good {shown} digests={len(segments) - 1} troubles=0" in told, told)
    expect("digests=0" in tool(session, data, "verify", "--no-replay"), "without a replay")
    expect("nothing to repair" in tool(session, data, "repair"), "repair of a good journal")
    every_field(session, data, report["commands"])


def every_field(session, data, count):
    """Each command has each field of the schema, and no other, in its form."""
    schema = tomllib.loads((ROOT / "proto-spec/turnpike.toml").read_text())
    records = {record["name"]: record["fields"] for record in schema["record"]}
    enums = {kind["name"]: {value["name"] for value in kind["values"]} for kind in schema["enum"]}
    flags = {kind["name"]: {value["name"] for value in kind["values"]} for kind in schema["flags"]}
    kinds = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", command["name"]).upper(): command for command in schema["command"]}

    def matches(value, fields):
        wanted = {field["name"]: field["type"] for field in fields if not field["type"].startswith("zero")}
        expect(list(value) == list(wanted), (value, wanted))
        for name, kind in wanted.items():
            found = value[name]
            if kind in records:
                matches(found, records[kind])
            elif kind in enums:
                expect(found in enums[kind], (name, found))
            elif kind in flags:
                expect(set(found) <= flags[kind], (name, found))
            elif kind in WIDE:
                expect(isinstance(found, str) and found == str(int(found)), (name, found))
            elif kind == "bytes16":
                expect(re.fullmatch("[0-9a-f]{32}", found), (name, found))
            elif kind in ("name32", "text96"):
                expect(isinstance(found, str), (name, found))
            else:
                expect(isinstance(found, int), (name, found))

    lines = exported(session, data)
    expect([line["sequence"] for line in lines] == list(range(1, count + 1)), "one line for each command, in order")
    # What only a restore makes is in restore.py.
    # Without a mint there is no ecash.
    ecash = {"SET_MINT", "SET_KEYSET", "BEGIN_SWAP", "END_SWAP", "REFUND", "PAYOUT", "BEGIN_PAYOUT", "END_PAYOUT", "RECONCILE", "RESOLVE_PAYOUT"}
    made = {line["kind"] for line in lines} | ecash | {"RESTORE"}
    expect(made == set(kinds), set(kinds) - made)
    for line in lines:
        command = kinds[line["kind"]]
        matches(line["fields"], command["fields"])
        payment = command.get("payment", "none")
        expect(("receipt" in line) == (command["receipt"] or bool(line.get("notes"))), line)
        expect(("records" in line) == ("records" in command) and ("notes" in line) == (payment != "none"), line)
        matches(line.get("receipt", {}), records["ReceiptKey"] if "receipt" in line else [])
        for note in line.get("notes", []):
            matches(note, records["VerifiedNote"])
        for record in line.get("records", []):
            matches(record, records[command["records"]["record"]])
    middle = count // 2
    some = exported(session, data, "--from", middle, "--to", middle + 3)
    expect(some == lines[middle - 1:middle + 3], some)
    expect(exported(session, data, "--from", count + 1) == [], "behind the end")
    tool(session, data, "export", status=64)


def a_torn_tail(session):
    """What nobody was told of is cut at the next start, and is nothing to repair."""
    copy = Copy(session, "torn")
    end = json.loads(copy.tool("inspect", "--json"))["segments"][-1]["end"]["byte"]
    copy.flip(copy.segments[-1], end - SECTOR)
    told = copy.tool("verify")
    expect("it would cut 1 batch (512 bytes)" in told, told)
    expect("nothing to repair" in copy.repair(), "a torn tail")
    copy.starts()


def a_damaged_middle(session):
    copy = Copy(session, "middle")
    whole = audit(session, copy.path)["commands"]
    copy.flip(copy.segments[1], 2 * SECTOR + 300)
    told = copy.tool("verify", status=1)
    batch = int(re.search(rf"{copy.segments[1].name}, byte \d+: batch (\d+) is damaged", told)[1])
    expect("troubles=1" in told and "journal=bad" in told, told)
    expect("is damaged" in copy.tool("inspect") and "is damaged" in copy.refuses(), "everybody says so")
    lines = copy.tool("export", "--json", status=2).splitlines()
    expect(json.loads(lines[-2])["batch"] < batch and "is damaged" in lines[-1], lines[-2:])
    before = copy.state()
    plan = copy.repair("--dry-run")
    kept = int(re.search(r"kept: everything up to batch \d+, command (\d+)", plan)[1])
    expect(kept == json.loads(lines[-2])["sequence"] and f"LOST: at most" in plan, plan)
    expect(f" with {whole - kept} readable commands" in plan or whole - kept > 0, plan)
    expect("--accept-loss" in copy.repair(status=1) and copy.state() == before, "nothing is done without a word")
    expect("repaired" in copy.repair("--accept-loss") and copy.keeps_everything(), "repaired")
    expect(audit(session, copy.path)["commands"] == kept, "what was kept")
    expect("nothing to repair" in copy.tool("repair"), "it is repaired")
    expect(copy.goes_on() > kept, "it goes on")


def segments_that_do_not_belong(session):
    copy = Copy(session, "foreign")
    whole = audit(session, copy.path)["commands"]
    foreign = copy.journal / f"journal-{len(copy.segments) + 1:016x}"
    foreign.write_bytes(copy.original[copy.segments[-1].name])
    copy.flip(foreign, 16)
    copy.reseal(foreign)
    expect("belongs to another journal" in copy.tool("verify", status=1) and "belongs" in copy.refuses(), "foreign")
    expect("lost: nothing" in copy.repair() and copy.keeps_everything(), "moved aside without a loss")
    expect(not foreign.exists() and audit(session, copy.path)["commands"] == whole, "all of it is kept")
    copy.starts()

    copy = Copy(session, "missing")
    copy.segments[1].unlink()
    expect("segments before it are missing" in copy.tool("verify", status=1) and "missing" in copy.refuses(), "missing")
    expect("LOST" in copy.repair(status=1), "what is behind a gap")
    copy.repair("--accept-loss")
    expect(copy.keeps_everything() and copy.goes_on() < whole, "up to the gap")

    copy = Copy(session, "beheaded")
    copy.segments[0].unlink()
    expect("reaches back" in copy.tool("verify", status=1) and "reaches back" in copy.refuses(), "no beginning")
    expect("cannot be repaired" in copy.repair("--accept-loss", status=1), "no beginning")


def headers(session):
    copy = Copy(session, "newer")
    copy.change(copy.segments[-1], 8, b"\x02")
    copy.reseal(copy.segments[-1])
    before = copy.state()
    for told in (copy.tool("verify", status=1), copy.refuses(), copy.repair("--accept-loss", status=1)):
        expect("later version" in told, told)
    expect(copy.state() == before, "left alone")

    copy = Copy(session, "headless")
    copy.change(copy.segments[0], 0, bytes(SECTOR))
    copy.flip(copy.segments[2], 60)
    expect("header is damaged" in copy.tool("verify", status=1), "lost headers")
    expect("lost: nothing" in copy.repair(), "made again")
    for path in copy.segments:
        expect(path.read_bytes() == copy.original[path.name], "as it was, to the byte")
    copy.starts()


def snapshots(session):
    """A start reads nothing before its snapshot: neither damage nor a missing beginning there is in its way; one that a repair's
    end does not reach goes aside."""
    copy = Copy(session, "snapshot")
    subprocess.run([session.program("turnpiked"), "snapshot", "--data", copy.path], check=True, capture_output=True, timeout=60)
    names = [path.name for path in copy.journal.glob("snapshot-*")]
    seen = json.loads(copy.tool("inspect", "--json"))
    expect([file["name"] for file in seen["snapshots"]] == names and len(names) == 1, seen)
    covered = copy.path.with_name("covered")
    shutil.copytree(copy.path, covered)
    whole = audit(session, copy.path)["commands"]

    copy.flip(copy.segments[0], 2 * SECTOR + 300)
    expect("before its newest snapshot" in copy.tool("verify", status=1), "damage that no start meets")
    expect("nothing to repair" in copy.repair("--accept-loss"), "nothing that a start would refuse")
    session.start(data=copy.name)
    session.stop()
    copy.segments[0].unlink()
    told = copy.tool("verify")
    expect("journal=good" in told and "commands=0" not in told, told)
    expect("nothing to repair" in copy.repair("--accept-loss"), "a beginning that is covered")
    lines = exported(session, copy.path)
    expect(lines[0]["sequence"] > 1 and lines[-1]["sequence"] >= whole, "what is left is exported")
    session.start(data=copy.name)
    session.stop()

    copy.path, copy.name, copy.journal = covered, "covered", covered / "journal"
    copy.segments = sorted(copy.journal.glob("journal-*"))
    copy.segments[-1].unlink()
    for path in copy.segments[1:-1]:
        copy.flip(path, 2 * SECTOR + 300)
    plan = copy.repair("--dry-run")
    expect(f"move {names[0]} aside" in plan and "LOST" in plan, plan)
    told = copy.tool("verify", status=1)
    expect("another history, or ends, before" in told, told)
    copy.repair("--accept-loss")
    expect(copy.goes_on() > 0 and not (copy.journal / names[0]).exists(), "it begins before the snapshot")


def a_snapshot_beyond_the_end(session):
    """Segments are gone, and a snapshot knows it: nobody takes what is left for all there is."""
    copy = Copy(session, "beyond")
    subprocess.run([session.program("turnpiked"), "snapshot", "--data", copy.path], check=True, capture_output=True, timeout=60)
    for path in copy.segments[-2:]:
        path.unlink()
    for told in (copy.tool("verify", status=1), copy.tool("inspect"), copy.refuses()):
        expect("another history, or ends, before" in told, told)
    for words in (("backup", "--data", copy.path, "--to"), ("restore", "--backup", copy.path, "--data")):
        done = subprocess.run(
            [session.program("turnpiked"), *words, session.path("beyond-" + words[0])], capture_output=True, text=True, timeout=60)
        expect(done.returncode == 1 and "another history, or ends, before" in done.stderr, done)


def what_is_no_file(session):
    copy = Copy(session, "pipe")
    os.mkfifo(copy.journal / f"journal-{len(copy.segments) + 1:016x}")
    for told in (copy.tool("inspect", status=2), copy.refuses(names=False)):
        expect("Invalid argument" in told, told)
    os.mkfifo(session.path("pipe-wallet"))
    code, _, errors = session.run("wallet", "balance", wallet="pipe-wallet")
    expect(code == 7 and "is no file" in errors, errors)


def nothing_to_read(session):
    empty = pathlib.Path(session.path("empty"))
    (empty / "journal").mkdir(parents=True)
    for data in (empty, session.path("nowhere")):
        for words in (("inspect",), ("verify",), ("export", "--json"), ("repair",), ("repair", "--dry-run")):
            expect("turnpiked: " in tool(session, data, *words, status=2), words)


def main():
    with Session("--segment-bytes", "65536") as session:
        looks = beside_the_broker(session)
        for part in (
            a_good_journal, a_torn_tail, a_damaged_middle, segments_that_do_not_belong, headers, snapshots, a_snapshot_beyond_the_end, what_is_no_file,
            nothing_to_read):
            part(session)
            print(f"{part.__name__}: as promised", flush=True)
    print(f"shown: journal_checks={expect.count} looks_beside_the_broker={looks}")


XXHASH = ctypes.CDLL("libxxhash.so.0")
XXHASH.XXH3_64bits.argtypes, XXHASH.XXH3_64bits.restype = [ctypes.c_char_p, ctypes.c_size_t], ctypes.c_uint64
if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"journal: {failure}")
