"""The real command line over one small environment that was set up once; each test works on a copy."""

import shutil
from types import SimpleNamespace

import pytest

from command_line import Line
from small_environment import PHRASE, Small, visits


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """An environment with a measured version, a grant and a waiting delivery of broken rows."""
    home = tmp_path_factory.mktemp("cli") / "env"
    small = Small(home)
    small.chain.set_up(small.key.verify_key.to_text())
    raw = small.chain.deliver(small.folder(visits()), "none")
    safe = small.chain.protect(raw)
    grant = small.chain.grant(safe)
    small.app.close()
    (home / "keyring" / "passphrase").write_text(PHRASE)
    return SimpleNamespace(root=home.parent, safe=safe, grant=grant)


@pytest.fixture
def line(prepared, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(prepared.root, root)
    return Line(root, prepared.safe.id, prepared.grant.id)
