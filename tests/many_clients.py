"""Many clients who ask at the same moment, from one process."""

import threading

from cloister.core.errors import BudgetExhausted


def ask_at_once(ask, clients=64, times=2):
    """What each of ``clients`` threads was answered ``times`` times by ``ask()``, or "refused"; they start together."""
    outcomes, start = [], threading.Barrier(clients)

    def client():
        start.wait()
        for _ in range(times):
            try:
                outcomes.append(ask())
            except BudgetExhausted:
                outcomes.append("refused")

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
