"""Seeded mutations of evidence packs by someone without the environment's key: each detected, the changed thing named.

With the insider suite beside this one, well over 1,000 mutations; and no false alarm on 100 clean packs.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from pack_chain import ORIGIN, Chain, complete, model_pems, seeded_key

from cloister.compliance import PackReport, layout, unzip_pack, verify_pack, zip_pack
from cloister.core.errors import InvalidInput
from cloister.crypto import dsse, openssf
from cloister.translog import Checkpoint, NoteKey, sign_checkpoint

ROUNDS = 44
CHAINS = 12


@dataclass
class Case:
    """A clean pack, what its reader holds besides, and a source of chance."""

    chain: Chain
    files: dict[str, bytes]
    seen: bytes
    data: dict[str, str]
    rng: np.random.Generator

    def verify(self) -> PackReport:
        return verify_pack(self.files, trusted_key=self.chain.key.verify_key, seen_checkpoint=self.seen, data=self.data)

    def pick(self, prefix: str = "") -> str:
        names = sorted(name for name in self.files if name.startswith(prefix))
        return names[int(self.rng.integers(len(names)))]

    def lines(self) -> list[bytes]:
        return self.files["log/events.jsonl"].split(b"\n")[:-1]

    def write(self, lines: list[bytes]) -> None:
        self.files["log/events.jsonl"] = b"".join(line + b"\n" for line in lines)

    def two(self, count: int) -> tuple[int, int]:
        first, second = self.rng.choice(count, 2, replace=False)
        return int(first), int(second)


@functools.cache
def clean(seed: int) -> tuple[Chain, dict[str, bytes]]:
    chain = complete(seed)
    return chain, chain.pack()


def case(seed: int, salt: int) -> Case:
    chain, files = clean(seed % CHAINS)
    rng = np.random.default_rng([seed, salt])
    seen = chain.checkpoint(int(rng.integers(1, len(chain.events) + 1)))
    return Case(chain, dict(files), seen, dict(chain.data), rng)


# Each mutation changes a case and returns the names of which a problem must begin with one.


def flipped_bit(case: Case) -> set[str]:
    name = case.pick()
    raw = bytearray(case.files[name])
    at = int(case.rng.integers(8 * len(raw)))
    raw[at // 8] ^= 1 << at % 8
    case.files[name] = bytes(raw)
    return {name}


def flipped_bit_in_event(case: Case) -> set[str]:
    lines = case.lines()
    number = int(case.rng.integers(len(lines)))
    line = bytearray(lines[number])
    line[int(case.rng.integers(len(line)))] ^= 1 << int(case.rng.integers(8))
    if b"\n" in line:
        return flipped_bit_in_event(case)
    lines[number] = bytes(line)
    case.write(lines)
    return {f"log/events.jsonl line {number + 1}:"}


def truncated_file(case: Case) -> set[str]:
    name = case.pick()
    case.files[name] = case.files[name][: int(case.rng.integers(len(case.files[name])))]
    return {name}


def longer_file(case: Case) -> set[str]:
    name = case.pick()
    case.files[name] += case.rng.bytes(int(case.rng.integers(1, 20)))
    return {name}


def removed_file(case: Case) -> set[str]:
    name = case.pick()
    del case.files[name]
    return {name}


def added_file(case: Case) -> set[str]:
    name = ["notes.txt", "statements/" + "0" * 64 + ".dsse.json", "models/other/model/x", "log/tile/0/001", "../up"][
        int(case.rng.integers(5))
    ]
    case.files[name] = case.rng.bytes(20)
    return {name}


def swapped_files(case: Case) -> set[str]:
    names = sorted(case.files)
    one, other = (names[at] for at in case.two(len(names)))
    case.files[one], case.files[other] = case.files[other], case.files[one]
    return {one, other}


def renamed_file(case: Case) -> set[str]:
    name = case.pick()
    case.files[name + "2"] = case.files.pop(name)
    return {name}


def dropped_event(case: Case) -> set[str]:
    lines = case.lines()
    number = int(case.rng.integers(len(lines)))
    del lines[number]
    case.write(lines)
    return {f"log/events.jsonl line {number + 1}:"} if number < len(lines) else {"log/events.jsonl: holds"}


def reordered_events(case: Case) -> set[str]:
    lines = case.lines()
    one, other = sorted(case.two(len(lines)))
    lines[one], lines[other] = lines[other], lines[one]
    case.write(lines)
    return {f"log/events.jsonl line {one + 1}:"}


def replayed_event(case: Case) -> set[str]:
    lines = case.lines()
    lines.append(lines[int(case.rng.integers(len(lines)))])
    case.write(lines)
    return {"log/events.jsonl: holds"}


def edited_event(case: Case) -> set[str]:
    """A well-formed event in place of another: someone else did it."""
    lines = case.lines()
    number = int(case.rng.integers(len(lines)))
    event = case.chain.events[number]
    lines[number] = replace(event, subject=event.subject + "x").to_bytes()
    case.write(lines)
    return {f"log/events.jsonl line {number + 1}:"}


def changed_card(case: Case) -> set[str]:
    name = case.pick("models/")
    case.files[name] = case.files[name].replace(b"0", b"1") + b" "
    return {name}


def another_packs_file(case: Case) -> set[str]:
    """A file of the same name and form from another environment's pack, the signed list and checkpoint among them."""
    _, others = clean((case.chain.seed + 1) % CHAINS)
    names = sorted(name for name in case.files if name in others and others[name] != case.files[name])
    name = names[int(case.rng.integers(len(names)))]
    case.files[name] = others[name]
    return {name}


def rolled_back(case: Case) -> set[str]:
    """The environment's own pack from before the checkpoint that was seen."""
    older = complete(case.chain.seed)
    case.seen = older.checkpoint()
    older.events = older.events[: int(case.rng.integers(1, len(older.events)))]
    case.files = older.pack()
    return {"log/checkpoint: the log has"}


def forked_log(case: Case) -> set[str]:
    """The environment's own signature over another history than the one that was seen."""
    forked = complete(case.chain.seed)
    size = int(case.rng.integers(1, len(forked.events) + 1))
    case.seen = forked.checkpoint(size)
    at = int(case.rng.integers(size))
    forked.change(at, facts={"another": "history"})
    case.files = forked.pack()
    return {f"log/events.jsonl: the first {size} events are not those seen before"}


def changed_data(case: Case) -> set[str]:
    names = sorted(case.data)
    name = names[int(case.rng.integers(len(names)))]
    case.data[name] = hashlib.sha256(case.rng.bytes(8)).hexdigest()
    return {name}


def missing_data(case: Case) -> set[str]:
    name = sorted(case.data)[int(case.rng.integers(len(case.data)))]
    del case.data[name]
    return {name}


def added_data(case: Case) -> set[str]:
    case.data["cohort/ver_extra/part-00000.parquet"] = "0" * 64
    return {"cohort/ver_extra/part-00000.parquet"}


def forged_by_another_key(case: Case) -> set[str]:
    """Everything changed at will and signed anew, with the forger's key throughout."""
    forger = seeded_key(case.chain.seed, "forger")
    forged = complete(case.chain.seed)
    forged.change(int(case.rng.integers(len(forged.events))), facts={"another": "history"})
    case.files = forged.pack(forger)
    return {"key.pub: is not the trusted key"}


def forged_behind_the_true_key(case: Case) -> set[str]:
    """The same, with the true key's file put back."""
    true_key = case.files["key.pub"]
    forged_by_another_key(case)
    case.files["key.pub"] = true_key
    return {"pack.json: no known key has signed"}


def forged_checkpoint(case: Case) -> set[str]:
    forger = seeded_key(case.chain.seed, "forger")
    point = Checkpoint(ORIGIN, len(case.chain.events), hashlib.sha256(case.rng.bytes(4)).digest())
    case.files["log/checkpoint"] = sign_checkpoint(point, NoteKey(ORIGIN, forger.verify_key.raw), forger.sign)
    return {"log/checkpoint: no known key has signed"}


def forged_statement(case: Case) -> set[str]:
    name = case.pick("statements/")
    read = dsse.parse(case.files[name])
    case.files[name] = dsse.sign(read.payload, read.payload_type, seeded_key(case.chain.seed, "forger"))
    return {name + ": no known key has signed"}


def forged_model_signature(case: Case) -> set[str]:
    model = case.pick("models/").split("/")[1]
    root = f"models/{model}/model/"
    files = {
        n.removeprefix(root): hashlib.sha256(raw).hexdigest() for n, raw in case.files.items() if n.startswith(root)
    }
    case.files[f"models/{model}/model.sig"] = openssf.sign_model("readmission", files, model_pems(1)[0])
    return {f"models/{model}/model.sig: the model was signed with another key"}


MUTATIONS: tuple[Callable[[Case], set[str]], ...] = (
    flipped_bit,
    flipped_bit_in_event,
    truncated_file,
    longer_file,
    removed_file,
    added_file,
    swapped_files,
    renamed_file,
    dropped_event,
    reordered_events,
    replayed_event,
    edited_event,
    changed_card,
    another_packs_file,
    rolled_back,
    forked_log,
    changed_data,
    missing_data,
    added_data,
    forged_by_another_key,
    forged_behind_the_true_key,
    forged_checkpoint,
    forged_statement,
    forged_model_signature,
)


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_mutation_is_detected_and_named(mutate: Callable[[Case], set[str]]) -> None:
    salt = MUTATIONS.index(mutate)
    for seed in range(ROUNDS):
        one = case(seed, salt)
        named = mutate(one)
        report = one.verify()
        assert not report.ok, (mutate.__name__, seed)
        assert any(problem.startswith(tuple(named)) for problem in report.problems), (seed, named, report.problems)


def test_no_false_alarm_on_100_clean_packs() -> None:
    for seed in range(100):
        chain = complete(1000 + seed)
        rng = np.random.default_rng(seed)
        seen = chain.checkpoint(int(rng.integers(1, len(chain.events) + 1)))
        report = verify_pack(chain.pack(), trusted_key=chain.key.verify_key, seen_checkpoint=seen, data=chain.data)
        assert report.ok, (seed, report.problems)
        assert report.trusted
        counted = {check.name: check.counted for check in report.checks}
        assert min(counted.values()) > 0, (seed, counted)  # no check passed by looking at nothing


def test_a_pack_is_the_same_bytes_each_time() -> None:
    chain = complete(7)
    assert zip_pack(chain.pack()) == zip_pack(chain.pack())
    assert unzip_pack(zip_pack(chain.pack())) == chain.pack()


def test_the_manual_lists_every_check() -> None:
    chain, files = clean(0)
    page = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text("utf-8")
    table = page.split("## What is checked")[1].split("\n## ")[0]
    listed = [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines() if line.startswith("| ")][1:]
    assert listed == [check.name for check in verify_pack(files, trusted_key=chain.key.verify_key).checks]


def test_flipped_bits_in_the_archive() -> None:
    """A flip in the ZIP file is refused, found, or touches nothing that the archive says of its files."""
    chain, files = clean(0)
    raw = zip_pack(files)
    rng = np.random.default_rng(5)
    harmless = 0
    for _ in range(300):
        changed = bytearray(raw)
        at = int(rng.integers(8 * len(raw)))
        changed[at // 8] ^= 1 << at % 8
        try:
            read = unzip_pack(bytes(changed))
        except InvalidInput:
            continue
        if read == files:
            harmless += 1
            continue
        assert not verify_pack(read, trusted_key=chain.key.verify_key).ok
    assert harmless < 100


def test_without_a_trusted_key_the_report_says_so() -> None:
    _chain, files = clean(0)
    report = verify_pack(files, trusted_key=None)
    assert report.ok and not report.trusted
    assert "no trusted key" in report.checks[0].note


def test_deep_nesting_never_raises() -> None:
    chain, files = clean(0)
    for depth in (400, 700, 990, 5000):
        deep = b"[" * depth + b"]" * depth
        event = chain.events[0].to_bytes().replace(b'"facts":{', b'"facts":{"deep":' + deep + b",", 1)
        payload = b'{"_type":' + deep + b"}"
        for name, raw in (
            ("log/events.jsonl", event + b"\n"),
            ("pack.json", dsse.sign(payload, layout.LIST_TYPE, chain.key)),
            ("pack.json", deep),
            (sorted(files)[-1], deep),
            (next(name for name in files if name.startswith("statements/")), dsse.sign(payload, "x", chain.key)),
        ):
            assert not verify_pack({**files, name: raw}, trusted_key=chain.key.verify_key).ok


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff\xfe", b"[" * 5000])
def test_hostile_bytes_never_raise(raw: bytes) -> None:
    chain, files = clean(0)
    for name in files:
        assert not verify_pack({**files, name: raw}, trusted_key=chain.key.verify_key, data={}).ok
    assert not verify_pack({}, trusted_key=None).ok
    assert not verify_pack(dict.fromkeys(files, raw), trusted_key=chain.key.verify_key).ok


def test_the_suite_is_as_large_as_it_says() -> None:
    assert len(MUTATIONS) * ROUNDS >= 1000
