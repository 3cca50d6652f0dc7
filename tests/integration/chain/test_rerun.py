"""A job run again: the very same model from scikit-learn, LightGBM, XGBoost and torch, or what differs is named."""

import importlib.util
from dataclasses import replace

import pytest

from cloister.core.errors import Denied, InvalidInput, InvalidState
from cloister.operations.data_source import SplitSource
from cloister.operations.grants import ApproveGrant, GrantWish, RequestGrant, RevokeGrant
from cloister.operations.jobs import JobWish, RunJob, SubmitJob
from cloister.operations.rerun_job import RerunJob, RerunWish

HEAD = """
import cloister.sdk
import numpy
job = cloister.sdk.job()
frame = job.read("visits", split="train")
rows = frame.select("lab").to_numpy()
label = frame["back"].to_numpy()
"""
SCRIPTS = {
    "sklearn": """
import warnings
from sklearn.linear_model import LogisticRegression
warnings.simplefilter("ignore")
model = LogisticRegression(solver="saga", max_iter=5, random_state=job.seed).fit(rows, label)
job.save_estimator(model)
""",
    "lightgbm": """
import lightgbm
settings = {"objective": "binary", "seed": job.seed, "num_threads": job.threads, "deterministic": True,
            "force_row_wise": True, "verbosity": -1, "bagging_fraction": 0.7, "bagging_freq": 1}
model = lightgbm.train(settings, lightgbm.Dataset(rows, label=label, params=settings), num_boost_round=10)
job.save_model(model, features=["lab"])
""",
    "xgboost": """
import xgboost
settings = {"objective": "binary:logistic", "seed": job.seed, "nthread": job.threads, "subsample": 0.7}
model = xgboost.train(settings, xgboost.DMatrix(rows, label=label), num_boost_round=10)
model.save_model(job.output / "model.json")
""",
    "torch": """
import torch
from safetensors.torch import save_file
torch.manual_seed(job.seed)
torch.set_num_threads(job.threads)
torch.use_deterministic_algorithms(True)
net = torch.nn.Sequential(torch.nn.Linear(1, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
optimiser = torch.optim.Adam(net.parameters(), 0.01)
x, y = torch.tensor(rows, dtype=torch.float32) / 100, torch.tensor(label, dtype=torch.float32)
for _ in range(30):
    optimiser.zero_grad()
    torch.nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], y).backward()
    optimiser.step()
save_file(net.state_dict(), str(job.output / "model.safetensors"))
""",
}


def ran(env, name, **changes):
    wish = {"grant": env.grant.id, "script": (HEAD + SCRIPTS[name]).encode(), "outcome": "back", "threads": 1} | changes
    return env.run(RunJob(), env.run(SubmitJob(), JobWish(**wish), "engineer").id, "engineer")


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_same_model_bit_by_bit(ready, name):
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is one of the optional parts")
    job = ran(ready, name)
    again = ready.run(RerunJob(), RerunWish(job.id), "engineer")
    assert again.identical and again.files == job.files, again.lines
    assert again.lines[0] == f"{len(job.files)} outputs are identical"
    event = ready.events()[-1]
    assert event.facts["identical"] is True and event.facts["statement"] == again.statement


def test_what_differs_is_named(ready, monkeypatch):
    job = ran(ready, "sklearn")
    seeded = ready.run(RerunJob(), RerunWish(job.id, seed=8, threads=2), "engineer")
    assert not seeded.identical
    assert "seed job differs: 7 and 8" in seeded.lines and "threads job differs: 1 and 2" in seeded.lines
    assert any(line.startswith("output model.skops differs") for line in seeded.lines)
    # Another library than was recorded, another order of rows, another machine.
    world = ready.app._world
    libraries = world.libraries()
    machine = world.machine()
    other = replace(
        world,
        libraries=lambda: libraries | {"scikit-learn": "0.1"},
        machine=lambda: {**machine, "cpu": [*machine["cpu"], "avx9"]},
    )
    monkeypatch.setattr(ready.app._mediator, "_world", other)
    monkeypatch.setattr(SplitSource, "__init__", _backwards(SplitSource.__init__))
    changed = ready.run(RerunJob(), RerunWish(job.id), "engineer")
    lines = "\n".join(changed.lines)
    assert f"package scikit-learn differs: {libraries['scikit-learn']} and 0.1" in lines
    assert "row order of ver_" in lines and "cpu avx9 is only in the second run" in lines
    assert not changed.identical and "outputs differ" in changed.lines[0]


def _backwards(original):
    def begin(self, table, person, key, allowed):
        original(self, table.take(list(range(table.num_rows - 1, -1, -1))), person, key, allowed)

    return begin


def test_what_can_not_be_run_again(ready):
    job = ran(ready, "lightgbm")
    old = replace(job, id="job_old", manifest={})
    from small_environment import plant

    plant(ready.app, old)
    for wish, match in ((RerunWish("job_old"), "manifests"), (RerunWish(job.id, threads=0), "threads")):
        with pytest.raises((InvalidState, InvalidInput), match=match):
            ready.run(RerunJob(), wish, "engineer")
    ready.run(RevokeGrant(), ready.grant.id, "privacy")
    with pytest.raises(Denied, match="grant"):
        ready.run(RerunJob(), RerunWish(job.id), "engineer")
    narrow = grant(ready, ("lab", "back"))
    with pytest.raises(InvalidInput, match="same columns"):
        ready.run(RerunJob(), RerunWish(job.id, grant=narrow), "engineer")
    again = ready.run(RerunJob(), RerunWish(job.id, grant=grant(ready, ready.chain.plan.columns)), "engineer")
    assert (again.identical and not (ready.home / "files" / "jobs").exists()) or not list(
        (ready.home / "files" / "jobs").rglob("*.*")
    )


def grant(env, columns):
    made = env.run(RequestGrant(), GrantWish(env.safe.id, "returns", columns, "quality", 1), "engineer")
    return env.run(ApproveGrant(), made.id, "privacy").id
