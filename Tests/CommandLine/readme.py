#!/usr/bin/env python3
"""Types the README's five minutes as they stand there: the first block in one terminal, the last after Ctrl-C, the rest in another.

Two things differ: the directory is a temporary one, and the broker takes a free port.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TURNPIKE_BIN") or ROOT / ".build/release").resolve()
TIMEOUT_SECONDS = 120


def blocks():
    text = (ROOT / "README.md").read_text()
    section = text.split("## Five minutes by hand\n")[1].split("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def shell(script, folder, **environment):
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=TIMEOUT_SECONDS, env=os.environ | environment)
    assert done.returncode == 0, f"exit code {done.returncode} of\n{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def main():
    first, *middle, last = blocks()
    assert first.rstrip().endswith("\nturnpiked"), "the first block starts the broker"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TURNPIKE_")}
    with tempfile.TemporaryDirectory(prefix="turnpike-readme-") as folder:
        pathlib.Path(folder, ".build").mkdir()
        pathlib.Path(folder, ".build/release").symlink_to(BIN)
        broker = subprocess.Popen(
            ["bash", "-e", "-c", first.rstrip().replace("\nturnpiked", "\nexec turnpiked --listen 127.0.0.1:0")],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        try:
            address = broker.stdout.readline().split()[1]
            assert broker.stdout.readline() == "ready\n"
            told = shell("".join(middle), folder, TURNPIKE_BROKER=address)
            for word in ("SUSPENDED", "exit code 3", '"gift":true', '"walletBalance":', '"OUTBID"', '"valid":true'):
                assert word in told, f"{word} is not in what came back:\n{told}"
            broker.send_signal(signal.SIGINT)
            assert broker.wait(TIMEOUT_SECONDS) == 0, "the broker did not end in order"
            audited = shell(f'export PATH="{BIN}:$PATH"\ncd tour\n{last}', folder)
            report = json.loads(shell(f'"{BIN}/turnpiked" audit --json --data tour/turnpike-data | head -n 1', folder))
            assert report["balanced"] and report["sum"] == 0, report
            data = pathlib.Path(folder, "tour/turnpike-data")
            journal = data / "journal/journal-0000000000000001"
            damaged = bytearray(journal.read_bytes())
            damaged[4096] ^= 1
            journal.write_bytes(damaged)
            report = subprocess.run([BIN / "turnpiked", "audit", "--data", data], capture_output=True, text=True)
            assert report.returncode == 2 and "balanced" in report.stdout and "corruption" in report.stderr, report
        finally:
            broker.kill()
            broker.wait()
    commands = sum(line.startswith("turnpike") for block in blocks() for line in block.splitlines())
    print(audited.strip().splitlines()[-1])
    print(f"shown: readme_commands={commands} failures=0")
    return 0


if __name__ == "__main__":
    sys.exit(main())
