"""A real mint on loopback, and the stock wallet at its command line, for tests: no money, a Lightning that pays every invoice.

    with RealMint() as mint, Wallet(mint) as wallet:
        wallet.invoice(1000)
        token = wallet.send(13, dleq=True)

Facts about both are in README.md.
"""

import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

from mint_client import MintClient
from installation import Installation

START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 15
COMMAND_TIMEOUT_SECONDS = 60
LOG_LINE_COUNT = 20
SEED = "ab" * 32
UNITS = {"sat": 0, "msat": 1, "usd": 2, "eur": 3}
# What is run by these words ends when the thread that started it does, however that ends.
BOUND_TO_US = ("setpriv", "--pdeathsig", "TERM")


class MintError(Exception):
    """The mint did not start, or a command of the wallet failed; the text has the end of what it said."""


class RealMint(MintClient):
    """A mint of its own: a process, a folder, a port for wallets and one for its operator.

    `units`: of the first one the keyset is `keyset`; all have a fake Lightning. `melts`: what becomes of a payment over
    Lightning, one of SETTLED, PENDING, FAILED, UNKNOWN. `pays`: invoices are paid by themselves. `settings`: more of its own,
    by their names. Mints with the same seed and fee have the same keys. It ends with the `with`, and when the thread that
    started it does."""

    def __init__(self, data=None, port=0, fee_ppk=0, units=("sat",), melts="SETTLED", pays=True, seed=SEED, settings=None,
                 venv=None):
        self.installation = Installation(venv).complete()
        self.is_temporary = data is None
        self.data = pathlib.Path(data or tempfile.mkdtemp(prefix="mint-")).absolute()
        self.port, self.fee_ppk, self.units = port, fee_ppk, tuple(units)
        self.melts, self.pays, self.seed, self.settings = melts, pays, seed, settings or {}
        self.process = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.stop()
        if self.is_temporary:
            shutil.rmtree(self.data, ignore_errors=True)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    @property
    def keyset(self):
        """The id of the active keyset of the first unit."""
        return self.active_keyset(self.units[0])

    def active_keyset(self, unit):
        for keyset in self.get("/v1/keysets").body["keysets"]:
            if keyset["active"] and keyset["unit"] == unit:
                return keyset["id"]
        raise MintError(f"no active keyset has unit {unit}")

    def start(self, **changes):
        """Starts it, when it does not run; `changes` are to its attributes. Returns when it has answered."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.data.mkdir(parents=True, exist_ok=True)
        # It is given a socket that listens already: a first request waits in its queue, so nobody has to try again and again.
        with listen(self.port) as listener, listen() as operator, open(self.log, "ab") as log:
            self.port, self.operator_port = listener.getsockname()[1], operator.getsockname()[1]
            operator.close()
            self.process = subprocess.Popen(
                [*BOUND_TO_US, self.installation.program("mint"), f"--fd={listener.fileno()}"], pass_fds=[listener.fileno()],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.data, env=self.environment())
        try:
            self.get("/v1/info", timeout=START_TIMEOUT_SECONDS)
        except (OSError, http.client.HTTPException) as error:
            self.stop()
            raise MintError(f"the mint did not start: {error}\n{self.last_lines()}") from None
        return self

    def stop(self):
        """Ends it, and waits; its folder and its port are as they were."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def restart(self, **changes):
        """The same mint at the same place, but for `changes`: `restart(melts="PENDING")`."""
        self.stop()
        return self.start(**changes)

    def rotate(self, unit="sat", fee_ppk=None, final_expiry=None):
        """Has it make a new keyset, and no longer use the active one of that unit; it runs on. Returns the new id."""
        words = [unit, self.fee_ppk if fee_ppk is None else fee_ppk, 0, *([] if final_expiry is None else [final_expiry])]
        command = [self.installation.program("mint-cli"), "--insecure", "--port", self.operator_port, "next-keyset", *words]
        said = run(command, self.data, {"CASHU_DIR": str(self.data)})
        return found(r"keyset\.id = '(\w+)'", said)

    @property
    def log(self):
        return self.data / "mint.log"

    def last_lines(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINE_COUNT:])

    def environment(self):
        """All that it is told. Nothing of ours reaches it, nor a file `.env`: it looks for one in its folder and its home."""
        data = str(self.data)
        paths = [f"m/0'/{UNITS[unit]}'/0'" for unit in self.units]
        return {
            "PATH": os.environ["PATH"], "HOME": data, "CASHU_DIR": data, "TOR": "FALSE",
            "MINT_DATABASE": data, "MINT_AUTH_DATABASE": data, "MINT_PRIVATE_KEY": self.seed,
            "MINT_DERIVATION_PATH": paths[0], "MINT_DERIVATION_PATH_LIST": json.dumps(paths[1:]),
            **{f"MINT_BACKEND_BOLT11_{unit.upper()}": "FakeWallet" for unit in self.units},
            "MINT_INPUT_FEE_PPK": str(self.fee_ppk), "MINT_RATE_LIMIT": "FALSE", "MINT_QUOTE_BACKEND_CHECK_RATE_LIMIT": "0",
            "FAKEWALLET_BRR": str(self.pays), "FAKEWALLET_DELAY_INCOMING_PAYMENT": "0",
            "FAKEWALLET_DELAY_OUTGOING_PAYMENT": "0", "FAKEWALLET_PAY_INVOICE_STATE": self.melts,
            "FAKEWALLET_PAYMENT_STATE": self.melts, "MINT_RPC_SERVER_ENABLE": "TRUE", "MINT_RPC_SERVER_MUTUAL_TLS": "FALSE",
            "MINT_RPC_SERVER_PORT": str(self.operator_port), **self.settings,
        }


class Wallet:
    """The stock wallet at its command line, in a folder of its own, at one mint, in one unit; amounts are whole (cents, say).

    A command takes some seconds, most of them for its start."""

    def __init__(self, mint, unit="sat", folder=None):
        self.mint, self.unit = mint, unit
        self.is_temporary = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="wallet-")).absolute()
        self.folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.is_temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *words, text=""):
        """One command: what it prints. MintError: it failed."""
        command = [self.mint.installation.program("cashu"), "--yes", "--unit", self.unit, *words]
        return run(command, self.folder, {"CASHU_DIR": str(self.folder), "MINT_URL": self.mint.url}, text)

    def invoice(self, amount):
        """Has so much minted for it."""
        # Told to wait for the payment it waits for a message, which is lost when the mint is paid before it has stored the quote.
        asked = self.run("invoice", "--no-check", self.typed(amount))
        return self.run("invoice", "--id", found(r"--id (\S+)", asked), self.typed(amount))

    def send(self, amount, dleq=False, lock=None, locktime=None, legacy=False, refund=()):
        """A token. `lock`: the key it is locked to; `locktime`: for so many seconds, 0 for ever, None: the wallet's default."""
        words = ["--dleq"] * dleq + ["--legacy"] * legacy
        words += ["--lock", f"P2PK:{lock}"] if lock else []
        words += ["--timelock", locktime] if locktime is not None else []
        words += [word for key in refund for word in ("--refund", key)]
        return found(r"^(cashu[AB]\S+)$", self.run("send", *words, self.typed(amount)))

    def receive(self, token):
        """How much it was worth to it, after fees."""
        return whole(found(r"^Received (.*)$", self.run("receive", token)))

    def balance(self):
        """What it can spend."""
        return whole(found(r"^Balance: (.*)$", self.run("balance")))

    def lock_key(self):
        """The public key that tokens for this wallet are locked to."""
        return found(r"P2PK:([0-9a-f]{66})", self.run("lock", "p2pk"))

    def words(self):
        """The twelve words it was made from."""
        return found(r"((?:[a-z]+ ){11}[a-z]+)$", self.run("info", "--mnemonic"))

    def restore(self, words, batch=25, empty_batches=2):
        """Makes it from twelve words; it must be new. Returns its balance."""
        return whole(found(r"^Balance: (.*)$", self.run("restore", "--batch", batch, "--to", empty_batches, text=words + "\n")))

    def typed(self, amount):
        """As its command line wants it: of euros and dollars it is told whole ones."""
        return f"{amount / 100:.2f}" if self.unit in ("usd", "eur") else amount


def run(command, folder, environment, text=""):
    """A program of the virtual environment, in a folder that is its home: what it prints. MintError: it failed."""
    command = [str(word) for word in command]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TOR": "FALSE", **environment}
    try:
        done = subprocess.run(
            [*BOUND_TO_US, *command], input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder,
            env=environment, timeout=COMMAND_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        raise MintError(f"{' '.join(command)}: no end in time") from None
    if done.returncode != 0:
        raise MintError(f"{' '.join(command)}: {done.stdout}")
    return done.stdout


def found(pattern, text):
    """The part of what a program says that is asked for."""
    match = re.search(pattern, text, re.MULTILINE)
    if not match:
        raise MintError(f"it says nothing like {pattern}: {text}")
    return match[1]


def listen(port=0):
    """A socket that takes connections; port 0: any that is free."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise MintError(f"port {port}: {error}") from None


def whole(amount):
    """`13 sat` is 13, `$0.13 USD` and `0.13 EUR` are 13."""
    digits = re.search(r"(\d+)(?:\.(\d\d)\b)?", amount)
    return int(digits[1] + (digits[2] or ""))
