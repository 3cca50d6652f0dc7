"""The predicate types of Cloister's in-toto statements: what each signed statement claims of its subjects."""

from __future__ import annotations

from typing import Final

ATTACK: Final = "urn:cloister:predicate:attack:1"
"""Signed by the environment: these attacks were run on this version or model, and found this."""

DELIVERY: Final = "urn:cloister:predicate:delivery:1"
"""Signed by the source: these files are a delivery for this data set."""

DETERMINATION: Final = "urn:cloister:predicate:determination:1"
"""Signed by the expert, and by the environment: the risk of re-identification in this version is very small."""

VERSION: Final = "urn:cloister:predicate:dataset-version:1"
"""Signed by the environment: these encrypted files are this version, made by this recipe from these parents."""

RUN: Final = "urn:cloister:predicate:training-run:1"
"""Signed by the environment: this model came of this script, these data, this sandbox and these libraries."""

MODEL: Final = "urn:cloister:predicate:model:1"
"""Signed by the environment: these files are the registered model, with these gates and documents."""

WITHDRAWAL: Final = "urn:cloister:predicate:withdrawal:1"
"""Signed by the environment: this source or delivery counts no more, and these versions and models came of it."""

ROBUST: Final = "urn:cloister:predicate:robust-comparison:1"
"""Signed by the environment: what weighing the training rows by their scores gains and costs this model's script."""

RERUN: Final = "urn:cloister:predicate:rerun:1"
"""Signed by the environment: the job was run again, and these files came out."""

PROVENANCE: Final = "https://slsa.dev/provenance/v1"
"""Signed by the environment: how these files were built, in the words of SLSA (slsa.dev/spec/v1.0/provenance)."""

ENVIRONMENT: Final = "https://cyclonedx.org/bom"
"""Signed by the environment: these files were made with these packages (CycloneDX, in-toto's predicate for it)."""

IMPORT: Final = "urn:cloister:predicate:model-import:1"
"""Signed by the environment: these files were signed by this key, and every one is of an allowed format."""
