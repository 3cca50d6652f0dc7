"""Generate clinical notes with the exact spans of every identifier: for tuning and for measuring ``cloister.phi``.

A template is plain text with ``{field}`` and ``{a|b|c}``. ``pool`` says where names and places come from: "lexicon" draws them
from the shipped lists, "disjoint" makes names that no list has (a Markov chain over Census surnames, what is in a list
being thrown away) and places and hospitals of made-up stems.

    python scripts/phi_notes.py --templates scripts/phi_templates.txt --count 5 --seed 1 --pool lexicon
"""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from cloister.phi import lexicon
from cloister.phi.vocabulary import STATES

# The pools of invented names: seed, and the first of the words that the chain learns from.
_INVENTED = {"disjoint": (20260101, 0), "strange": (777, 1), "fresh": (4242, 2), "other": (90210, 0)}
_FIELD = re.compile(r"\{([^{}]*)\}")
_SUFFIXES = (
    "Street",
    "St",
    "Ave",
    "Avenue",
    "Road",
    "Rd",
    "Lane",
    "Drive",
    "Blvd",
    "Court",
    "Way",
    "Terrace",
    "Place",
    "Circle",
)


@dataclass(frozen=True)
class Note:
    text: str
    spans: tuple[tuple[int, int, str], ...]  # start, end, type
    style: str


@cache
def _lists(pool: str) -> dict[str, list[str]]:
    table = dict(sorted(lexicon.words().items()))  # sets gave it an order of their own in each run
    surnames = [w for w, f in table.items() if f & lexicon.LAST and not f & lexicon.EPONYM and len(w) > 2]
    given = [
        w for w, f in table.items() if f & lexicon.FIRST and not f & (lexicon.EPONYM | lexicon.COMMON) and len(w) > 2
    ]
    places = [p.title() for p in sorted(lexicon.places())]
    if pool == "world":
        return _world(NAMES)
    if pool == "lexicon":
        return {"last": [w.title() for w in surnames], "first": [w.title() for w in given], "city": places}
    seed, first_word = _INVENTED[pool]
    rng = np.random.default_rng(seed)
    surnames, given = surnames[first_word:], given[first_word:]
    if pool == "fresh":  # no name that tuning or training has seen
        seen = [
            name.lower()
            for other in ("disjoint", "strange")
            for key in ("first", "last")
            for name in _lists(other)[key]
        ]
        table = {**table, **dict.fromkeys(seen, 0)}
    last = _invented(surnames, table, rng, 4000)
    first = _invented(given, table, rng, 3000)
    stems = _invented([p.lower() for p in places if " " not in p], table, rng, 600)
    known = lexicon.places()
    city = [
        c
        for c in (
            f"{pre}{stem}{post}"
            for stem in stems
            for pre, post in (("", ""), ("North ", ""), ("", " Falls"), ("Port ", ""), ("", " Springs"))
        )
        if c.lower() not in known
    ]
    return {"last": last, "first": first, "city": city}


NAMES = Path(__file__).resolve().parent / "phi_names_world.txt"


def _world(path: Path) -> dict[str, list[str]]:
    """Hand-kept names and places of many origins: lines "first: ...", "last: ...", "city: ...", parts by semicolons."""
    lists: dict[str, list[str]] = {"first": [], "last": [], "city": []}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, rest = line.partition(": ")
        if key in lists:
            lists[key] += [item.strip() for item in rest.split(";") if item.strip()]
    return lists


def _invented(words: list[str], table: dict[str, int], rng: np.random.Generator, count: int) -> list[str]:
    """Words of an order-3 Markov chain that are in no list."""
    chain: dict[str, list[str]] = defaultdict(list)
    for word in words[::3]:
        padded = f"^^^{word}$"
        for index in range(3, len(padded)):
            chain[padded[index - 3 : index]].append(padded[index])
    made: dict[str, None] = {}
    while len(made) < count:
        word = "^^^"
        while not word.endswith("$") and len(word) < 16:
            options = chain[word[-3:]]
            word += options[rng.integers(len(options))]
        plain = word.strip("^$")
        if 4 <= len(plain) <= 11 and plain.isalpha() and plain not in table:
            made[plain.title()] = None
    return list(made)


class Writer:
    """One note: draws each field once where it stands for a person, anew where it stands for a number or a date."""

    def __init__(self, rng: np.random.Generator, pool: str) -> None:
        self.rng, self.lists = rng, _lists(pool)
        self.pool = pool
        self.people: dict[str, tuple[str, str, str]] = {}
        self.base = date(2008, 1, 1) + timedelta(days=int(rng.integers(0, 6000)))
        self.hospitals = [self._hospital() for _ in range(2)]
        self.number_format = int(rng.integers(4))

    def pick(self, items: list[str] | tuple[str, ...]) -> str:
        return items[int(self.rng.integers(len(items)))]

    def digits(self, form: str) -> str:
        letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
        return "".join(
            str(self.rng.integers(10))
            if c == "#"
            else letters[self.rng.integers(len(letters))]
            if c == "@"
            else str(self.rng.integers(2, 10))
            if c == "%"
            else c
            for c in form
        )

    def _hospital(self) -> str:
        stem = self.pick(self.lists["city"]) if self.rng.random() < 0.6 else self.pick(self.lists["last"])
        kind = self.pick(
            (
                "Hospital",
                "Medical Center",
                "General Hospital",
                "Regional Medical Center",
                "Community Hospital",
                "Memorial Hospital",
                "Clinic",
                "Health System",
                "Children's Hospital",
            )
        )
        return f"St. {stem.split()[0]}'s Hospital" if self.rng.random() < 0.1 else f"{stem} {kind}"

    def person(self, key: str) -> tuple[str, str, str]:
        if key not in self.people:
            last = self.pick(self.lists["last"])
            if self.rng.random() < 0.06:
                last = f"{last}-{self.pick(self.lists['last'])}"
            self.people[key] = (self.pick(self.lists["first"]), last, self.pick(tuple("ABCDEFGHJKLMNPRSTW")))
        return self.people[key]

    def value(self, name: str) -> list[tuple[str, str]]:
        """(text, type) pieces of a field; type "" is no identifier."""
        match = re.fullmatch(r"(P|Q|S|T|D2?|N2?|R2?)(?:_(\w+))?", name)
        if match:
            return self._name(*match.groups())
        maker = getattr(self, f"f_{name}", None)
        if maker is None:
            raise SystemExit(f"the template field {name!r} is unknown")
        made = maker()
        return made if isinstance(made, list) else [(made, _TYPES.get(name, ""))]

    def _name(self, key: str, form: str | None) -> list[tuple[str, str]]:
        first, last, middle = self.person(key)
        caps = form is not None and form.endswith("caps")
        form = (form or "full").removesuffix("caps").removesuffix("_") or "full"
        if form == "title":
            title = "Dr." if key[0] == "D" else self.pick(("Mr.", "Mrs.", "Ms.", "Mr", "Ms"))
            return [
                (title + " ", ""),
                (f"{first} {last}" if key[0] == "D" and self.rng.random() < 0.3 else last, "name"),
            ]
        text = {
            "first": first, "last": last, "rev": f"{last}, {first}" + (f" {middle}" if self.rng.random() < 0.4 else ""),
            "full": f"{first} {last}" if self.rng.random() < 0.75 else f"{first} {middle}. {last}",
        }[form]  # fmt: skip
        return [(text.upper() if caps else text, "name")]

    def day(self) -> date:
        return self.base + timedelta(days=int(self.rng.integers(-400, 400)))

    def f_date(self) -> str:
        d = self.day()
        if self.pool in {"world", "fresh", "other"} and self.rng.random() < 0.35:
            return self._odd_date(d)
        form = int(self.rng.integers(10)) if self.rng.random() < 0.5 else self.number_format
        return (
            f"{d.month}/{d.day}/{d.year}", f"{d:%m/%d/%Y}", f"{d:%Y-%m-%d}", f"{d.month}/{d.day}/{d:%y}", f"{d:%B} {d.day}, {d.year}",
            f"{d:%b} {d.day}, {d.year}", f"{d:%d-%b-%Y}", f"{d.day} {d:%B} {d.year}", f"{d:%m-%d-%Y}", f"{d:%B} {d.day}{_ordinal(d.day)}",
        )[form]  # fmt: skip

    def _odd_date(self, d: date) -> str:
        n = f"{d.day}{_ordinal(d.day)}"
        return self.pick((
            f"{n} of {d:%b} '{d:%y}", f"{d:%b} {n}, {d.year}", f"{d:%d%b%Y}".upper(), f"{d.day}-{d:%b}-{d:%y}", f"{d.year}/{d.month:02d}/{d.day:02d}",
            f"the {n} of {d:%B}", f"{d:%B} {n} {d.year}", f"{d.day}.{d.month}.{d.year}", f"{d:%b}. {d.day}, {d.year}", f"{d:%m}/{d:%d}/'{d:%y}", f"{d:%A}, {d:%B} {d.day}",
            f"{d:%Y%m%d}", f"{d.month} / {d.day} / {d.year}", f"{d:%b}-{d.day}-{d.year}", f"{d.day} {d:%b}", f"{d:%B} {d.day} {d.year}",
        ))  # fmt: skip

    def f_dob(self) -> str:
        d = date(1940, 1, 1) + timedelta(days=int(self.rng.integers(0, 25000)))
        return self.pick((f"{d:%m/%d/%Y}", f"{d.month}/{d.day}/{d:%y}", f"{d:%B} {d.day}, {d.year}", f"{d:%Y-%m-%d}"))

    def f_md(self) -> list[tuple[str, str]]:
        d = self.day()
        lead = self.pick(("", "", ""))
        return [(lead, ""), (f"{d.month}/{d.day}", "date")]

    def f_monthyear(self) -> str:
        d = self.day()
        return self.pick((f"{d:%B} {d.year}", f"{d.month}/{d.year}", f"{d:%B} of {d.year}"))

    def f_age(self) -> str:
        return str(self.rng.integers(18, 90))

    def f_age90(self) -> list[tuple[str, str]]:
        return [(str(self.rng.integers(90, 104)), "age")]

    def f_phone(self) -> str:
        return self.digits(
            self.pick(
                (
                    "(%##) %##-####",
                    "%##-%##-####",
                    "%##.%##.####",
                    "%## %## ####",
                    "1-%##-%##-####",
                    "(%##)%##-####",
                    "%##-%##-#### x###",
                )
            )
        )

    f_fax = f_phone

    def f_pager(self) -> str:
        return self.digits("#####")

    def f_email(self) -> str:
        first, last, _ = self.person("P")
        first, last = first.replace(" ", ""), last.replace(" ", "")
        return f"{first.lower()}{self.pick(('.', '_', ''))}{last.lower()}{self.digits('##')}@{self.pick(('gmail.com', 'yahoo.com', 'healthmail.org', 'outlook.com'))}"

    def f_ssn(self) -> str:
        return self.digits(self.pick(("%##-##-####", "%##-##-####", "%## ## ####", "%########")))

    def f_mrn(self) -> str:
        return self.digits(self.pick(("#######", "########", "@######", "##-##-##-##", "MR######", "######")))

    def f_acct(self) -> str:
        return self.digits(self.pick(("%#########", "@#######", "%####-####", "%#######")))

    def f_plan(self) -> str:
        return self.digits(self.pick(("@@@%########", "%@@#-@@#-@@##", "W#########", "%########-##")))

    def f_lic(self) -> str:
        return self.digits(self.pick(("@#######", "@###-####-####", "########")))

    def f_plate(self) -> str:
        return self.digits(self.pick(("@@@ ####", "@@@-####", "%@@@###")))

    def f_vin(self) -> str:
        return self.digits("%@@@@##@#@#######")

    def f_serial(self) -> str:
        return self.digits(self.pick(("@@@######", "######@", "@@#######", "@@####-###")))

    def f_udi(self) -> str:
        return self.digits("(01)00%###########(21)@@######")

    def f_acc(self) -> str:
        return self.digits(self.pick(("@##-#####", "@@-##-#####", "########", "@@########")))

    def f_url(self) -> str:
        return f"https://portal.{self.pick(self.lists['last']).lower().replace(' ', '')}health.org/patient/{self.digits('#####')}"

    def f_ip(self) -> str:
        return ".".join(str(self.rng.integers(1, 255)) for _ in range(4))

    def f_photo(self) -> str:
        return self.digits("IMG_####") + self.pick((".jpg", ".png"))

    def f_bio(self) -> str:
        return self.digits("FP-######")

    def f_street(self) -> str:
        name = (
            self.pick(self.lists["last"])
            if self.rng.random() < 0.6
            else self.pick(("Oak", "Maple", "Main", "Elm", "Washington", "2nd", "Park", "14th", "Cedar"))
        )
        lead = self.pick(("", "", "", "N ", "South ", "W. "))
        unit = self.pick(("", "", "", " Apt 4B", ", Unit 12", " #305"))
        return f"{self.rng.integers(1, 9999)} {lead}{name} {self.pick(_SUFFIXES)}{unit}"

    def f_city(self) -> str:
        return self.pick(self.lists["city"])

    def f_state(self) -> str:
        return self.pick(tuple(STATES.values()))

    def f_state_name(self) -> str:
        return self.pick(tuple(STATES)).title()

    def f_zip(self) -> str:
        return self.digits("#####") if self.rng.random() < 0.8 else self.digits("#####-####")

    def f_hosp(self) -> str:
        return self.pick(self.hospitals)

    def f_hosp_caps(self) -> list[tuple[str, str]]:
        return [(self.pick(self.hospitals).upper(), "organisation")]

    def f_emp(self) -> str:
        stem = self.pick(self.lists["last"])
        return f"{stem} {self.pick(('Industries', 'Logistics', 'High School', 'Foods', 'Construction', 'Elementary School', 'Insurance', 'Manufacturing', 'University', 'LLC'))}"


_TYPES = {
    "date": "date", "dob": "date", "monthyear": "date", "phone": "phone", "fax": "phone", "pager": "phone", "email": "email", "ssn": "ssn", "mrn": "mrn",
    "acct": "account", "plan": "plan", "lic": "licence", "plate": "vehicle", "vin": "vehicle", "serial": "device", "udi": "device", "acc": "other-id",
    "url": "url", "ip": "ip", "photo": "photo", "bio": "biometric", "street": "street", "city": "city", "zip": "zip", "hosp": "organisation", "emp": "organisation",
}  # fmt: skip


def _ordinal(day: int) -> str:
    return "th" if 10 < day % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def write(template: str, style: str, rng: np.random.Generator, pool: str) -> Note:
    writer = Writer(rng, pool)
    while True:  # alternatives first, innermost first
        chosen = re.sub(r"\{([^{}]*\|[^{}]*)\}", lambda m: writer.pick(m.group(1).split("|")), template)
        alternatives = re.sub(
            r"\{((?:[^{}]|\{[^{}]*\})*\|(?:[^{}]|\{[^{}]*\})*)\}", lambda m: writer.pick(_split(m.group(1))), chosen
        )
        if alternatives == template:
            break
        template = alternatives
    text, spans, at = "", [], 0
    for match in _FIELD.finditer(template):
        text += template[at : match.start()]
        for piece, kind in writer.value(match.group(1)):
            if kind and piece:
                spans.append((len(text), len(text) + len(piece), kind))
            text += piece
        at = match.end()
    text += template[at:]
    return _disturb(Note(text, tuple(spans), style), rng, pool in {"world", "fresh", "other"})


def _split(text: str) -> list[str]:
    parts, depth, last = [], 0, 0
    for index, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if char == "|" and not depth:
            parts.append(text[last:index])
            last = index + 1
    return [*parts, text[last:]]


def _disturb(note: Note, rng: np.random.Generator, lower: bool = False) -> Note:
    """Now and then capitals throughout, or a typing error outside the identifiers."""
    draw = rng.random()
    if draw < 0.05:
        return Note(note.text.upper(), note.spans, note.style)
    if lower and 0.35 < draw < 0.43:
        return Note(note.text.lower(), note.spans, note.style)
    if draw < 0.35:
        inside = np.zeros(len(note.text), bool)
        for start, end, _ in note.spans:
            inside[max(0, start - 8) : end + 2] = True
        free = [i for i in np.flatnonzero(~inside).tolist() if note.text[i].isalpha() and note.text[i].islower()]
        if len(free) > 20:
            chars = list(note.text)
            for index in rng.choice(free, size=min(3, len(free)), replace=False).tolist():
                chars[index] = "aeiounrst"[rng.integers(9)]
            return Note("".join(chars), note.spans, note.style)
    return note


def templates(path: Path) -> list[tuple[str, str]]:
    """(style, template) of a file; lines that begin with "# " are comments."""
    out: list[tuple[str, str]] = []
    for part in re.split(r"(?m)^==== ?", path.read_text(encoding="utf-8"))[1:]:
        style, _, body = part.partition("\n")
        out.append((style.strip(), body.rstrip("\n")))
    return out


def generate(path: Path, count: int, seed: int, pool: str) -> list[Note]:
    """``count`` notes, templates in turn."""
    rng = np.random.default_rng(seed)
    sources = templates(path)
    return [write(sources[i % len(sources)][1], sources[i % len(sources)][0], rng, pool) for i in range(count)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--templates", type=Path, required=True)
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--pool", choices=("lexicon", "disjoint", "strange", "fresh", "other", "world"), default="lexicon"
    )
    options = parser.parse_args()
    for note in generate(options.templates, options.count, options.seed, options.pool):
        print(json.dumps({"style": note.style, "text": note.text, "spans": note.spans}))


if __name__ == "__main__":
    main()
