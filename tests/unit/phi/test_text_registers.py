"""Forms of other registers and countries, of exports, bad scans and transcription, and what looks like them."""

import pytest

from cloister.phi import Detector

FIND = Detector()


def found(text: str) -> list[str]:
    return [text[f.start : f.end] for f in FIND.find(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("CLIA# 05D0912345", "05D0912345"),
        ("MRN 3381 4902; 61F", "3381 4902"),
        ("Health card 4471-882-019-XK.", "4471-882-019-XK"),
        ("Tail# N407GX, ETA 2010", "N407GX"),
        ("Vent asset tag BMED-20881.", "BMED-20881"),
        ("Portal code 7KX9-QM2P.", "7KX9-QM2P"),
        ("Coroner's no. 21-1447.", "21-1447"),
        ('{"id":"pt-7f31c09a"}', "pt-7f31c09a"),
        ('"postalCode":"60614"', "60614"),
        ("NOK (wife) 07700 900412", "07700 900412"),
        ("Phone: 765-555-O143.", "765-555-O143"),
        ("Adm: O4/18/1939", "O4/18/1939"),
        ("Dlsch: 1/13/2O24", "1/13/2O24"),
        ("DOS 1/19/24-1/22/24", "1/19/24-1/22/24"),
        ("Dates of evaluation: January 8 & 10, 2024", "January 8 & 10, 2024"),
        ("Tdap UTD 2020-05. Work note", "2020-05"),
        ("HUS 9/3: Gr I IVH", "9/3"),
        ("Pt Horace Q. Underhill, 97, DNR/DNI", "97"),
        ("aged ninety-two, of this parish", "ninety-two"),
        ("check sent to 509 S Oates.", "509 S Oates"),
        ("of N4218 County Road QQ, Waupaca", "N4218 County Road QQ"),
        ("4410 Old Pecan Ln, Lot 22, Bossier City", "4410 Old Pecan Ln, Lot 22"),
        ("Charlotte Amalie, VI 00802.", "00802"),
        ("BIB Chelmsford PD on Section 12", "Chelmsford PD"),
        ("Mrs. Ellsw0rth lives", "Ellsw0rth"),
        ("pump programmed by E.M.", "E.M."),
        ("T: 09/18/21   CPH:bjw   #443981\n", "CPH:bjw"),
        ("66M Mr. X\u2014actually Desmond Achterkamp\u2014arrived", "Desmond Achterkamp"),
        ("Client Quillon Ashby arrived on time.", "Quillon Ashby"),
        ("Addendum to H+P for cordova, maria elena: stable", "cordova, maria elena"),
        ("last seen by dr de la garza today, Tuesday", "de la garza"),
        ("Bed 6 Papadopoulou: ICH, EVD at 10", "Papadopoulou"),
        ("Zolgensma 2/27. Mother here", "2/27"),
        ("She is 99 and will be 100 on Feb 14.", "99"),
        ("She is 99 and will be 100 on Feb 14.", "100"),
        ("seen at Hilltop Pediatrics, today", "Hilltop Pediatrics"),
        ("stationed at Naval Base Kitsap.", "Naval Base Kitsap"),
        ("Phonak fit, S/N R 2231X0AB7 L 2231X0AC1.", "2231X0AB7"),
        ("Phonak fit, S/N R 2231X0AB7 L 2231X0AC1.", "2231X0AC1"),
        ("Acc E20240211-7781.", "E20240211-7781"),
        ("PA-C  Lic PA-0882", "PA-0882"),
        ("notified 515/555/0166.", "515/555/0166"),
        ("GI CONSULT - Sutherland, Rory - 7/7\n", "7/7"),
        ("fistula created 1/8 by dr baptiste", "1/8"),
        ("Sponsor: Lutheran Social Services.", "Lutheran Social Services"),
        ("Kids go to PS 321 and swim.", "PS 321"),
        ("Incarcerated at FCI Dublin until", "FCI Dublin"),
        ("VNA: Visiting Nurse Service of New York.", "Visiting Nurse Service of New York"),
        ("hold, Harris County Sheriff's Office.", "Harris County Sheriff's Office"),
        ("Discharged to The Arbors at Westfield for rehab", "Arbors at Westfield"),
        ("[] No. 12, 4th Cross, Gandhi Nagar, Bengaluru", "No. 12, 4th Cross, Gandhi Nagar"),
        ("Lives at Apt 12, 77 Harcourt Terrace, Dublin 2.", "Apt 12, 77 Harcourt Terrace"),
        ("again in Q3 2022.", "Q3 2022"),
        ("mother lived to 98.", "98"),
        ("my pager is 81-2204", "81-2204"),
        ("Receives dialysis TTS at DaVita Northgate.", "DaVita Northgate"),
        ("PT at ATI Lakeview three times", "ATI Lakeview"),
        ("surgery at Crested Butte Mountain, today", "Crested Butte Mountain"),
        ("Rec: St. Mary's Grand Junction.", "St. Mary's Grand Junction"),
        ("seen at MD Anderson League City.", "MD Anderson League City"),
        ("File No.: SLT/2291", "SLT/2291"),
        ("EBT card 5077 0881 2244 7190.", "5077 0881 2244 7190"),
        ("FedEx 7749 0182 3318.", "7749 0182 3318"),
        ("bday 8 16 83.", "8 16 83"),
        ("stroke on the ninth of May.", "ninth of May"),
        ("time of death 1822 11/9.", "11/9"),
        ("his church family from Macedonia Baptist checks on him", "Macedonia Baptist"),
        ("vaping in the bathroom at Westbrook High.", "Westbrook High"),
        ("Preschool: St. Aloysius.", "St. Aloysius"),
        ("medical record 4 4 7 1 0 9 2, admitted", "4 4 7 1 0 9 2"),
        ("discharged the eleventh.", "eleventh"),
        ("pharmacy on 4th Ave S, Kent", "4th Ave S"),
        ("agrees. S.K., RN OCN", "S.K."),
        ("LTACH referral: Bethesda Specialty.", "Bethesda Specialty"),
        ("Name: Oleander Fitzsimmons   MRN: 20241187", "Oleander Fitzsimmons"),
        ("INSURANCE: Rocky Mountain HMO, ID RMH 4471 0092, Grp", "RMH 4471 0092"),
        ("DL: CO 12-345-6789 Acct", "12-345-6789"),
        ("Cytogenetics: specimen 24-CG-0388, marrow", "24-CG-0388"),
        ("Larkfield Surgery, 9 Larkfield Avenue, Slough SL1 4XH", "Larkfield Surgery"),
        ("Larkfield Surgery, 9 Larkfield Avenue, Slough SL1 4XH", "Slough"),
        ("New pt from Fresenius Sparks, HBsAg neg", "Fresenius Sparks"),
        ("the Kroger on Route 9 and", "Route 9"),
        ("HEP via MedBridge code K7PX2QD.", "K7PX2QD"),
        ("serial no. 12840077 031.", "12840077 031"),
        ("(17/5/1971, 22 Kirkgate, Leith EH6 6AD)", "22 Kirkgate"),
        ("GP: Dr Hardcastle, The Old Mill Surgery, Hexham", "Old Mill Surgery"),
    ],
)
def test_what_is_found(text: str, value: str) -> None:
    spans = [(f.start, f.end) for f in FIND.find(text)]
    start = text.index(value)
    covered = {at for low, high in spans for at in range(low, high)}
    assert all(at in covered or not text[at].isalnum() for at in range(start, start + len(value))), found(text)


@pytest.mark.parametrize(
    "text",
    [
        "1-800-QUIT-NOW",
        "strength 5/5: normal",
        "Apgars 8/9, 9/9",
        "HR 92, 97, 101 today",
        "Azithr0mycin 250 mg",
        "started PD by cycler",
        "elective Bypass Surgery.",
        "1O mg, 5l of fluid",
        "the season 2019-20",
        "one hundred percent",
        "Sputum AFB neg x2.",
        "with Outpatient Dermatology",
        "Ranson criteria 3/11 at admission.",
        "She was 94 on 2 L, he was 98%",
        "ICD code K21A9X",
        "Haemoglobin  11.2  g/dL      13.0 - 17.0",
        "Glucose 126 mg/dL 65-100",
        "SFA occlusion, Rutherford 3. Plan angiogram",
        "Parent/Guardian: none",
        "so I'd like to talk",
        "Midas Rex drill, Phonak Audeo",
        "white Ford F-150",
        "CALL FOR WEIGHT GAIN OR FEVER",
        "study in ID SA 2019",
        "Hem-o-lok clips, Carter-Thomason",
        "read 1 2 3 4 5 6 on the chart",
        "on the second, more proximal lesion",
        "Review in 3/12.",
        "RxBIN 610011",
        "transferred to Medical Oncology",
        "vent at PS 10/5, PEEP 5",
        "Transferred to Surgery at night",
        "donated to the Red Cross",
        "the main road",
    ],
)
def test_what_is_not(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("FETAL ECHO: Oyelowo, Temitope G2P1", ["Oyelowo, Temitope"]),
        ("Client Name: Ibrahim Al-Rashidi D.O.B.: 05.05.1945", ["Ibrahim Al-Rashidi", "05.05.1945"]),
        ("went home to Maria on Tuesday", ["Maria"]),
    ],
)
def test_what_follows_a_name_is_not_part_of_it(text: str, values: list[str]) -> None:
    assert found(text) == values
