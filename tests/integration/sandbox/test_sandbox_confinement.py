"""What a script can't reach. Each refusal has a control: the same script outside the sandbox reaches it."""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

CALLS = """
    import ctypes, json, platform
    libc = ctypes.CDLL(None, use_errno=True)
    column = {"x86_64": 0, "aarch64": 1}[platform.machine()]
    table = {
        "unshare": ((272, 97), (0x10000000,)), "mount": ((165, 40), (b"none", b"/scratch", b"tmpfs", 0, 0)),
        "ptrace": ((101, 117), (0, 0, 0, 0)), "keyctl": ((250, 219), (0, -3, 0)), "bpf": ((321, 280), (0, 0, 0)),
        "userfaultfd": ((323, 282), (1,)), "setns": ((308, 268), (0, 0)),
        "process_vm_readv": ((310, 270), (1, 0, 0, 0, 0, 0)), "add_key": ((248, 217), (b"user", b"a", b"b", 1, -2)),
        "open_by_handle_at": ((304, 265), (-1, 0, 0)), "name_to_handle_at": ((303, 264), (-100, b"/", 0, 0, 0)),
        "perf_event_open": ((298, 241), (0, 0, 0, 0, 0)), "pidfd_getfd": ((438, 438), (0, 0, 0)),
        "io_uring_setup": ((425, 425), (1, 0)), "clone3": ((435, 435), (0, 0)), "beyond": ((900, 900), ()),
        "clone": ((56, 220), (0x10000000 | 17, 0, 0, 0, 0)), "sethostname": ((170, 161), (b"x", 1)),
    }
    answers = {}
    for name, (numbers, arguments) in table.items():
        ctypes.set_errno(0)
        result = libc.syscall(numbers[column], *arguments)
        if name == "clone" and result == 0:
            libc._exit(0)
        answers[name] = ctypes.get_errno() if result < 0 else 0
    print(json.dumps(answers))
"""


def answers(result) -> dict:
    assert result.exit_code == 0, result.log
    return json.loads(result.log[-1])


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_accept, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1]


def _accept(server: socket.socket) -> None:
    try:
        while True:
            server.accept()[0].close()
    except OSError:
        return


def test_the_hosts_listener_is_out_of_reach(run, run_open, listener):
    script = f"""
        import socket
        try:
            socket.create_connection(("127.0.0.1", {listener}), timeout=5).close()
            print("connected")
        except OSError as error:
            print(type(error).__name__)
    """
    assert run_open(script).log == ("connected",)
    assert run(script).log == ("ConnectionRefusedError",)


def test_only_the_loopback_is_there_and_no_name_resolves(run):
    result = run("""
        import json, socket
        interfaces = [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]]
        failures = []
        for attempt in (
            lambda: socket.create_connection(("192.0.2.1", 443), timeout=5),
            lambda: socket.getaddrinfo("example.com", 443),
            lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
            lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1),
        ):
            try:
                attempt()
            except OSError as error:
                failures.append(type(error).__name__)
        own = socket.create_server(("127.0.0.1", 0))  # the control: sockets as such work, and so does the loopback
        socket.create_connection(own.getsockname(), timeout=5).close()
        print(json.dumps([interfaces, failures]))
    """)
    interfaces, failures = answers(result)
    assert interfaces == ["lo"]
    assert failures == ["OSError", "gaierror", "OSError", "PermissionError"]


def test_address_families_beside_unix_and_internet_are_refused(run, run_open):
    script = """
        import errno, json, socket
        answers = {}
        for name, family, kind in (
            ("unix", 1, 1), ("inet", 2, 1), ("inet6", 10, 1), ("netlink", 16, 3), ("packet", 17, 3), ("vsock", 40, 1),
            ("alg", 38, 5), ("bluetooth", 31, 3), ("can", 29, 3), ("tipc", 30, 1), ("xdp", 44, 3), ("rds", 21, 5),
        ):
            try:
                socket.socket(family, kind).close()
                answers[name] = "open"
            except OSError as error:
                answers[name] = errno.errorcode[error.errno]
        print(json.dumps(answers))
    """
    inside, outside = answers(run(script)), answers(run_open(script))
    assert {name for name, answer in inside.items() if answer == "open"} <= {"unix", "inet", "inet6"}
    assert inside["unix"] == "open" and inside["inet"] == "open"
    assert {inside[name] for name in ("netlink", "packet", "vsock", "alg", "xdp")} == {"EAFNOSUPPORT"}
    assert outside["netlink"] == "open"


def test_system_calls_that_reach_out_are_refused(run):
    answer = answers(run(CALLS))
    absent = {name: answer.pop(name) for name in ("clone3", "beyond")}
    assert set(absent.values()) == {38}, absent  # ENOSYS
    assert set(answer.values()) == {1}, answer  # EPERM


def test_the_same_calls_answer_otherwise_without_the_filter(run_open):
    answer = answers(run_open(CALLS))
    assert answer["name_to_handle_at"] != 1 and answer["unshare"] == 0 and answer["clone3"] == 22


def test_home_host_files_and_environment_are_invisible(run, run_open, tmp_path, monkeypatch):
    secret = tmp_path / "patients.csv"
    secret.write_text("x")
    monkeypatch.setenv("CLOISTER_TEST_SECRET", "visible")
    script = f"""
        import json, os
        from pathlib import Path
        print(json.dumps({{
            "file": Path({str(secret)!r}).exists(), "home": Path({str(Path.home())!r}).exists(),
            "secret": "CLOISTER_TEST_SECRET" in os.environ, "root": sorted(os.listdir("/")),
            "shadow": Path("/etc/shadow").exists(), "sys": Path("/sys").exists(), "shell": Path("/bin/sh").exists(),
            "etc": sorted(os.listdir("/etc")) if Path("/etc").exists() else [],
        }}))
    """
    outside = answers(run_open(script))
    assert outside["file"] and outside["shadow"]
    inside = answers(run(script))
    assert not (inside["file"] or inside["home"] or inside["secret"] or inside["shadow"] or inside["sys"])
    assert not inside["shell"]
    assert set(inside["etc"]) <= {"passwd", "group", "hosts", "nsswitch.conf", "ld.so.cache", "alternatives"}
    expected = {"dev", "etc", "inputs", "job", "lib", "lib64", "lib32", "libx32", "opt", "output", "proc", "run"}
    assert set(inside["root"]) <= expected | {"scratch", "tmp", "usr"}


def test_only_output_and_scratch_can_be_written(run):
    result = run("""
        import json, os
        written = []
        for parent, folders, _ in os.walk("/"):
            if parent == "/proc":
                folders.clear()
                continue
            try:
                with open(os.path.join(parent, "mark"), "w") as file:
                    file.write("x")
                written.append(parent)
            except OSError:
                pass
        changed = []
        for path in ("/job/script.py", "/run/cloister/job.json", "/etc/passwd", "/opt/cloister/cloister/sdk.py"):
            try:
                open(path, "a").close()
                changed.append(path)
            except OSError:
                pass
        print(json.dumps([written, changed]))
    """)
    written, changed = answers(result)
    assert set(written) == {"/output", "/scratch", "/dev/shm"}  # noqa: S108 - inside the sandbox
    assert changed == []


def test_scratch_goes_with_the_job_and_output_stays(run, spec, tmp_path):
    script = """
        import os
        from pathlib import Path
        print(Path("/scratch/left").exists(), Path("/dev/shm/left").exists(), Path("/output/left").exists())
        for folder in ("/scratch", "/tmp", "/dev/shm", "/output"):
            Path(folder, "left").write_text("x")
    """
    for number in range(2):
        assert run(script, output=tmp_path / f"output{number}").log == ("False False False",)
        assert [path.name for path in (tmp_path / f"output{number}").iterdir()] == ["left"]


def test_other_unix_sockets_are_out_of_reach(run, run_open, tmp_path):
    named, abstract = tmp_path / "other.sock", f"\0cloister-test-{secrets.token_hex(8)}"
    script = f"""
        import socket
        for address in ({str(named)!r}, {abstract!r}):
            try:
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(address)
                print("connected")
            except OSError as error:
                print(type(error).__name__)
    """
    with socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as two:
        for server, address in ((one, str(named)), (two, abstract)):
            server.bind(address)
            server.listen()
        assert run_open(script).log == ("connected", "connected")
        assert run(script).log == ("FileNotFoundError", "ConnectionRefusedError")


def test_the_script_sees_the_sdk_and_nothing_else_of_the_environment(run, run_open):
    script = """
        import importlib, json
        def there(name):
            try:
                importlib.import_module(name)
                return True
            except ImportError:
                return False
        names = ["cloister.sdk", "cloister.training", "cloister.core.canonical", "cloister.operations",
                 "cloister.adapters", "cloister.crypto", "cloister.policy", "cloister.cli"]
        print(json.dumps([name for name in names if there(name)]))
    """
    assert answers(run(script)) == ["cloister.sdk", "cloister.training", "cloister.core.canonical"]
    assert "cloister.operations" in answers(run_open(script))


def test_usual_libraries_work_inside(run):
    result = run("""
        import numpy, polars, pandas, pyarrow, lightgbm, sklearn.linear_model, scipy.stats, zoneinfo, multiprocessing
        import concurrent.futures, datetime, getpass, tempfile
        assert polars.DataFrame({"a": [1, 2]}).lazy().select(polars.col("a").sum()).collect().item() == 3
        sklearn.linear_model.LogisticRegression().fit(numpy.arange(8.0).reshape(-1, 1), [0, 0, 0, 0, 1, 1, 1, 1])
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
            assert list(pool.map(abs, [-1, -2])) == [1, 2]
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"x")
        datetime.datetime(2020, 1, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Zurich"))
        print(getpass.getuser())
    """)
    assert result.log == ("job",), result.log


def test_processes_of_the_host_and_secrets_are_not_in_proc(run, tmp_path):
    token = secrets.token_hex(16)
    (tmp_path / "plane").mkdir()
    (tmp_path / "plane" / "plane.sock.token").write_text(token)
    result = run("""
        import json, os
        seen, numbers = "", [name for name in os.listdir("/proc") if name.isdigit()]
        for number in numbers:
            for file in ("cmdline", "environ", "comm"):
                try:
                    seen += open(f"/proc/{number}/{file}", errors="replace").read() + "\\n"
                except OSError:
                    pass
        links = {name: os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if int(name) > 2
                 and os.path.lexists(f"/proc/self/fd/{name}")}
        token = open("/run/cloister/plane.token").read()
        print(json.dumps({"token": token, "seen": seen, "processes": len(numbers), "links": links}))
    """)
    facts = answers(result)
    assert facts["token"] == token  # the control: the script does have it
    assert token not in facts["seen"]
    assert str(tmp_path) not in facts["seen"]
    assert facts["processes"] <= 3  # bubblewrap's reaper, the boot script, this one
    assert facts["links"] == {}, "a descriptor of the host was left open"


def test_isolation_is_measured_from_inside(run, run_open):
    isolation = run("pass").isolation
    assert isolation["sandbox"] is True
    assert isolation["network"] == "own, empty" and isolation["capabilities"] == "none"
    assert isolation["seccomp"] is True and isolation["no_new_privileges"] is True
    assert all(isolation[f"{name}_namespace"] for name in ("net", "pid", "ipc", "uts", "mnt", "user"))
    assert isolation["cgroup"] in {"v1", "v2", "rlimit"}
    assert dict(run_open("pass").isolation) == {"sandbox": False}
