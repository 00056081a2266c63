"""A scripted mint (Tests/ScriptedMintServer), for tests of the command line: `with Mint(program) as mint:`."""

import json
import signal
import subprocess
import urllib.request


class Mint:
    """Its `url` stays the same when it is stopped for a while; `keyset` is the first one of its first unit."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen([program, *map(str, options)], stdout=subprocess.PIPE, text=True)
        told = dict(pair.split("=", 1) for pair in self.process.stdout.readline().split())
        self.url, self.keyset = told["url"], told["keyset"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.go_on()
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stdout.close()

    def control(self, what, **body):
        """Asks it for something that no mint does."""
        request = urllib.request.Request(f"{self.url}/control/{what}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def token(self, amount, lock=None, **more):
        """A token; `lock`: as `turnpike mints` tells it."""
        return self.control("token", amount=amount, **({"p2pk": lock.removeprefix("P2PK:"), "dleq": True} if lock else {}), **more)["token"]

    def hang(self):
        """From now on it answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)
