"""What the leak benchmark plants: 1,200 identifiers of twenty kinds, and how a leak is told."""

from __future__ import annotations

import re

import numpy as np

from cloister.phi import lexicon

EACH = 60


def syllables(rng: np.random.Generator) -> str:
    parts = rng.choice(
        ["za", "vor", "qui", "mek", "tho", "bry", "nax", "ul", "dri", "pol", "gwe", "ish", "kov", "jun", "ret"], 3
    )
    return "".join(parts).capitalize()


def identifiers(seed: int) -> list[tuple[str, str, list[str]]]:
    """(kind, text, telling parts) for each planted identifier."""
    rng = np.random.default_rng(seed)
    table = lexicon.words()
    first = sorted(word for word, flags in table.items() if flags & lexicon.FIRST and len(word) > 2 and word.isalpha())
    last = sorted(word for word, flags in table.items() if flags & lexicon.LAST and len(word) > 2 and word.isalpha())

    def digits(count: int) -> str:
        return "".join(str(item) for item in rng.integers(0, 10, count))

    def letters(count: int) -> str:
        return "".join(rng.choice(list("ABCDEFGHJKLMNPRSTUVWXYZ"), count))

    def person() -> tuple[str, str]:
        if rng.random() < 0.5:
            return str(rng.choice(first)).capitalize(), str(rng.choice(last)).capitalize()
        return syllables(rng), syllables(rng)

    def day() -> tuple[int, int, int]:
        return int(rng.integers(1925, 2024)), int(rng.integers(1, 13)), int(rng.integers(1, 29))

    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    found: list[tuple[str, str, list[str]]] = []
    for number in range(EACH):
        given, family = person()
        year, month, date = day()
        nine, zip5 = f"{rng.integers(100, 899)}-{rng.integers(10, 99)}-{rng.integers(1000, 9999)}", digits(5)
        phone = f"{rng.integers(201, 989)}-{rng.integers(200, 999)}-{rng.integers(1000, 9999)}"
        forms = [
            f"{given} {family}",
            f"{family}, {given}",
            f"{given} {letters(1)}. {family}",
            f"{given} {family}".upper(),
            f"{given} {family}".lower(),
        ]
        dates = [
            f"{year}-{month:02d}-{date:02d}",
            f"{month}/{date}/{year}",
            f"{months[month - 1]} {date}, {year}",
            f"{date} {months[month - 1][:3]} {year}",
            f"{month:02d}/{date:02d}/{year % 100:02d}",
        ]
        street = f"{rng.integers(1, 9999)} {syllables(rng)} {rng.choice(['Street', 'Ave', 'Road', 'Lane', 'Dr'])}"
        relative = person()
        mail = f"{given.lower()}.{family.lower()}{digits(2)}@{syllables(rng).lower()}.org"
        ip = ".".join(str(item) for item in rng.integers(11, 250, 4))
        vin = letters(3) + digits(2) + letters(4) + digits(8)
        found += [
            ("name", forms[number % len(forms)], [given, family]),
            ("relative", f"daughter {relative[0]} {relative[1]}", list(relative)),
            ("employer", f"works at {syllables(rng)} {family} Holdings", [family]),
            ("street", street, [street.split()[1]]),
            ("city", syllables(rng) + "ville", []),
            ("zip", f"{zip5}-{digits(4)}" if number % 2 else zip5, [zip5]),
            ("date", dates[number % len(dates)], [dates[number % len(dates)]]),
            ("age over 89", f"{rng.integers(90, 109)} years old", []),
            (
                "phone",
                [phone, f"({phone[:3]}) {phone[4:]}", phone.replace("-", "."), phone.replace("-", "")][number % 4],
                [phone[-4:]] if number % 4 < 3 else [],
            ),
            ("fax", f"fax {phone[:3]} {phone[4:7]} {phone[8:]}", [phone[8:]]),
            ("email", mail, [given, family]),
            ("ssn", nine if number % 2 else nine.replace("-", ""), [nine[-4:]] if number % 2 else []),
            ("mrn", f"MRN {digits(8)}" if number % 2 else letters(2) + digits(7), []),
            ("plan", f"{letters(3)}{digits(9)}", []),
            ("account", digits(12), []),
            ("licence", f"{letters(1)}{digits(7)}", []),
            ("vehicle", vin if number % 2 else f"{letters(3)} {digits(4)}", [vin] if number % 2 else []),
            ("device", f"SN-{letters(2)}{digits(8)}", []),
            ("url", f"https://{syllables(rng).lower()}.com/u/{family.lower()}", [family]),
            ("ip", ip, [ip]),
        ]
    return [(kind, text, parts or [text]) for kind, text, parts in found]


def leaked(shown: str, parts: list[str]) -> bool:
    """True if a telling part stands in the output as a word, whatever its letters' case."""
    return any(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", shown, re.IGNORECASE) for part in parts)
