#!/usr/bin/env python3
"""Gates of `turnpike-agent` in front of PostgreSQL, Redis and nginx themselves: their clients notice nothing while the lease is paid,
and are all cut when it is not.

The programs are those of TURNPIKE_BIN (.build/release). What is not installed is SKIPPED: `scripts/bootstrap --with services` installs it.
"""

import contextlib
import hashlib
import http.client
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import postgres
from agentprogram import PROVIDER, AgentProgram, until
from session import Session, expect

ROUNDS = 3
THROTTLED_BYTES_PER_SECOND = 2_000_000
# Of nginx: a lease of which less is left is throttled.
THROTTLE = "5m"
FILE_BYTES, VALUE_BYTES, COPIED_ROWS = 20 << 20, 8 << 20, 400_000
CONNECTIONS = 4
# Bounds that hold on a machine that is busy with other things; the figures are better, and shown.
LATE_SECONDS = 1.0
SLOWDOWN_MAX = 50
CUT = select.POLLERR | select.POLLHUP | select.POLLRDHUP


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def run(*words, **options):
    done = subprocess.run([*map(str, words)], capture_output=True, timeout=60, cwd="/", **options)
    expect(done.returncode == 0, f"{words[0]}: {done.stdout[-500:]} {done.stderr[-500:]}")
    return done.stdout


def program(name):
    """Where a server is, which users may not have in their path; None: nowhere."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def parts(endpoint):
    host, _, port = endpoint.rpartition(":")
    return host, port


class Server:
    """A server that the test runs. `endpoint` is where it is itself, `upstream` what its gate is told."""

    def start(self, stack, session, *words, **options):
        log = stack.enter_context(open(session.path(f"{self.name}.log"), "wb"))
        process = subprocess.Popen([*map(str, words)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **options)
        stack.callback(self.stop, process)
        until(f"{self.name} serves", lambda: process.poll() is not None or self.serves(self.endpoint))
        expect(process.poll() is None, pathlib.Path(session.path(f"{self.name}.log")).read_text())

    @staticmethod
    def stop(process):
        # Of all three it is an end that waits for no client.
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def work(self, gate):
        """The same through the gate as without it; how much slower, by name."""
        rates = {}
        for _ in range(ROUNDS):
            for endpoint in (self.endpoint, gate):
                for name, rate in self.measure(endpoint).items():
                    rates.setdefault(name, {}).setdefault(endpoint, []).append(rate)
        slower = {name: statistics.median(of[self.endpoint]) / statistics.median(of[gate]) for name, of in rates.items()}
        expect(all(value < SLOWDOWN_MAX for value in slower.values()), slower)
        return slower


class Postgres(Server):
    name, terms = "postgres", ()
    installed = postgres.PROGRAMS is not None

    def __init__(self, stack, session):
        home = pathlib.Path(session.path("postgres"))
        home.mkdir()
        if postgres.AS_USER:
            shutil.chown(home, postgres.USER, postgres.USER)
        postgres.initdb(home / "data")
        self.endpoint, self.upstream = str(home), f"unix:{home}/.s.PGSQL.5432"
        words = [postgres.PROGRAMS / "postgres", "-D", home / "data", "-k", home, "-c", "listen_addresses=", *postgres.SETTINGS.split()]
        self.start(stack, session, *postgres.AS_USER, *words)
        run(*self.client("pgbench", self.endpoint), "-i", "-q", "-s", 1, "postgres")
        self.rows = b"".join(hashlib.md5(b"%d" % row).hexdigest().encode() + b"\n" for row in range(1, COPIED_ROWS + 1))

    @staticmethod
    def client(name, endpoint):
        host, port = parts(endpoint)
        return [postgres.PROGRAMS / name, "-U", postgres.USER, *(["-h", host, "-p", port] if host else ["-h", endpoint])]

    def psql(self, endpoint, *questions, **options):
        words = [word for question in questions for word in ("-c", question)]
        return run(*self.client("psql", endpoint), "-XAtq", "-v", "ON_ERROR_STOP=1", *words, "postgres", **options)

    def serves(self, endpoint):
        return subprocess.run([*self.client("pg_isready", endpoint), "-q"], cwd="/").returncode == 0

    def measure(self, endpoint):
        began = time.monotonic()
        rows = self.psql(endpoint, f"copy (select md5(row::text) from generate_series(1, {COPIED_ROWS}) row) to stdout")
        seconds = time.monotonic() - began
        expect(rows == self.rows, f"{len(rows)} bytes of {len(self.rows)}, or others")
        told = run(*self.client("pgbench", endpoint), "-S", "-n", "-c", CONNECTIONS, "-t", 500, "postgres").decode()
        expect("processed: 2000/2000" in told and "failed transactions: 0" in told, told)
        return {"pgbench": float(re.search(r"tps = ([\d.]+)", told).group(1)), "copy": len(rows) / seconds}

    def check(self, endpoint):
        """The other way: what is copied in is there."""
        self.psql(endpoint, "create table copied (row text)")
        self.psql(endpoint, "copy copied from stdin", input=self.rows)
        told = self.psql(self.endpoint, "select md5(string_agg(row, chr(10) order by ctid) || chr(10)) from copied").decode().strip()
        expect(told == hashlib.md5(self.rows).hexdigest(), "what was copied in is not what is there")
        self.psql(endpoint, "drop table copied")

    def hold(self, stack, endpoint):
        """Connections: descriptors that say when they are cut."""
        clients = [postgres.Psql(endpoint) for _ in range(CONNECTIONS)]
        for client in clients:
            stack.callback(client.end)
            expect(client.ask("select 1") == "1", "psql")
            # It notices only while it waits for an answer.
            client.send("select pg_sleep(600)")
        return [client.child.stdout for client in clients]


class Redis(Server):
    name, terms = "redis", ()
    installed = program("redis-server") is not None and program("redis-benchmark") is not None

    def __init__(self, stack, session):
        self.endpoint = self.upstream = f"127.0.0.1:{free_port()}"
        words = ["--bind", "127.0.0.1", "--port", parts(self.endpoint)[1], "--save", "", "--appendonly", "no", "--dir", session.directory]
        self.start(stack, session, program("redis-server"), *words)
        self.value = os.urandom(VALUE_BYTES)

    @staticmethod
    def client(name, endpoint):
        host, port = parts(endpoint)
        return [program(name), "-h", host, "-p", port]

    def serves(self, endpoint):
        done = subprocess.run([*self.client("redis-cli", endpoint), "ping"], capture_output=True)
        return done.stdout == b"PONG\n"

    def measure(self, endpoint):
        words = ["-t", "set,get", "-d", 4096, "-n", 10_000, "-c", 4 * CONNECTIONS, "-P", 4, "--csv"]
        told = run(*self.client("redis-benchmark", endpoint), *words).decode()
        rates = {name: float(rate) for name, rate in re.findall(r'^"(SET|GET)","([\d.]+)"', told, re.MULTILINE)}
        expect(len(rates) == 2, told)
        return {f"redis_{name.lower()}": rate for name, rate in rates.items()}

    def check(self, endpoint):
        """Big values, both ways; and who is subscribed may be idle as long as he likes."""
        client = self.client("redis-cli", endpoint)
        with subprocess.Popen([*client, "subscribe", "news"], stdout=subprocess.PIPE, text=True) as subscriber:
            try:
                expect([subscriber.stdout.readline() for _ in range(3)] == ["subscribe\n", "news\n", "1\n"], "it is subscribed")
                expect(run(*client, "-x", "set", "big", input=self.value) == b"OK\n", "SET")
                for place in (endpoint, self.endpoint):
                    got = run(*self.client("redis-cli", place), "--raw", "get", "big")
                    expect(sha256(got[:-1]) == sha256(self.value), f"{len(got)} bytes, or others")
                self.measure(endpoint)
                run(*self.client("redis-cli", self.endpoint), "publish", "news", "here it is")
                expect([subscriber.stdout.readline() for _ in range(3)] == ["message\n", "news\n", "here it is\n"], "what was published")
            finally:
                subscriber.kill()

    def hold(self, stack, endpoint):
        held = [stack.enter_context(socket.create_connection(parts(endpoint), timeout=20)) for _ in range(CONNECTIONS)]
        for connection in held:
            connection.sendall(b"SUBSCRIBE news\r\n")
            expect(connection.recv(64).startswith(b"*3\r\n$9\r\nsubscribe"), "it is subscribed")
        return held


NGINX = """daemon off;
{user}pid {folder}/nginx.pid;
error_log stderr;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  sendfile on;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen {endpoint}; root {folder}/files; }}
}}
"""


class Nginx(Server):
    name, terms = "nginx", ("--low", THROTTLE, "--throttle", THROTTLE)
    installed = program("nginx") is not None

    def __init__(self, stack, session):
        folder = pathlib.Path(session.path("nginx"))
        (folder / "files").mkdir(parents=True)
        file = os.urandom(FILE_BYTES)
        (folder / "files/file").write_bytes(file)
        (folder / "files/small").write_bytes(b"small")
        self.hash = sha256(file)
        self.endpoint = self.upstream = f"127.0.0.1:{free_port()}"
        user = "" if os.getuid() else "user root;\n"
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, endpoint=self.endpoint, user=user))
        self.start(stack, session, program("nginx"), "-p", folder, "-e", "stderr", "-c", folder / "nginx.conf")

    def serves(self, endpoint):
        try:
            return self.get(self.connection(endpoint), "small") == b"small"
        except (OSError, http.client.HTTPException):
            return False

    @staticmethod
    def connection(endpoint):
        host, port = parts(endpoint)
        return http.client.HTTPConnection(host, int(port), timeout=20)

    @staticmethod
    def get(connection, name):
        connection.request("GET", f"/{name}")
        answer = connection.getresponse()
        body = answer.read()
        expect(answer.status == 200, answer.status)
        return body

    def measure(self, endpoint):
        connection = self.connection(endpoint)
        began = time.monotonic()
        file = self.get(connection, "file")
        rate = len(file) / (time.monotonic() - began)
        expect(sha256(file) == self.hash, f"{len(file)} bytes, or others")
        # On the same connection, one answer after the other.
        began = time.monotonic()
        for _ in range(500):
            expect(self.get(connection, "small") == b"small", "another file")
        requests = 500 / (time.monotonic() - began)
        connection.close()
        return {"nginx_file": rate, "nginx_requests": requests}

    def check(self, endpoint):
        """Several at a time."""
        hashes = []
        threads = [
            threading.Thread(target=lambda: hashes.append(sha256(self.get(self.connection(endpoint), "file")))) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect(hashes == [self.hash] * CONNECTIONS, f"{len(hashes)} files, or others")

    def hold(self, stack, endpoint):
        """Some wait with nothing to say, some are in the middle of a file that they do not read."""
        held = []
        for number in range(CONNECTIONS):
            connection = self.connection(endpoint)
            stack.callback(connection.close)
            if number % 2:
                expect(self.get(connection, "small") == b"small", "another file")
            else:
                connection.connect()
                connection.sock.sendall(b"GET /file HTTP/1.1\r\nHost: here\r\n\r\n")
                expect(connection.sock.recv(8) == b"HTTP/1.1", "an answer")
            held.append(connection.sock)
        return held

    def throttled(self, endpoint):
        """Bytes a second."""
        with socket.create_connection(parts(endpoint), timeout=20) as connection:
            connection.sendall(b"GET /file HTTP/1.1\r\nHost: here\r\n\r\n")
            began, count = time.monotonic(), len(connection.recv(65536))
            while time.monotonic() < began + 3:
                count += len(connection.recv(65536))
            return count / (time.monotonic() - began)


def wait_for_cut(held, seconds=20):
    """Instants at which connections ended, all of them."""
    watched, instants = select.poll(), []
    for connection in held:
        watched.register(connection, CUT)
    limit = time.monotonic() + seconds
    while len(instants) < len(held):
        left = limit - time.monotonic()
        expect(left > 0, f"{len(held) - len(instants)} connections were never cut")
        for descriptor, _ in watched.poll(1000 * left):
            instants.append(time.time())
            watched.unregister(descriptor)
    return instants


def lease(session, server, duration, name):
    session.ask("acquire", server.name, "--for", duration, "--name", name)
    return session.ask("service", name, "--wait")["endpoint"]


def revoked(session, server):
    """The workload, then the end of the lease in the middle of connections."""
    name = f"{server.name}-lease"
    endpoint = lease(session, server, "10m", name)
    server.check(endpoint)
    slower = server.work(endpoint)
    with contextlib.ExitStack() as stack:
        held = server.hold(stack, endpoint)
        expect(not select.select([held[-1]], [], [], 0)[0], "it is cut while it is paid for")
        began = time.time()
        session.ask("revoke", session.ask("check", name)["lease"], **PROVIDER)
        last = max(wait_for_cut(held)) - began
    expect(last < 2 * LATE_SECONDS, last)
    expect(not server.serves(endpoint), "a gate of a lease that was revoked")
    return slower


def suspended(session, servers):
    """Time alone cuts everybody of each; the port is refused until there is money again, and is the same then."""
    endpoints = [lease(session, server, "6s", f"{server.name}-short") for server in servers]
    lates = []
    with contextlib.ExitStack() as stack:
        held = [server.hold(stack, endpoint) for server, endpoint in zip(servers, endpoints)]
        for server, connections in zip(servers, held):
            instants = wait_for_cut(connections)
            told = session.ask("check", f"{server.name}-short")
            lates += [instant - told["deadline"] / 1000 for instant in instants]
            expect(told["state"] == "SUSPENDED", told)
    for server, endpoint in zip(servers, endpoints):
        expect(not server.serves(endpoint), f"{server.name} without money")
        session.ask("fund", f"{server.name}-short", "--for", "10m")
        until(f"{server.name} is back", lambda: server.serves(endpoint))
        expect(session.ask("service", f"{server.name}-short")["endpoint"] == endpoint, "another port")
        server.check(endpoint)
        session.ask("release", f"{server.name}-short")
    expect(-1 < min(lates) and max(lates) < LATE_SECONDS, lates)
    return lates


def main():
    # Who ends it early finds no server left.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kinds = (Postgres, Redis, Nginx)
    for kind in kinds:
        if not kind.installed:
            print(f"SKIPPED {kind.name}: it is not installed (scripts/bootstrap --with services)")
    figures = {}
    with Session("--durability", "os") as session, contextlib.ExitStack() as stack:
        # A server may run as another user.
        os.chmod(session.directory, 0o711)
        servers = [kind(stack, session) for kind in kinds if kind.installed]
        if servers:
            agent = AgentProgram(session)
            gate = "gate:\n  upstream: %s\n  throttled-bytes-per-second: " + str(THROTTLED_BYTES_PER_SECOND)
            for server in servers:
                agent.resource(server.name, gate % server.upstream, *server.terms)
            session.ask("issue", 1_000_000, role="operator")
            agent.start()
            stack.callback(agent.close)
            for server in servers:
                figures |= revoked(session, server)
            lates = suspended(session, servers)
            figures |= {"cut_median_ms": 1000 * statistics.median(lates), "cut_last_ms": 1000 * max(lates)}
            for server in servers:
                if isinstance(server, Nginx):
                    rate = server.throttled(lease(session, server, "1m", "slow"))
                    expect(abs(rate / THROTTLED_BYTES_PER_SECOND - 1) < 0.2, rate)
                    figures["throttled"] = rate / THROTTLED_BYTES_PER_SECOND
            agent.stop()
    print("shown:", f"checks={expect.count} servers={len(servers)}", *(f"{name}={value:.2f}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
