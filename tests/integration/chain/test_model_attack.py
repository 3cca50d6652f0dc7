"""A model is attacked by its answers, in the sandbox; the verdicts are signed evidence in the pack."""

import pytest

from cloister.cli.chain_models import ModelChain
from cloister.compliance import verify_pack
from cloister.core.errors import InvalidInput
from cloister.operations.attack_model import AttackModel, ModelAttackWish
from cloister.operations.evidence import PackEvidence
from cloister.operations.read_records import Look, ReadRecords


@pytest.fixture
def trained(ready):
    models = ModelChain(ready.chain)
    ready.model = models.evaluate(models.train(ready.grant))
    return ready


def test_a_model_is_attacked_with_controls_and_the_evidence_is_signed(trained):
    # 400 targets leave an interval of 0.07 either way: by a limit of 0.1 chance shows nothing.
    wish = ModelAttackWish(trained.model.id, ("sex", "ward"), limit=0.1, targets=400)
    made = trained.run(AttackModel(), wish, "privacy")
    guesses = [f"{kind} of {name}" for name in wish.secrets for kind in ("inversion", "attribute inference")]
    assert set(made.reports) == {"membership", *guesses}
    for name in guesses:
        report = made.reports[name]
        assert [control["right"] for control in report["controls"]] == [True, True]
        assert report["advantage"]["low"] < report["advantage"]["high"]
        assert report["verdict"] == "no advantage shown"  # a small tree model of two common columns
    assert "of half of" in made.reports["attribute inference of sex"]["knowledge"]
    assert "#" not in made.reports["attribute inference of sex"]["explanation"]
    assert made.target == trained.model.id
    assert trained.run(ReadRecords(), Look("attack", made.id), "engineer") == (made,)
    pack = trained.run(PackEvidence(trained.app.log), None, "privacy")
    assert [one.name for one in verify_pack(pack, trusted_key=None).checks if not one.ok] == []
    assert not [name for name in (trained.home / "files").rglob("*") if made.id in name.name]


BAD = (
    ({"secrets": ()}, "no secret"),
    ({"secrets": ("sex", "sex")}, "twice"),
    ({"secrets": ("nothing",)}, "no column 'nothing'"),
    ({"secrets": ("back",)}, "no column 'back'"),
    ({"secrets": ("zip3",)}, "not trained on"),
    ({"secrets": ("lab",)}, "2 to 50 values"),
    ({"secrets": ("sex",), "targets": 3}, "at least 100"),
    ({"secrets": ("sex",), "limit": 2.0}, "between 0 and 1"),
)


def test_bad_input_is_one_line_and_nothing_is_kept(trained):
    for wish, said in BAD:
        with pytest.raises(InvalidInput, match=said):
            trained.run(AttackModel(), ModelAttackWish(trained.model.id, **wish), "privacy")
    assert trained.run(ReadRecords(), Look("attack"), "privacy") == ()
