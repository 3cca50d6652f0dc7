"""The filter, run by an interpreter of classic BPF written from the kernel's description of it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloister.adapters.sandbox_seccomp import filter_program
from cloister.core.errors import Unavailable

ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS, EAFNOSUPPORT = 0x50001, 0x50026, 0x50061
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
U64 = st.integers(0, 2**64 - 1)


def decide(program: bytes, number: int, audit: int, *arguments: int) -> int:
    """Run a seccomp program over one call (Documentation/networking/filter.rst, classic BPF)."""
    six = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, audit, 0, *six)
    code = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    at = accumulator = 0
    while True:
        operation, if_true, if_false, value = code[at]
        at += 1
        if operation == 0x06:
            return value
        if operation == 0x20:
            accumulator = struct.unpack_from("<I", data, value)[0]
            continue
        tests = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}
        at += if_true if tests[operation] else if_false


@pytest.fixture(scope="module", params=sorted(AUDIT))
def machine(request):
    return request.param


def test_the_program_is_one_the_kernel_takes(machine):
    program = filter_program(machine)
    assert len(program) % 8 == 0 and len(program) // 8 <= 4096  # BPF_MAXINSNS
    length = len(program) // 8
    for at in range(length):
        operation, if_true, if_false, value = struct.unpack_from("<HBBI", program, at * 8)
        assert operation in {0x06, 0x15, 0x20, 0x35, 0x45}
        assert at + 1 + max(if_true, if_false) < length or operation == 0x06
        if operation == 0x20:
            assert value in {0, 4, 16, 24}  # aligned, inside struct seccomp_data
    assert struct.unpack_from("<H", program, (length - 1) * 8)[0] == 0x06


def test_every_call_number_gets_its_answer(machine):
    program, column = filter_program(machine), ["x86_64", "aarch64"].index(machine)
    # numbers written here a second time, from the kernel's tables, grouped by what they reach for
    refused = {
        "namespaces and mounts": {0: {272, 308, 165, 166, 155, 161, 428, 429, 430, 431, 432, 433, 442}, 1: {97, 268, 40, 39, 41, 51, 428, 429, 430, 431, 432, 433, 442}},
        "other processes": {0: {101, 310, 311, 312, 438, 440}, 1: {117, 270, 271, 272, 438, 440}},
        "keys": {0: {248, 249, 250}, 1: {217, 218, 219}},
        "kernel": {0: {321, 298, 323, 425, 426, 427, 175, 313, 176, 246, 320, 169, 103}, 1: {280, 241, 282, 425, 426, 427, 105, 273, 106, 104, 294, 142, 116}},
    }  # fmt: skip
    for group in refused.values():
        for number in group[column]:
            assert decide(program, number, AUDIT[machine]) == EPERM, number
    usual = {0: {0, 1, 2, 3, 9, 10, 11, 12, 39, 57, 58, 59, 60, 61, 62, 202, 231, 257, 318, 332, 334}, 1: {56, 57, 63, 64, 93, 94, 98, 172, 214, 215, 221, 222, 260, 278, 291, 293}}  # fmt: skip
    for number in usual[column]:
        assert decide(program, number, AUDIT[machine]) == ALLOW, number
    assert decide(program, 435, AUDIT[machine]) == ENOSYS


@settings(deadline=None)
@given(number=st.integers(463, 0x3FFFFFFF))
def test_calls_that_the_list_does_not_know_do_not_exist(number):
    for machine, audit in AUDIT.items():
        assert decide(filter_program(machine), number, audit) == ENOSYS


@settings(deadline=None)
@given(number=st.integers(0, 2**32 - 1), audit=st.integers(0, 2**32 - 1), arguments=st.lists(U64, max_size=6))
def test_another_architecture_is_killed_and_every_program_ends(number, audit, arguments):
    for machine, own in AUDIT.items():
        program = filter_program(machine)
        if audit != own:
            assert decide(program, number, audit, *arguments) == KILL
        assert decide(program, number, own, *arguments) in {ALLOW, KILL, EPERM, ENOSYS, EAFNOSUPPORT}
        if number & 0x40000000 or number >= 2**30:
            assert decide(program, number, own, *arguments) == KILL  # the x32 ABI


@settings(deadline=None)
@given(family=U64, kind=U64)
def test_only_three_address_families(family, kind):
    for machine, numbers in (("x86_64", (41, 53)), ("aarch64", (198, 199))):
        for number in numbers:
            expected = ALLOW if family % 2**32 in {1, 2, 10} else EAFNOSUPPORT  # the kernel reads an int
            assert decide(filter_program(machine), number, AUDIT[machine], family, kind) == expected


@settings(deadline=None)
@given(flags=U64)
def test_clone_makes_threads_and_processes_but_no_namespaces(flags):
    new = {0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000}
    for machine, number in (("x86_64", 56), ("aarch64", 220)):
        expected = EPERM if any(flags & flag for flag in new) else ALLOW
        assert decide(filter_program(machine), number, AUDIT[machine], flags) == expected


@pytest.mark.parametrize("request_", [0x5412, 0x541C, 0x5412 | 1 << 32])
def test_typing_into_the_terminal_is_refused(machine, request_):
    number = {"x86_64": 16, "aarch64": 29}[machine]
    assert decide(filter_program(machine), number, AUDIT[machine], 0, request_) == EPERM
    assert decide(filter_program(machine), number, AUDIT[machine], 0, 0x5413) == ALLOW


def test_personality_may_be_asked_but_not_changed(machine):
    number = {"x86_64": 135, "aarch64": 92}[machine]
    answers = [decide(filter_program(machine), number, AUDIT[machine], value) for value in (0, 0xFFFFFFFF, 0x0040000)]
    assert answers == [ALLOW, ALLOW, EPERM]


def test_an_architecture_without_a_table_is_refused():
    with pytest.raises(Unavailable, match="riscv64"):
        filter_program("riscv64")
