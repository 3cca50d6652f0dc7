"""Numbers of persons in forms that nobody foresaw: groups, bare cues, odd separators; and figures that are nobody's."""

import pytest

from cloister.phi import Detector

DETECTOR = Detector()
PATTERNS = Detector(names=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Emergency contact (314) 555 - 0177.", "(314) 555 - 0177"),
        ("notified [309] 555-0114 at noon", "[309] 555-0114"),
        ("daughter 956 - 555 - 0102", "956 - 555 - 0102"),
        ("fax for ccp: 1 (866) 5550188", "(866) 5550188"),
        ("office line 555 01 88, press 2", "555 01 88"),
        ("pager 44-188, ask for ortho", "44-188"),
        ("dial 5-0144 then ask", "5-0144"),
        ("(11 24 87 09) for surgery", "11 24 87 09"),
        ("OR log no. 2024-03381", "2024-03381"),
        ("chart 88201. told to hold", "88201"),
        ("mrn ending 5518 is wrong", "5518"),
        ("fin 90077 18342", "90077 18342"),
        ("rx no. 4418 8823", "4418 8823"),
        ("MR 0044 1872 ASA 2", "0044 1872"),
        ("hosp no R 118842 - letter", "R 118842"),
        ("icd serial BLH 418842 S on advisory", "BLH 418842 S"),
        ("override code 88417 used", "88417"),
        ("on CXR 4417-8820-1 no PTX", "4417-8820-1"),
        ("Grp 0088123-014-00001 active", "0088123-014-00001"),
        ("UPI 8817-44-209 filed", "8817-44-209"),
        ("trip 3-44188-1 booked", "3-44188-1"),
        ("claim C-28 441 907 open", "C-28 441 907"),
        ("MCD 100448 2719 0 eligible", "100448 2719 0"),
        ("incident rpt IR 24-441 filed", "IR 24-441"),
        ("trauma band TRZ-4418.", "TRZ-4418"),
        ("toe tag 44182", "44182"),
        ("unit log 0091-A, VIN", "0091-A"),
        ("bag 4 E-24-0918-3 sealed", "E-24-0918-3"),
        ("WC# WC-550-F81773. Est LOS", "WC-550-F81773"),
        ("EEG #24-0981 read", "24-0981"),
        ("specimen 24C-0918 hemolyzed", "24C-0918"),
        ("machine 2K-118823 chair 9", "2K-118823"),
        ("path no: 24:SP2219", "24:SP2219"),
        ("VAC unit VFTR88104 rental", "VFTR88104"),
        ("eMRN 1.004.418 here", "1.004.418"),
        ("sample tube B4418820-2 unlabeled", "B4418820-2"),
        ("slide S-24/03377 reviewed", "S-24/03377"),
        ("slip 88-04417-C in hand", "88-04417-C"),
        ("USCIS A-098 441 772", "A-098 441 772"),
        ("last4 R4418, verify", "R4418"),
        ("certified mail 7019 0160 0000 4418 8207", "7019 0160 0000 4418 8207"),
        ("source pt 77-40-19 drawn", "77-40-19"),
        ("born 12*3*88, chart says", "12*3*88"),
        ("he lives on county rd 418", "county rd 418"),
        ("Lives w/ son Desmond at 2 Quarry Hill.", "2 Quarry Hill"),
        ("Hospice admit. Philippa Entwhistle, 97. Comfortable", "97"),
        ("CHECK ON FILE (C8407962) TO FOLLOW", "C8407962"),
        ("ME case 24-07718 signed", "24-07718"),
        ("enc 2 0418 7712 closed", "2 0418 7712"),
        ("implant sticker (21)77041882.", "77041882"),
        ("req 24-109-041877, tube x1", "24-109-041877"),
        ("Tissue bank TB.0418.77, graft", "TB.0418.77"),
        ("BAL M0418:24 Gram 2+", "M0418:24"),
        ("straw E3-0418-7 thawed", "E3-0418-7"),
        ("letter DM0418K7 sent", "DM0418K7"),
        ("Cord blood 0418-7712 matched", "0418-7712"),
        ('License plate "OHSU418" seen', "OHSU418"),
        ("wound DSC_0418.NEF, heel", "DSC_0418.NEF"),
        ("Motor vehicle accident 9/8, restrained", "9/8"),
    ],
)
def test_a_number_in_an_odd_form_is_found(text: str, value: str) -> None:
    start = text.index(value)
    covered = {index for finding in DETECTOR.find(text) for index in range(finding.start, finding.end)}
    assert all(i in covered for i in range(start, start + len(value)) if text[i].isalnum())


@pytest.mark.parametrize(
    "text",
    [
        "Office visit 99214 with modifier 25, patient 18-65 years.",
        "Treadmill run 10-1500 m daily, strip 12 s, run 10-12 min.",
        "Sample size 12,450, study 2010-2015, sample 24188 copies.",
        "patient 12000 in the registry, case 4 of 12, file 3 of 7",
        "Log 4.4 copies, bag 1000 mL, bag 2 of 3, kit 0.3 mL, band 8-10%.",
        "EEG 8-10 Hz, video 25 fps, tech 99m sestamibi 30.2 mCi",
        "alarm limits 50-120, incident 12-lead, transport 4L NC",
        "subject to change 24-36 h, referral 2-3x/wk, cert 60 days",
        "taper 60-40-20-10, doses 400-800-400, meds at 08-12-16-20",
        "(150-450), (25 50 100 mcg), (5 10 15), (8 12 16 24 mg)",
        "Gauges 18-20-22, levels L2-L5-S1, M54.50, I10-I16, ISO 10993-1, IEC 60601-1",
        "NDC 00093-7146-56, HCPCS J1885 x2, CPT 20610-50",
        "A549, HEK293, MCF-7, MK-3475, AMG-510, ABT-199",
        "Hash #3 of 5, tooth #14, blade #15, trach #6, Rx #90.",
        "OR WRITE TO ME AT 6873, A CASE OF 1200 AND A FILE IN 2024, CALL ME IN 10-12 DAYS",
        "CLAIM FOR 1200 300 500, CARD AT 120 300 200",
        "Shift 0700-1900, rounds 0830-1015; L4-5 and T4-100, H1N1-2009, M54.50",
        "Pain 8/10, motor 4/5, motor strength 5/5, motor: 4/5 in the legs",
    ],
)
def test_figures_of_medicine_are_nobodys(text: str) -> None:
    assert [text[finding.start : finding.end] for finding in PATTERNS.find(text)] == []
