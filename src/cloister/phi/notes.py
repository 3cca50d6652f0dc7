"""Free text of many rows, each with its own person's dictionary, in this process or in several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from cloister.phi.config import DeidConfig
from cloister.phi.detector import Detector
from cloister.phi.dictionary import Needle, speller
from cloister.phi.finding import Span
from cloister.phi.replacement import with_placeholders, with_shifted_dates
from cloister.phi.surrogate import Surrogates

if TYPE_CHECKING:
    import polars as pl

_CHUNK = 2816  # rows sent to a worker at a time, about a megabyte of notes: half a batch of the detector
# Columns "text", "latest" (year), "days" (shift, null if moved before) and "0", "1", ... the person's values; the types
# of the latter. Polars sends a frame to a worker, and a series back, as Arrow buffers.
Chunk = tuple["pl.DataFrame", list[str]]


@cache
def _detector(threshold: float) -> Detector:
    return Detector(threshold=threshold)


def rewrite(
    text: str,
    spans: Sequence[Span],
    config: DeidConfig,
    *,
    latest: int,
    days: int | None,
    surrogates: Surrogates | None,
) -> str:
    """The text without what the spans show, by the configuration. ``days`` None: its dates were moved before."""
    if surrogates is not None:
        return surrogates.write(text, spans, days, latest)
    if config.profile == "expert" and (days or days is None):
        return with_shifted_dates(text, spans, days, latest)
    return with_placeholders(text, spans, latest)


def clean_chunk(chunk: Chunk, config: DeidConfig, surrogate_key: bytes | None) -> tuple[pl.Series, dict[str, int]]:
    """De-identify one chunk; gives the notes and the number of findings of each type."""
    import polars as pl

    frame, kinds = chunk
    texts = frame["text"].to_list()
    surrogates = Surrogates(surrogate_key, consistent=config.consistent) if surrogate_key else None
    wanted = _wanted(texts, [(kind, frame[str(number)].to_list()) for number, kind in enumerate(kinds)])
    found = _detector(config.threshold).spans([text or "" for text in texts], wanted)
    counts: Counter[str] = Counter()
    out: list[str | None] = []
    for text, spans, year, shift in zip(texts, found, frame["latest"].to_list(), frame["days"].to_list(), strict=True):
        counts.update([span[2] for span in spans])
        out.append(
            text
            if not text or not spans
            else rewrite(text, spans, config, latest=year, days=shift, surrogates=surrogates)
        )
    return pl.Series("text", out, dtype=pl.String), dict(counts)


def _wanted(texts: Sequence[str | None], columns: Sequence[tuple[str, list[str | None]]]) -> list[list[Needle]] | None:
    """What to look for in each text, of its own row."""
    if not columns:
        return None
    wanted: list[list[Needle]] = [[] for _ in texts]
    for kind, values in columns:
        spellings = speller(kind)
        for text, needles, value in zip(texts, wanted, values, strict=True):
            if text and value:
                needles.extend(spellings(value))
    return wanted


def clean_notes(
    chunk: Chunk, config: DeidConfig, surrogate_key: bytes | None, progress: Callable[[int, int], None] | None
) -> tuple[pl.Series, dict[str, int]]:
    """De-identify a column of notes; ``progress(done, all)`` is called after each chunk."""
    import polars as pl

    frame, kinds = chunk
    parts: list[pl.Series] = [pl.Series("text", [], dtype=pl.String)]
    counts: Counter[str] = Counter()
    done = 0
    for texts, found in _results([(part, kinds) for part in frame.iter_slices(_CHUNK)], config, surrogate_key):
        parts.append(texts)
        counts.update(found)
        done += len(texts)
        if progress is not None:
            progress(done, len(frame))
    return pl.concat(parts), dict(counts)


def _results(
    chunks: list[Chunk], config: DeidConfig, surrogate_key: bytes | None
) -> Iterator[tuple[pl.Series, dict[str, int]]]:
    if config.processes == 1 or len(chunks) < 4:
        for chunk in chunks:
            yield clean_chunk(chunk, config, surrogate_key)
        return
    # Spawned and never forked: a fork beside Polars' threads can hang.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context: Any = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(config.processes, mp_context=context, initializer=_start, initargs=(config,)) as pool:
        yield from pool.map(clean_chunk, chunks, [config] * len(chunks), [surrogate_key] * len(chunks))


def _start(config: DeidConfig) -> None:
    """Once in each worker: load the word lists, and keep them and the modules from being searched for garbage."""
    import gc

    _detector(config.threshold).find("Seen by Dr. Roe on 3/14/2019.")
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
