"""Organisations that everybody knows by name: chains of pharmacies and shops, health systems, large employers.

They need no word of theirs ("Hospital", "Inc") beside them to be known: "echo from Baylor Scott & White", "picked up at Walgreens".
"""

# ruff: noqa: E501 - a list is read whole
from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from cloister.phi.word_table import Pairs

if TYPE_CHECKING:
    from cloister.phi.finding import Span
    from cloister.phi.wording import Words

# Known wherever they stand with a capital.
_SHOPS = (
    "walgreens|cvs pharmacy|cvs caremark|rite aid|rite-aid|riteaid|duane reade|walmart|wal-mart|kroger|publix|safeway|albertsons|costco|sam's club|meijer|wegmans|giant eagle|stop & shop|shoprite|food lion|winn-dixie|harris teeter|hy-vee|"
    "fred meyer|vons|ralphs|jewel-osco|jewel osco|kinney drugs|express scripts|optumrx|optum rx|caremark|accredo|pillpack|omnicare|good neighbor pharmacy|health mart|trader joe's|whole foods|aldi|lidl|wawa|sheetz|dollar general|dollar tree|family dollar|"
    "home depot|the home depot|lowe's|menards|ace hardware|autozone|o'reilly auto parts|jiffy lube|best buy|ikea|macy's|kohl's|jcpenney|tj maxx|petco|petsmart|starbucks|mcdonald's|mcdonalds|burger king|chick-fil-a|chipotle|dunkin donuts|dunkin' donuts|domino's|"
    "pizza hut|taco bell|kfc|ihop|denny's|waffle house|applebee's|olive garden|cracker barrel|panera|peet's coffee|peet's|in-n-out|buffalo wild wings|planet fitness|la fitness|"
    "save mart|food 4 less|smart & final|king soopers|piggly wiggly|save-a-lot|stater bros|sprouts farmers market|quiktrip|kwik trip|circle k|7-eleven|seven eleven|racetrac|casey's general store|pilot flying j|buc-ee's|cumberland farms|hobby lobby|bed bath & beyond|ross dress for less|burlington coat factory|nordstrom|dillard's|tractor supply|"
    "harbor freight|bass pro shops|cabela's|dick's sporting goods|big lots|barnes & noble|office depot|officemax|gamestop|texas roadhouse|outback steakhouse|red lobster|bob evans|golden corral|hardee's|carl's jr|jack in the box|whataburger|culver's|dairy queen|arby's|bojangles|zaxby's|raising cane's|panda express|five guys|shake shack|"
    "papa john's|little caesars|jimmy john's|jersey mike's|krispy kreme|tim hortons|dutch bros|gold's gym|anytime fitness|crunch fitness|orangetheory|24 hour fitness|lenscrafters|pearle vision|visionworks|myeyedr|eyemart express|warby parker|aspen dental|western dental|goodwill industries|st. vincent de paul|habitat restore|knights of columbus|"
    "disabled american veterans|american legion|wounded warrior project|make-a-wish|make a wish foundation|united way|bright horizons|kindercare|la petite academy|primrose school|goddard school|kiddie academy|alto pharmacy|capsule pharmacy|good day pharmacy|medicine shoppe|thrifty white|genoa healthcare"
)
_CARE = (
    "labcorp|quest diagnostics|bioreference|lincare|apria|rotech|adapthealth|hanger clinic|amedisys|encompass health|kindred healthcare|kindred hospital|gentiva|vitas|bayada|brookdale senior living|manorcare|sunrise senior living|atria senior living|"
    "davita|fresenius medical care|fresenius kidney care|fresenius|us renal care|select medical|concentra|minuteclinic|minute clinic|carenow|medexpress|med express|fastmed|citymd|patient first|teladoc|one medical|american medical response|"
    "hazelden betty ford|hazelden|betty ford center|salvation army|the salvation army|habitat for humanity|planned parenthood|catholic charities|ronald mcdonald house|shriners|"
    "home instead|visiting angels|comfort keepers|right at home|brightstar care|interim healthcare|maxim healthcare|aveanna|addus homecare|heartland hospice|seasons hospice|compassus|crossroads hospice|accentcare|elara caring|enhabit|genesis healthcare|life care center|golden living|good samaritan society|belmont village|"
    "five star senior living|holiday retirement|athletico|ati physical therapy|select physical therapy|novacare rehabilitation|ivy rehab|pt solutions|nextcare|gohealth urgent care|afc urgent care|wellnow|carespot|miracle-ear|hearusa|simonmed|radnet|sonora quest|us renal|american renal|satellite healthcare|dialysis clinic inc|option care|option care health|"
    "coram infusion|kabafusion|soleo health|numotion|national seating & mobility|byram healthcare|edgepark|180 medical|shield healthcare|aerocare|viemed|norco medical|air evac lifeteam|air evac|phi air medical|reach air medical|air methods|stat medevac|boston medflight|guardian air|med-trans|modivcare|logisticare|veyo|access2care|superior ambulance|falck|rural/metro|"
    "sedgwick|gallagher bassett|liberty mutual|the hartford|broadspire|corvel|amtrust|pinnacol|careoregon|kaiser permanente|life flight network|mercy flights|airlife denver"
)
_SYSTEMS = (
    "mayo clinic|cleveland clinic|johns hopkins hospital|johns hopkins|mass general|massachusetts general|mgh|brigham and women's|brigham & women's|beth israel deaconess|bidmc|dana-farber|dana farber|memorial sloan kettering|memorial sloan-kettering|sloan kettering|mskcc|md anderson|"
    "cedars-sinai|cedars sinai|mount sinai|mt. sinai|nyu langone|newyork-presbyterian|new york presbyterian|new york-presbyterian|northwell|montefiore|ucsf|upmc|penn medicine|geisinger|wake forest baptist|atrium health|novant health|novant|grady memorial|hca healthcare|commonspirit|"
    "dignity health|sutter health|banner health|intermountain healthcare|intermountain health|baylor scott & white|baylor scott and white|texas health resources|houston methodist|memorial hermann|ochsner|adventhealth|advent health|orlando health|baycare|jackson memorial|ohiohealth|promedica|"
    "trihealth|mercy health|trinity health|henry ford hospital|henry ford health|spectrum health|corewell|corewell health|advocate aurora|advocate christ|northwestern memorial|northwestern medicine|rush university|froedtert|gundersen|marshfield clinic|essentia health|essentia|sanford health|allina health|"
    "allina|hennepin healthcare|unitypoint|nebraska medicine|ssm health|barnes-jewish|barnes jewish|multicare|peacehealth|ohsu|harborview|virginia mason|evergreenhealth|sharp healthcare|scripps clinic|scripps health|city of hope|lucile packard|rady children's|texas children's|boston children's|"
    "children's national|nationwide children's|cincinnati children's|lurie children's|seattle children's|nemours|inova|medstar|sentara|carilion|bon secours|wvu medicine|lehigh valley health network|wellspan|hackensack meridian|rwjbarnabas|virtua|christiana care|christianacare|yale new haven|yale-new haven|"
    "hartford healthcare|dartmouth-hitchcock|dartmouth hitchcock|mainehealth|baystate|umass memorial|lahey clinic|lahey|tufts medical center|kaleida|strong memorial|albany med|bassett healthcare|orthocarolina|"
    "christus|prisma health|mcleod health|cone health|wakemed|ecu health|unc health|duke health|duke university hospital|ballad health|erlanger|tampa general|moffitt|lee health|willis-knighton|bjc healthcare|barnes jewish|via christi|integris|cook children's|ut southwestern|utmb|ben taub|honorhealth|valleywise|st. alphonsus|billings clinic|avera|"
    "m health fairview|park nicollet|regions hospital|centracare|thedacare|uw health|osf healthcare|carle foundation|mclaren|munson|bronson methodist|parkview health|iu health|eskenazi|kettering health|premier health|metrohealth|summa health|akron children's|aultman|uk healthcare|norton healthcare|camc|allegheny health network|penn state health|main line health|"
    "atlanticare|rwj university|atlantic health|maimonides|westchester medical|rochester regional|roswell park|lifespan|care new england|women & infants|northern light|eastern maine|uvm medical center|lifebridge|kennedy krieger|sheppard pratt|walter reed|vcu health|uw medicine|overlake|kadlec|legacy emanuel|salem health|uc davis|keck medicine|loma linda|memorialcare|"
    "hoag|john muir|alta bates|zuckerberg san francisco general|el camino health|enloe|kapiolani|tripler|alaska native medical center|indian health service"
)
_EMPLOYERS = (
    "fedex|fed-ex|usps|united parcel service|lockheed martin|northrop grumman|raytheon|general motors|general electric|chrysler|john deere|google|microsoft|ibm|verizon|t-mobile|comcast|xfinity|wells fargo|bank of america|jpmorgan|jp morgan|citibank|goldman sachs|"
    "tyson foods|cargill|perdue farms|pilgrim's pride|hormel|pepsico|coca-cola|frito-lay|anheuser-busch|amtrak|southwest airlines|delta air lines|delta airlines|american airlines|united airlines|jetblue|doordash|instacart|burlington northern|union pacific|bnsf|norfolk southern|nucor steel|nucor|"
    "exxonmobil|exxon|halliburton|schlumberger|dupont plant|boeing|ymca|ywca|boys & girls club|boys and girls club|old dominion freight line|old dominion freight|swift transportation|jb hunt|j.b. hunt|schneider national|ups store"
)
_NO_HOUSE_AFTER = (
    "criteria", "score", "scale", "classification", "protocol", "stage", "type", "pain", "heart", "weight", "dose", "inr", "range", "goal", "test", "sign", "fall", "risk", "model", "index", "disability",
    "guideline", "guidelines", "recommendations", "website", "study", "trial", "data", "review", "handbook", "article", "calculator", "nomogram", "syndrome", "disease", "procedure", "treadmill", "blood", "scan",
)  # fmt: skip


_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")


@cache
def _by_word() -> tuple[dict[str, tuple[str, ...]], frozenset[str], Pairs]:
    """The names, the longest first, by their first word as ``Words`` splits it; the words that are one; first pairs."""
    out: dict[str, list[str]] = defaultdict(list)
    alone, pairs = set(), []
    for name in "|".join((_SHOPS, _CARE, _SYSTEMS, _EMPLOYERS)).split("|"):
        words = [word.removesuffix("'s") for word in _WORD.findall(name)]
        out[words[0]].append(name)
        if len(words) > 1:
            pairs.append(words[:2])
        else:
            alone.add(words[0])
    by_word = {first: tuple(sorted(held, key=len, reverse=True)) for first, held in out.items()}
    return by_word, frozenset(alone), Pairs(pairs)


def find_houses(words: Words, spans: list[Span]) -> None:
    """Append the organisations that everybody knows."""
    by_word, alone, pairs = _by_word()
    fit = words.capital | words.line_in_small
    several = (fit & words.spelled(*by_word))[:-1].nonzero()[0]
    begins = (fit & words.spelled(*alone)).nonzero()[0].tolist() + pairs.first(words.key, several).tolist()
    text, starts = words.text, words.starts
    for index in begins:
        start = starts[index]
        for name in by_word[words.word(index).lower()]:
            end = start + len(name)
            if text[start:end].lower() == name and not text[end : end + 1].isalnum():
                if not _of_something(text, end):
                    end -= 2 * name.endswith("'s")
                    score = 0.97 if " " in name else 0.85  # of several words none is a name: "Baylor Scott & White"
                    spans.append((start, end, "organisation", score, "well-known organisation"))
                break


def _of_something(text: str, end: int) -> bool:
    """A score, a class or a test that is called after the house follows."""
    after = text[end : end + 24].split(maxsplit=1)
    return bool(after) and text[end] == " " and after[0].lower().rstrip(".,;:)") in _NO_HOUSE_AFTER
