"""Make the data that `cloister.demo` ships, from public lists.

    python scripts/demo_lists.py FOLDER_OF_PUBLIC_DATA

FOLDER holds `diabetes130/` (UCI Diabetes 130-US hospitals, CC BY 4.0) and `lists/` (US Census names and ZIP code
populations, CMS hospital addresses; public domain). Writes `src/cloister/demo/data/`; same input, same bytes.
"""

from __future__ import annotations

import csv
import json
import lzma
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "cloister" / "demo" / "data"


def _words(text: str) -> list[str]:
    return text.split()


FEMALE = _words("""
mary patricia linda barbara elizabeth jennifer maria susan margaret dorothy lisa nancy karen betty helen
sandra donna carol ruth sharon michelle laura sarah kimberly deborah jessica shirley cynthia angela melissa
brenda amy anna rebecca virginia kathleen pamela martha debra amanda stephanie carolyn christine marie janet
catherine frances ann joyce diane alice julie heather teresa doris gloria evelyn jean cheryl mildred katherine
joan ashley judith rose janice kelly nicole judy christina kathy theresa beverly denise tammy irene jane lori
rachel marilyn andrea kathryn louise sara anne jacqueline wanda bonnie julia ruby lois tina phyllis norma
paula diana annie lillian emily robin peggy crystal gladys rita dawn connie florence tracy edna tiffany carmen
rosa cindy grace wendy victoria edith kim sherry sylvia josephine thelma shannon sheila ethel ellen elaine
marjorie carrie charlotte monica esther pauline emma juanita anita rhonda hazel amber eva debbie april leslie
clara lucille jamie joanne eleanor valerie danielle megan alicia suzanne michele gail bertha darlene veronica
jill erin geraldine lauren cathy joann lorraine lynn sally regina erica beatrice dolores bernice audrey yvonne
annette june marion dana stacy ana renee ida vivian roberta holly brittany melanie loretta yolanda jeanette
laurie katie kristen vanessa alma sue elsie beth jeanne
""")
MALE = _words("""
james john robert michael william david richard charles joseph thomas christopher daniel paul mark donald
george kenneth steven edward brian ronald anthony kevin jason matthew gary timothy jose larry jeffrey frank
scott eric stephen andrew raymond gregory joshua jerry dennis walter patrick peter harold douglas henry carl
arthur ryan roger joe juan jack albert jonathan justin terry gerald keith samuel willie ralph lawrence
nicholas roy benjamin bruce brandon adam harry fred wayne billy steve louis jeremy aaron randy howard eugene
carlos russell bobby victor martin ernest phillip todd jesse craig alan shawn clarence sean philip chris
johnny earl jimmy antonio danny bryan tony luis mike stanley leonard nathan dale manuel rodney curtis norman
allen marvin vincent glenn jeffery travis jeff chad jacob lee melvin alfred kyle francis bradley jesus herbert
frederick ray joel edwin don eddie ricky troy randall barry alexander bernard mario leroy francisco marcus
micheal theodore clifford miguel oscar jay jim tom calvin alex jon ronnie bill lloyd tommy leon derek warren
darrell jerome floyd leo alvin tim wesley gordon dean greg jorge dustin pedro derrick dan lewis zachary corey
herman maurice vernon roberto clyde glen hector shane ricardo sam rick lester brent ramon charlie tyler
gilbert gene
""")
SURNAMES = _words("""
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson
anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis
robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera
campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart
morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim
cox ward richardson watson brooks chavez wood james bennett gray mendoza ruiz hughes price alvarez castillo
sanders patel myers long ross foster jimenez powell jenkins perry russell sullivan bell coleman butler
henderson barnes gonzales fisher vasquez simmons romero jordan patterson alexander hamilton graham reynolds
griffin wallace moreno west cole hayes bryant herrera gibson ellis tran medina aguilar stevens murray ford
castro marshall owens harrison fernandez mcdonald woods washington kennedy wells vargas henry chen freeman
webb tucker guzman burns crawford olson simpson porter hunter gordon mendez silva shaw snyder mason dixon
munoz hunt hicks holmes palmer wagner black robertson boyd rose stone salazar fox warren mills meyer rice
schmidt garza daniels ferguson nichols stephens soto weaver ryan gardner payne grant dunn kelley spencer
hawkins arnold pierce hansen peters santos hart bradley knight elliott cunningham duncan armstrong hudson
carroll lane riley andrews alvarado ray delgado berry perkins hoffman johnston matthews pena richards
contreras willis carpenter lawrence parkinson foley cushing graves may bishop cardiel love english
""")
STREETS = _words("""
maple oak cedar pine elm walnut chestnut birch willow sycamore magnolia dogwood juniper laurel hickory main
church mill school park lake river spring hill ridge valley meadow forest orchard prairie canyon harbor bay
washington lincoln jefferson madison monroe jackson franklin hamilton adams grant sherman douglas highland
lakeview fairview pleasant sunset sunrise broadway market center union liberty railroad college academy cherry
peach apple juniper hawthorn linden poplar aspen cottonwood heron eagle quail pheasant fox deer elk bear wolf
1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th 14th 21st 33rd 42nd
""")
SUFFIXES = _words("St Ave Rd Dr Ln Ct Blvd Way Pl Ter Cir Pkwy")
# One or more area codes in use in each state before 2009.
AREA_CODES = {
    "AK": "907", "AL": "205 251 256 334", "AR": "479 501 870", "AZ": "480 520 602 623 928",
    "CA": "209 213 310 408 415 510 530 619 707 714 805 818 916", "CO": "303 719 970", "CT": "203 860", "DC": "202",
    "DE": "302", "FL": "305 352 386 407 561 727 813 850 904 941", "GA": "229 404 478 706 770 912", "HI": "808",
    "IA": "319 515 563 641 712", "ID": "208", "IL": "217 309 312 618 630 708 773 815 847",
    "IN": "219 260 317 574 765 812", "KS": "316 620 785 913", "KY": "270 502 606 859", "LA": "225 318 337 504 985",
    "MA": "413 508 617 781 978", "MD": "301 410", "ME": "207", "MI": "231 248 269 313 517 616 734 810 906 989",
    "MN": "218 320 507 612 651 763 952", "MO": "314 417 573 636 660 816", "MS": "228 601 662", "MT": "406",
    "NC": "252 336 704 828 910 919", "ND": "701", "NE": "308 402", "NH": "603", "NJ": "201 609 732 856 908 973",
    "NM": "505", "NV": "702 775", "NY": "212 315 516 518 585 607 631 716 718 845 914",
    "OH": "216 330 419 440 513 614 740 937", "OK": "405 580 918", "OR": "503 541",
    "PA": "215 412 570 610 717 724 814", "RI": "401", "SC": "803 843 864", "SD": "605", "TN": "423 615 731 865 901 931",
    "TX": "210 214 254 281 361 409 512 713 806 817 903 915 936 940 956 972", "UT": "435 801",
    "VA": "276 434 540 703 757 804", "VT": "802", "WA": "206 253 360 425 509", "WI": "262 414 608 715 920",
    "WV": "304", "WY": "307",
}  # fmt: skip
# Columns whose values form a closed set.
CODED = _words("""
race gender age weight payer_code max_glu_serum A1Cresult metformin repaglinide nateglinide chlorpropamide
glimepiride acetohexamide glipizide glyburide tolbutamide pioglitazone rosiglitazone acarbose miglitol
troglitazone tolazamide examide citoglipton insulin glyburide-metformin glipizide-metformin
glimepiride-pioglitazone metformin-rosiglitazone metformin-pioglitazone change diabetesMed readmitted
""")
_COMMON_DRUG_CODES = ["Down", "No", "Steady", "Up"]


def census(path: Path, common: list[str], count: int) -> list[str]:
    """``common`` names that the Census lists, then ``count`` others spread evenly over its alphabet."""
    listed = [line.strip() for line in path.read_text("utf-8").splitlines()]
    known = set(listed)
    kept = [name for name in dict.fromkeys(common) if name in known]
    rest = [name for name in listed if name.isalpha() and name.isascii() and 3 <= len(name) <= 11]
    rest = sorted(set(rest) - set(kept))
    return kept + (rest[:: len(rest) // count][:count] if count else [])


def title(text: str) -> str:
    return " ".join(word.capitalize() for word in text.split())


def places(folder: Path) -> list[list[object]]:
    """City, state, ZIP and its 2020 population, for places that have a hospital."""
    population: dict[str, int] = {}
    for line in (folder / "zcta_population_2020.csv").read_text("utf-8").splitlines():
        if not line.startswith("#") and line.strip():
            code, people = line.split(",")
            population[code] = int(people)
    found: dict[str, list[object]] = {}
    with (folder / "cms_hospital_general_information.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            code, state, city = row["ZIP Code"], row["State"], row["City"]
            if population.get(code, 0) > 0 and state in AREA_CODES and city.replace(" ", "").isalpha():
                found.setdefault(code, [title(city), state, code, population[code]])
    return [found[code] for code in sorted(found)]


def code_sets(diabetes: Path) -> dict[str, list[str]]:
    text = lzma.decompress((diabetes / "diabetic_data.csv.xz").read_bytes()).decode()
    rows = list(csv.DictReader(text.splitlines()))
    sets = {name: sorted({row[name] for row in rows} - {"?"}) for name in CODED}
    for name, values in sets.items():
        # A drug column that never shows a change still may.
        if set(values) <= set(_COMMON_DRUG_CODES) and "No" in values and name not in ("change", "diabetesMed"):
            sets[name] = _COMMON_DRUG_CODES
    heading = ""
    for row in csv.reader((diabetes / "IDs_mapping.csv").read_text("utf-8").splitlines()):
        if row and row[0].endswith("_id"):
            heading = row[0]
            sets[heading] = []
        elif row and row[0]:
            sets[heading].append(row[0])
    return sets


def main() -> int:
    if len(sys.argv) != 2:
        sys.stderr.write(str(__doc__))
        return 2
    source = Path(sys.argv[1])
    diabetes, lists = source / "diabetes130", source / "lists"
    TARGET.mkdir(parents=True, exist_ok=True)
    content = lzma.decompress((diabetes / "diabetic_data.csv.xz").read_bytes())
    (TARGET / "diabetes130.csv.xz").write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    (TARGET / "IDs_mapping.csv").write_bytes((diabetes / "IDs_mapping.csv").read_bytes())
    given = lists / "first_names.txt"
    other = [name for name in census(given, [], 1500) if name not in {*FEMALE, *MALE}]
    value = {
        "female": [title(name) for name in census(given, FEMALE, 0)],
        "male": [title(name) for name in census(given, MALE, 0)],
        "given": [title(name) for name in other],
        "surnames": [title(name) for name in census(lists / "surnames.txt", SURNAMES, 0)],
        "rare_surnames": [title(name) for name in census(lists / "surnames.txt", [], 6000)],
        "streets": [title(name) for name in dict.fromkeys(STREETS)],
        "suffixes": SUFFIXES,
        "area_codes": {state: codes.split() for state, codes in AREA_CODES.items()},
        "places": places(lists),
    }
    text = json.dumps(value, indent=None, separators=(",", ":")).encode()
    (TARGET / "lists.json.xz").write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    sets = json.dumps(code_sets(diabetes), indent=1) + "\n"
    (TARGET / "code_sets.json").write_text(sets, "utf-8")
    for path in sorted(TARGET.iterdir()):
        sys.stdout.write(f"{path.stat().st_size:>9,}  {path.name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
