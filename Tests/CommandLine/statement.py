#!/usr/bin/env python3
"""Statements: where all money went, line by line, as the operator and everybody else can read it.

The programs are those of TURNPIKE_BIN (.build/release).
"""

import collections
import sys

sys.dont_write_bytecode = True
from session import Failure, Session, expect

OPERATOR = dict(role="operator", wallet="operator-wallet")
PROVIDER = dict(role="provider", wallet="provider-wallet")
TERMS = ("--units", 4, "--price", 3600, "--period", "1h", "--shortest", "1s", "--longest", "36500d", "--meter0", 103)
# The lines that a broker of one claim keeps.
KEPT = 1024


def statement(session, *words):
    """Of a resource, as anyone may ask; of the ledger."""
    if words[0] == "--ledger":
        return session.ask("statement", *words, **OPERATOR)
    return session.ask("statement", *words, wallet="nobody")


def sums(lines):
    """What the lines come to in each account that they leave something in."""
    balances = collections.Counter()
    for line in lines:
        balances[line["from"]] -= line["amount"]
        balances[line["to"]] += line["amount"]
    return {account: balance for account, balance in balances.items() if balance}


def accounts(session):
    """Balances of the accounts, without the counters beside them."""
    return {
        name: balance for name, balance in session.ledger().items()
        if balance and not name.startswith(("NOTES_ISSUED", "NOTES_TAKEN"))}


def earnings(balances):
    """The same with all earnings in one account."""
    earned = balances.get("PROVIDER_EARNINGS", 0) + balances.get("INVESTOR_EARNINGS", 0)
    return balances | {"PROVIDER_EARNINGS": earned, "INVESTOR_EARNINGS": 0}


def moved(lines, **wanted):
    """The sum of the lines that are as it is said; `source` is where the money came from."""
    if "source" in wanted:
        wanted["from"] = wanted.pop("source")
    return sum(line["amount"] for line in lines if wanted.items() <= line.items())


def gifts(session):
    """Each gift has a line of its own, with its payment or the id of what it went through."""
    paid = session.ask("donate", "gpu", 1_000)["payment"]
    deposit = session.ask("match", "gpu", 500, "--ratio", "1:2", "--for", "1h", "--name", "sponsor")["claim"]
    session.ask("acquire", "gpu", "--for", "1h", "--open", role="provider")
    session.ask("donate", "gpu", 400)
    lease = session.ask("acquire", "gpu", "--for", "1h", "--name", "mine")["lease"]
    gift = session.ask("donate", lease, 70, "--lease")["payment"]
    pool = session.ask("pool", "set", "commons", "gpu=2", "api=1", **OPERATOR)["pool"]
    session.ask("donate", "commons", 30, "--pool")
    lines = statement(session, "gpu")["lines"]
    expect(moved(lines, source="NOTES_OUTSTANDING", to="DONATION_PURSES", payment=paid) == 1_000, lines)
    expect(moved(lines, source="NOTES_OUTSTANDING", to="PURSES_GIVEN", payment=gift) == 70, lines)
    expect(moved(lines, source="NOTES_OUTSTANDING", to="MATCHING_DEPOSITS", subject=deposit) == 500, lines)
    expect(moved(lines, source="MATCHING_DEPOSITS", subject=deposit) == 200, lines)
    expect(moved(lines, source="DONATION_PURSES", to="PURSES_GIVEN", subject="") == 1_400, lines)
    expect(moved(lines, source="DONATION_PURSES", to="PURSES_GIVEN", subject=pool) == 20, lines)
    # The other member has no public lease: its share waits in the account where it was.
    waits = dict(source="DONATION_PURSES", to="DONATION_PURSES", subject=pool)
    expect(moved(statement(session, "api")["lines"], **waits) == 10, "what waits")
    everything = statement(session, "--ledger")["lines"]
    expect(moved(everything, to="DONATION_PURSES", source="NOTES_OUTSTANDING", subject=pool, resource="") == 30, everything)


def uses(session):
    """Uses of a minute share lines; the fee on them has its own."""
    charged = sum(session.ask("use", "mine", "--quantity", quantity)["charged"] for quantity in (1, 2, 3) * 4)
    expect(charged == 103 * 24, charged)
    change = session.ask("release", "mine")["change"]
    lines = statement(session, "gpu")["lines"]
    expect(moved(lines, source="PURSES_OWN", to="PROVIDER_EARNINGS") == 3_600 - change, lines)
    expect(moved(lines, source="PURSES_OWN", to="REFUNDS_DUE") == change, lines)
    expect(moved(lines, source="REFUNDS_DUE", to="NOTES_OUTSTANDING") == change, lines)
    fee = moved(lines, source="PROVIDER_EARNINGS", to="OPERATOR_FEES")
    expect(fee == moved(lines, to="PROVIDER_EARNINGS") // 100 > 0, (fee, lines))
    shared = [line for line in lines if line["from"] == "PURSES_OWN" and line["to"] == "PROVIDER_EARNINGS"]
    # The lease's time is charged as well.
    expect(len(shared) <= 2 and 12 <= sum(line["count"] for line in shared) <= 26, shared)


def pledges(session):
    """A schedule, a campaign, an offering, an auction: what was put in, and what came back, by the ids of claims."""
    monthly = session.ask("pledge", "gpu", 900, "--every", "1h", "--times", 3, "--first", "1h", "--name", "monthly")["claim"]
    session.ask("claim", "pay", "monthly", "--cancel")
    campaign = session.ask("campaign", "open", "gpu", "--goal", 5_000, "--for", "1h", **PROVIDER)["campaign"]
    pledge = session.ask("pledge", campaign, 700, "--name", "pledge")["claim"]
    session.ask("campaign", "cancel", campaign, **PROVIDER)
    session.ask("claim", "pay", "pledge")
    auction = session.ask("auction", "open", "gpu", "--reserve", 100, "--for", "1h", "--period", "1h", **PROVIDER)["auction"]
    bid = session.ask("bid", auction, 150, "--name", "bid")["claim"]
    session.ask("bid", "raise", "bid", 100)
    session.ask("auction", "refuse", bid, **PROVIDER)
    session.ask("claim", "pay", "bid")
    session.ask("claim", "pay", "sponsor", "--cancel")
    lines = statement(session, "gpu")["lines"]
    for account, claim, group, amount in (
        ("SCHEDULED_PLEDGES", monthly, monthly, 900), ("CAMPAIGN_PLEDGES", pledge, campaign, 700), ("BIDS", bid, bid, 250),
    ):
        way = [
            moved(lines, source="NOTES_OUTSTANDING", to=account, subject=claim),
            moved(lines, source=account, to="CLAIMS_DUE", subject=group),
            moved(lines, source="CLAIMS_DUE", to="NOTES_OUTSTANDING", subject=claim),
        ]
        expect(way == [amount] * 3, (account, way, lines))


def investors(session):
    """What an offering gives, and what its investors get of each use."""
    session.ask("acquire", "api", "--amount", 24, "--open", role="provider")
    offering = session.ask("offering", "open", "api", "--cap", 5_000, "--share", 50, "--for", "1s", "--kind", "ownership", **PROVIDER)
    share = session.ask("invest", offering["offering"], 5_000, "--name", "share")["claim"]
    while session.ask("claim", "show", share)["state"] == "OPEN":
        pass
    session.ask("acquire", "api", "--amount", 10_000, "--name", "calls")
    session.ask("use", "calls", "--quantity", 20)
    # The figures count revenue as split before it is; the lines tell when it is: when somebody collects, or as time goes on.
    balances, lines = accounts(session), statement(session, "--ledger")["lines"]
    expect(balances["INVESTOR_EARNINGS"] > 1_000 and moved(lines, to="INVESTOR_EARNINGS") <= balances["INVESTOR_EARNINGS"], (balances, lines))
    expect(earnings(sums(lines)) == earnings(balances), (sums(lines), balances))
    paid = session.ask("claim", "pay", "share")["amount"]
    lines = statement(session, "api")["lines"]
    expect(moved(lines, source="INVESTMENTS", to="PURSES_GIVEN", subject=offering["offering"]) == 5_000, lines)
    expect(moved(lines, to="INVESTOR_EARNINGS", subject=offering["offering"]) >= paid > 1_000, lines)
    expect(moved(lines, source="INVESTOR_EARNINGS", to="NOTES_OUTSTANDING", subject=share) == paid, lines)


def withdrawals(session):
    """What roles take out is of no resource; other notes for notes are no movement."""
    taken = [session.ask("withdraw", **role)["amount"] for role in (PROVIDER, OPERATOR)]
    lines = statement(session, "--ledger")["lines"]
    for account, amount in zip(("PROVIDER_EARNINGS", "OPERATOR_FEES"), taken):
        expect(amount > 0 and moved(lines, source=account, to="NOTES_OUTSTANDING", resource="") == amount, lines)
    expect(moved(lines, source="OPERATOR_FLOAT", resource="") == 1_000_000, "what was issued")
    last = statement(session, "--ledger")["last"]
    session.ask("exchange", 50, 50)
    expect(statement(session, "--ledger")["last"] == last, "an exchange left a line")


def conserved(session):
    """All lines come to what the accounts hold. A resource's are those of the ledger that name it."""
    for _ in range(100):
        before = accounts(session), statement(session, "--ledger")
        parts = {name: statement(session, name) for name in ("gpu", "api")}
        after = accounts(session), statement(session, "--ledger")
        # Time costs money as well.
        if before[0] == after[0] and before[1]["lines"] == after[1]["lines"]:
            break
    else:
        raise Failure("money moves all the time")
    balances, ledger = after
    lines = ledger["lines"]
    expect(sums(lines) == balances, (sums(lines), balances))
    expect([line["number"] for line in lines] == list(range(1, ledger["last"] + 1)) and not ledger["gaps"], ledger)
    for name, part in parts.items():
        own = [line for line in lines if line["resource"] == part["resource"]]
        expect(part["lines"] == own and own and part["last"] == own[-1]["number"] and not part["gaps"], part)
        expect([line["previous"] for line in own] == [0] + [line["number"] for line in own[:-1]], own)
        totals = {(each["from"], each["to"]): each["amount"] for each in part["totals"]}
        expect(all(moved(own, source=source, to=to) == amount for (source, to), amount in totals.items()), totals)
        expect(sum(totals.values()) == sum(line["amount"] for line in own), totals)
        # Going on behind any line, of the resource or not.
        for number in (0, 1, own[3]["number"], ledger["last"] - 1, ledger["last"], 10**12):
            later = statement(session, name, "--since", number)["lines"]
            expect(later == [line for line in own if line["number"] > number], (number, later))
        expect(part["settled"] == max([line["number"] for line in own if line["instant"] // 60_000 < part["now"] // 60_000], default=0), part)


def screens(session):
    """A terminal shows the same."""
    told = statement(session, "gpu")
    shown = session.screen("statement", "gpu").split("\r\n")
    first = told["lines"][0]
    expect(shown[0].split() == ["LINE", "TIME", "MOVED", "AMOUNT", "COUNT", "FOR"], shown[0])
    for word in (str(first["number"]), f"{first['from']} -> {first['to']}", "1_000 msat", "payment " + first["payment"]):
        expect(word in shown[1], (word, shown[1]))
    expect(len(shown) == len(told["lines"]) + len(told["totals"]) + 5, shown)
    expect(shown[len(told["lines"]) + 2].startswith("MOVED IN ALL"), shown)
    ledger = session.screen("statement", "--ledger", **OPERATOR).split("\r\n")
    expect(ledger[0].endswith("RESOURCE") and any(line.endswith("  api") for line in ledger), ledger)
    expect(f"of incarnation {told['incarnation']}" in shown[-2], shown)
    expect(session.screen("statement", "gpu", "--since", told["last"]).startswith("no money moved\r\n"), "nothing")


def refusals(session):
    """Who may not read it, or names what is not there, is told so."""
    for role in (None, "provider"):
        error = session.run("statement", "--ledger", role=role)
        expect(error[0] == 3 and "needs the operator's credential" in error[2] and "NOT_AUTHORIZED" in error[2], error)
    for name in ("gpus", 99):
        error = session.run("statement", name)
        expect(error[0] == 3 and f"{name}: no such resource" in error[2], error)
    told = statement(session, "--ledger")
    for incarnation, since, says in ((told["incarnation"] + 1, 1, "incarnation"), (told["incarnation"], told["last"] + 1, "another life")):
        error = session.run("statement", "--ledger", "--since", since, "--incarnation", incarnation, role="operator")
        expect(error[0] == 2 and says in error[2] and not error[1], error)
    for words, says in (
        ((), "--ledger"), (("gpu", "--ledger"), "--ledger"), (("0",), "no resource"), (("gpu", "--since", "x"), "number of a line"),
    ):
        error = session.run("statement", *words, role="operator")
        expect(error[0] == 2 and says in error[2] and not error[1], error)


def dropped():
    """Lines that are not kept any more are said to be missing, in the ledger and of a resource."""
    with Session("--durability", "os", "--claims", "1") as session:
        members = [f"part{number}" for number in range(32)]
        for name in ("idle", *members):
            session.ask("register", name, *TERMS, **PROVIDER)
        session.ask("issue", 100_000, role="operator")
        session.ask("donate", "idle", 5)
        # Gifts to several pools share no lines.
        for number in range(34):
            session.ask("pool", "set", f"pool{number}", *(f"{name}=1" for name in members), **OPERATOR)
            session.ask("donate", f"pool{number}", 320, "--pool")
        ledger = statement(session, "--ledger")
        first = ledger["last"] - KEPT + 1
        expect(ledger["last"] == 2 + 34 * 33 and ledger["gaps"] == [{"first": 1, "last": first - 1}], ledger["gaps"])
        expect([line["number"] for line in ledger["lines"]] == list(range(first, ledger["last"] + 1)), "those that are kept")
        expect(statement(session, "--ledger", "--since", first - 1)["gaps"] == [], "none is missing")
        expect(statement(session, "--ledger", "--since", 50)["gaps"] == [{"first": 51, "last": first - 1}], "those since")
        part = statement(session, "part7")
        expect(part["gaps"] == [{"first": 1, "last": part["lines"][0]["previous"]}], part)
        expect(len(part["lines"]) == 31 and moved(part["lines"]) == 310, part)
        idle = statement(session, "idle")
        expect(idle["lines"] == [] and idle["gaps"] == [{"first": 1, "last": 2}] and idle["last"] == 2, idle)
        expect(session.screen("statement", "idle").startswith("lines 1 to 2 are not kept any more\r\n"), "on a terminal")
        shown = session.screen("statement", "part7", "--since", part["gaps"][0]["last"] - 1).split("\r\n")
        expect(shown[1] == f"line {part['gaps'][0]['last']} is not kept any more" and "MOVED IN ALL" in shown[34], shown)


def main():
    parts = (gifts, uses, pledges, investors, withdrawals, conserved, screens, refusals)
    with Session("--durability", "os", "--fee-per-million", "10000") as session:
        for name in ("gpu", "api"):
            session.ask("register", name, *TERMS, **PROVIDER)
        session.ask("issue", 10_000, "--count", 100, role="operator")
        for part in parts:
            part(session)
            print(f"{part.__name__}: as promised", flush=True)
        session.stop()
        session.start()
        conserved(session)
        print("started again: as promised", flush=True)
    dropped()
    print("dropped: as promised", flush=True)
    print(f"shown: statement_checks={expect.count} failures=0")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"statement: {failure}")
