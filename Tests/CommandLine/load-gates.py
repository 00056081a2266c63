#!/usr/bin/env python3
"""`turnpike-load gates` with a real broker and agent: it tells what it saw, also when the broker is gone, and notices a gate that is wrong.

The programs are those of TURNPIKE_BIN (.build/release).
"""

import json
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
from agentprogram import AgentProgram
from session import Session, expect

COUNT, CUTS, DEADLINES = 30, 6, 8
PARTS = ("--leases", COUNT, "--talking", 10, "--cuts", CUTS, "--rate", 100, "--deadlines", DEADLINES)


def gates(session, service, *words, holding=lambda: None):
    """One run: (exit status, its figures, all that it printed). `holding` is called when the leases that run to their deadline are open."""
    started = subprocess.Popen(
        [session.program("turnpike-load"), "gates", "--broker", "unix:" + session.socket, "--operator", session.path("operator"),
         "--provider", session.path("provider"), "--service", service, "--resource", "measured", *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    text = ""
    try:
        for line in started.stdout:
            text += line
            if line.startswith("holding"):
                holding()
        started.wait(60)
    finally:
        started.kill()
        started.wait()
        started.stdout.close()
    figures = [line.split()[1:] for line in text.splitlines() if line.startswith("shown: ")]
    return started.returncode, dict(word.split("=") for word in figures[0]) if figures else {}, text


def measured(session, service, agent):
    """All parts of a run, as text and as JSON; it gives back what it took, so that there is room for the next."""
    path = session.path("gates.json")
    status, figures, text = gates(
        session, service, *PARTS, "--lead-ms", 1000, "--spread-ms", 300, "--agent-pid", agent.process.pid, "--json", path,
        "--early-ms", 500, "--overrun-ms", 2000, "--passed-ms", 2000)
    expect(status == 0 and figures["faults"] == "0" and figures["leases"] == str(COUNT) == figures["connections"], text)
    told = json.load(open(path))
    counts = {latency["name"]: latency["count"] for latency in told["latencies"]}
    expect(counts["fill"] == COUNT and counts["grant"] == CUTS == counts["revoke"] + counts["release"], counts)
    expect(counts["release"] == CUTS // 3 and counts["overrun"] == DEADLINES == counts["late"], counts)
    expect(counts["echo"] > 0 and told["settings"]["leases"] == COUNT and told["faults"] == [], told)
    status = session.ask("status", "measured")
    expect(status["leases"] == 0, status)


def noticed(session, service, agent):
    """Gates that shut too soon, and connections that nobody ended."""
    status, figures, text = gates(session, service, *PARTS, "--lead-ms", 5000, holding=agent.kill)
    expect(status == 1 and figures["early_cuts"] == str(DEADLINES) and int(figures["broken"]) >= COUNT, text)
    agent.start()


def alone(session, service):
    """Deadlines are kept, and seen, without the broker."""
    def kill():
        session.broker.kill()
        session.broker.wait()

    status, figures, text = gates(
        session, service, "--leases", 5, "--talking", 5, "--cuts", 0, "--deadlines", DEADLINES, "--lead-ms", 1000, "--spread-ms", 300,
        "--early-ms", 500, "--overrun-ms", 2000, holding=kill)
    expect(status == 0 and figures["uncut"] == "0" and float(figures["overrun_max_ms"]) < 2000, text)


def refused(session, service):
    """What cannot be measured is said, and nothing is taken."""
    for words, why in ((["--cuts", COUNT + 1, "--leases", COUNT], "--cuts"), (["--service", "localhost:1"], "numeric"),
                       (["--resource", "nowhere"], "RESOURCE_UNKNOWN"), (["--resource", "plain"], "--provision")):
        status, _, text = gates(session, service, *words)
        expect(status != 0 and why in text, text)


def main():
    with Session() as session:
        session.ask("register", "plain", "--units", 1, "--price", 1, "--period", "1s", role="provider", wallet="provider-wallet")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            service = f"127.0.0.1:{listener.getsockname()[1]}"
        agent = AgentProgram(session)
        agent.resource("measured", f"gate:\n  upstream: {service}", "--grace", "0s")
        agent.start()
        try:
            refused(session, service)
            measured(session, service, agent)
            noticed(session, service, agent)
            alone(session, service)
        finally:
            agent.close()
        session.start()
    print(f"shown: checks={expect.count}")


if __name__ == "__main__":
    main()
