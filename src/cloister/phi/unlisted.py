"""What a word that no list has may be: a plural, a compound, a clinical word by its ending, a mistyped word."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from bisect import bisect_left
from functools import cache

from cloister.phi import lexicon
from cloister.phi.shorthand import CONTRACTED, shorthand
from cloister.phi.vocabulary import word_set

UNKNOWN = 128  # in no list


def flags_of(word: str, table: dict[str, int]) -> int:  # noqa: PLR0911 - one line for each form
    """Flags of a lower-case word; a plural, a hyphenated or a possessive form inherits from its parts."""
    flag = table.get(word)
    if flag is not None:
        return flag
    if word in CONTRACTED:
        return lexicon.COMMON
    if (hyphened := table.get(f"{word[:1]}-{word[1:]}")) is not None:
        return hyphened  # "Xray"
    if "-" in word:
        if word.startswith(_PREFIXED) or word.endswith(_SUFFIXED):
            return lexicon.MEDICAL  # "Anti-CCP", "non-Hodgkin", "Norwalk-like"
        parts = [flags_of(part, table) for part in word.split("-") if len(part) > 1]
        if any(part & lexicon.WORD and not part & (lexicon.NAME | UNKNOWN) for part in parts):
            return lexicon.MEDICAL  # "surgery-maxillofacial"; a double surname has no such part
        nobody = any(part & lexicon.EPONYM and not part & (lexicon.NAME | lexicon.PLACE) for part in parts)
        if nobody and any(part & lexicon.WORD for part in parts):
            return lexicon.EPONYM  # "scikit-learn", "Sgarbossa-positive"
        if not parts or any(part & UNKNOWN for part in parts):
            return UNKNOWN
        return (
            parts[0] | parts[-1] if all(part & lexicon.WORD for part in parts) else parts[0] & parts[-1] or lexicon.LAST
        )
    if base := _plural(word, table) or _of_eponym(word, table):
        return base
    if (len(word) > 7 and word.endswith(_ENDINGS)) or _composed(word, table) or _inflected(word, table):
        return lexicon.MEDICAL
    if len(word) > 6 and word.endswith(_ENGLISH):
        return UNKNOWN | lexicon.RARE
    return UNKNOWN | (_mistyped(word, table) or (lexicon.RARE if shorthand(word, table) else 0))


def _plural(word: str, table: dict[str, int]) -> int:
    """What a plural has of the flags of its word, which is nobody's name."""
    for suffix in ("s", "es"):
        stem = word.removesuffix(suffix)
        if (
            stem != word
            and len(stem) > 3
            and (found := table.get(stem, 0)) & (lexicon.COMMON | lexicon.MEDICAL)
            and not found & lexicon.NAME
        ):
            return found & lexicon.WORD
    return 0


def _of_eponym(word: str, table: dict[str, int]) -> int:
    """What an eponym's plural or its verb has of its flags: "adult Magills", "Magill'd by the medic"."""
    if not word.endswith(("s", "'d")) or len(word) <= _SHORTEST_EPONYM:
        return 0
    found = table.get(word.removesuffix("'d") if word[-1] == "d" else word[:-1], 0)
    if not found & lexicon.EPONYM or found & (lexicon.FIRST | lexicon.PLACE):
        return 0
    return found & (lexicon.EPONYM | lexicon.LAST)


def _composed(word: str, table: dict[str, int]) -> bool:
    """A part that words of medicine begin with, and a listed word or an ending: "para-sternal", "hemi-paretic"."""
    for size in range(min(8, len(word) - _SHORTEST_PART), 1, -1):
        if len(word) - size == _SHORTEST_PART and size < _SURE_FORM:
            continue
        loose = word[:size] in _LOOSE
        if not loose and word[:size] not in _FORMS:
            continue
        rest = word[size:]
        flag = table.get(rest, 0)
        listed = flag & (lexicon.MEDICAL if loose else lexicon.COMMON | lexicon.MEDICAL)
        named = flag & lexicon.NAME and size < _SURE_FORM and (len(rest) <= 5 or loose)  # "multigene", but "Epiman"
        if listed and (size > 2 or len(rest) > 5) and not named:
            return True
        if rest.endswith(_CLINICAL) or (len(rest) > 5 and _inflected(rest, table)):
            return True
    return False


_SHORTEST_EPONYM = 5
_SHORTEST_PART = 4
_SURE_FORM = 5  # letters of a part that no name begins with: "multi", "hyper", "pseudo"


def _inflected(word: str, table: dict[str, int]) -> bool:
    """A form of a listed word: "stented", "paralysed" beside "paralyze", "sonographic" beside "sonography"."""
    for ending, stems in _INFLECTED:
        if not word.endswith(ending):
            continue
        base = word[: -len(ending)]
        for put in stems:
            stem = base + put
            if len(stem) < (_SHORTEST_STEM if ending in _VERBAL else _SHORTEST_STEM + 1):
                continue
            for form in (stem, _american(stem)):
                found = table.get(form, 0)
                if found & (lexicon.COMMON | lexicon.MEDICAL | lexicon.RARE) and not found & lexicon.NAME:
                    return True
        twice = len(base) > _SHORTEST_STEM and base[-1] == base[-2] and ending in _VERBAL
        if twice and table.get(base[:-1], 0) & lexicon.COMMON and not table[base[:-1]] & lexicon.NAME:
            return True
    verb = table.get(f"{word}d", 0) if word.endswith(("ate", "ize", "ise")) else 0
    if verb & (lexicon.COMMON | lexicon.MEDICAL) and not verb & lexicon.NAME:
        return True  # "extubate" beside "extubated"
    found = table.get(_american(word), 0)
    return bool(found & (lexicon.COMMON | lexicon.MEDICAL)) and not found & lexicon.NAME


def _american(word: str) -> str:
    """The American spelling of a British word, which the lists have."""
    for british, american in _BRITISH:
        word = word.replace(british, american)
    return word.removesuffix("re") + "er" if word.endswith("tre") else word


_PREFIXED = (
    "anti-",
    "non-",
    "pre-",
    "post-",
    "peri-",
    "pro-",
    "intra-",
    "inter-",
    "sub-",
    "extra-",
    "trans-",
    "multi-",
    "semi-",
)
_SUFFIXED = (
    "-like", "-type", "-positive", "-negative", "-based", "-free", "-induced", "-related", "-associated", "-resistant", "-sensitive", "-specific",
    "-style", "-naive", "-dependent", "-guided", "-assisted", "-coated", "-trained", "-only",
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# All listed words but four are shorter; a run of letters without end would cost the square of its length.
_LONGEST_MISTYPED = 40


def _mistyped(word: str, table: dict[str, int]) -> int:
    """For a word of six letters or more: RARE if one letter off a common word, EPONYM if off a brand or an eponym."""
    if not 6 <= len(word) <= _LONGEST_MISTYPED:
        return 0
    known = lexicon.COMMON | lexicon.MEDICAL if len(word) > 7 else lexicon.COMMON
    near = 0
    for index in _places(word):
        head, rest, tail = word[:index], word[index:], word[index + 1 :]
        forms = [head + tail]
        forms += [head + letter + tail for letter in _LETTERS]
        forms += [head + letter + rest for letter in _LETTERS]
        if tail:
            forms.append(head + tail[0] + word[index] + tail[1:])
        for flag in filter(None, map(table.get, forms)):
            if flag & lexicon.EPONYM and not flag & lexicon.NAME and len(word) > 6:
                return lexicon.EPONYM
            if flag & known:
                near = lexicon.RARE
    return near


def _places(word: str) -> range:
    """Where one letter may be wrong: what stands before begins a listed word, what stands after ends one."""
    forwards, backwards = _listed()
    end = _shared(word, forwards)
    start = len(word) - 2 - _shared(word[::-1], backwards)  # two letters may have changed places
    return range(max(0, start), min(len(word), end + 1))


def _shared(word: str, ordered: list[str]) -> int:
    """How many first letters the word has in common with one of the ordered words."""
    at, most = bisect_left(ordered, word), 0
    for near in ordered[max(0, at - 1) : at + 1]:
        size = 0
        for letter, other in zip(word, near, strict=False):
            if letter != other:
                break
            size += 1
        most = max(most, size)
    return most


@cache
def _listed() -> tuple[list[str], list[str]]:
    """The words that another may be mistyped for, in order by their first letters; and from the last letter to the first."""
    wanted = lexicon.COMMON | lexicon.MEDICAL | lexicon.EPONYM
    found = sorted(word for word, flag in lexicon.words().items() if flag & wanted)
    return found, sorted(word[::-1] for word in found)


_ENGLISH = (
    "ation", "ations", "ises", "izes", "ized", "ised", "izing", "ising", "iser", "izer", "ular", "going", "ness", "ments", "ically", "ability", "ible",
    "ysis", "oses", "cyte", "cytes", "blast", "lysis", "static", "omies", "philia", "edly", "ously", "tively", "colic", "mannan", "match", "oplication",
)  # fmt: skip
# What words of medicine begin with.
_FORMS = word_set(
    "neo stereo amnio haplo diplo geno pheno anthropo pre post non anti sub multi semi inter extra hyper hypo peri trans intra retro pseudo cardio neuro gastro hepato nephro osteo "
    "thrombo immuno micro macro electro ultra angio arterio broncho supra infra para endo ecto epi auto dys eu hemi haemo hemo quadri tetra "
    "poly normo oligo pneumo vaso brady tachy costo naso oro ileo entero recto colo cysto pyelo uretero urethro "
    "utero salpingo vulvo mammo pleuro pericardio mediastino cerebro spino lumbo sacro ilio ischio femoro tibio talo calcaneo humero radio ulno carpo "
    "myo tendo arthro chondro spondylo cranio maxillo fronto temporo parieto occipito oculo kerato irido retino oto tympano rhino laryngo tracheo "
    "oesophago esophago duodeno jejuno appendic chole choledocho pancreato spleno lympho adeno veno phlebo athero cyto erythro leuko leuco histo onco "
    "patho pharmaco psycho cryo thermo hydro lipo glyco uro hemato haemato dermato lipo brachy antero postero latero supero infero "
    "ventro dorso centri homo hetero homeo allo xeno ante contra ipsi circum"
)
# What other words begin with as well, surnames among them ("Midwood", "Overstreet"): before an inflected or a clinical word only.
_LOOSE = word_set(
    "un re over under uni mid self mal mis up down bi tri dis photo radi sono echo pan tele meta iso medio an de be co out off well"
)
# What they end with, after such a part.
_CLINICAL = (
    "tension", "tensive", "volemic", "volemia", "pneic", "pnea", "pnoea", "cardic", "cardia", "febrile", "kinetic", "kinetics", "kinesis", "kinesia", "thymic",
    "thyroid", "glycemic", "glycemia", "paretic", "plegic", "trophic", "tropic", "tropes", "phasic", "phasia", "phonic", "phonia", "phagia", "dipsia",
    "metria", "cytic", "cytosis", "penic", "penia", "gravida", "parous", "amnios", "cephalic", "centesis", "tripsy", "desis", "pexy", "rrhaphy",
    "stomy", "tomy", "lysis", "lytic", "rrhea", "rrhoea", "rrhagia", "spasm", "spastic", "thorax", "thoraces", "partum", "chezia", "temesis", "ptysis", "opia",
    "opsia", "scopic", "graphic", "graphy", "genous", "genic", "coccal", "edema", "oedema", "emic", "aemic", "uric", "uria", "static", "plastic", "echoic", "lateral",
    "axial", "phrenic", "chondral", "vertebral", "luminal", "icteric", "tonic", "flexion", "verted", "gastric", "sternal", "enteric", "morphic", "reflexic", "reflexia",
    "therapy", "pathic", "ungual", "nasal", "ptosis", "grade", "toxic", "algesic", "algia",
)  # fmt: skip
_INFLECTED = (
    ("ed", ("", "e")), ("ing", ("", "e")), ("ly", ("",)), ("ic", ("ia", "y", "is")), ("ation", ("ate", "e")), ("ated", ("ation",)), ("ies", ("y",)),
    ("ied", ("y",)), ("al", ("", "a", "us")), ("ically", ("ic",)), ("ion", ("e", "")), ("able", ("", "e")), ("ive", ("ion",)), ("ous", ("us", "")),
    ("um", ("a",)), ("ae", ("a",)),
)  # fmt: skip
_SHORTEST_STEM = 5
_VERBAL = frozenset(("ed", "ing"))
_BRITISH = (
    ("aem", "em"), ("oed", "ed"), ("oes", "es"), ("aes", "es"), ("aed", "ed"), ("aec", "ec"), ("rrhoe", "rrhe"), ("our", "or"),
    ("ise", "ize"), ("isa", "iza"), ("isi", "izi"), ("yse", "yze"), ("ysi", "yzi"), ("lled", "led"), ("lling", "ling"),
)  # fmt: skip
_ENDINGS = (
    "itis", "osis", "emia", "aemia", "ectomy", "otomy", "ostomy", "plasty", "scopy", "graphy", "gram", "oma", "opathy", "pathy",
    "uria", "algia", "plegia", "paresis", "megaly", "genic", "cillin", "mycin", "azole", "statin", "sartan", "pril", "olol",
    "dipine", "mab", "tinib", "parin", "oxacin", "cycline", "vir", "lol", "pine", "zepam", "zolam", "prazole", "tidine",
    "form", "gliptin", "gliflozin", "glutide", "formin", "thiazide", "semide", "steroid", "cortisone", "solone", "caine", "phylline",
    "terol", "tropium", "setron", "triptan", "xaban", "gatran", "ologist", "ology", "ological", "ated",
    "phaga", "bacter", "bacterium", "monas", "myces", "coccus", "cocci", "bacillus", "virus", "spirillum", "nema", "chaete",
    "ometer", "ometers", "volemic", "tensive", "scopic", "graphic", "thoraces", "centesis", "tripsy", "ectomies", "otomies", "ostomies", "aceous",
    "oid", "oids", "istic", "astic", "altic", "axis", "ixis", "iasis", "stole", "ility", "ivity", "ative", "atory", "atic", "tropic", "trophy", "trophic", "plasia", "plastic",
    "rrhexis", "rrhaphy", "malacia", "phobia", "phobic", "philic", "phagia", "escence", "escent", "icular", "itious", "iferous", "olytic", "otic", "ism", "isms", "lepsy",
    "leptic", "gnosis", "gnostic", "crine", "physis", "physeal", "osteal", "ineal", "orrheic", "opexy", "emesis", "ptosis", "stenosis", "stenotic", "ectatic", "ectasia", "ectasis",
)  # fmt: skip
