"""The firmware under QEMU: builds it, runs it, and is all that is around the board: the line to the broker, and the console."""

import json
import os
import pathlib
import re
import selectors
import shutil
import socket
import struct
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = HERE.parent.parent.parent / "Sources/CTurnpikeAgent"
COMPILER, EMULATOR, MACHINE = "arm-none-eabi-gcc", "qemu-system-arm", "mps2-an386"
FLAGS = [
    "-mcpu=cortex-m4", "-mthumb", "-Os", "-std=c99", "-ffunction-sections", "-fdata-sections", "-Wall", "-Wextra", "-Wconversion",
    "-pedantic", "-Werror"]
LINK = ["-nostartfiles", "--specs=nano.specs", "-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,--fatal-warnings"]
# Enumerations are as short as that compiler makes them: the structures of both must be the same.
SWIFT_FLAGS = [
    "-target", "armv7em-none-none-eabi", "-enable-experimental-feature", "Embedded", "-no-allocations", "-wmo", "-Osize", "-parse-as-library",
    "-warnings-as-errors", "-Xfrontend", "-function-sections", "-Xfrontend", "-disable-stack-protector", "-Xcc", "-fshort-enums", "-Xcc",
    "-mcpu=cortex-m4", "-Xcc", "-mfloat-abi=soft", "-Xcc", "-ffreestanding"]


def missing(in_swift):
    """What is needed and is not there."""
    return [name for name in (COMPILER, EMULATOR, "swiftc")[:3 if in_swift else 2] if shutil.which(name) is None]


def build(directory, in_swift):
    """The firmware's file, bytes in flash, and bytes of RAM with the stack."""
    made, application = os.path.join(directory, "gate.elf"), HERE / "gate.c"
    if in_swift:
        application = os.path.join(directory, "gate.o")
        subprocess.run(["swiftc", *SWIFT_FLAGS, "-I", HERE, "-c", HERE / "gate.swift", "-o", application], check=True)
    subprocess.run(
        [COMPILER, *FLAGS, "-I", LIBRARY / "include", "-I", HERE, HERE / "board.c", application, *sorted(LIBRARY.glob("*.c")), *LINK,
         "-T", HERE / "board.ld", "-o", made], check=True)
    told = subprocess.run(["arm-none-eabi-size", made], check=True, capture_output=True, text=True).stdout
    text, data, bss = map(int, told.splitlines()[1].split()[:3])
    return made, text + data, data + bss


class Board:
    """`with Board(firmware, settings):` has one that runs, and ends it. Settings are what gate.c takes after B, without the boot nonce.

    A thread carries bytes between the board and the broker, and notes each line of the console with the time when it came."""

    def __init__(self, firmware, settings):
        self.settings = settings
        self.lines = []  # (line, time.time())
        self.changed = threading.Condition()
        self.broker, self.carries, self.is_cut = None, False, False
        # What the broker sent on each connection; and frames that the board is sent instead.
        self.heard, self.played = [], []
        self.text, self.asked = b"", b""
        self.failure = None  # What ended the thread.
        (self.line, line), (self.console, console), (self.control, control) = (socket.socketpair() for _ in range(3))
        ends = [line, console, control]
        words = [EMULATOR, "-M", MACHINE, "-nodefaults", "-display", "none", "-net", "none", "-kernel", firmware]
        for name, end in zip(("line", "console", "control"), ends):
            words += ["-chardev", f"socket,id={name},fd={end.fileno()}"]
        words += ["-serial", "chardev:line", "-serial", "chardev:console", "-mon", "chardev=control,mode=control"]
        self.process = subprocess.Popen(words, pass_fds=[end.fileno() for end in ends], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in ends:
            end.close()
        self.waker, self.wakes = socket.socketpair()
        self.thread = threading.Thread(target=self.carry, daemon=True)

    def __enter__(self):
        self.thread.start()
        try:
            self.control.settimeout(30)
            self.answers = self.control.makefile("r")
            json.loads(self.answers.readline())
            self.ask("qmp_capabilities")
            self.wait("ready")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.waker.close()
        self.thread.join(timeout=10)
        self.process.kill()
        self.process.wait()
        for end in (self.line, self.console, self.control, self.wakes, self.broker):
            if end is not None:
                end.close()

    # ---- the emulator ----

    def ask(self, command, **arguments):
        self.control.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        for line in self.answers:
            answer = json.loads(line)
            if "event" not in answer:
                return answer["return"]
        raise EOFError("the emulator ended")

    def pin(self):
        """LED 0, as the board's own register has it."""
        told = self.ask("human-monitor-command", **{"command-line": "xp /1wx 0x40028000"})
        return int(re.search(r": 0x(\w+)", told)[1], 16) & 1

    def reset(self):
        """Starts it anew, and waits until it knows who it is."""
        mark = self.mark()
        self.ask("system_reset")
        self.wait("ready", mark)

    # ---- the console ----

    def mark(self):
        """For `wait` and `said`: from here on."""
        return len(self.lines)

    def said(self, mark=0):
        return [line for line, _ in self.lines[mark:]]

    def wait(self, wanted, mark=0, seconds=30):
        """The first line that is `wanted`, or begins with it and a space; and when it came."""
        def found():
            if self.failure is not None:
                raise self.failure
            return next((entry for entry in self.lines[mark:] if entry[0] == wanted or entry[0].startswith(wanted + " ")), None)

        with self.changed:
            if not self.changed.wait_for(found, seconds):
                raise TimeoutError(f"no {wanted!r} within {seconds} s after line {mark} of {self.said()}")
            return found()

    def status(self):
        """Its clock, how many gates are open, the deepest stack."""
        mark = self.mark()
        self.console.sendall(b"S")
        return tuple(map(int, self.wait("status", mark)[0].split()[1:]))

    # ---- the line ----

    def dial(self, path):
        """A new connection to the broker at `path`."""
        broker = socket.socket(socket.AF_UNIX)
        broker.connect(path)
        return self.connect(broker, [])

    def replay(self, frames):
        """A connection to nobody: each request of the board is answered with the next of `frames`."""
        return self.connect(None, list(frames))

    def connect(self, broker, played):
        self.hang_up()
        with self.changed:
            self.broker, self.played, self.is_cut, self.asked = broker, played, False, b""
            self.heard.append(b"")
        mark = self.mark()
        self.console.sendall(b"U" + os.urandom(16))
        self.wait("link up", mark)
        return mark

    def hang_up(self):
        mark = self.mark()
        self.console.sendall(b"D")
        self.wait("link down", mark)
        with self.changed:
            self.drop()

    def cut(self):
        """From now on all bytes are lost, and nobody is told. The time."""
        with self.changed:
            self.is_cut = True
        return time.time()

    def drop(self):
        self.carries = False
        if self.broker is not None:
            self.broker.close()
            self.broker = None

    # ---- in the thread ----

    def carry(self):
        try:
            self.carry_until_woken()
        except (OSError, EOFError) as error:
            with self.changed:
                self.failure = error
                self.changed.notify_all()

    def carry_until_woken(self):
        while True:
            with selectors.DefaultSelector() as selector:
                with self.changed:
                    broker = self.broker if self.carries else None
                    for end in filter(None, (self.wakes, self.console, self.line, broker)):
                        selector.register(end, selectors.EVENT_READ)
                ready = [key.fileobj for key, _ in selector.select()]
            if self.wakes in ready:
                return
            with self.changed:
                # First the console: `link up` comes before the first byte of that connection.
                self.take_console()
                if self.line in ready:
                    self.take_line(self.line.recv(65536))
                if broker in ready and broker is self.broker:
                    self.take_broker(broker.recv(65536))

    def take_console(self):
        try:
            data = self.console.recv(65536, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        if data == b"":
            raise EOFError("the emulator ended")
        self.text += data
        *lines, self.text = self.text.split(b"\n")
        for line in map(bytes.decode, lines):
            self.lines.append((line, time.time()))
            if line == "boot":
                self.drop()
                self.console.sendall(b"B" + self.settings + os.urandom(16))
            elif line == "link up":
                self.carries = True
            elif line.startswith("link ended"):
                self.drop()
        self.changed.notify_all()

    def take_line(self, data):
        if not self.carries or self.is_cut:
            return
        if self.broker is not None:
            self.broker.sendall(data)
            return
        frames, self.asked = split(self.asked + data)
        for _ in frames[:len(self.played)]:
            self.line.sendall(self.played.pop(0))

    def take_broker(self, data):
        if data == b"":
            self.drop()
            if not self.is_cut:
                self.console.sendall(b"D")
        elif not self.is_cut:
            self.heard[-1] += data
            self.line.sendall(data)


def split(data):
    """The frames in `data`, and the begin of another one."""
    frames = []
    while len(data) >= 4 and len(data) >= struct.unpack_from("<I", data)[0]:
        count = struct.unpack_from("<I", data)[0]
        frames.append(data[:count])
        data = data[count:]
    return frames, data
