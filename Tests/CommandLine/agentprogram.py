"""`turnpike-agent` as a test runs it, beside a broker: its configuration, its log, its end."""

import os
import pathlib
import subprocess
import threading
import time

from session import expect

PROVIDER = dict(role="provider", wallet="provider-wallet")
TERMS = ("--price", 3600, "--period", "1h", "--shortest", "1s", "--provision", "1m", "--units", 1000, "--grace", "1h")


class AgentProgram:
    """`turnpike-agent run`, whose log can be waited for."""

    def __init__(self, session):
        self.session, self.config, self.lines, self.process = session, session.path("agent.yaml"), [], None
        self.condition = threading.Condition()
        self.environment = dict(os.environ)
        # Where it finds the broker.
        self.broker = f"unix:{session.socket}"
        self.resources = []

    def resource(self, name, text, *terms):
        """A new resource, and its lines in the configuration."""
        self.session.ask("register", name, *TERMS, *terms, **PROVIDER)
        resource = self.session.ask("resources", "describe", name, **PROVIDER)["id"]
        self.session.credential(f"{name}.key", "--role", "agent", "--id", str(resource))
        is_new = not os.path.exists(self.config)
        with open(self.config, "a") as file:
            file.write("resources:\n" if is_new else "")
            file.write(f"  - resource: {resource}\n    broker: {self.broker}\n    key-file: {name}.key\n")
            file.write("".join(f"    {line}\n" for line in text.strip("\n").splitlines()))
        self.resources.append(resource)
        return resource

    def run(self, *words):
        """Another command of it: (exit status, both outputs)."""
        done = subprocess.run(
            [self.session.program("turnpike-agent"), *words, self.config], capture_output=True, text=True, timeout=60,
            env=self.environment)
        return done.returncode, done.stdout + done.stderr

    def start(self):
        self.process = subprocess.Popen(
            [self.session.program("turnpike-agent"), "run", self.config, "--log-level", "debug"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment)
        threading.Thread(target=self.read, args=(self.process.stderr,), daemon=True).start()
        expect(self.process.stdout.readline() == "ready\n", "".join(self.lines))

    def read(self, stream):
        for line in stream:
            with self.condition:
                self.lines.append(line)
                self.condition.notify_all()

    def mark(self):
        return len(self.lines)

    def wait(self, text, since=0, seconds=20):
        """Until a line with this text was written."""
        with self.condition:
            found = self.condition.wait_for(lambda: any(text in line for line in self.lines[since:]), seconds)
        expect(found, f"{text} never came:\n{''.join(self.lines)}")

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self):
        self.process.terminate()
        expect(self.process.wait(10) == 0, "".join(self.lines))

    def close(self):
        """After a test, however it went: kills it, and waits for what its guardians still do."""
        if self.process and self.process.poll() is None:
            guardians = self.guardians()
            self.kill()
            until("its guardians end", lambda: all(state(guardian) is None for guardian in guardians))

    def guardians(self):
        """Processes of guardians that this one started."""
        return children(self.process.pid)


def children(process):
    try:
        return [int(word) for word in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def state(process):
    """The letter of a process; None: there is none, or nobody has waited for it yet."""
    try:
        letter = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if letter in "ZX" else letter


def until(what, condition, seconds=20):
    limit = time.monotonic() + seconds
    while not (value := condition()):
        expect(time.monotonic() < limit, what)
        time.sleep(0.005)
    return value
