"""A guardian, driven as an agent does: orders and reports over its socket."""

import os
import pathlib
import select
import signal
import socket
import struct
import subprocess
import time

ORDER = struct.Struct("<IHHQQQQQQQI")
REPORT = struct.Struct("<IHHQQI96s")
ORDER_MAGIC, REPORT_MAGIC = 0x314F5054, 0x31525054
RUN, FREEZE, END, KILL = 1, 2, 3, 4
PROVISION, OPEN, REDUCE, MOVE, SHUT, LEASE_END = 16, 17, 18, 19, 20, 21
REPORTS = {1: "STARTED", 2: "READY", 3: "FAILED", 4: "SHUT", 5: "REDUCED", 6: "OPENED", 7: "ENDED", 8: "TROUBLE"}
CONTROL = 3
SECONDS_MAX = 20


def set_aside():
    """Nothing of this process is at the number that a guardian's socket is to have."""
    null = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    if null != CONTROL:
        os.dup2(null, CONTROL, inheritable=False)
        os.close(null)


set_aside()


def now():
    """Milliseconds of the guardian's clock."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def check(data):
    value = 2166136261
    for byte in data:
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def order(kind, sequence, lease=0, epoch=1, units=1, until=0, throttle_at=0, end=0, flags=0, magic=ORDER_MAGIC):
    data = ORDER.pack(magic, kind, flags, sequence, lease, epoch, units, until, throttle_at, end, 0)
    return data + struct.pack("<I", check(data))


def wait_for(condition, what, seconds=SECONDS_MAX):
    """Looks until it holds; there is nothing to be woken by in what other processes do."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"in {seconds} s not: {what}")
        time.sleep(0.002)
    return value


def state(process):
    """The letter of /proc/PID/stat; None when it is gone."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def is_gone(process):
    return state(process) in (None, "Z", "X")


class Guardian:
    """Its socket is descriptor 3 of this process for as long as the start takes."""

    def __init__(self, program, mode, command, environment=None, stderr=subprocess.DEVNULL, **options):
        self.socket, other = socket.socketpair()
        arguments = [f"{name.replace('_', '-')}={value}" for name, value in options.items()]
        os.dup2(other.fileno(), CONTROL, inheritable=True)
        try:
            self.process = subprocess.Popen(
                [program, mode, *arguments, "--", *map(str, command)], pass_fds=(CONTROL,), stderr=stderr, env=environment)
        finally:
            other.close()
            set_aside()
        self.sequence = 0
        self.reports = []
        self.buffer = b""

    def order(self, kind, **fields):
        self.sequence += 1
        self.socket.sendall(order(kind, self.sequence, **fields))

    def read(self, seconds=SECONDS_MAX):
        """The next report; None at the end."""
        while len(self.buffer) < 128:
            if not select.select([self.socket], [], [], seconds)[0]:
                raise AssertionError(f"no report in {seconds} s; there were {self.reports}")
            try:
                data = self.socket.recv(128 - len(self.buffer))
            except ConnectionResetError:
                data = b""
            if not data:
                return None
            self.buffer += data
        data, self.buffer = self.buffer, b""
        magic, kind, length, lease, at, value, text = REPORT.unpack(data[:124])
        assert magic == REPORT_MAGIC and struct.unpack("<I", data[124:])[0] == check(data[:124]) and length <= 95, data
        report = (REPORTS[kind], lease, at, value, text[:length].decode())
        self.reports.append(report)
        return report

    def until(self, kind, lease=None):
        """The next report of a kind; the others before it stand in `reports`."""
        while (report := self.read()) is not None:
            if report[0] == kind and lease in (None, report[1]):
                return report
        raise AssertionError(f"no {kind}: {self.reports}")

    def ended(self):
        """Waits until the guardian is gone by itself."""
        while self.read() is not None:
            pass
        return self.process.wait(SECONDS_MAX)

    def close(self):
        """What the agent's death is to it."""
        self.socket.close()

    def destroy(self):
        """After a test, however it went: the socket's end ends all, and if it does not, the guardian's death does."""
        self.socket.close()
        try:
            self.process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.destroy()


class Beat:
    """The shared page of a `beat`."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def page(self):
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return (0, 0, 0, 0)
        return struct.unpack("<4Q", data) if len(data) == 32 else (0, 0, 0, 0)

    @property
    def at(self):
        return self.page()[0]

    @property
    def process(self):
        return wait_for(lambda: self.page()[2], f"{self.path} began")

    def beats(self):
        """Waits for a beat that is new."""
        began = now()
        return wait_for(lambda: self.at > began, f"{self.path} beats")

    def stands(self, milliseconds=60):
        """Whether there is none for a while. (That something does not happen can only be waited for.)"""
        before = self.at
        end = now() + milliseconds
        while now() < end:
            time.sleep(0.005)
        return self.at == before
