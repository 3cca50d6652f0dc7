"""Frauds of rollbacks. Each changes a chain and returns what a problem has to name."""

from __future__ import annotations

from dataclasses import replace

from pack_chain import Chain


def _event(chain: Chain, action: str, nth: int, **facts: object) -> str:
    return chain.change(chain.index(action, nth=nth), facts=facts).id


def alarm_that_took_nothing_back(chain: Chain) -> str:
    at = chain.index("release:monitor", nth=1)
    event = chain.events[at]
    kept = {name: told for name, told in event.facts.items() if name not in ("rolled_back", "restored")}
    chain.events[at] = replace(event, facts=kept)
    return event.id


def alarm_called_within(chain: Chain) -> str:
    """The verdict alone is changed; what was taken back stays."""
    return _event(chain, "release:monitor", 1, verdict="within")


def alarm_silenced(chain: Chain) -> str:
    """Verdict and alarms both: then nothing could be taken back."""
    return _event(chain, "release:monitor", 1, verdict="within", alarms=[])


def rolled_back_without_an_alarm(chain: Chain) -> str:
    at = chain.index("release:monitor")
    return _event(chain, "release:monitor", 0, rolled_back=[chain.events[at].facts["release"]], restored=None)


def rolled_back_though_policy_opens_a_task(chain: Chain) -> str:
    chain.change(chain.index("project:create"), facts={"monitoring": "task"})
    return chain.events[chain.index("release:monitor", nth=1)].id


def policy_of_another_project(chain: Chain) -> str:
    """A second project, whose alarms open tasks: the model was evaluated for the first."""
    created = chain.events[chain.index("project:create")]
    milder = replace(created, id=chain.new("ev"), resource="mild", facts={**created.facts, "monitoring": "task"})
    chain.events.insert(chain.index("project:create") + 1, milder)
    alarm_that_took_nothing_back(chain)
    return chain.change(chain.index("release:monitor", nth=1), project="mild").id


def alarm_took_back_another_release(chain: Chain) -> str:
    first = chain.events[chain.index("release:monitor")].facts["release"]
    return _event(chain, "release:monitor", 1, rolled_back=[first], restored=None)


def alarm_about_another_model(chain: Chain) -> str:
    return _event(chain, "release:monitor", 1, model="mod_other")


def taken_back_twice(chain: Chain) -> str:
    second = chain.events[chain.index("release:monitor", nth=1)].facts["release"]
    return _event(chain, "release:rollback", 0, release=second)


def restored_what_never_was_live(chain: Chain) -> str:
    return _event(chain, "release:rollback", 0, restored="rel_other")


def restored_what_an_alarm_took_back(chain: Chain) -> str:
    second = chain.events[chain.index("release:monitor", nth=1)].facts["release"]
    return _event(chain, "release:rollback", 0, restored=second)


def restored_at_another_stage(chain: Chain) -> str:
    """What stands in development, called superseded by one more release there."""
    early = chain.events[chain.index("release:propose")].facts["release"]
    return _event(chain, "release:rollback", 0, restored=early)


def restored_on_withdrawn_data(chain: Chain) -> str:
    """The withdrawal is moved before the rollback, which makes a release on its data live again."""
    at = chain.index("withdrawal:request")
    asked = chain.events.pop(at)
    back = chain.index("release:rollback")
    chain.events.insert(back, replace(asked, time=chain.events[back].time))
    return chain.events[back + 1].id


def restored_with_a_closed_gate(chain: Chain) -> str:
    """A later evaluation, in which a gate of the restored model fails, and no exception runs."""
    back = chain.index("release:rollback")
    model = chain.events[back].facts["model"]
    made = next(one for one in chain.events if one.action == "model:evaluate" and one.facts["model"] == model)
    gates = [dict(gate) for gate in made.facts["gates"]]
    gates[0] |= {"figure": 0.1, "passed": False}
    again = replace(
        made, id=chain.new("ev"), time=chain.events[back].time, facts={**made.facts, "gates": gates, "passed": False}
    )
    chain.events.insert(back, again)
    return chain.events[back + 1].id
