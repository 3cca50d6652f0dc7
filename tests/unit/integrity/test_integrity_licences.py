"""Licences: SPDX expressions evaluated, old metadata read, the unknown never allowed."""

import pytest

from cloister.integrity.licences import PERMISSIVE, allows, licence_of


@pytest.mark.parametrize(
    "expression",
    ["MIT", "mit", "MIT OR GPL-3.0-only", "GPL-3.0-only OR (MIT AND BSD-3-Clause)", "(((MIT)))",
     "Apache-2.0 WITH LLVM-exception", "MIT AND Zlib OR AGPL-3.0-only"],
)  # fmt: skip
def test_allowed(expression):
    assert allows(expression, PERMISSIVE)


@pytest.mark.parametrize(
    "expression",
    [None, "", " ", "GPL-3.0-only", "MIT AND GPL-2.0-only", "MIT OR", "OR MIT", "MIT)", "(MIT", "MIT MIT", "MIT WITH x",
     "MIT/GPL", "MIT, GPL", "LicenseRef-mine", "Apache-2.0 WITH", "AND", "()", "MIT;", "GPL-3.0-only WITH MIT"],
)  # fmt: skip
def test_not_allowed_or_no_expression(expression):
    assert not allows(expression, PERMISSIVE)


def test_a_list_of_one_s_own():
    assert allows("EUPL-1.2", ("EUPL-1.2",)) and not allows("MIT", ("EUPL-1.2",))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (("MIT OR Apache-2.0", "GPL", ()), "MIT OR Apache-2.0"),  # the newer field wins
        ((None, "Apache License, Version 2.0", ()), "Apache-2.0"),
        ((None, "BSD 2-Clause License", ()), "BSD-2-Clause"),
        ((None, "UNKNOWN", ("License :: OSI Approved :: ISC License (ISCL)",)), "ISC"),
        ((None, None, ("License :: OSI Approved",)), None),
        ((None, None, ()), None),
        ((None, "GPLv3", ()), None),
        ((None, None, ("License :: OSI Approved :: MIT License", "License :: OSI Approved :: GNU (GPL)")), None),
        ((None, "MIT\nPermission is hereby granted, free of charge, ... unless", ()), None),
        ((None, "  Apache License\n  Version 2.0, January 2004\n http", ()), "Apache-2.0"),
    ],
)
def test_old_metadata(told, expected):
    assert licence_of("some-package", *told) == expected
