"""Organisations that no word of their kind tells: what leads to them, labels, towns, houses known everywhere."""

import pytest

from cloister.phi import Detector

FIND = Detector()


def covered(text: str, value: str) -> bool:
    start = text.index(value)
    found = {index for finding in FIND.find(text) for index in range(finding.start, finding.end)}
    return all(index in found for index in range(start, start + len(value)) if text[index].isalnum())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Physical therapy at Ascent, 2x/wk.", "Ascent"),
        ("Second set of films at Summit Point last year", "Summit Point"),
        ("O2 ordered via Comfort Air, delivery tomorrow", "Comfort Air"),
        ("Colonoscopy done at Gastro Partners in 2019", "Gastro Partners"),
        ("Aide from Gentle Hands comes twice a week", "Gentle Hands"),
        ("Transported by KARMO to trauma bay 2", "KARMO"),
        ("Dosing at VARDA since 2019", "VARDA"),
        ("Seen at The Wharf for a tattoo infection", "The Wharf"),
        ("Echo at Texas Heart in 2020", "Texas Heart"),
        ("Delivered at Mothers & Babies in 2018", "Mothers & Babies"),
        ("Read by Anna Roe, MD, Northwest Diagnostic Imaging", "Northwest Diagnostic Imaging"),
        ("Occupation: sous chef, The Lantern. Lives alone.", "The Lantern"),
        ("restaurant owner (The Salt Box, closed Mondays)", "The Salt Box"),
        ("Job: cashier, Shop & Save. No exposures.", "Shop & Save"),
        ("From: Highland Trauma Center", "Highland Trauma Center"),
        ("Funeral arrangements: Heritage Chapels.", "Heritage Chapels"),
        ("Transport Silver Cross, ETA 1500", "Silver Cross"),
        ("enrolled in Head Start of Pitt County", "Head Start of Pitt County"),
        ("Hospice of the Foothills to admit tomorrow", "Hospice of the Foothills"),
        ("meals by Meals on Wheels of Kalamazoo", "of Kalamazoo"),
        ("works for the City of Tacoma as a meter reader", "City of Tacoma"),
        ("Discussed w/ Dr. Roe of Meadow Cardiology Consultants.", "Meadow Cardiology Consultants"),
        ("Applied through Springfield Housing Authority", "Springfield Housing Authority"),
        ("EMS to Carson Tahoe for stroke alert", "Carson Tahoe"),
        ("refill sent to walmart", "walmart"),
        ("wife works nights at jbs", "jbs"),
        ("pt worked at del monte 30 yrs", "del monte"),
        ("needs a note for work at target", "target"),
        ("ADMIT FROM PRESBYTERIAN VILLAGE, SEPSIS", "PRESBYTERIAN VILLAGE"),
        ("Kids at Oak Prep and Pine Charter Hall.", "Pine Charter Hall"),
        ("Had the scope at Four Rivers Gastroenterology in May.", "Four Rivers Gastroenterology"),
        ("bx by Digestive Wellness Specialists", "Digestive Wellness Specialists"),
        ("Followed by Prairie Cardiology.", "Prairie Cardiology"),
        ("Repair 2019 by Dr. Roe, Illinois Hand & Wrist", "Illinois Hand & Wrist"),
        ("Letter sent to landlord (Lakeside Housing)", "Lakeside Housing"),
        ("Eye exam at America's Finest, no retinopathy", "America's Finest"),
        ("baggage handler, Delta, since 2001", "Delta"),
        ("Married to a pilot with Southwest.", "Southwest"),
        ("needs ABI from Vein Clinics of America", "Vein Clinics of America"),
        ("Cooling started; Tucson Children's transport left at 0410", "Tucson Children's"),
        ("Rock Valley PT needs a new script", "Rock Valley PT"),
        ("OUTSIDE RECORDS FROM HARLAN VALLEY SCANNED", "HARLAN VALLEY"),
        ("gallbladder out at st bernards in 2016", "st bernards"),
        ("Next appt Prairie Cardiology 10/3.", "10/3"),
        ("Immunizations up to date per Cornerstone Pediatrics.", "Cornerstone Pediatrics"),
        ("please call Summit Dental for clearance", "Summit Dental"),
        ("Employee of Dunmore Packaging, strained his back", "Dunmore Packaging"),
        ("Owns a landscaping business (GreenScape). Referred by Dr. Roe.", "GreenScape"),
        ("Last employed Desert Roofing.", "Desert Roofing"),
        ("His wife runs The Wool Basket. Referred by Dr. Roe.", "The Wool Basket"),
        ("letter for Northeast Housing Authority: needs an AC unit", "Northeast Housing Authority"),
        ("vaccinated at Walgreens 10/1", "10/1"),
        ("needs a new OT script for StepServe", "StepServe"),
        ("may return to Hawthorn Hill Early Learning House on Monday", "Hawthorn Hill Early Learning House"),
        ("Transfer called in. Mercy Two declined, no beds.", "Mercy Two"),
        ("My plan says The Iowa Clinic is out of network", "Iowa Clinic"),
        ("REFERRED TO DES MOINES ORTHOPAEDIC SURGEONS", "DES MOINES ORTHOPAEDIC SURGEONS"),
        ("laceration R forearm, DOI 11/5, sutures out", "11/5"),
        ("delivered at Doctors Hospital at Riverbend in 2019", "Riverbend"),
        ("she is in 10th grade at Ames School of the Arts", "Ames School of the Arts"),
        ("the Old Regular Baptist Church, by the creek", "Old Regular Baptist Church"),
        ("Admit: today  From: Meadow Trauma Center", "Meadow Trauma Center"),
        ("Eats at Dooley's daily, no exercise", "Dooley's"),
    ],
)
def test_what_leads_to_an_organisation_tells_it(text: str, value: str) -> None:
    assert covered(text, value)


@pytest.mark.parametrize(
    "text",
    [
        "Pain at Rest: 2/10, at Discharge: 0/10.",
        "Tender at McBurney point, flow murmur at the LUSB.",
        "Report given to the charge nurse at Bedside.",
        "Moved to Telemetry Unit at Arrival.",
        "Sent to Cath Lab. Referred to Pain Management.",
        "PPO with HSA. Testing for CAG repeats.",
        "Loss went to NaN at step 14000.",
        "Traveled through Texas, then from Southeast Asia.",
        "Johns Hopkins fall risk scale: high.",
        "NSAIDs from CVS brand bottle.",
        "Pittsburgh Sleep Quality Index 11.",
        "Consider Hospice referral if family agrees.",
        "Works at home, worked at night, works for himself.",
        "NEUROSURGERY CLINIC",
        "Removal of Foley, history of Jones fracture, tetralogy of Fallot.",
        "Discharge Instructions: continue Home Health.",
        "Signed by the nurse, RN, Case Manager.",
        "Per the American College of Surgeons guideline.",
        "Referred to Weight Management Clinic. Location: Main OR.",
        "Admitted via Direct Admission, seen in clinic 2/2 pain.",
        "Social Work called. Wound Care needs a consult.",
        "REFERRED FROM CLINIC. SENT FROM STEP DOWN. FELL FROM STANDING HEIGHT.",
        "ecg changes at st elevations, st segments normal",
        "Discussed at Multidisciplinary Rounds.",
        "Admitted from the Observation Unit. Awaiting records from Referring Provider.",
        "Ordered through Central Supply, received at Central Processing.",
        "Sent from Infusion Center. Chaplain from Pastoral Care visited.",
        "Referral from School Counselor. Reviewed at Tumor Board.",
        "Referred to Diabetes Education and Nutrition Services.",
        "Admitted to Labor and Delivery at 39 weeks. Transport by Stretcher.",
        "Please call Wound Care. Called Home Health. Strength at Deltoid 4/5.",
    ],
)
def test_where_something_is_done_is_no_organisation(text: str) -> None:
    assert FIND.find(text) == []
