"""What patterns are made of: cues, months, streets, States, holidays."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_SEP = r"[ \t]*(?:(?:is|was|number|num|no|id|code|of|ending(?: in)?)\b\.?|[:#=.-])*[ \t]*(?:[:#=][ \t]*)?[\"'(\[]?"
# An identifier beside a cue: letters, digits and separators; the check asks for digits.
_VALUE = r"([A-Z0-9](?:[A-Z0-9/*_-]|\.[A-Z0-9]){2,29})"
_BEGUN = _VALUE.replace("{2,29}", "{2}")
Check = Callable[[bytes, int, int], float]


@dataclass(frozen=True, slots=True)
class Pattern:
    """``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.

    ``sieve`` holds wherever ``regex`` does and is easier to look for: an automaton has a state for each state of all
    expressions of a set together, and one that counts letters or digits multiplies those of all others.
    """

    type: str
    reason: str
    regex: str
    score: float
    check: Check | None = None
    sieve: str = ""

    @property
    def seen(self) -> str:
        """What the set looks for; an identifier beside a cue goes on once it has begun."""
        return self.sieve or self.regex.replace(_VALUE, _BEGUN)


def cue(words: str, *, value: str = _VALUE) -> str:
    """An identifier after one of the words."""
    return rf"(?i)\b(?:{words})(?:\b|[ \t:=]){_SEP}{value}"


MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
ORD = r"(?:st|nd|rd|th)"
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,.]?[ \t]+)?"
STREET_TYPE = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Place|Pl|Terrace|Ter|Way"
    r"|Parkway|Pkwy|Highway|Hwy|Trail|Trl|Square|Sq|Plaza|Plz|Loop|Alley|Aly|Crescent|Crossing|Xing|Run|Ridge|Row|Path|Pike"
    r"|Turnpike|Close|Walk|Bend|Cove|Point|Mews|Grove|Gardens|Heights|Hollow|Glen|Creek|Commons|Broadway)"
)
UNIT = r"(?:,?[ \t]*\n?[ \t]*(?:(?i:Apt|Apartment|Unit|Suite|Ste|Room|Rm|Fl|Floor|Bldg|No)|#)\.?[ \t]*#?(?:[A-Za-z]{0,2}-?\d[A-Za-z0-9-]{0,5}|[A-Z]{1,2})\b)?"
STATE = (
    r"(?:AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR"
    r"|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY)"
)
DIRECTION = r"(?:[NSEW]\.?|[NS][EW]|North|South|East|West|Northeast|Northwest|Southeast|Southwest)"

# Who may be older than 89, and is told with the age: "my grandmother, 101, fell".
ELDERS = r"(?:(?:great[- ])?grand)?(?:mother|father|mom|dad|ma|pa|parent)|wife|husband|aunt|uncle|sister|brother|woman|man|lady|gentleman|veteran|widow|widower|neighbor"
LONG_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
# What has a day: "next device check October", "her June MRI".
VISIT = (
    r"visits?|appts?|appointments?|re-?check|recall|seen|admitted|hospitali[sz]ed|check(?:-?up)?|rtc|f/?u|follow[- ]?up|due|scheduled|scan|mammogram|mammo|colonoscopy|egd|dexa|labs?|screening|refill|renewal"
    r"|surgery|physical|infusion|injection|booster|vaccine|interrogation|echo|mri|ct|pet|imaging|clinic|return(?:s|ed)?|eval(?:uation)?|procedure|transplant|biopsy|wellness|annual|biannual"
)
# Days that have a name: all elements of a date but the year go (164.514(b)(2)(i)(C)).
HOLIDAY = (
    r"(?i)\b(?:new year'?s(?: day| eve)?|martin luther king(?:,? jr\.?)?(?:'?s)?(?: day| weekend)|mlk day|groundhog day|presidents'? day|valentine'?s(?: day)?|ash wednesday|mardi gras|st\.? patrick'?s day|palm sunday"
    r"|good friday|easter(?: sunday| monday| weekend)?|passover|cinco de mayo|mother'?s day|memorial day(?: weekend)?|juneteenth|father'?s day|(?:the )?(?:fourth|4th) of july(?: weekend)?|independence day|labor day(?: weekend)?"
    r"|rosh hashanah?|yom kippur|columbus day|indigenous peoples'? day|diwali|halloween|veteran'?s'? day|thanksgiving(?: day| eve| weekend)?|black friday|hanukkah|christmas(?: day| eve| morning)?|x-?mas(?: day| eve)?|boxing day|kwanzaa|eid)\b"
)
HOLIDAY_SIEVE = (
    r"(?i)\b(?:new year|martin luther king|mlk day|groundhog day|presidents'? day|valentine|ash wednesday|mardi gras|st\.? patrick|palm sunday|good friday"
    r"|easter|passover|cinco de mayo|mother'?s day|memorial day|juneteenth|father'?s day|fourth of july|4th of july|independence day|labor day|rosh hashana"
    r"|yom kippur|columbus day|indigenous peoples|diwali|halloween|veteran|thanksgiving|black friday|hanukkah|christmas|x-?mas|boxing day|kwanzaa|eid\b)"
)

# Three to five groups of digits and capitals, of which one holds a capital: a telephone number is none.
LETTER_GROUP = r"(?:[A-Z][A-Z0-9]{2,4}|\d[A-Z][A-Z0-9]{1,3}|\d\d[A-Z][A-Z0-9]{0,2}|\d{3}[A-Z][A-Z0-9]?|\d{4}[A-Z])"
LETTERED = r"\b(?:" + "|".join(
    rf"(?:\d{{3,5}}-){{{first}}}{LETTER_GROUP}(?:-[A-Z0-9]{{3,5}}){{{max(0, 2 - first)},{4 - first}}}" for first in range(5)
) + r")\b"  # fmt: skip

DIGIT_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double)"  # as a dictation has them

# Houses that everyday words or eponyms are called like: an employer where somebody works there.
EMPLOYERS = (
    r"(?:Target|Wal-?mart|Costco|Walgreens|CVS|Rite Aid|Kroger|Safeway|Publix|Aldi|Fed-?Ex|UPS|USPS|Amazon|Starbucks|McDonald'?s|Burger King|Wendy'?s|Subway|Chipotle|Home Depot|Lowe'?s|Trader Joe'?s|Whole Foods|Best Buy|IKEA|Macy'?s"
    r"|Kohl'?s|Boeing|Ford|Tesla|Toyota|Honda|Google|Microsoft|Apple|Intel|IBM|Dell|Verizon|Comcast|Chase|Wells Fargo|Citibank|Geico|Allstate|State Farm|Delta|Southwest|Amtrak|Tyson|Cargill|Pepsi|Coca-Cola|Nike|Gap|Dollar General|Dollar Tree"
    r"|Family Dollar|7-Eleven|Shell|Exxon|Chevron|Uber|Lyft|DoorDash|Kaiser|DaVita|Fresenius|Aetna|Humana|Cigna)"
)
TOWNS = (
    r"(?i)\b(?:coeur d'? ?alene|truth or consequences|fond du lac|prairie du (?:chien|sac)|eau claire|sault ste\.? marie|isle of palms|king of prussia|council bluffs|castle rock|hot springs|broken arrow|bowling green|"
    r"college station|round rock|cedar rapids|grand rapids|sioux falls|niagara falls|rancho cucamonga|chula vista|baton rouge|des moines|terre haute|bonne terre|la crosse|pend oreille|point of rocks|lake of the woods|sleepy eye|thief river falls|two harbors|white river junction)\b"
)
