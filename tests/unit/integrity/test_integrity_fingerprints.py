"""Rare training values in fitted models: found in every family that keeps them, no alarm on those that don't."""

import lightgbm
import numpy as np
import pandas as pd
import polars as pl
import pytest
import skops.io
from safetensors.numpy import save
from sklearn.cluster import KMeans
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.impute import KNNImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KernelDensity, KNeighborsClassifier, RadiusNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    LabelBinarizer,
    LabelEncoder,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from cloister.core.errors import InvalidInput
from cloister.integrity import find_fingerprints, find_fingerprints_in_object, rare_value_fingerprints

KEY = b"a key of the environment, 32 B!!"
RNG = np.random.default_rng(0)
ROWS = 240
NAME = np.array(
    [f"{first} Surname{i}x" for i, first in enumerate(RNG.choice(["james", "maria", "robert"], ROWS))], object
)
LAB = np.round(RNG.normal(50, 12, ROWS), 2)
SECOND = np.round(RNG.normal(500, 90, ROWS), 2)
MRN = RNG.integers(10_000_000, 99_999_999, ROWS)
NOTE = np.array([f"patient seen for cough and fever by {name.split()[1]}" for name in NAME], object)
Y = (LAB > 50).astype(int)
Y[:5] = 1 - Y[:5]
LABS = np.column_stack([LAB, SECOND])
FRAME = pl.DataFrame({"name": NAME.tolist(), "lab": LAB, "second": SECOND, "mrn": MRN, "note": NOTE.tolist()})
PRINTS = rare_value_fingerprints(FRAME, FRAME.columns, key=KEY)
CATEGORIES = pd.DataFrame({"name": pd.Categorical(NAME), "lab": LAB})
QUIET = {"n_estimators": 3, "num_threads": 1, "verbose": -1}


def categories():
    return lightgbm.LGBMClassifier(**QUIET, min_data_in_leaf=1, cat_smooth=0).fit(CATEGORIES, Y)


# Family -> how it is fitted, and a column whose rare values it keeps.
FAMILIES = {
    "one-hot": (lambda: OneHotEncoder().fit(NAME.reshape(-1, 1)), "name"),
    "ordinal": (lambda: OrdinalEncoder().fit(NAME.reshape(-1, 1)), "name"),
    "label encoder": (lambda: LabelEncoder().fit(NAME.astype(str)), "name"),
    "label binarizer": (lambda: LabelBinarizer().fit(NAME.astype(str)), "name"),
    "target encoder": (lambda: TargetEncoder().fit(NAME.reshape(-1, 1), Y), "name"),
    "dictionary": (lambda: DictVectorizer().fit([{"name": value} for value in NAME]), "name"),
    "tf-idf": (lambda: TfidfVectorizer().fit(NOTE), "note"),
    "word pairs": (lambda: CountVectorizer(ngram_range=(2, 2)).fit(NAME), "name"),
    "nearest neighbours": (lambda: KNeighborsClassifier().fit(LABS, Y), "lab"),
    "radius neighbours": (lambda: RadiusNeighborsRegressor().fit(MRN.reshape(-1, 1), Y), "mrn"),
    "kernel density": (lambda: KernelDensity().fit(MRN.reshape(-1, 1).astype(float)), "mrn"),
    "support vectors": (lambda: SVC().fit(LABS, Y), "second"),
    "gaussian process": (lambda: GaussianProcessClassifier().fit(LABS[:50], Y[:50]), "lab"),
    "isotonic": (lambda: IsotonicRegression().fit(LAB, Y), "lab"),
    "quantile": (lambda: QuantileTransformer(n_quantiles=ROWS).fit(LABS), "lab"),
    "imputer": (lambda: KNNImputer().fit(LABS), "second"),
    "lightgbm categories": (categories, "name"),
    "pipeline": (lambda: make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(NOTE, Y), "note"),
}
CLEAN = {
    "logistic": lambda: LogisticRegression().fit(StandardScaler().fit_transform(LABS), Y),
    "scaler": lambda: StandardScaler().fit(LABS),
    "k-means": lambda: KMeans(3, n_init=1, random_state=0).fit(LABS),
    "bayes": lambda: GaussianNB().fit(LABS, Y),
    "lightgbm": lambda: lightgbm.LGBMClassifier(**QUIET).fit(np.round(LABS), Y),
    "tree": lambda: DecisionTreeClassifier(max_depth=3, random_state=0).fit(np.round(LABS), Y),
    "one-hot of frequent names": lambda: OneHotEncoder().fit(np.array([["james"], ["maria"], ["robert"]])),
    "tf-idf of frequent words": lambda: TfidfVectorizer(min_df=6).fit(NOTE),
}


def saved(model):
    return {"model.skops": skops.io.dumps(model)}


@pytest.mark.parametrize("family", FAMILIES)
def test_kept_values_are_found_in_memory_and_on_disk(family):
    fit, column = FAMILIES[family]
    model = fit()
    assert find_fingerprints_in_object(model, PRINTS).get(column, 0) > 0
    assert find_fingerprints(saved(model), PRINTS).get(column, 0) > 0


@pytest.mark.parametrize("name", CLEAN)
def test_models_that_keep_nothing_raise_no_alarm(name):
    model = CLEAN[name]()
    assert find_fingerprints_in_object(model, PRINTS) == {}
    assert find_fingerprints(saved(model), PRINTS) == {}


def test_every_planted_name_is_found():
    found = find_fingerprints(saved(OneHotEncoder().fit(NAME.reshape(-1, 1))), PRINTS)
    assert found["name"] == len(PRINTS.columns["name"])


def test_native_files_are_searched():
    text = categories().booster_.model_to_string().encode()
    assert find_fingerprints({"model.txt": text}, PRINTS)["name"] >= ROWS
    weights = save({"w": LABS})
    assert find_fingerprints({"m.safetensors": weights}, PRINTS)["lab"] > 100
    card = b'{"note": "seen: Surname7x, robert"}'
    assert find_fingerprints({"card.json": card}, PRINTS) == {"name": 1, "note": 1}
    assert find_fingerprints({"log.txt": b"epoch 1\nSURNAME9X seen\n"}, PRINTS) == {"name": 1, "note": 1}


def test_public_words_are_no_hit():
    assert find_fingerprints({"card.json": b'["Surname7x"]'}, PRINTS, public=["surname7X"]) == {}


def test_frequent_values_have_no_fingerprint():
    frame = pl.DataFrame({"city": ["Springfield"] * 6 + ["Ogdenville"] * 5})
    prints = rare_value_fingerprints(frame, ["city"], key=KEY)
    assert find_fingerprints({"a": b'["Springfield"]'}, prints) == {}
    assert find_fingerprints({"a": b'["Ogdenville"]'}, prints) == {"city": 1}


def test_short_values_say_nothing_about_anybody():
    frame = pl.DataFrame({"stay": [1, 2, 3, 14], "flag": ["a", "no", "yes", "n/a"], "lab": [0.5, 7.25, 1.0, 12.0]})
    prints = rare_value_fingerprints(frame, frame.columns, key=KEY)
    assert prints.to_value() == {"columns": {"stay": 0, "flag": 0, "lab": 0}}


def test_values_never_leave_the_fingerprints():
    text = repr(PRINTS) + str(PRINTS.to_value())
    assert "urname" not in text
    assert KEY.decode() not in text


def test_another_key_finds_nothing():
    other = rare_value_fingerprints(FRAME, ["name"], key=b"x" * 32)
    assert not (other.columns["name"] & PRINTS.columns["name"])


def test_bad_input_is_named():
    with pytest.raises(InvalidInput, match="16 to 64"):
        rare_value_fingerprints(FRAME, ["name"], key=b"short")
    with pytest.raises(InvalidInput, match="'nobody'"):
        rare_value_fingerprints(FRAME, ["nobody"], key=KEY)


def test_spellings_and_repeated_words_are_counted_by_row():
    names = ["Zoltan Quill"] * 3 + ["zoltan  QUILL "] * 3 + ["Zoltan Zoltan Brandt"] * 2 + ["Mirko Brandt"]
    prints = rare_value_fingerprints(pl.DataFrame({"name": names}), ["name"], key=KEY, max_count=5)

    def holds(text):
        return find_fingerprints({"model": text.encode()}, prints)

    # Six rows hold the name in two spellings, eight the word; a row that says a word twice counts once.
    assert not holds("zoltan quill") and not holds("zoltan") and not holds("quill")
    assert holds("zoltan zoltan brandt") == {"name": 2}  # the whole value, and the word of three rows
    assert holds("brandt") == {"name": 1} and holds("mirko brandt") == {"name": 3}
