"""Runs one operation on a prepared environment in forked children and kills them at a durable point.

    python killed_operation.py < requests

As killed_run.py, of which it is a part; a request also says ``what`` is run. Points are counted from the moment that the
environment is open. The id of what was made goes to ``acks`` once the operation has returned it.
"""

import os
from pathlib import Path

from killed_run import Points, answer_requests, watch

from cloister.adapters import flight_plane, sandbox_bubblewrap, sqlite_store  # noqa: F401  imported before the fork
from cloister.app import open_environment
from cloister.operations.attack_model import AttackModel, ModelAttackWish
from cloister.operations.release_table import ReleaseTable, TableWish

OPERATIONS = {
    "attack": lambda request: (AttackModel(), ModelAttackWish(request["model"], ("sex",), targets=100)),
    "table": lambda _: (ReleaseTable(), TableWish("visits", "returns", ("sex", "ward"), mean="lab")),
}


def child(request, tally):
    os.setsid()
    home = Path(request["folder"]) / "env"
    with (home.parent / "output.txt").open("ab", buffering=0) as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    app = open_environment(home, home.parent / "phrase", processes=1)
    session = app.session("privacy", home / "credentials" / "privacy")
    descriptor = os.open(request["acks"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    watch(Points(home, request.get("point"), tally))
    made = app.run(*OPERATIONS[request["what"]](request), session)
    os.write(descriptor, f"{made.id}\n".encode())
    os._exit(0)


if __name__ == "__main__":
    answer_requests(child)
