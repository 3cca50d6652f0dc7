"""The system calls that a training script may not make, as a classic BPF program for ``seccomp(2)``.

An empty network namespace stops neither AF_VSOCK nor a kernel bug behind a rarely used call, so the filter refuses
every address family but three and the calls that reach past a process's own business: tracing, keys, mounts, new
namespaces, BPF, io_uring, userfaultfd, modules, clocks. A call newer than the list does not exist (ENOSYS).

The program reads ``struct seccomp_data`` (linux/seccomp.h): number at 0, architecture at 4, arguments from 16, eight
bytes each. Only the low words of arguments are compared: both kernels truncate these arguments to 32 bits.
"""

from __future__ import annotations

import errno
import struct

from cloister.core.errors import Unavailable

# linux/bpf_common.h: load word, jump if equal, jump if greater or equal, jump if any bit set, return constant
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24

_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000

# linux/audit.h, and the column of the table below
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_X32_BIT = 0x40000000  # calls of the x32 ABI carry it: the same table under other numbers
_NEWEST_KNOWN = 462  # mseal, Linux 6.10

_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6; the last two reach no further than the empty namespace
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
_TERMINAL_REQUESTS = (0x5412, 0x541C)  # TIOCSTI and TIOCLINUX type into the caller's terminal
_PERSONALITIES = (0, 0xFFFFFFFF)  # plain Linux, and "which one is it"

# asm/unistd_64.h, asm-generic/unistd.h; None where the architecture lacks the call
_REFUSED: dict[str, tuple[int, int | None]] = {
    "_sysctl": (156, None),
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "create_module": (174, None),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "get_kernel_syms": (177, None),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, None),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "listmount": (458, 458),
    "lookup_dcookie": (212, 18),
    "memfd_secret": (447, 447),
    "migrate_pages": (256, 238),
    "modify_ldt": (154, None),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "name_to_handle_at": (303, 264),
    "nfsservctl": (180, 42),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "query_module": (178, None),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "statmount": (457, 457),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "sysfs": (139, None),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "uselib": (134, None),
    "userfaultfd": (323, 282),
    "ustat": (136, None),
    "vhangup": (153, 58),
}
_CLONE, _CLONE3, _SOCKET, _SOCKETPAIR = (56, 220), (435, 435), (41, 198), (53, 199)
_IOCTL, _PERSONALITY = (16, 29), (135, 92)


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _refuse(number: int) -> bytes:
    return _op(_RETURN, _ERRNO | number)


def _when(number: int, *body: bytes) -> list[bytes]:
    """The instructions of ``body`` for this call, skipped for any other; ``body`` ends in a return."""
    return [_op(_EQUAL, number, 0, len(body)), *body]


def _only(number: int, argument: int, allowed: tuple[int, ...], refusal: int) -> list[bytes]:
    tests = [_op(_EQUAL, value, len(allowed) - index, 0) for index, value in enumerate(allowed)]
    return _when(number, _op(_LOAD, argument), *tests, _refuse(refusal), _op(_RETURN, _ALLOW))


def _never(number: int, argument: int, refused: tuple[int, ...], refusal: int) -> list[bytes]:
    tests = [_op(_EQUAL, value, len(refused) - index, 0) for index, value in enumerate(refused)]
    return _when(number, _op(_LOAD, argument), *tests, _op(_RETURN, _ALLOW), _refuse(refusal))


def filter_program(machine: str) -> bytes:
    """The filter for ``machine`` ("x86_64" or "aarch64"), as bubblewrap's ``--seccomp`` reads it.

    Raises:
        Unavailable: no table for this architecture.
    """
    if machine not in _MACHINES:
        raise Unavailable(
            f"no system call filter for the architecture {machine}", remedy="run training on x86_64 or aarch64"
        )
    audit, column = _MACHINES[machine]
    program = [_op(_LOAD, _ARCHITECTURE), _op(_EQUAL, audit, 1, 0), _op(_RETURN, _KILL), _op(_LOAD, _NUMBER)]
    program += [_op(_AT_LEAST, _X32_BIT, 0, 1), _op(_RETURN, _KILL)]
    program += [_op(_AT_LEAST, _NEWEST_KNOWN + 1, 0, 1), _refuse(errno.ENOSYS)]
    for call in (_SOCKET, _SOCKETPAIR):
        program += _only(call[column], _FIRST, _FAMILIES, errno.EAFNOSUPPORT)
    # clone3 hides its flags behind a pointer: without it the C library falls back to clone
    program += _when(_CLONE3[column], _refuse(errno.ENOSYS))
    flags = (_op(_LOAD, _FIRST), _op(_ANY_BIT, _NEW_NAMESPACES, 0, 1), _refuse(errno.EPERM), _op(_RETURN, _ALLOW))
    program += _when(_CLONE[column], *flags)
    program += _never(_IOCTL[column], _SECOND, _TERMINAL_REQUESTS, errno.EPERM)
    program += _only(_PERSONALITY[column], _FIRST, _PERSONALITIES, errno.EPERM)
    for numbers in _REFUSED.values():
        if (number := numbers[column]) is not None:
            program += _when(number, _refuse(errno.EPERM))
    return b"".join([*program, _op(_RETURN, _ALLOW)])
