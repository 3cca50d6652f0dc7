"""One environment for these suites: delivered, measured and granted once; each test works on a copy."""

import shutil
from types import SimpleNamespace

import pytest

from small_environment import ENTROPY, Small, visits


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """Set up and delivered once; each test works on a copy of the folder."""
    ENTROPY.begin("template")
    home = tmp_path_factory.mktemp("template") / "env"
    small = Small(home)
    small.chain.set_up(small.key.verify_key.to_text())
    raw = small.chain.deliver(small.folder(visits()), "none")
    safe = small.chain.protect(raw)
    grant = small.chain.grant(safe)
    small.app.close()
    return SimpleNamespace(root=home.parent, raw=raw, safe=safe, grant=grant)


@pytest.fixture(autouse=True)
def entropy(request, template):
    ENTROPY.begin(request.node.nodeid, day=2)


@pytest.fixture
def small(tmp_path):
    """A fresh environment with its people and nothing else."""
    made = Small(tmp_path / "env")
    yield made
    made.app.close()


@pytest.fixture
def ready(template, tmp_path):
    """A copy of the environment that has a measured version and an active grant."""
    root = tmp_path / "copy"
    shutil.copytree(template.root, root)
    made = Small(root / "env")
    made.sequence = 1
    made.raw, made.safe, made.grant = template.raw, template.safe, template.grant
    yield made
    made.app.close()
