"""The scripted mint for tests with many tokens: totals, swaps of somebody else's, what it has had of a processor."""

import base64
import http.client
import json
import os
import pathlib
import secrets
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/CommandLine"))
from mint import Mint  # noqa: E402

BIN = pathlib.Path(os.environ.get("TURNPIKE_BIN") or ROOT / ".build/release").resolve()
REQUEST_TIMEOUT_SECONDS = 60
# The field that the curve of ecash is over.
FIELD = 2**256 - 2**32 - 977


class ScriptedMint(Mint):
    """With these options (`scripted-mint --help`). Its connection is the thread's that made it; others `connect`."""

    def __init__(self, *options):
        super().__init__(BIN / "scripted-mint", *options)
        self.connection = self.connect()

    def connect(self):
        """Another connection, for another thread."""
        place = urllib.parse.urlsplit(self.url)
        return http.client.HTTPConnection(place.hostname, place.port, timeout=REQUEST_TIMEOUT_SECONDS)

    def ask(self, method, path, body=None, on=None):
        """The status and the body."""
        connection = on or self.connection
        connection.request(method, path, body and json.dumps(body, separators=(",", ":")))
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def control(self, what, **body):
        status, answer = self.ask("POST", f"/control/{what}", body)
        assert status == 200, f"{what}: {status} {answer}"
        return answer

    def totals(self):
        """What it counted; `broken` has what does not hold."""
        return self.ask("GET", "/control/totals")[1]

    def outputs(self, amount):
        """Of this sum, blinded by nobody: what is signed on them nobody can spend."""
        parts = [1 << bit for bit in range(amount.bit_length()) if amount >> bit & 1]
        return [{"amount": part, "id": self.keyset, "B_": point()} for part in parts]

    def swap(self, proofs, on=None):
        """Spends proofs, so that nobody else can."""
        inputs = [{name: value for name, value in proof.items() if name != "dleq"} for proof in proofs]
        return self.ask("POST", "/v1/swap", {"inputs": inputs, "outputs": self.outputs(sum(each["amount"] for each in proofs))}, on)

    @property
    def processor_seconds(self):
        """What it has had of a processor."""
        return sum(int(each.read_text().split()[0]) for each in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")) / 1e9


def point():
    """Of the curve, with an x that nobody chose."""
    while True:
        x = secrets.randbelow(FIELD)
        if pow((x * x * x + 7) % FIELD, (FIELD - 1) // 2, FIELD) == 1:
            return f"{2 + secrets.randbelow(2):02x}{x:064x}"


def read(token):
    """A token of the form cashuA: what is in it."""
    body = token.removeprefix("cashuA")
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def written(content):
    """The token of what `read` gave."""
    return "cashuA" + base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")


def proofs_of(token):
    return [proof for part in read(token)["token"] for proof in part["proofs"]]
