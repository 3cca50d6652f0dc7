"""The real command line over one small environment that was set up once; each test works on a copy."""

import hashlib
import io
import shutil
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace

import pytest

from cloister.cli.main import run
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


class Line:
    """Runs command lines in one environment."""

    def __init__(self, root, prepared):
        self.root, self.home = root, root / "env"
        self.safe, self.grant = prepared.safe.id, prepared.grant.id

    def __call__(self, *arguments, home=True):
        """Exit code, standard output, standard error."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run([*(["--home", str(self.home)] if home else []), *map(str, arguments)])
        return code, out.getvalue(), err.getvalue()

    def snapshot(self):
        """Every file but the log, the keyring's remembered head and the locks of processes."""
        return {
            path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and path.name != "head" and "cloister.db" not in path.name and path.parent.name != "run"
        }


@pytest.fixture
def line(prepared, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(prepared.root, root)
    return Line(root, prepared)
