"""What happens to releases in use, as events of a chain: batches that are watched, an alarm, rollbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pack_chain import Chain


def use(chain: Chain, model: str) -> None:
    """A release in production within what was expected, a second one that an alarm takes back, a third that a person
    does: the first is live again each time.
    """
    first = _live(chain, model)
    _batch(chain, first, model, verdict="within", alarms=[])
    second = _live(chain, model)
    _batch(chain, second, model, verdict="alarm", alarms=["sex=F"], rolled_back=[second], restored=first)
    third = _live(chain, model)
    told = {"release": third, "model": model, "stage": "production", "reason": "complaints"}
    chain.emit("release:rollback", "clara", third, **told, restored=first)
    _batch(chain, third, model, verdict="alarm", alarms=["everyone"])  # it is not live any more


def _live(chain: Chain, model: str) -> str:
    release = chain.new("rel")
    told = {"release": release, "model": model, "stage": "production"}
    chain.emit("release:propose", "enya", release, **told)
    chain.emit("release:approve", "clara", release, **told, approvals=["clara"])
    chain.emit("release:approve", "petra", release, **told, approvals=["clara", "petra"], state="live")
    return release


def _batch(chain: Chain, release: str, model: str, **found: Any) -> None:
    told = {"usage": chain.new("use"), "release": release, "model": model, "period": "2026-Q1", "rows": 900}
    chain.emit("release:monitor", "clara", release, effect=True, **told, **found)
