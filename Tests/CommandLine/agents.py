#!/usr/bin/env python3
"""Leases that an agent provisions, as holders and providers see them. The agent is that of proto-spec/client.py.

The programs are those of TURNPIKE_BIN (.build/release).
"""

import hmac
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "proto-spec"))
from client import STATES, Agent, Credential, Refused
from session import Session, expect

OPERATOR = dict(role="operator", wallet="operator-wallet")
PROVIDER = dict(role="provider", wallet="provider-wallet")
AGENT_ABSENT, EPOCH_STALE = 24, 26


def start(session):
    """A resource, and the credential of its agents."""
    session.ask("register", "db", "--units", 10, "--price", 3600, "--period", "1h", "--shortest", "1s", "--provision", "1m", "--meter0", 2, **PROVIDER)
    described = session.ask("resources", "describe", "db")
    expect(described["provision"] == 60_000 and described["outage"] == 600_000, described)
    session.credential("agent", "--role", "agent", "--id", str(described["id"]))
    session.ask("issue", 100_000, role="operator")
    return Credential(open(session.path("agent")).read())


def change(agent, lease, state):
    """The next change of a lease to a state, as the agent hears of it."""
    for _ in range(1000):
        for found in agent.changes():
            if (found[0], STATES[found[7]]) == (lease, state):
                return found
    raise AssertionError(f"lease {lease} never was {state}")


def absent(session):
    """Without an agent nothing is taken."""
    before = session.ask("wallet", "balance")["balance"]
    error = session.run("acquire", "db", "--for", "1h")
    expect(error[0] == 3 and "AGENT_ABSENT" in error[2] and "no money was taken" in error[2], error)
    expect(session.ask("wallet", "balance")["balance"] == before, "money is missing")


def provisioned(session, agent):
    """Hold, provision, capture; and what the holder can do meanwhile."""
    granted = session.ask("acquire", "db", "--for", "1h", "--name", "mine")
    lease = int(granted["lease"])
    expect(granted["state"] == "PENDING" and granted["deadline"] == 0, granted)
    error = session.run("fund", "mine", "--for", "1h")
    expect(error[0] == 3 and "LEASE_PENDING" in error[2] and "no money was taken" in error[2], error)
    pending = change(agent, lease, "PENDING")
    expect(pending[8] == 1 and pending[3] > agent.clock(), pending)
    waiting = subprocess.Popen(
        [session.program("turnpike"), "service", "mine", "--wait", "--json"], env=session.variables("wallet", None, None),
        stdout=subprocess.PIPE, text=True)
    expect(session.ask("service", "mine")["state"] == "PENDING", "before it is ready")
    epoch = agent.provision(lease, pending[1], "127.0.0.1:5432")
    expect(epoch == pending[1], (epoch, pending))
    try:
        output = waiting.communicate(timeout=30)[0]
    finally:
        waiting.kill()
    expect(waiting.returncode == 0 and "127.0.0.1:5432" in output, output)
    running = change(agent, lease, "ACTIVE")
    checked = session.ask("check", "mine")
    # What is left, by the agent's clock and by the broker's: the agent's may end before, and not after.
    left = checked["deadline"] - session.ask("ping")["now"]
    expect(left - 60_000 < running[3] - agent.clock() <= 3_600_000, (left, running))
    return lease


def ticket(session, agent, lease):
    """A ticket is of the agent's own start."""
    given = session.ask("ticket", "mine")
    expect(len(given["ticket"]) == 192 and len(given["holderKey"]) == 32 and int(given["lease"]) == lease, given)
    expect(agent.boot_nonce.hex() in given["ticket"], given)


def moved(session, agent, lease):
    """Another endpoint is another epoch; an old one is refused."""
    epoch = session.ask("service", "mine")["epoch"]
    later = agent.provision(lease, epoch, "127.0.0.1:6543")
    expect(later > epoch and session.ask("service", "mine")["endpoint"] == "127.0.0.1:6543", later)
    try:
        agent.provision(lease, epoch, "127.0.0.1:1")
    except Refused as refused:
        expect(refused.status == EPOCH_STALE and refused.detail == later, refused)
    else:
        raise AssertionError("a stale epoch was taken")


def failed(session, agent):
    """What could not be provided is paid back, and says why; so is what was released before it was ready."""
    lease = int(session.ask("acquire", "db", "--amount", 500, "--name", "broken")["lease"])
    pending = change(agent, lease, "PENDING")
    agent.provision(lease, pending[1], "no disk is left", ready=False)
    told = session.ask("service", "broken", "--wait", status=1)
    expect(told["state"] == "FAILED" and told["endpoint"] == "no disk is left", told)
    expect(session.ask("release", "broken")["change"] == 500, "the refund")
    session.ask("acquire", "db", "--amount", 700, "--name", "early")
    expect(session.ask("release", "early")["change"] == 700, "what was held")


def gone(session, agent, lease):
    """A lease goes on without its agent, and no other is granted."""
    # It has the list, and the heartbeat after the next one tells that it heard of all.
    agent.leases()
    for _ in range(3):
        agent.changes()
    agent.connection.close()
    for _ in range(1000):
        code, _, errors = session.run("acquire", "db", "--amount", 100)
        if code == 3:
            break
        session.ask("release", "db")
    expect("AGENT_ABSENT" in errors, errors)
    told = session.ask("service", "mine")
    expect(told["state"] == "ACTIVE" and not told["attached"], told)


def shut(session, credential, lease):
    """The time in which a gate was shut that should have been open comes back, once; and what passed through it is told."""
    agent = Agent("unix:" + session.socket, credential, reports=True)
    [known] = agent.leases()
    before, number = session.ask("check", "mine"), agent.report_number
    credited = agent.report([(lease, known[1], 2**64 - 1, 100, 200)], last=True)
    after = session.ask("check", "mine")
    expect(credited > 0 and after["deadline"] == before["deadline"] + credited, (credited, before, after))
    # As after a lost reply.
    agent.report_number = number
    expect(agent.report([(lease, known[1], 2**64 - 1, 100, 200)], last=True) == 0, "it counts twice")
    told = session.ask("service", "mine")
    expect((told["received"], told["sent"]) == (100, 200), told)
    vouchers(session, agent, credential, lease)
    agent.connection.close()


def vouchers(session, agent, credential, lease):
    """Uses that are paid, in statements that an agent can check with its key alone."""
    agent.changes()
    given = session.ask("voucher", "mine", "--quantity", 3, "--count", 2)
    expect(given["charged"] == 12 and len(given["vouchers"]) == 2, given)
    key = hmac.digest(credential.key, b"turnpike ticket v1", "sha256")
    for issued in given["vouchers"]:
        voucher = bytes.fromhex(issued["voucher"])
        expect(hmac.digest(key, b"voucher tag" + voucher[:80], "sha256")[:16] == voucher[80:], "not genuine")
        expect(hmac.digest(key, b"voucher holder" + voucher, "sha256")[:16].hex() == issued["holderKey"], "another's")
        expect(int.from_bytes(voucher[8:16], "little") == lease and agent.boot_nonce in voucher, voucher)
    expect(given["vouchers"][0]["serial"] != given["vouchers"][1]["serial"], given)


def figure(session, account):
    return sum(one["balance"] for one in session.ask("audit", **OPERATOR)["figures"] if one["account"] == account)


def again(session, credential, lease):
    """Whoever attaches again is told of all that lives."""
    agent = Agent("unix:" + session.socket, credential)
    expect([found[0] for found in agent.leases()] == [lease] and agent.epoch_floor >= agent.leases()[0][1], agent.leases())
    session.ask("release", "mine")
    ended = change(agent, lease, "RELEASED")
    expect(ended[3] == 0 and ended[5] == 0 and agent.leases() == [], ended)
    expect(figure(session, "HELD") == 0, "something is held")
    agent.connection.close()


def story(session, provider):
    """One of each command of agents."""
    terms = ("--units", 1, "--price", 3600, "--period", "1h", "--provision", "1m", "--meter0", 1)
    resource = session.ask("register", "hall", *terms, **provider)["resource"]
    session.credential("agent", "--role", "agent", "--id", str(resource))
    agent = Agent("unix:" + session.socket, Credential(open(session.path("agent")).read()))
    lease = int(session.ask("acquire", "hall", "--for", "1h", "--name", "hall-lease")["lease"])
    epoch = agent.provision(lease, agent.leases()[0][1], "on the ground floor")
    agent.report([(lease, epoch, 0, 1, 2)])
    session.ask("voucher", "hall-lease")
    agent.connection.close()
    # The broker has heard of that when it answers the next.
    session.ask("release", "hall-lease")


def main():
    with Session() as session:
        credential = start(session)
        absent(session)
        agent = Agent("unix:" + session.socket, credential)
        expect(agent.leases() == [], "leases before any")
        lease = provisioned(session, agent)
        ticket(session, agent, lease)
        moved(session, agent, lease)
        failed(session, agent)
        gone(session, agent, lease)
        shut(session, credential, lease)
        again(session, credential, lease)
    print(f"shown: checks={expect.count}")


if __name__ == "__main__":
    main()
