"""Addresses: streets, apartments, towns that a pattern tells, ZIP codes; and those of Britain, Ireland and India."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from cloister.phi import address_checks as c
from cloister.phi.pattern_parts import Pattern

_STREET_TYPE = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Place|Pl|Terrace|Terr?|Way"
    r"|Parkway|Pkwy|Highway|Hwy|Trail|Trl|Square|Sq|Plaza|Plz|Loop|Alley|Aly|Crescent|Crossing|Xing|Run|Ridge|Row|Path|Pike"
    r"|Turnpike|Close|Walk|Bend|Cove|Point|Mews|Grove|Gardens|Heights|Hollow|Glen|Creek|Commons|Broadway|Cres|Wharf|Landing|Causeway|Trace|Spur)"
)
_SMALL_STREET_TYPE = r"(?:street|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|court|circle|terrace|parkway|pkwy|st|dr|pl|place|way|trail|hwy|cir|ct|ter|loop|cres)"
_ROAD = r"(?:Street|Avenue|Road|Boulevard|Lane|Drive|Parkway|Turnpike|Pike|Highway|Ave|Rd|Blvd|Ln|Pkwy|Hwy|St)"
_UNIT = r"(?:,?[ \t]*\n?[ \t]*(?:(?i:Apt|Apartment|Unit|Suite|Ste|Room|Rm|Fl|Floor|Bldg|No)|#)\.?[ \t]*#?(?:[A-Za-z]{0,2}-?\d[A-Za-z0-9-]{0,5}|[A-Z]{1,2})\b)?"
_DIRECTION = r"(?:[NSEW]\.?|[NS][EW]|North|South|East|West|Northeast|Northwest|Southeast|Southwest)"
_STATE = (
    r"(?:AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR"
    r"|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY)"
)
_TOWNS = (
    r"(?i)\b(?:coeur d'? ?alene|truth or consequences|fond du lac|prairie du (?:chien|sac)|eau claire|sault ste\.? marie|isle of palms|king of prussia|council bluffs|castle rock|hot springs|broken arrow|bowling green|"
    r"college station|round rock|cedar rapids|grand rapids|sioux falls|niagara falls|rancho cucamonga|chula vista|baton rouge|des moines|terre haute|bonne terre|la crosse|pend oreille|point of rocks|lake of the woods|sleepy eye|thief river falls|two harbors|white river junction)\b"
)

ADDRESSES: tuple[Pattern, ...] = (
    # streets
    Pattern("street", "post office box", r"(?i)\bP\.?[ ]?O\.?[ ]?(?:Box|Drawer)[ \t]*#?(?:\d+(?:-?[A-Z])?|(?-i:[A-Z]{1,2}))\b|\bRR[ ]?\d+[ ]Box[ ]\d+(?:-?[A-Z])?\b|\bRural R(?:ou)?te?\.? \d+(?:,? Box \d+[A-Z]?)?\b|\bR(?:\.?R|te?|oute)\.? ?\d+,? Box \d+[A-Z]?\b|\bHC ?\d+ Box \d+[A-Z]?\b", 0.97),
    Pattern(
        "street",
        "street address",
        rf"\b\d{{1,6}}(?:-\d{{1,4}}|[ -]1/2|\x7f)?[A-Za-d]?[ \t]+(?:{_DIRECTION}[ \t]+)?(?:(?:[A-Z][A-Za-z'.-]*|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH)|of|the|de|la|del)[ \t]+){{1,4}}(?:{_STREET_TYPE}|(?i:{_STREET_TYPE}))\b\.?(?:[ \t]+{_DIRECTION}\b\.?)?{_UNIT}",
        0.93,
        c.street,
        sieve=rf"[ \t](?:[A-Z][A-Za-z'.-]*|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH)|of|the|de|la|del)[ \t]+(?i:{_STREET_TYPE})\b",
    ),
    Pattern("street", "street address", rf"\b\d{{1,6}}[A-Z]?[ \t]+(?:{_DIRECTION}[ \t]+)?(?:Broadway|Main|Park Ave|(?:(?:State|US|Old|County) )?(?:Highway|Hwy|Route|Rte) \d+|(?:County|Township|Farm|Ranch|State) (?:Road|Rd\.?) \d+|CR \d+|FM \d+|Avenue [A-Z]\b|US-\d+){_UNIT}", 0.85),
    Pattern("street", "street address with the type first", r"\b\d{1,5}[ \t]+(?:Rue|Calle|Via|Avenida|Camino|Paseo|Vista|Carrer)[ \t]+(?:(?:de|del|la|las|los|du|des)[ \t]+)*[A-Z][A-Za-z'-]+(?:[ \t]+[A-Z][a-z]+)?\b", 0.85),
    Pattern(
        "street",
        "street address in lower case",
        rf"\b\d{{1,6}}(?:[ -]1/2)?[ \t]+(?:[nsew]\.?[ \t]+)?(?:[a-z'-]+[ \t]+|\d{{1,3}}(?:st|nd|rd|th)[ \t]+){{1,3}}{_SMALL_STREET_TYPE}\b\.?{_UNIT}",
        0.75,
        c.lower_street,
        sieve=rf"[ \t](?:[a-z'-]+|\d{{1,3}}(?:st|nd|rd|th))[ \t]+{_SMALL_STREET_TYPE}\b",
    ),
    Pattern("street", "street name beside a cue", rf"(?i:\b(?:lives? on|living on|resides? (?:on|at)|address(?: is|:)?|corner of|apartment on|house on|home on))[ \t]+((?:[A-Z][A-Za-z'.-]*[ \t]+){{1,3}}{_STREET_TYPE})\b", 0.85),
    Pattern("street", "number and name after a word of living", r"(?i:\b(?:lives?|lived|living|resid(?:es?|ed|ing)|domiciled)(?: alone| w(?:/|ith) [a-z]+(?: [A-Za-z]+)?)? (?:at|on)|\baddress(?: on file)?(?: is| was|:))[ \t]+(\d{1,6}[A-Z]?[ \t]+(?:1/2[ \t]+)?(?:(?:The|[NSEW]\.?)[ \t]+)?(?:[A-Z][a-z'-]{2,}(?:[ \t]+[A-Z][a-z'-]{2,}){0,2}|[A-Z][A-Z'-]{2,})(?:[ \t]+\d{1,4})?)\b", 0.8, sieve=r"(?i:\b(?:lives?|lived|living|resid(?:es?|ed|ing)|domiciled)(?: alone| w(?:/|ith) [a-z]+(?: [A-Za-z]+)?)? (?:at|on)|\baddress(?: on file)?(?: is| was|:))[ \t]+\d"),
    Pattern("street", "number and name before an apartment", r"\b(\d{1,6}[A-Z]?[ \t]+(?:[A-Za-z][A-Za-z'.-]*[ \t]+){0,3}[A-Z][A-Za-z'.-]+(?:[ \t]+\d{1,4})?),?\s+(?i:apt|apartment|suite|ste)\.?[ \t]*#?\d", 0.85, c.before_apartment, sieve=r"[A-Za-z0-9.],?\s+(?i:apt|apartment|suite|ste)\.?[ \t]*#?\d"),
    Pattern("street", "military box", r"(?i)\b(?:(?:PSC|CMR|OMC)[ \t]*#?\d{1,5}|Unit[ \t]*#?\d{4,5}),?\s+Box[ \t]*#?\d{1,5}\b", 0.95),
    Pattern("street", "corner of two streets", r"\b(?i:at|near|on|of|by|to) ((?:\d{1,3}(?:st|nd|rd|th) (?:Ave |St |Street |Avenue )?(?:and|&|/) [A-Z][a-z]{2,}|[A-Z][a-z]{2,} (?:Ave |St |Street |Avenue )?(?:and|&) \d{1,3}(?:st|nd|rd|th)))\b", 0.82, c.corner, sieve=r"\d(?:st|nd|rd|th) (?:Ave |St |Street |Avenue )?(?:and|&|/) [A-Z]|(?:and|&) \d{1,3}(?:st|nd|rd|th)"),
    Pattern("street", "apartment or room", r"(?i)\b(?:apt|apartment|suite|ste)\.?[ \t]*#?[ \t]*(\d{1,5}[A-Z]?|[A-Z]\d{1,4}|[A-Z])\b", 0.6, c.has_digits),
    Pattern("street", "house number and street without its kind", r"\b(\d{3,5}(?: 1/2)? (?:[NSEW]\.?|North|South|East|West) (?:[A-Z][a-z]{2,}|\d{1,3}(?:st|nd|rd|th|ST|ND|RD|TH)|\d{2,4} (?:[NSEW]\b|North|South|East|West))(?:,? (?:Unit|UNIT|Apt|APT|#) ?\d{1,4}[A-Z]?)?)(?:[,.;)\r\n]|$)", 0.75, c.house, sieve=r"\d (?:[NSEW]\.?|North|South|East|West) (?:[A-Z][a-z]+|\d+(?:st|nd|rd|th|ST|ND|RD|TH)|\d+ (?:[NSEW]|North|South|East|West))(?:,? (?:Unit|UNIT|Apt|APT|#) ?\d+[A-Z]?)?(?:[,.;)\r\n]|$)"),
    Pattern("street", "rural address", rf"\b(?:(?:[NSEW]\d{{2,5}}(?:[ ]?[NSEW]\d{{2,5}})?|\d{{1,5}})[ \t]+(?:{_DIRECTION}[ \t]+)?|(?i:on|off|at) )(?i:(?:County|State|Town|Township|Forest|Old|Private|Ranch|Farm)[ \t]+)+(?i:Road|Rd|Highway|Hwy|Route|Trunk|Line|Lane)\.?[ \t]+(?:[A-Z]{{1,2}}|\d{{1,4}})\b", 0.9),
    Pattern("street", "lot or space", r"(?i)[, ]((?:lot|spc|space|trlr|trailer|bldg|building|fl|floor|(?-i:PH|Ph))\.?[ \t]*#?[ \t]*\d{1,4}[A-Z]?)\b", 0.7, c.unit, sieve=r"(?i)\b(?:lot|spc|space|trlr|trailer|bldg|building|fl|floor|(?-i:PH|Ph))\.?[ \t]*#?[ \t]*\d"),
    Pattern("street", "street after a preposition", rf"\b(?i:on|at|off|near|along|down|from|corner of)[ \t]+((?:(?:[NSEW]\.?|North|South|East|West|Old|New)[ \t]+)?(?:[A-Z][a-z'-]+[ \t]+){{1,3}}{_ROAD})\b", 0.8, c.road, sieve=rf"[a-z'-][ \t]+{_ROAD}\b"),
    Pattern("street", "flat of a house", r"\b((?:Flat|FLAT|Apt|Unit) \d{1,4}[A-Z]?,? (?:[A-Z][a-z]+ (?:House|Court|Lodge|Heights|Tower|Mansions), )?)\d{1,4}[A-Z]? [A-Z]", 0.8, sieve=r"(?:Flat|FLAT|Apt|Unit) \d{1,4}[A-Z]?,? [A-Z\d]"),
    Pattern("street", "street of a number", r"\b(?:(?:[NSEW]|[NS][EW])\.? )?\d{1,3}(?:st|nd|rd|th) (?:Ave|Avenue|Street|St|Blvd|Terr?|Pl)\b\.?(?: (?:[NSEW]|[NS][EW])\b)?", 0.8, sieve=r"\d(?:st|nd|rd|th) (?:Ave|Avenue|Street|St|Blvd|Terr?|Pl)\b"),
    Pattern("street", "highway of a number", r"\b(?i:on|off|along|near) ((?:State |US |County |Old )?(?:Route|Rte\.?|Highway|Hwy\.?) \d{1,3})\b", 0.75),
    # positions: "equivalent geocodes" (164.514(b)(2)(i)(B))
    Pattern("street", "position beside a cue", r"(?i)\b(?:lat(?:itude)?|lon(?:g(?:itude)?)?|lng|gps(?: (?:position|coordinates|location))?|coord(?:inate)?s?|geo(?:code|location|point)?)\b[^A-Za-z0-9\n+-]{0,6}([+-]?\d{1,3}\.\d{3,}(?:\x7f?[NSEW]\b)?(?:[,;/ ][ \t]*[+-]?\d{1,3}\.\d{3,}(?:\x7f?[NSEW]\b)?)?)", 0.9, c.position, sieve=r"(?i)\b(?:lat|lon|lng|gps|coord|geo)[a-z ]*[^A-Za-z0-9\n+-]*[+-]?\d+\.\d{3}"),
    Pattern("street", "latitude and longitude", r"[+-]?\b\d{2}\.\d{4,}\x7f? ?[NS]?[,;/ ] ?[+-]?\d{2,3}\.\d{4,}\x7f? ?(?:[EW]\b)?", 0.8, c.position, sieve=r"\.\d{4}\d*\x7f? ?[NS]?[,;/ ] ?[+-]?\d+\.\d{4}"),
    Pattern("street", "position in degrees and minutes", r"\b\d{1,3} ?[\x7fd] ?\d{1,2}(?:\.\d+)? ?['\x7fm]{1,2}(?: ?\d{1,2}(?:\.\d+)? ?[\"'\x7fs]{1,2})? ?[NSEW]\b", 0.85, sieve=r"\d ?['\x7fm\"s]+ ?[NSEW]\b"),
    # towns
    Pattern("city", "military post office", r"(?i)\b([AFD]PO,?[ \t]+A[AEP])[ \t,.]+\d{5}\b|(?-i:\b[AFD]PO,?[ \t]+A[AEP]\b)", 0.9),
    Pattern(
        "city",
        "town whose name is several words",
        _TOWNS,
        0.8,
    ),
    # ZIP codes
    Pattern("zip", "ZIP+4", r"\b\d{5}-\d{4}\b", 0.93, c.zip_plus4),
    Pattern("zip", "ZIP code after a State", rf"(?:[a-z],? (?i:{_STATE}|A[AEP])|\b(?:{_STATE}|A[AEP]|(?i:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|Hampshire|Jersey|Mexico|York|Carolina|Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Island|Tennessee|Texas|Utah|Vermont|Virginia|Washington|Wisconsin|Wyoming)))[., ^]+[ \t]*(\d{{5}}(?:-\d{{4}})?)\b", 0.95, sieve=r"[A-Za-z][., ^]+[ \t]*\d{5}\b"),
    Pattern("zip", "ZIP code beside a cue", r"(?i)\b(?:zip(?:[ -]?code)?|postal code|postcode)\b[ \t]*(?:is|of|[:=#-])*[ \t]*(\d{4,5}(?:-\d{4})?)\b", 0.95),
    Pattern("zip", "ZIP code after a street", r"(?:[A-Za-z.](?:[,.] +|  +)|(?:[a-z.]|[^A-Z][A-Z]|[^ ,][A-Z]{2}) |(?i:box) #?\d{1,5}[A-Za-z]?, +)(\d{5}(?:-\d{4})?)\b", 0.8, c.zip_after_street, sieve=r"[A-Za-z.,] +\d{5}\b"),
    Pattern("zip", "postcode", r"\b[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b|\b[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d\b", 0.75),
    Pattern("zip", "ZIP code of a territory or a cell", r"\b(?:VI|GU|AS|MP|PR)[., |]+(\d{5}(?:-\d{4})?)\b", 0.9),
    Pattern("zip", "ZIP code after a State's cell", r"\b[A-Z]{2}[ \t]*[|\t][ \t]*(\d{5}(?:-\d{4})?)[ \t]*(?:[|\t\n]|$)", 0.85),
    Pattern("zip", "ZIP code of an export", r'(?i)"(?:postal_?code|zip_?(?:code)?)"[ \t]*:[ \t]*"?(\d{5}(?:-?\d{4})?)\b', 0.95),
)  # fmt: skip

ABROAD: tuple[Pattern, ...] = (
    Pattern("street", "British address", r"\b(\d{1,4}[a-z]? [A-Z][a-z]+(?: [A-Z][a-z]+)?),? (?:[A-Z][a-z]+,? ){1,3}[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b", 0.85, sieve=r"[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b"),
    Pattern("street", "address in India", r"\b(?:No\.? ?|#|[DH]\.? ?No\.? ?|Plot (?:No\.? ?)?|Door No\.? ?)\d{1,4}[/-]?\w{0,4}, (?:\d{1,2}(?:st|nd|rd|th) (?:Cross|Main|Street|Block|Floor|Phase|Lane),? ?){0,3}(?:[A-Z][a-z]+ ){0,2}(?:Nagar|Colony|Layout|Road|Street|Marg|Block|Enclave|Vihar|Puram|Extension|Salai|Gardens|Society|Chowk)\b", 0.85),
    Pattern("city", "district of a city", r"\bDublin \d{1,2}W?\b", 0.8),
    Pattern("city", "town before a British postcode", r"\b([A-Z][a-z]+(?:[ -][A-Z][a-z]+)*),? [A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b", 0.8, sieve=r"[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b"),
)  # fmt: skip
