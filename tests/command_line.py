"""The real command line over an environment in a folder, as the suites call it."""

import hashlib
import io
from contextlib import redirect_stderr, redirect_stdout

from cloister.cli.main import run


class Line:
    """Runs command lines in one environment."""

    def __init__(self, root, safe="", grant=""):
        self.root, self.home = root, root / "env"
        self.safe, self.grant = safe, grant

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
