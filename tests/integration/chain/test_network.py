"""A network's hidden layer is looked at when it is evaluated: the sandbox hands its activations out with the scores."""

from cloister.cli.chain_models import ModelChain
from cloister.operations.evaluate_model import EvaluateModel, Evaluation
from cloister.operations.jobs import JobWish, RunJob, SubmitJob

SCRIPT = b"""
import numpy as np
import cloister.sdk
from cloister.training.dense import Dense
from cloister.training.public_encode import PublicEncoder

job = cloister.sdk.job()
encoder = PublicEncoder({"lab": {"bounds": [0, 300]}, "sex": {"codes": ["F", "M"]}})
hidden = np.random.default_rng(job.seed).normal(size=(6, encoder.width)).astype(np.float32)
hidden[0] = [4, 0, 0, 0, 0.5]
out = np.array([[1, 0, 0, 0, 0, 0]], np.float32)
model = Dense(((hidden, np.zeros(6, np.float32)), (out, np.full(1, -1, np.float32))))
model.save(job.output, encoder, label="back", positive=None)
"""


def test_an_evaluation_tells_what_the_hidden_layer_makes_of_the_training_rows(ready):
    wish = JobWish(ready.grant.id, SCRIPT, "back", threads=1)
    job = ready.run(RunJob(), ready.run(SubmitJob(), wish, "engineer").id, "engineer")
    model = ready.run(EvaluateModel(), Evaluation(job.id, "network", ("sex",), 0.3), "engineer")
    told = model.evidence["network"]
    assert told["units"] == 6 and sum(one["rows"] for one in told["by_outcome"].values()) > 1500
    assert len(told["lines"]) == 2
    trees = ModelChain(ready.chain)
    assert "network" not in trees.evaluate(trees.train(ready.grant)).evidence
