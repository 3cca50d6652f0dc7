"""The hand-kept sets whose members the name and place rules ask for, each with its bit in the word table."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from cloister.phi.place_words import (
    AFFIXES,
    CHAINS,
    JOBS,
    KINDS_OF_ORGANISATION,
    NOWHERE,
    PLACE_LABELS,
    PLACE_LEADS,
    SENT,
    WORK_LABELS,
    WORK_VERBS,
)
from cloister.phi.trades import TRADES
from cloister.phi.vocabulary import (
    CREDENTIALS,
    EPONYM_HEADS,
    NATIONS,
    PARTICLES,
    PERSON_CUES,
    PERSON_VERBS,
    RELATIONS,
    STATE_CODES,
    STATES,
    STOP,
    TITLES,
    WEAK_TITLES,
    word_set,
)

# The last word of a label: what stands after its colon is a person.
LABELS = word_set(
    "name names patient patients pt attending attendings admitting consult consults covering scribe seen witness physician provider surgeon by "
    "pcp consultant cc attn attention dear author resident fellow assistant anesthesiologist pathologist radiologist cardiologist oncologist "
    "spouse wife husband son daughter mother mom dad father brother sister aunt uncle niece nephew cousin friend neighbor kin nok contact guardian proxy hcp interpreter manager worker therapist counselor "
    "preceptor from to re subject informant guarantor subscriber insured holder policyholder alias aka last first middle surname caller relative nickname supervisor "
    "party poa client member beneficiary nurse rn md clinician doctor dr practitioner technologist tech sonographer assessor evaluator examiner "
    "partner child parent parents caregiver grandmother grandfather operator coordinator teacher principal employer advocate midwife obstetrician "
    "pediatrician psychiatrist psychologist dietitian pharmacist dentist recipient sender prescriber veteran mrs mr ms donor proband deceased decedent referring student staff crna scrub circulator crew driver victim owner user assist anes anesthesia crna staff cosigner deponent employee landlord tenant nephrologist neurologist urologist endocrinologist pulmonologist hospitalist internist family sibling siblings children cousin grandson granddaughter aunt uncle stepson stepdaughter ex-husband ex-wife roommate boyfriend girlfriend fiance fiancee pastor chaplain attorney lawyer officer"
)
# After these a capitalised word that is also an everyday word is a name as well.
SURE_LABELS = word_set(
    "name names surname last first middle patient pt nok kin spouse wife husband son daughter mother father brother sister guarantor subscriber insured attending provider physician surgeon pcp mrs mr ms caller guardian dear maiden alias aka proband decedent deceased"
)
LOWER_CUES = word_set(
    "patient pt name named client for called wife husband son daughter mother father sister brother spouse partner friend with mr mrs ms dr miss doctor by from to caregiver "
    "neighbor attending surgeon physician nurse hi dear i'm am this is mom dad tell call email msg message text ask remind schedule resched reschedule book regarding about re on see contact mother's hey thanks and"
)
FAINT = word_set(
    "is this to from by i'm am tell call email msg message text ask remind schedule resched reschedule book regarding about re on see contact for with and called hey thanks"
)
NEAR = RELATIONS | word_set("with per named called spoke by mom dad interpreter pt patient client resident")
TOLD = word_set("called reported faxed given sent referred spoke paged routed forwarded introduced transferred handed")
CLINICIANS = word_set("rn lpn md do np pa phd lcsw msw rd rph crna aprn pa-c cna pt ot pharmd dpt fnp cnm dds lmft")
IMAGING = word_set("mr ms sr lt fr")
ONLY_PEOPLE = word_set(
    "weighs weighed denies denied endorses reports lives rents complains verbalized consented ambulated refuses ate slept walked smokes drinks says said thinks wants told asked called "
    "vomited cried verbalizes ambulates eats sleeps spoke talked agrees insists voided yelled smiled apologized"
)
STATE_WORDS = word_set("carolina dakota hampshire jersey mexico york rhode")
MONTHS = word_set("january february march april may june july august september october november december")
PLAIN_STATES = frozenset(name for name in STATES if " " not in name)
CODES = frozenset(code.lower() for code in STATE_CODES)
# Given names that are everyday words too: before a surname they are names, even at the head of a sentence.
GIVEN = word_set(
    "mark bill will grace rose hope faith joy dawn april june may august summer autumn amber crystal ruby jade pearl iris lily daisy violet ivy holly heather hazel "
    "olive ginger sage basil robin jay drew frank rich art gene guy pat rob bob carol melody harmony charity patience prudence mercy constance chase hunter "
    "carter mason tyler cooper parker taylor jordan austin dallas dakota cody brandy candy sherry misty stormy sandy penny cherry star skip chip buck rusty dusty lance max miles grant "
    "reed wade ward brook brooke cliff dale glen heath chad dick peter rod woody earl king prince royal dean ray troy clay don ken ted lee ross kent guy graham "
    "marina aurora sterling fern jasmine laurel myrtle opal viola flora celeste jewel angel christian noel logan jasper rocky sky skye phoenix justice destiny trinity genesis "
    "nevaeh serenity heaven journey haven autumn willow hazel juniper poppy clementine olive rosemary august river canyon forest archer ryder gunner ace blaze colt storm "
    "victor ernest clement grover homer virgil otto curt mack morris lucas benny basil mercedes porsche lexus tiffany paris london sydney chelsea savannah cheyenne asia india china kenya brooklyn israel "
    "dot bea gus hal ty jo dee buddy sonny sue jo al ed sal art abe ike lou roy leo ira ada eve ina una ivy fay may lea gay ana pam kit kat kay kim liz lyn mo ned pat peg pip rae ria rob ron sam sid sol ted tim tom val vic viv wes zoe zach"
)
# Surnames among the words that are never names by themselves: right after a given name they are.
STOP_NAMES = word_set(
    "day week weeks long white black little short large small big north south east west high low early late case hand page street state best cross blue shield temple close last new turn home key cook church green may will major hall care good rice close ward north"
)
CLOSINGS = word_set("thanks thx ty regards cheers sincerely respectfully")
# Small words of Spanish, French and German that English has not: two of them tell a line in another language.
FOREIGN = word_set(
    "el una que con por hace cada muy pero desde hasta cuando tiene tengo esta esto estoy fue dolor veces tome tomar tableta tabletas comida "
    "les une avec pour dans depuis sans pas elle je vous matin soir jours fois prendre comprime comprimes "
    "und nicht bitte seit einen keine wegen beim mit zum zur nach vor tage wochen schmerzen nuchtern kommen"
)

KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("stop", STOP), ("title", TITLES), ("weak-title", WEAK_TITLES), ("credential", CREDENTIALS), ("relation", RELATIONS),
    ("cue", PERSON_CUES), ("verb", PERSON_VERBS), ("particle", PARTICLES), ("state", PLAIN_STATES), ("code", CODES),
    ("state-word", STATE_WORDS), ("month", MONTHS), ("head", EPONYM_HEADS), ("label", LABELS), ("sure-label", SURE_LABELS),
    ("lower-cue", LOWER_CUES), ("faint", FAINT), ("near", NEAR), ("told", TOLD), ("clinician", CLINICIANS),
    ("imaging", IMAGING), ("only-people", ONLY_PEOPLE), ("given", GIVEN),
    ("organisation", KINDS_OF_ORGANISATION), ("trade", TRADES), ("work", WORK_VERBS), ("work-label", WORK_LABELS), ("job", JOBS),
    ("place-label", PLACE_LABELS), ("affix", AFFIXES), ("stop-name", STOP_NAMES), ("closing", CLOSINGS), ("suffix", word_set("jr sr ii iii iv")), ("abbreviated", word_set("st jr sr")),
    ("nation", NATIONS), ("foreign", FOREIGN), ("lead", PLACE_LEADS), ("sent", SENT), ("chain", CHAINS), ("nowhere", NOWHERE),
)  # fmt: skip
