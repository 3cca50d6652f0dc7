"""Which policies can matter to a request, found once: Cedar looks at every policy of the set that it is given.

A policy matters to a request only if its scope names the action and the type of resource, or none, and if the text
that it wants of principal, resource or context is the request's:

    forbid (principal, action == Action::"dataset:read", resource is Grant)
    when { context has project && context.project == "p7" } ...

is kept under this action, this type and ``context.project`` = ``p7``. Every other policy is neither satisfied nor in
error, so the parts together give the decision, the reasons and the errors of the whole set. This holds for policies
and requests that were validated against the schema: there a comparison of text can't fail.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cedarpy
from cedarpy import pst

Facts = Mapping[str, Mapping[str, object]]
"""The request's text: of ``principal``, ``resource`` and ``context`` each attribute, and under "" the id."""

# One pass: a quote inside a comment opens no text, and two slashes inside a text open no comment.
_TEXT_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*')
_GROUP = re.compile(r"\baction\b[^;{]*\bin\b")


@dataclass(frozen=True, slots=True)
class _Guard:
    """What a policy wants before anything else: an attribute (the id under "") that equals a text."""

    of: str
    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class _Scope:
    actions: frozenset[str] | None  # None: all
    type: str | None
    guard: _Guard | None


@dataclass(frozen=True, slots=True)
class _Part:
    """The policies of one action and type: those without guard, and by what is compared those of each text."""

    plain: cedarpy.PolicySet
    guarded: Mapping[tuple[str, str], Mapping[str, cedarpy.PolicySet]]


class PolicyIndex:
    """The policies of a set by action, type of resource and guard, each part a parsed set of its own."""

    __slots__ = ("_actions", "_parsed", "_parts", "_policies")

    def __init__(self, policies: cedarpy.PolicySet, schema: str) -> None:
        self._policies: Mapping[str, pst.Template] = policies.to_pst().static_policies
        self._parsed: dict[frozenset[str], cedarpy.PolicySet] = {}
        # With groups of actions a scope may hold an action that it does not name.
        groups = _has_action_groups(schema)
        scopes = {name: _scope(policy, groups) for name, policy in self._policies.items()}
        self._actions = {action for scope in scopes.values() for action in scope.actions or ()}
        types = {scope.type for scope in scopes.values()} | {None}
        self._parts: dict[tuple[str | None, str | None], _Part] = {}
        for action in (None, *sorted(self._actions)):
            mine = {name: item for name, item in scopes.items() if item.actions is None or action in item.actions}
            for kind in types:
                fitting = {name: item.guard for name, item in mine.items() if item.type in (None, kind)}
                self._parts[action, kind] = self._part(fitting)
        self._parsed.clear()

    def candidates(self, action: str, kind: str, facts: Facts) -> Iterator[cedarpy.PolicySet]:
        """The sets, disjoint, never none, whose policies can matter to ``action`` on a resource of type ``kind``."""
        named = action if action in self._actions else None
        part = self._parts.get((named, kind)) or self._parts[named, None]
        yield part.plain
        for (of, attribute), by_text in part.guarded.items():
            text = facts[of].get(attribute)
            if isinstance(text, str) and text in by_text:
                yield by_text[text]

    def _part(self, guards: Mapping[str, _Guard | None]) -> _Part:
        plain: set[str] = set()
        guarded: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for name, guard in guards.items():
            (plain if guard is None else guarded[guard.of, guard.attribute][guard.value]).add(name)
        return _Part(
            self._parse(plain),
            {path: {text: self._parse(names) for text, names in by_text.items()} for path, by_text in guarded.items()},
        )

    def _parse(self, names: set[str]) -> cedarpy.PolicySet:
        key = frozenset(names)
        if key not in self._parsed:
            chosen = pst.FrozenMap({name: self._policies[name] for name in sorted(names)})
            node = pst.PolicySet(templates=pst.FrozenMap(), static_policies=chosen, template_links=())
            self._parsed[key] = cedarpy.PolicySet.from_pst(node)
        return self._parsed[key]


def _scope(policy: pst.Template, groups: bool) -> _Scope:
    actions = None
    match policy.action:
        case pst.ActionEq(entity) if not groups:
            actions = frozenset({entity.id})
        case pst.ActionIn(entities) if not groups:
            actions = frozenset(entity.id for entity in entities)
    kind = None
    match policy.resource:
        case pst.ScopeIs(type_) | pst.ScopeIsIn(type_) | pst.ScopeEq(pst.EntityUid(type_)):
            kind = str(type_)
    return _Scope(actions, kind, _guard(policy))


def _guard(policy: pst.Template) -> _Guard | None:
    match policy.principal:
        case pst.ScopeEq(pst.EntityUid(pst.EntityType("Subject"), name)):
            return _Guard("principal", "", name)
    match policy.resource:
        case pst.ScopeEq(pst.EntityUid(_, name)):
            return _Guard("resource", "", name)
    for part in _conjuncts(policy):
        match part:
            case pst.HasAttr(pst.Var(), (_,)):
                continue
            case pst.BinaryOp("eq", pst.GetAttr(pst.Var(of), name), pst.StringLit(text)) if of != "action":
                return _Guard(of, name, text)
            case pst.BinaryOp("eq", pst.StringLit(text), pst.GetAttr(pst.Var(of), name)) if of != "action":
                return _Guard(of, name, text)
        # Any other condition may fail while it is evaluated, and what comes after it can't be relied upon.
        return None
    return None


def _conjuncts(policy: pst.Template) -> Iterator[pst.Expr]:
    """What must all hold, in the order of evaluation, up to the first ``unless``."""
    for clause in policy.clauses:
        if not isinstance(clause, pst.When):
            return
        pending = [clause.expr]
        while pending:
            expression = pending.pop()
            if isinstance(expression, pst.BinaryOp) and expression.op == "and":
                pending += [expression.right, expression.left]
            else:
                yield expression


def _has_action_groups(schema: str) -> bool:
    return _GROUP.search(_TEXT_OR_COMMENT.sub(" ", schema)) is not None
