#!/usr/bin/env python3
"""A resource that strangers keep up: donations, pools, deposits, pledges, campaigns, offerings, as their funders have them.

The programs are those of TURNPIKE_BIN (.build/release).
"""

import sys

sys.dont_write_bytecode = True
from session import Failure, Session, expect



def balance(session, **options):
    return session.ask("wallet", "balance", **options)["balance"]


def donations(session, provider):
    given = session.ask("donate", "gpu", 1_000, "--label", "a friend")
    expect(given["credited"] == 1_000 and given["matched"] == 0, given)
    session.ask("match", "gpu", 500, "--ratio", "1:2", "--for", "1h", "--name", "sponsor", "--label", "acme")
    expect(session.ask("donate", "gpu", 400)["matched"] == 200, "a sponsor adds half")
    opened = session.ask("acquire", "gpu", "--for", "1h", "--open", role="provider")["lease"]
    status = session.ask("status", "gpu")
    expect(status["donations"] == 0 and status["publicLease"]["lease"] == opened, status)
    expect(status["labelled"][0]["label"] == "a friend" and status["given"]["matched"] == 200, status)
    session.ask("pool", "set", "commons", "gpu=2", role="operator", wallet="operator-wallet")
    expect(session.ask("donate", "commons", 30, "--pool")["credited"] == 30, "a pool of one")
    # What a private lease leaves behind waits until its provider spends it.
    lease = session.ask("acquire", "gpu", "--for", "1h", "--name", "mine")["lease"]
    session.ask("donate", lease, 70, "--lease")
    session.ask("release", "mine")
    expect(session.ask("spend-donations", "gpu", **provider)["amount"] > 0, "and it is spent")
    return opened


def claims(session, provider):
    before = balance(session)
    session.ask("pledge", "gpu", 900, "--every", "1h", "--times", 3, "--first", "1h", "--name", "monthly")
    expect(session.ask("claim", "pay", "monthly", "--cancel")["amount"] == 900, "the rest of a schedule is its pledger's")
    expect(session.ask("claim", "pay", "sponsor", "--cancel")["amount"] == 300, "so is that of a deposit")
    expect(balance(session) == before + 300, "and all of it is in the wallet")
    campaign = session.ask("campaign", "open", "gpu", "--goal", 5_000, "--for", "1h", "--label", "more of it", **provider)
    session.ask("pledge", campaign["campaign"], 700, "--name", "pledge", "--label", "<b>\u00e9")
    shown = session.ask("status", "gpu")["campaigns"][0]
    expect(shown["pledged"] == 700 and shown["goal"] == 5_000 and shown["state"] == "OPEN", shown)
    # The claim changes hands before it is worth something.
    given = session.ask("claim", "hand-over", "pledge")
    session.ask("claim", "accept", given["claim"], given["key"], "--name", "bought", wallet="other")
    session.ask("campaign", "cancel", campaign["campaign"], **provider)
    paid = session.ask("claim", "pay", "bought", wallet="other")
    expect(paid["amount"] == 700 and balance(session, wallet="other") == 700, paid)
    session.ask("claim", "pay", "bought", "--again", wallet="other")
    expect(balance(session, wallet="other") == 700, "the same note again is no money")


def investment(session, provider):
    session.ask("revenue", "split", "gpu", "7=10", **provider)
    offering = session.ask(
        "offering", "open", "gpu", "--cap", 10_000, "--share", "12.5", "--for", "1h", "--kind", "ownership", **provider)
    session.ask("invest", offering["offering"], 4_000, "--name", "share")
    shown = session.ask("status", "gpu")["offerings"][0]
    expect(shown["raised"] == 4_000 and shown["cap"] == 10_000, shown)
    session.ask("offering", "cancel", offering["offering"], **provider)
    expect(session.ask("claim", "pay", "share")["amount"] == 4_000, "an investment comes back")


def sponsorship(session, provider):
    """A sealed bid from its making to its end; auctions.py looks at all of it."""
    auction = session.ask(
        "auction", "open", "gpu", "--reserve", 100, "--for", "1s", "--reveal", "1h", "--forfeit", "10", "--period", "1h", **provider)
    session.ask("bid", auction["auction"], 150, "--sealed-max", 200, "--name", "bid", "--text", "read books")
    session.ask("bid", "raise", "bid", 100, "--bid", 250)
    while session.ask("auction", "show", auction["auction"])["state"] == "OPEN":
        pass
    expect(session.ask("bid", "reveal", "bid")["due"] == 50, "what was paid beyond the bid")
    session.ask("auction", "refuse", session.ask("bid", "show", "bid")["claim"], **provider)
    expect(session.ask("claim", "pay", "bid")["amount"] == 300, "a refused bid gets all of it back")


def story(session, provider):
    """Each command that a funder has, and each that a provider has for them."""
    donations(session, provider)
    claims(session, provider)
    investment(session, provider)
    sponsorship(session, provider)


def main():
    with Session("--durability", "os") as session:
        provider = dict(role="provider", wallet="provider-wallet")
        session.ask(
            "register", "gpu", "--units", 4, "--price", 3600, "--period", "1h", "--shortest", "1s", "--meter0", 5,
            **provider)
        session.ask("issue", 100_000, "--count", 10, role="operator")
        story(session, provider)
        ledger = session.ledger()
        for account in ("MATCHING_DEPOSITS", "SCHEDULED_PLEDGES", "CAMPAIGN_PLEDGES", "CLAIMS_DUE", "INVESTMENTS", "BIDS"):
            expect(ledger.get(account, 0) == 0, ledger)
    print(f"shown: funding_checks={expect.count} failures=0")


if __name__ == "__main__":
    main()
