"""Checks on the log itself: its bytes, its order, its intents, and that it only ever grew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cloister.compliance import layout
from cloister.compliance.evidence import Evidence, label
from cloister.compliance.report import Check, check
from cloister.core.actions import Action
from cloister.core.clock import from_text
from cloister.core.errors import CloisterError, InvalidInput
from cloister.core.events import AuditEvent, Outcome
from cloister.core.ids import is_id
from cloister.translog import (
    TILE_WIDTH,
    Checkpoint,
    MerkleState,
    MerkleTree,
    NoteKey,
    Tile,
    leaf_hash,
    new_tiles,
    open_checkpoint,
    parse_tile,
    tile_bytes,
    tile_path,
)

# How the environment's Cedar policies name themselves; the text is not otherwise read here.
_POLICY_ID = re.compile(rb'@id\("([^"\\]+)"\)')
_SETTLED = {Outcome.DONE, Outcome.FAILED, Outcome.ABANDONED}


def split_lines(raw: bytes) -> list[bytes]:
    """The canonical bytes of each event; every line ends with one newline."""
    lines = raw.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def read_events(files: Mapping[str, bytes]) -> tuple[Check, tuple[AuditEvent, ...], list[bytes]]:
    """Each line as an event, in canonical form."""
    raw = files.get(layout.EVENTS, b"")
    lines = split_lines(raw)
    problems = [] if raw.endswith(b"\n") or not raw else [f"{layout.EVENTS}: the last line has no end"]
    events = []
    for number, line in enumerate(lines, 1):
        try:
            events.append(AuditEvent.from_bytes(line))
        except (InvalidInput, RecursionError):
            problems.append(f"{layout.EVENTS} line {number}: not an audit event in canonical form")
    return check("events are well formed", len(lines), problems), tuple(events), lines


def pack_events(files: Mapping[str, bytes]) -> tuple[AuditEvent, ...]:
    """The events of a pack, for coverage; those that are not well formed are left out. Verify the pack first."""
    return read_events(files)[1]


def check_tree(
    files: Mapping[str, bytes],
    lines: Sequence[bytes],
    key: NoteKey,
    witnesses: Sequence[NoteKey] = (),
    quorum: int = 0,
) -> tuple[Check, Checkpoint | None]:
    """Events, in their places, against the tiles and the checkpoint with its signatures."""
    name = "events and checkpoint agree"
    leaves = [leaf_hash(line) for line in lines]
    try:
        opened = open_checkpoint(files[layout.CHECKPOINT], key, witnesses, quorum)
    except (CloisterError, KeyError) as error:
        why = error.message if isinstance(error, CloisterError) else "is missing"
        problems = [f"{layout.CHECKPOINT}: {why}", *_tile_problems(files, leaves, len(leaves))]
        return check(name, len(leaves), problems), None
    checkpoint, signed = opened.checkpoint, len(opened.witnesses)
    note = f"cosigned by {signed} of {len(witnesses)} known witnesses" if witnesses else ""
    problems = []
    if len(leaves) != checkpoint.size:
        problems.append(f"{layout.EVENTS}: holds {len(leaves)} events, {layout.CHECKPOINT} covers {checkpoint.size}")
    if MerkleState.empty().extend(leaves).root() != checkpoint.root:
        problems.append(f"{layout.EVENTS}: the events are not those that {layout.CHECKPOINT} covers")
    return check(name, len(leaves), [*problems, *_tile_problems(files, leaves, checkpoint.size)], note), checkpoint


def _tile_problems(files: Mapping[str, bytes], leaves: list[bytes], size: int) -> Iterator[str]:
    """Where the events and the tiles of a log of ``size`` disagree: a tile tells which event it was."""
    tree = MerkleTree(leaves)
    expected = {f"log/{tile_path(tile)}": tile for tile in new_tiles(0, size)}
    for name in sorted(set(expected) | {name for name in files if layout.TILE.fullmatch(name)}):
        if name not in expected:
            yield f"{name}: the log has no such tile"
        elif name not in files:
            yield f"{name}: is missing"
        elif files[name] != _tile_of(tree, expected[name]):
            yield f"{name}: differs from the events"
            if expected[name].level == 0:
                yield from _first_different(files[name], leaves, expected[name].index * TILE_WIDTH)


def _tile_of(tree: MerkleTree, tile: Tile) -> bytes | None:
    """The tile as the events have it; None where they are too few."""
    try:
        return tile_bytes(tile, tree.node)
    except InvalidInput:
        return None


def _first_different(tile: bytes, leaves: list[bytes], start: int) -> Iterator[str]:
    try:
        hashes = parse_tile(tile)
    except InvalidInput:
        return
    for at, one in enumerate(hashes, start):
        if at < len(leaves) and leaves[at] != one:
            yield f"{layout.EVENTS} line {at + 1}: not the event that the log's tile holds"
            return


def check_history(lines: Sequence[bytes], checkpoint: Checkpoint | None, key: NoteKey, seen: bytes | None) -> Check:
    """The log against a checkpoint that was seen before: it may have grown, nothing else."""
    name = "the log extends the checkpoint seen before"
    if seen is None:
        return check(name, 0, (), "no earlier checkpoint was given")
    try:
        earlier = open_checkpoint(seen, key).checkpoint
    except CloisterError as error:
        return check(name, 1, [f"the earlier checkpoint: {error.message}"])
    size = len(lines) if checkpoint is None else min(checkpoint.size, len(lines))
    if size < earlier.size:
        told = f"{layout.CHECKPOINT}: the log has {size} events, {earlier.size} were seen before: it was rolled back"
        return check(name, earlier.size, [told])
    if MerkleState.empty().extend(map(leaf_hash, lines[: earlier.size])).root() != earlier.root:
        told = f"{layout.EVENTS}: the first {earlier.size} events are not those seen before: the log was forked"
        return check(name, earlier.size, [told])
    return check(name, earlier.size, ())


def check_order(evidence: Evidence) -> Check:
    """Ids unique, times never decreasing."""
    problems = []
    seen: set[str] = set()
    before = ""
    for event in evidence.events:
        if not is_id(event.id):
            problems.append(f"{label(event)}: the id has another form")
        if event.id in seen:
            problems.append(f"{label(event)}: the id stands twice in the log")
        seen.add(event.id)
        try:
            from_text(event.time)
        except InvalidInput:
            problems.append(f"{label(event)}: its time has another form")
        if event.time < before:
            problems.append(f"{label(event)}: its time is before that of the event above it")
        before = max(before, event.time)
    return check("event ids are unique and time does not go back", len(evidence.events), problems)


def check_intents(evidence: Evidence, declared_open: Sequence[str]) -> Check:
    """Each effect outside the database was announced, and each announcement settled once."""
    intents = {event.id: event for event in evidence.events if event.outcome is Outcome.INTENDED}
    settled: set[str] = set()
    problems = []
    for event in evidence.events:
        if event.intent is None:
            if event.outcome is Outcome.ABANDONED:
                problems.append(f"{label(event)}: settles no intent")
            continue
        intent = intents.get(event.intent)
        if intent is None or evidence.place(intent) > evidence.place(event):
            problems.append(f"{label(event)}: no event before it announces the intent {event.intent}")
        elif event.outcome not in _SETTLED or event.action != intent.action:
            problems.append(f"{label(event)}: does not settle the intent {event.intent} ({intent.action})")
        elif event.outcome is not Outcome.ABANDONED and event.subject != intent.subject:
            problems.append(f"{label(event)}: another subject settles the intent {event.intent}")
        elif event.intent in settled:
            problems.append(f"{label(event)}: the intent {event.intent} was settled before")
        settled.add(event.intent)
    still_open = [intent for intent in intents if intent not in settled]
    problems += [f"{label(intents[item])}: has no outcome" for item in still_open if item not in declared_open]
    note = f"{len(still_open)} open when the pack was made" if still_open else ""
    return check("each intent is settled once", len(intents), problems, note)


def _is_birth(evidence: Evidence, event: AuditEvent) -> bool:
    """The first event of a log may be the making of its environment, before there was a policy."""
    return evidence.place(event) == 0 and event.action == Action.ENVIRONMENT_CREATE.value


def check_policies(evidence: Evidence) -> Check:
    """Each event's policy set is in the pack, under its own digest, and holds the policies that the event names; what
    was done, some policy permitted; each set in the pack decided something.
    """
    problems = []
    held = {}
    for name, raw in evidence.files.items():
        if match := layout.POLICY.fullmatch(name):
            held[match[1]] = name
            if layout.sha256(raw) != match[1]:
                problems.append(f"{name}: its digest is not its name")
    named = {event.policy_set: event for event in reversed(evidence.events)}
    for digest, event in sorted(named.items()):
        if digest not in held:
            problems.append(f"{label(event)}: its policy set {digest[:16]} is not in the pack")
    ids = {digest: set(_POLICY_ID.findall(evidence.files[name])) for digest, name in held.items()}
    for event in evidence.events:
        unknown = [name for name in event.policies if name.encode() not in ids.get(event.policy_set, ())]
        if unknown:
            problems.append(f"{label(event)}: its policy set holds no policy {unknown[0]!r}")
        if not event.policies and event.outcome in {Outcome.DONE, Outcome.INTENDED} and not _is_birth(evidence, event):
            problems.append(f"{label(event)}: names no policy that permitted it")
    problems += [
        f"{name}: no event was decided under it" for digest, name in sorted(held.items()) if digest not in named
    ]
    return check("each event's policy set is in the pack", len(evidence.events), problems)
