"""The scan of a training set: every detector, each for its attack class, each with its own threshold and budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.integrity.backdoors import judge
from cloister.integrity.baseline import boost, folds_by_group, out_of_fold, probabilities
from cloister.integrity.deliveries import label_shift, shifted_patterns
from cloister.integrity.duplicates import beyond_chance, repeated_rows
from cloister.integrity.encoding import Codes, Encoded, Floats, encode
from cloister.integrity.logistic import Logistic
from cloister.integrity.outliers import outside_reference
from cloister.integrity.triggers import Mask, Pattern, evidence_of, mine

_SMALLEST = 100  # rows of a delivery below which nothing can be said
_LEAST_TRUSTED = 500
_HELD = 0.9  # share of the reference that a frame holds if it was made of it
_KNOWN = 10  # trusted rows of a pattern that show what its label is like
_UNUSUAL = 0.6  # share of a label, among all rows or a pattern's, up to which more of it can be seen
_ITEMS = 40  # most indicators of one feature in the linear model
_SUSPECTS = {"row": pl.UInt32, "detector": pl.String, "score": pl.Float64}


@dataclass(frozen=True, slots=True)
class PoisonConfig:
    """``seed`` of folds and trees; ``threads`` of the trees (more
    than one spin against each other on a busy machine); ``budget``: largest share of the rows that each detector
    may put before a reviewer. The thresholds are stated with the detectors in the room's manual.
    """

    seed: int = 0
    budget: float = 0.05
    threads: int = 1
    folds: int = 3
    support: int = 30  # fewest rows with the label in a pattern
    purity: float = 0.75  # lower bound of the share of the label in a trigger's rows
    evidence: float = 10.0  # standard errors of a trigger
    shift: float = 6.0  # standard errors of a delivery against trusted rows
    outside: float = 0.002  # share of rows outside the reference
    copies: float = 0.01  # share of copied rows

    def __post_init__(self) -> None:
        if not 0 < self.budget <= 1 or self.folds < 2 or self.threads < 1 or self.support < 1:
            raise InvalidInput("the poisoning scan has a budget, folds, threads or support out of range")


@dataclass(frozen=True, slots=True)
class PoisonFinding:
    """What one detector says of one attack class. ``detail`` names columns, never values."""

    attack_class: str
    detector: str
    rows: int
    statistic: float
    threshold: float
    suspicious: bool
    detail: str


@dataclass(frozen=True, slots=True)
class PoisonReport:
    """``suspects``: row (position in the scanned frame), detector, score (higher is worse), at most ``budget`` of the
    rows for each detector. ``blind_spots``: what this scan could not have seen, with what it was given.
    """

    findings: tuple[PoisonFinding, ...]
    suspects: pl.DataFrame
    blind_spots: tuple[str, ...]
    rows: int

    @property
    def suspicious(self) -> bool:
        return any(finding.suspicious for finding in self.findings)

    def to_value(self) -> dict[str, Any]:
        findings = [
            {
                "attack_class": f.attack_class,
                "detector": f.detector,
                "rows": f.rows,
                "statistic": f.statistic,
                "threshold": f.threshold,
                "suspicious": f.suspicious,
                "detail": f.detail,
            }
            for f in self.findings
        ]
        return {
            "rows": self.rows,
            "suspicious": self.suspicious,
            "suspects": self.suspects.height,
            "findings": findings,
            "blind_spots": list(self.blind_spots),
        }


@dataclass(slots=True)
class _Scan:
    """What the detectors share, and what they have found so far."""

    config: PoisonConfig
    data: Encoded
    kept: Codes  # positions in the frame of the rows that are no copies
    fresh: Mask  # rows that the reference does not hold: only they are compared with it
    findings: list[PoisonFinding]
    suspects: list[pl.DataFrame]

    def report(
        self,
        attack: str,
        detector: str,
        *,
        scores: Floats,
        figure: tuple[float, float],
        suspicious: bool,
        detail: str,
    ) -> None:
        """Keep the rows with a positive score, the highest within budget, and the finding."""
        rows = np.flatnonzero(scores > 0)
        most = max(1, int(self.config.budget * self.data.rows))
        best = rows[np.argsort(-scores[rows], kind="stable")[:most]]
        statistic, threshold = figure
        finding = PoisonFinding(attack, detector, len(rows), float(statistic), threshold, suspicious, detail)
        self.findings.append(finding)
        if len(best):
            part = {"row": self.kept[best], "detector": [detector] * len(best), "score": scores[best]}
            self.suspects.append(pl.DataFrame(part, schema_overrides=_SUSPECTS))


def scan_poisoning(
    frame: pl.DataFrame,
    *,
    label: str,
    features: Sequence[str],
    person: str | None,
    batch: str | None,
    reference: pl.DataFrame | None,
    config: PoisonConfig,
) -> PoisonReport:
    """Scan the rows of ``frame`` for poisoning of the two-valued ``label``.

    ``person`` names the column that says whose row it is (no detector of the gate reads it), ``batch`` the one that
    says with which delivery a row came, ``reference`` holds rows of earlier versions that are trusted. Without the
    last two the classes that need a comparison are named in ``blind_spots``. Copies are removed before the others run.

    Raises:
        InvalidInput: see :func:`cloister.integrity.encoding.encode`; an unknown person or batch column; a reference
            without one of the columns.
    """
    _check(frame, reference, (label, *features), (person, batch))
    config_copies, kept = _copies(frame, label, features, config)
    inside = frame[kept]
    both = inside.select(label, *features) if reference is None else pl.concat(
        [inside.select(label, *features), reference.select(label, *features)], how="vertical_relaxed"
    )  # fmt: skip
    encoded = encode(both, label=label, features=features)
    data = _take(encoded, slice(inside.height))
    fresh = _fresh(both, inside.height)
    scan = _Scan(config, data, kept, fresh, [config_copies], [])
    trusted = None if reference is None else _take(encoded, slice(inside.height, None))
    # The trusted rows' own model says what to expect of any others.
    expected = None if trusted is None else _trusted_chance(trusted, data.matrix, config)
    _scan_triggers(scan, trusted, expected)
    blind = ["an attack that keeps every label, value and frequency as honest rows would have them"]
    if trusted is not None:
        _scan_outside(scan, inside, reference, features)
    else:
        blind.append("values outside what is usual: there is no trusted reference")
    blind += _scan_deliveries(scan, inside, batch, trusted, expected)
    suspects = pl.concat(scan.suspects) if scan.suspects else pl.DataFrame(schema=_SUSPECTS)
    return PoisonReport(tuple(scan.findings), suspects, tuple(blind), frame.height)


def _check(
    frame: pl.DataFrame, reference: pl.DataFrame | None, wanted: Sequence[str], keys: Sequence[str | None]
) -> None:
    for name in keys:
        if name is not None and name not in frame.columns:
            raise InvalidInput(f"column {name!r} is not in the table", remedy="name a column of the training set")
    for name in wanted:
        if reference is not None and name not in reference.columns:
            raise InvalidInput(f"column {name!r} is not in the reference", remedy="give rows of the same schema")


def _fresh(both: pl.DataFrame, rows: int) -> Mask:
    """Which of the first ``rows`` of ``both`` are not the reference's own, which follow.

    Where the frame holds the reference, as many of each row as it has there are its own; otherwise all rows are fresh,
    because those that happen to equal a trusted one are the ones with the usual label.
    """
    hashes = both.hash_rows()
    here, there = hashes[:rows], hashes[rows:]
    counts = there.alias("hash").value_counts(name="known")
    order = here.alias("hash").to_frame().with_columns(pl.int_range(pl.len()).over("hash").alias("number"))
    own = order.join(counts, on="hash", how="left", maintain_order="left")
    mine = own.select((pl.col("number") < pl.col("known")).fill_null(False)).to_series()
    held = float(mine.sum()) >= _HELD * len(there)
    return (~mine).to_numpy() if held else np.ones(rows, dtype=bool)


def _take(data: Encoded, rows: Codes | slice) -> Encoded:
    """Some rows; a slice shares their memory."""
    return Encoded(
        data.features, data.matrix[rows], np.asfortranarray(data.items[rows]), data.widths, data.labels[rows],
        data.classes, data.categorical,
    )  # fmt: skip


def _copies(
    frame: pl.DataFrame, label: str, features: Sequence[str], config: PoisonConfig
) -> tuple[PoisonFinding, Codes]:
    missing = [name for name in (label, *features) if name not in frame.columns]
    if missing:
        raise InvalidInput(f"column {missing[0]!r} is not in the table", remedy="name a column of the training set")
    repeated = repeated_rows(frame.select(label, *features))
    share, copied = beyond_chance(repeated, frame, label, features, limit=config.copies, seed=config.seed)
    finding = PoisonFinding(
        "duplicates", "exact-copies", int(repeated.sum()), share, config.copies, copied,
        "rows that equal an earlier one in label and features, beyond chance; removed before the other detectors run",
    )  # fmt: skip
    # Equal by chance is no copy: without them the rows that are left would be those with the rarer label.
    kept = ~repeated.to_numpy() if copied else np.ones(len(repeated), dtype=bool)
    return finding, np.flatnonzero(kept).astype(np.int64)


def _scan_triggers(scan: _Scan, trusted: Encoded | None, expected: Floats | None) -> None:
    """A pattern is a trigger if its rows carry a label almost purely that not most of them should carry, and
    neither trusted rows nor the other features of its own rows account for that.
    """
    data, config = scan.data, scan.config
    # Only a label that is not the usual one can be forced visibly: see the manual's blind spots.
    rate = float(data.labels.mean())
    targets = [label for label, share in ((0, 1 - rate), (1, rate)) if share <= _UNUSUAL]
    patterns = mine(data, expected, targets=targets, support=config.support, keep=400)
    strong = [p for p in patterns if p.evidence >= config.evidence and p.expected <= _UNUSUAL * p.rows]
    purest = max((p.purity for p in strong), default=0.0)
    pure = [p for p in strong if p.purity >= config.purity]
    if trusted is None:
        model = Logistic(data, items=_ITEMS, seed=config.seed) if pure else None
        triggers = [found.pattern for found in judge(data, model, pure) if found.stamped] if model else []
    else:
        triggers = [p for p in pure if not _known(p, trusted, config.shift)]
    scores = _pattern_scores(data, triggers)
    scan.report(
        "backdoor", "trigger-mining", scores=scores, figure=(purest, config.purity), suspicious=bool(triggers),
        detail=_pattern_detail(data, triggers, "no combination of values decides the label"),
    )  # fmt: skip


def _trusted_chance(trusted: Encoded, wanted: Floats, config: PoisonConfig) -> Floats:
    model = boost(
        trusted.matrix, trusted.labels, seed=config.seed, leaves=15, rounds=50, rate=0.15, threads=config.threads
    )
    return probabilities(model, wanted, config.threads)


def _known(pattern: Pattern, trusted: Encoded, limit: float) -> bool:
    """Whether the trusted rows that match the pattern carry its label about as often."""
    inside = pattern.matches(trusted.items)
    rows, hits = int(inside.sum()), int((trusted.labels[inside] == pattern.target).sum())
    due = (hits + 1) / (rows + 2) * pattern.rows
    evidence = evidence_of(np.array([pattern.rows]), np.array([pattern.hits]), np.array([due]))
    return rows >= _KNOWN and float(evidence[0]) < limit


def _pattern_scores(data: Encoded, patterns: Sequence[Pattern]) -> Floats:
    scores = np.zeros(data.rows)
    for pattern in patterns:
        rows: Mask = pattern.matches(data.items) & (data.labels == pattern.target)
        scores[rows] = np.maximum(scores[rows], pattern.evidence)
    return scores


def _pattern_detail(data: Encoded, patterns: Sequence[Pattern], nothing: str) -> str:
    if not patterns:
        return nothing
    strongest = max(patterns, key=lambda p: p.evidence)
    columns = ", ".join(data.features[feature] for feature, _ in strongest.items)
    return f"one combination of values in {columns} has its label in {strongest.hits} of {strongest.rows} rows"


def _scan_outside(scan: _Scan, inside: pl.DataFrame, reference: pl.DataFrame | None, features: Sequence[str]) -> None:
    assert reference is not None  # noqa: S101  for the type checker: the caller has looked
    scores = outside_reference(inside.select(features), reference.select(features)).to_numpy()
    fresh = max(int(scan.fresh.sum()), 1)
    # A new honest row is the largest or smallest of a column with chance 2 / (n + 1).
    numbers = sum(kind.is_numeric() or kind.is_temporal() for kind in inside.select(features).dtypes)
    chance = 2 * numbers / (reference.height + 1)
    share = float((scores > 0).sum() / fresh)
    limit = scan.config.outside + 2 * chance + 3 * float(np.sqrt(chance / fresh))
    scan.report(
        "out-of-range", "reference-range", scores=scores, figure=(share, limit), suspicious=share > limit,
        detail="more numbers beyond the range of the reference than chance gives, and values that it never held",
    )  # fmt: skip


def _scan_deliveries(
    scan: _Scan, inside: pl.DataFrame, batch: str | None, trusted: Encoded | None, expected: Floats | None
) -> list[str]:
    """Each delivery against the reference, or else against those before it; returns what could not be compared."""
    names = inside[batch].unique(maintain_order=True).drop_nulls().to_list() if batch else [None]
    order = np.zeros(inside.height, dtype=np.int64)
    if batch:
        order = inside[batch].replace_strict(names, range(len(names)), default=-1).to_numpy()
    if trusted is None and len(names) < 2:
        return ["flipped labels, at random or in a subgroup: there is neither a reference nor a second delivery"]
    blind = [] if trusted is not None else ["flipped labels in the first delivery: nothing came before it"]
    for number in range(0 if trusted is not None else 1, len(names)):
        rows = np.flatnonzero((order == number) & scan.fresh).astype(np.int64)
        if trusted is not None and not len(rows):
            continue
        known = trusted or _take(scan.data, np.flatnonzero((order >= 0) & (order < number)).astype(np.int64))
        if len(rows) < _SMALLEST or known.rows < _LEAST_TRUSTED or known.labels.min() == known.labels.max():
            blind.append("flipped labels in a delivery that is too small, or came after too few rows, to be compared")
        else:
            _scan_delivery(scan, rows, known, None if expected is None else expected[rows])
    return blind


def _scan_delivery(scan: _Scan, rows: Codes, known: Encoded, expected: Floats | None) -> None:
    config, part = scan.config, _take(scan.data, rows)
    fold = folds_by_group(np.arange(known.rows, dtype=np.int64), config.folds, config.seed)
    trusted = out_of_fold(known.matrix, known.labels, fold, seed=config.seed, threads=config.threads)
    expected = _trusted_chance(known, part.matrix, config) if expected is None else expected
    shift = label_shift(part.labels, expected, known.labels, trusted)
    worst = max(abs(shift.rate_z), shift.ranking_z or 0.0)
    surprise = np.abs(part.labels - expected)
    scores = np.zeros(scan.data.rows)
    flipped = worst >= config.shift
    if flipped:
        scores[rows] = np.where(surprise > 0.5, surprise, 0)
    scan.report(
        "label flips", "delivery-labels", scores=scores, figure=(worst, config.shift), suspicious=flipped,
        detail=f"labels of {len(rows)} delivered rows against what trusted rows lead to expect",
    )  # fmt: skip
    _scan_subgroups(scan, rows, part, expected)


def _scan_subgroups(scan: _Scan, rows: Codes, part: Encoded, expected: Floats) -> None:
    config = scan.config
    patterns = shifted_patterns(part, expected, support=config.support)
    strongest = max((p.evidence for p in patterns), default=0.0)
    shifted = [p for p in patterns if p.evidence >= config.shift]
    scores = np.zeros(scan.data.rows)
    scores[rows] = _pattern_scores(part, shifted)
    scan.report(
        "subgroup flips", "delivery-patterns", scores=scores, figure=(strongest, config.shift),
        suspicious=bool(shifted),
        detail=_pattern_detail(part, shifted, "no group of the delivery has other labels than trusted rows suggest"),
    )  # fmt: skip
