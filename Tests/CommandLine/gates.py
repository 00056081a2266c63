"""What stands behind a gate of `turnpike-agent`, and who comes to it: what the tests of gates share."""

import contextlib
import random
import socket
import threading
import time


class Echo:
    """A service that sends back what it gets, and remembers when it got something last."""

    def __init__(self, listener):
        self.listener, self.received_at, self.byte_count = listener, 0.0, 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.serve, args=self.listener.accept()[:1], daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError), connection:
            while piece := connection.recv(65536):
                self.received_at = time.monotonic()
                self.byte_count += len(piece)
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)


class Holder:
    """A connection of who holds a lease."""

    def __init__(self, endpoint):
        host, port = endpoint.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=20)

    def ping(self):
        self.socket.sendall(b"x")
        if self.socket.recv(1) != b"x":
            raise ConnectionError("ended")

    def ping_until_cut(self, seconds=20):
        """When bytes passed last, and when the connection was cut, by time.time()."""
        passed_at, limit = time.time(), time.monotonic() + seconds
        try:
            while time.monotonic() < limit:
                self.ping()
                passed_at = time.time()
                time.sleep(0.0005)
        except OSError:
            return passed_at, time.time()
        raise AssertionError("it was never cut")

    def wait_for_cut(self):
        """When it was cut, by time.monotonic()."""
        with contextlib.suppress(ConnectionError):
            while self.socket.recv(65536):
                pass
        return time.monotonic()


def is_refused(endpoint):
    try:
        Holder(endpoint).ping()
    except OSError:
        return True
    return False


def free_ports(count):
    """The first of so many ports in a row that nobody has now. Other programs look for some, too, maybe at the same time."""
    candidates = range(21_000, 60_000, count)
    for first in random.sample(candidates, len(candidates)):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in range(first, first + count):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return first
    raise AssertionError("no ports are free")


def lease(session, resource, name, duration):
    """Takes a lease, waits until it is ready, and gives its endpoint."""
    session.ask("acquire", resource, "--for", duration, "--name", name)
    return session.ask("service", name, "--wait")["endpoint"]
