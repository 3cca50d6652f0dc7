"""Dates, parts of a year, and ages over 89."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from cloister.phi import date_checks as c
from cloister.phi import day_checks as d
from cloister.phi.pattern_parts import BLANK, Pattern

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_LONG_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORD = r"(?:st|nd|rd|th)"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[,.]{0,2}[ \t]+)?"
# What has a day: "next device check October", "her June MRI".
_VISIT = (
    r"visits?|appts?|appointments?|re-?check|recall|seen|admitted|hospitali[sz]ed|check(?:-?up)?|rtc|f/?u|follow[- ]?up|due|scheduled|scan|mammogram|mammo|colonoscopy|egd|dexa|labs?|screening|refill|renewal"
    r"|surgery|physical|infusion|injection|booster|vaccine|interrogation|echo|mri|ct|pet|imaging|clinic|return(?:s|ed)?|eval(?:uation)?|procedure|transplant|biopsy|wellness|annual|biannual|start(?:s|ed)?|films?|x-?rays?|onset|expires?"
)
# Days that have a name: all elements of a date but the year go (164.514(b)(2)(i)(C)).
_HOLIDAY = (
    r"(?i)\b(?:new year'?s(?: day| eve)?|martin luther king(?:,? jr\.?)?(?:'?s)?(?: day| weekend)|mlk day|groundhog day|presidents'? day|valentine'?s(?: day)?|ash wednesday|mardi gras|st\.? patrick'?s day|palm sunday"
    r"|good friday|easter(?: sunday| monday| weekend)?|passover|cinco de mayo|mother'?s day|memorial day(?: weekend)?|juneteenth|father'?s day|(?:the )?(?:fourth|4th) of july(?: weekend)?|independence day|labor day(?: weekend)?"
    r"|rosh hashanah?|yom kippur|columbus day|indigenous peoples'? day|diwali|halloween|veteran'?s'? day|thanksgiving(?: day| eve| weekend)?|black friday|hanukkah|christmas(?: day| eve| morning)?|x-?mas(?: day| eve)?|boxing day|kwanzaa|eid)\b"
)
_HOLIDAY_SIEVE = (
    r"(?i)\b(?:new year|martin luther king|mlk day|groundhog day|presidents'? day|valentine|ash wednesday|mardi gras|st\.? patrick|palm sunday|good friday"
    r"|easter|passover|cinco de mayo|mother'?s day|memorial day|juneteenth|father'?s day|fourth of july|4th of july|independence day|labor day|rosh hashana"
    r"|yom kippur|columbus day|indigenous peoples|diwali|halloween|veteran|thanksgiving|black friday|hanukkah|christmas|x-?mas|boxing day|kwanzaa|eid\b)"
)
_DATE_CUE = (
    r"(?i)\b(?:dob|d\.o\.b\.?|birth ?date|date of birth|born(?: on)?|dod|date of death|admit(?:ted)? date|admission date|discharge date|date of (?:service|admission|discharge|exam|procedure|visit|surgery)|dos|doa|dod)\b"
    + BLANK
    + r"(?:is|was|[:=-])*"
    + BLANK
)
# A year in figures or as it is spoken: "twenty twenty three", "nineteen eighty-four", "two thousand and nine".
_YEAR_TOLD = (
    r"(?:,? (?:(?:19|20)\d\d|(?:nineteen|twenty|two thousand)(?:[- ](?:and|oh|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|one|two|three|four|five|six|seven|eight|nine)\b){1,3}))?"
)
_NTH = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|thirty[- ]first)"
_COUNTED = "(?:fir|sec|thi|fou|fif|six|sev|eig|nin|ten|ele|twe)"  # how a number in words begins
# Who may be older than 89, and is told with the age: "my grandmother, 101, fell".
_ELDERS = r"(?:(?:great[- ])?grand)?(?:mother|father|mom|dad|ma|pa|parent)|wife|husband|aunt|uncle|sister|brother|woman|man|lady|gentleman|veteran|widow|widower|neighbor"
_NINETIES = r"(?i)(?:he|patient|pt|mother|father|wife|husband|mom|dad|who|'s| is| was| be|turned|turns|turning| now) (?:9\d|1[01]\d)(?:[.,;!) \r\n]|$)"
_NINETY = r"(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one|a) hundred(?:[- ](?:and[- ])?(?:one|two|three|four|five|six|seven|eight|nine|ten))?)"

DATES: tuple[Pattern, ...] = (
    Pattern("date", "ISO date", r"\b(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?|[/.](?:0?[1-9]|1[0-2])[/.](?:0?[1-9]|[12]\d|3[01])\b)", 0.97),
    Pattern("date", "numeric date", r"\b\d{1,2}(?:(?: ?/ ?\d{1,2} ?/ ?|[/-]\d{1,2}[/-]|\.\d{1,2}\.|/\d{1,2}/')(?:19|20)?\d{2}(?:@\d{4}|T[0-2]\d:?[0-5]\d(?::?[0-5]\d)?)?|[/-](?:19|20)\d{2})\b", 0.95, c.numeric_date),
    Pattern("date", "date with month name, run together", rf"(?i)\b{_DAY}[-_.]?(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[-_.]?(?:19|20)?\d\d\b", 0.9),
    Pattern("date", "date with month name, dashed", rf"(?i)\b{_MONTH}[-/.]{_DAY}[-/.,](?:19|20)?\d\d\b", 0.95),
    Pattern("date", "compact date", r"\b(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?\b", 0.8),
    Pattern("date", "two dates", r"\b\d{1,2}/\d{1,2}(?:/(?:19|20)?\d\d)? ?(?:-|to|thru|through) ?\d{1,2}/\d{1,2}/(?:19|20)?\d\d\b", 0.95, c.two_dates),
    Pattern("date", "days of a month and a year", rf"\b(?:0?[1-9]|1[0-2])/{_DAY}(?: ?(?:-|&|,|to|and|thru|through) ?{_DAY}){{1,3}}/(?:19|20)?\d\d\b", 0.9, c.days_and_year),
    Pattern("date", "date with a month in Roman numerals", r"\b(?:0?[1-9]|[12]\d|3[01])[-/.](?:I{1,3}|I?V|VI{1,3}|I?X|XI{1,2})[-/.](?:19|20)\d\d\b", 0.9),
    Pattern("date", "week of a year", r"\b(?:19|20)\d\d-?W(?:0[1-9]|[1-4]\d|5[0-3])(?:-?[1-7])?\b", 0.85),
    Pattern("date", "day of a year", r"(?i)\bday \d{1,3} of (?:19|20)\d\d\b|\bjulian (?:date|day)[ \t:#]*((?:19|20)\d\d[-/]?\d{3})\b", 0.85),
    Pattern("date", "year and month beside a cue", r"(?i)\b(?:in|on|since|until|till?|from|dated?|by|seen|admitted|discharged|last|due|born|dob|onset|dx|diagnosed|exp(?:ires)?)[ :]+((?:19[3-9]\d|20[0-4]\d)/(?:0[1-9]|1[0-2]))\b", 0.75),
    Pattern("date", "month and day, dashed", r"\b(?i:due|on|seen|since|until|till?|by|appt|visit|admitted|discharged|recheck|f/u|rtc|next|last|dated|onset|surgery|from|to)[ :]+((?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)-(?:0?[1-9]|[12]\d|3[01]))\b", 0.8),
    Pattern("date", "two days", r"\b(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?: ?- ?| to | thru | through | until )(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])\b", 0.75, d.date_range),
    Pattern("date", "month and day", r"(?i:\b(?:(?:dated|adm|admit(?:ted)?|seen|discharged|dc|d/c|surgery|appt|appointment|visit|since|until|till?|next|rtc|f/u|fu|due|lmp|edd|edc|dos|doi|ard|onset|lov|lkw|turbt|cysto|egd|colonoscopy|biopsy|bx|mri|tavr|cabg|pci|ercp|tka|tha|sr|note|redraw|redrawn|recheck|mailed(?: back)?|faxed|cleaned|removed|placed|delivered|signed|missed|(?:staples|sutures|stitches|drain|cast) out|sx|rtw|last (?:hd|tx|visit|seen|dose|bm|chemo|appt)),?:? (?:on |was |is )?|on ))((?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])(?:(?:,| &| and|, then) (?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01]))*)\b", 0.65, d.month_day_dash),
    Pattern(
        "date",
        "date with month name",
        rf"(?i)\b{_WEEKDAY}{_MONTH}\.?(?:[ \t]*(?:the[ \t]+)?{_DAY}{_ORD}?\b(?:,?[ \t]*(?:of[ \t]+)?(?:(?:19|20)\d\d|'\d\d)\b|,[ \t]*\d\d\b)?|[ \t,/-]*(?:of[ \t]+)?(?:(?:19|20)\d\d|'\d\d)\b)",
        0.95,
        c.month_name,
    ),
    Pattern(
        "date",
        "date with month name, day first",
        rf"(?i)\b{_WEEKDAY}(?:the[ \t]+)?(?:{_DAY}{_ORD}?(?:-|/| ?& ?| - | to | and | thru | through )(?:the )?){{0,2}}{_DAY}{_ORD}?(?:[ \t]+(?:day[ \t]+)?of[ \t]+|[ \t/.-]*){_MONTH}\b\.?(?:[ \t,/.-]*(?:of[ \t]+)?(?:(?:19|20)\d\d|'?\d\d)\b)?",
        0.95,
        c.month_name,
    ),
    Pattern("date", "holiday", _HOLIDAY, 0.85, c.holiday, sieve=_HOLIDAY_SIEVE),
    Pattern("date", "day of month", r"(?i)\b(?:on|since|by|b4|until|till?|from|for|appt|appointment|visit|due|seen|next|tomorrow|today|tonight|before|after|through|thru|(?:wk|week|morning|evening|night|afternoon) of),? the (\d{1,2}(?:st|nd|rd|th))\b", 0.7, c.day_of_month),
    Pattern("date", "day of month of a visit", r"(?i)\b(?:appt|appointment|visit|surgery|procedure|scheduled|due|seen|return)\b[^.;\n\d]{1,30} the (\d{1,2}(?:st|nd|rd|th))\b", 0.7, c.day_of_month, sieve=r"(?i) the \d{1,2}(?:st|nd|rd|th)\b"),
    Pattern(
        "date",
        "date beside a cue",
        _DATE_CUE + r"(\d{1,4}[ ./*-]\d{1,2}[ ./*-]\d{1,4}|\d{6}|\d{8})\b",
        0.97,
        sieve=_DATE_CUE + r"(?:\d{1,4}[ ./*-]\d|\d{6})",
    ),
    Pattern(
        "date",
        "day of a week and a month",
        rf"(?i)\b(?:mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]{{0,2}}[ \t]+(?:the[ \t]+)?(?:\d{{1,2}}{_ORD}|(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12]\d|3[01])(?:[/-](?:19|20)?\d\d)?)\b",
        0.9,
    ),
    Pattern("date", "date in Spanish", r"(?i)\b\d{1,2} de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre)(?: del? \d{4})?\b", 0.93),
    Pattern("date", "two days of a month", rf"(?i)\b{_MONTH}\.?[ \t]+{_DAY}{_ORD}?(?:,[ \t]*{_DAY}{_ORD}?){{0,4}},?[ \t]*(?:&|and|to|-|thru|through)[ \t]*{_DAY}{_ORD}?(?:,[ \t]*(?:19|20)\d\d|[ \t]+(?:19|20)\d\d)?\b", 0.93, c.month_name),
    Pattern("date", "year and month", r"\b((?:19[5-9]\d|20[0-4]\d)-(?:0[1-9]|1[0-2]))(?:[^0-9A-Za-z_/.-]|[.](?:[^0-9]|$)|$)", 0.75, c.year_month),
    Pattern("date", "day of birth beside a cue", r"(?i)\b(?:b-?day|birthday|d\.?o\.?b\.?)(?:[ \t:*_|`\"']|</?[a-z]+>)*(?:is |was |on )*(\d{1,2} \d{1,2} (?:19|20)?\d{2}|(?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|[12]\d|3[01]))\b", 0.85, c.of_birth),
    Pattern("date", "day in words", rf"(?i)\b{_NTH} (?:day )?of {_MONTH}\b{_YEAR_TOLD}|\b{_MONTH} (?:the )?{_NTH}\b{_YEAR_TOLD}", 0.85, c.day_in_words, sieve=rf"(?i)(?:th|st|nd|rd) (?:day )?of [jfmasond]|\b{_MONTH} (?:the )?{_COUNTED}"),
    Pattern("date", "day of a month in words", rf"(?i)(?:\b(?:on|discharged|admitted|seen|since|until|till?|by|due|before|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day|surgery|procedure|biopsy|resection|repair)|(?:ectomy|plasty|scopy|otomy|desis)),? (?:on )?the ({_NTH})(?:[,.;?!)\"']|\r?\n|$)", 0.7, c.nth, sieve=rf"(?i) the {_COUNTED}[a-z -]*(?:th|st|nd|rd)(?:[,.;?!)\"'\r\n]|$)"),
)  # fmt: skip

# Parts of a year.
PERIODS: tuple[Pattern, ...] = (
    Pattern(
        "date",
        "month alone",
        r"(?:\b(?i:in|since|until|till|from|during|by|through|last|next|this|early|late|mid|of|between|and|around|before|after|probably)[ \t-]+|[a-z] \()(?:early |late |mid[- ]?|about |around )?(January|February|March|April|May|June|July|August|September|October|November|December|(?-i:Jan|Feb|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\b",
        0.75,
        c.month_alone,
    ),
    Pattern(
        "date",
        "month alone, in small letters",
        r"\b(?:in|since|until|till|from|during|by|through|last|next|this|early|late|mid|of|between|around|before|after)[ \t-]+(?:early |late |mid[- ]?|about |around )?(january|february|april|june|july|august|sept(?:ember)?|october|november|december|feb|nov|aug)\b",
        0.75,
        c.month_alone,
    ),
    Pattern(
        "date",
        "month beside a visit",
        rf"(?i:\b(?:{_VISIT})\b\.?)[ \t]*[:,(-]?[ \t]*(?i:(?:early|late|mid)[- ]?)?((?i:{_LONG_MONTH})|(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|JAN|FEB|MAR|APR|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)\b)",
        0.75,
        c.month_beside,
        sieve=rf"(?i)\b(?:{_VISIT})\b\.?[ \t]*[:,(-]?[ \t]*(?:(?:early|late|mid)[- ]?)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    ),
    Pattern("date", "month of a visit", rf"((?:January|February|March|April|June|July|August|September|October|November|December)|(?:(?:[Hh]er|[Hh]is|[Tt]heir|[Tt]he|[Pp]rior) )(?:May))(?:'s)? (?i:{_VISIT}|admission|hospitali[sz]ation|stay)s?\b", 0.75, sieve=r"(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:'s)? [A-Za-z]"),
    Pattern("date", "date parted by spaces", r"(?:[A-Za-z:,] |\n)((?:0?[1-9]|1[0-2]) (?:0?[1-9]|[12]\d|3[01]) (?:19\d\d|20[0-3]\d))\b", 0.75, c.spaced),
    Pattern("date", "season of a year", r"(?i)\b(?:early |late |mid[- ]?)?(?:spring|summer|fall|autumn|winter)(?: of)?,? (?:(?:19|20)\d\d|'\d\d)\b", 0.85),
    Pattern("date", "quarter of a year", r"\bQ[1-4][ /-]?(?:(?:19|20)\d\d|'\d\d)\b", 0.8),
)  # fmt: skip

AGES: tuple[Pattern, ...] = (
    Pattern("age", "age over 89", r"(?i)\b((?:9\d|1[0-3]\d))[- ]?(?:plus[- ]|\+[- ]?)?(?:years?|yrs?|yr\.?|y\.?/?o\.?|y\.o|y|and a half)(?:[- ]?(?:s?[- ]?old|o|of age))?(?:[- ]?(?:[mf]|fe?male|wf|wm|bf|bm))?\b", 0.95, c.over_89),
    Pattern("age", "age over 89, mistyped", r"(?i)\b(9\d|1[0-2]\d)(?:[- ]y\w{1,5}[- ]old|(?:st|nd|rd|th) (?:birth|b-?)day)\b", 0.85),
    Pattern("age", "age over 89 beside a cue", r"(?i)\b(?:aged?|(?:dob|birth)[ /]{1,3}age:?[ \t]+[0-9][0-9/.-]+[ \t]*/|age is|age of|age at \w+|turned|turning|turns|alive(?: and well)?(?:,? at)?|living(?: at)?|(?:died|deceased|expired|passed)(?: away)?(?: of [a-z ]{2,20})? at(?: age)?|d\.(?: at)?(?: age)?)[ \t]*[:=(]?[ \t]*(9\d|1[0-3]\d)\b", 0.93, c.age_cue),
    Pattern("age", "age over 89 after whose it is", rf"(?i)(?:\b(?:(?:patient|pt|{_ELDERS})(?: (?-i:[A-Z][a-z'-]+)){{0,2}}(?:,|'s| is| who'?s| who is| turned| just turned) |(?:resident|res|client|[mp]g[mf]|pt age|{_ELDERS})(?: - |: ?| \(?)|(?:{_ELDERS})(?: (?-i:[A-Z][a-z'-]+)){{1,2}} \(~?)|\| *)(9\d|1[0-2]\d)(?:,? ?(?:$|[a-z\n])| *\||\)|\.(?:$|[ \n]))", 0.85, c.age_of_kin),
    Pattern("age", "age over 89 of whom a sentence is about", r"(?i)\b(?:he|she|who|patient|pt)(?:'s| is) (9\d|1[0-1]\d)(?:, [a-z]| and (?:lives?|frail|still|on|has|a)\b)", 0.8, c.age_of),
    Pattern("age", "age of a hundred and more after whose it is", r"(?i)\b(?:patient|pt) (1[0-1]\d)(?:,| (?:fell|found|lives|slipped|tripped|admitted|presents|presented|from|with|w/|dnr|who)\b)", 0.8, c.over_89),
    Pattern("age", "age over 89 with sex", r"\b(9\d|1[0-2]\d)[ /-]?(?:[MF]|[mf]emale|male|woman|man|lady|gentleman|WF|WM|BF|BM|HF|HM|AAM|AAF)\b", 0.85, c.over_89),
    Pattern("age", "age over 89 with sex, in small letters", r"(?:\n[ \t]*|\b(?i:pt|patient|an?) |[a-z\")], ?)(9\d|10\d) ?[fm](?:[,;]| (?:with|w/|w|from|fell|found|here|c/o|cp|sob|s/p|hx|pmh|who|brought|bib|dnr|presents?|had|has|and|resides|lives|sent|admitted)\b)", 0.8, c.age_with_sex),
    Pattern(
        "age",
        "age over 89 in words",
        r"(?i)\b(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one )?hundred(?:[- ]and)?[- ](?:one|two|three|four|five|six|seven|eight|nine|ten)|one[- ]hundred|a hundred)[- ](?:years?(?:[- ]old| of age)?|y\.?/?o)\b|\b(?:(?:early|mid|late)[- ]?)?(?:nineties|90'?s)\b|\b(?:nonagenarian|centenarian|supercentenarian)\b",
        0.9,
        c.nineties,
    ),
    Pattern("age", "birth year over 89 years ago", r"(?i)\b(?:born|birth year|yob|year of birth)[ \t]*(?:in|:|is)*[ \t]*((?:18\d\d|19[0-2]\d|193[0-5]|'(?:2[7-9]|3[0-5])))\b", 0.85),
    Pattern("age", "age over 89 after a name", r"\b(?:[A-Z][a-z'-]+\"?|[A-Z]\.|[A-Z]|M(?:r|rs|s)\.) [A-Z][A-Za-z'-]+(?:,| \(| \(age)[ ~]*(9\d|1[01]\d)(?:[,;)!]| - |\.(?:[^0-9]|$))", 0.75, c.aged, sieve=r"[A-Za-z'-](?:,|e| \()[ ~]*(?:9\d|1[01]\d)(?:[,;.)!]| - )"),
    Pattern("age", "age over 89 in words, between commas", rf"(?i)(?:, ?|\b(?:aged?|age is|turned|turning|is|was|nearly|almost|s?hes|s?he's|now) )({_NINETY})(?:[,.;)]|$|\r?\n| (?:w/|(?:and|with|who|but|yo|on|in|next|so|now|today|lives?|years)\b))", 0.75, c.aged_words, sieve=r"(?i)(?:ninety|hundred)"),
    Pattern("age", "age over 89 of a person", r"(?i)\b(?:(?:s?he|patient|pt|mother|father|wife|husband|grandmother|grandfather|mom|dad|who)(?:'s|'ll be| is| was| will be| turned| turns| just turned| is now)?(?: now)?|will be|turns|turning|turned|about to be|going to be) (9\d|1[01]\d)(?:[.,;!)]| (?:and|with|this|years|next|on|in)\b|\r?\n|$)", 0.8, c.of_person, sieve=_NINETIES),
    Pattern("age", "age over 89 that somebody lived to", r"(?i)\b(?:lived (?:to|until)|made it to|celebrating (?:his|her)) (?:be )?(?:age )?(9\d|1[01]\d)\b", 0.85, c.of_person),
)  # fmt: skip
