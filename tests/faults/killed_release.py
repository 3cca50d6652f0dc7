"""Asks a data set one question after another in a forked child, kills it at a moment of chance, and checks the ledger.

What was acknowledged (the figures of an answer) goes to a file as it is returned; after each kill a fresh process opens
the environment, which settles what the last one left, and holds the ledger against those acknowledgements.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from cloister.app import open_environment
from cloister.core.errors import BudgetExhausted
from cloister.operations.ledger import standing
from cloister.operations.queries import PlanQuery, Question, RunQuery
from cloister.records import Budget, Spend

STANDS = ("reserved", "released")
QUESTION = "SELECT sex, COUNT(*) FROM visits GROUP BY sex"
LONGEST = 0.12  # seconds: about three releases


def problems_of(view, acknowledged, most):
    """One line for everything that a ledger must not be after a crash."""
    found = []
    spends = {item.id: item for item in view.find(Spend)}
    for budget in view.find(Budget):
        mine = [item for item in spends.values() if item.budget == budget.id and item.state in STANDS]
        if (budget.spent_mu2, budget.spent_delta) != (sum(s.mu2 for s in mine), sum(s.delta for s in mine)):
            found.append("the running total is not the sum of the spends")
        if not standing(budget).spent <= budget.epsilon:
            found.append("the budget is overdrawn")
        if budget.epsilon > most:
            found.append("the budget has grown")
    for identity, mu2, rows in acknowledged:
        spend = spends.get(identity)
        if spend is None or spend.state != "released":
            found.append(f"{identity} was answered and is not in the ledger")
        elif spend.mu2 != mu2 or mu2 <= 0 or [list(row) for row in spend.answer["rows"]] != rows:
            found.append(f"{identity} was paid or answered otherwise")
    found += [f"{s.id} has an answer and is {s.state}" for s in spends.values() if s.answer and s.state != "released"]
    return found


def acknowledged_in(path):
    """The answers that were returned; a line that the kill cut short was returned to nobody."""
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return [json.loads(line) for line in lines]


def child(request, writing):
    """Check what the last one left, say so, then ask until killed."""
    home = Path(request["home"])
    app = open_environment(home, Path(request["phrase"]), processes=1)
    acks = Path(request["acks"])
    problems = problems_of(app.log.store.view(), acknowledged_in(acks), request["epsilon"])
    problems += ["an intent is open"] if app.log.store.open_intents() else []
    session = app.session("engineer", home / "credentials" / "engineer")
    question = Question(QUESTION, "returns", epsilon=request["epsilon"] * request["share"])
    app.run(PlanQuery(), question, session)  # what is built once is built before the clock starts
    descriptor = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(writing, (json.dumps(problems) + "\n").encode())
    while True:
        try:
            spend = app.run(RunQuery(), question, session)
        except BudgetExhausted:
            os.write(writing, b"dry\n")
            time.sleep(60)
        os.write(descriptor, (json.dumps([spend.id, spend.mu2, spend.answer["rows"]]) + "\n").encode())


def once(request):
    """One child, killed so many seconds after it was ready: problems, and whether the budget was dry."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            child(request, writing)
        finally:
            os._exit(99)
    os.close(writing)
    with os.fdopen(reading, "r") as stream:
        line = stream.readline()
        time.sleep(request["delay"])
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        dry = "dry" in stream.read()
    problems = json.loads(line) if line else ["the environment did not open"]
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        problems.append("the process ended before it was killed")
    return {"problems": problems, "dry": dry}


def kill_often(small, folder, kills, generator, *, epsilon, share):
    """Kill ``kills`` releases on a fresh budget of ``epsilon``, each asking for ``share`` of it; a summary."""
    from cloister.operations.budgets import BudgetTerms, SetBudget

    small.run(SetBudget(), BudgetTerms("visits", "returns", epsilon), "privacy")
    small.app.close()
    acks, problems, dry = folder / "acks", [], 0
    given = {"home": str(small.home), "phrase": str(small.phrase_file), "acks": str(acks)}
    # A process of its own, which has computed nothing: after threads were started a fork is not safe.
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        for _ in range(kills):
            request = given | {"epsilon": epsilon, "share": share, "delay": float(generator.uniform(0.0, LONGEST))}
            server.stdin.write(json.dumps(request) + "\n")
            server.stdin.flush()
            answer = json.loads(server.stdout.readline())
            problems += answer["problems"]
            dry += answer["dry"]
        server.stdin.close()
    small.open()
    view = small.app.log.store.view()
    problems += problems_of(view, acknowledged_in(acks), epsilon)
    states = [item.state for item in view.find(Spend) if item.what == "query"]
    return {
        "problems": problems,
        "answered": len(acknowledged_in(acks)),
        "released": states.count("released"),
        "reserved": states.count("reserved"),
        "dry": dry,
        "spent": standing(view.find(Budget)[0]).spent,
    }


if __name__ == "__main__":
    import opendp.prelude  # noqa: F401  imported before the fork

    for given_line in sys.stdin:
        print(json.dumps(once(json.loads(given_line))), flush=True)
