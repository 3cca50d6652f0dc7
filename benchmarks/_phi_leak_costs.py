"""The leak benchmark's costs: a log record, harmless texts withheld, hostile input, shadow copies found."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from _phi_channels import KEY, find_typed
from cloister.phi.leaks import PlaceFormatter, guard_prompt, scrub_line
from cloister.phi.sweep import Limits, fingerprint_rows, sweep


def log_cost() -> float:
    """Microseconds of CPU for one record, the dearer of a plain one and one with an exception."""
    formatter = PlaceFormatter()
    info = (ValueError, ValueError("x"), None)
    try:
        raise ValueError("x")
    except ValueError:
        info = sys.exc_info()
    worst = 0.0
    for exc_info in (None, info):
        record = logging.LogRecord("root", 40, "/a/train.py", 3, "row %s of %d", ("x", 3), exc_info, "fit")
        start = time.process_time()
        for _ in range(20_000):
            formatter.format(record)
        worst = max(worst, (time.process_time() - start) / 20_000 * 1e6)
    return worst


# Written after the word lists; looked at once since then, for a rule about medical endings.
HARMLESS_LINES = """[LightGBM] [Info] Auto-choosing row-wise multi-threading, the overhead of testing was 0.003 seconds
[LightGBM] [Info] Start training from score -1.234567
Using device cpu with 2 threads
Epoch [12/50], Step [100/937], Loss: 0.2214
Validation AUROC improved (0.801 --> 0.812). Saving checkpoint.
iter 400: train loss 0.41, eval loss 0.44, 12.1 ms per batch
Resampling minority class with replacement
grid search: 5 folds x 12 candidates, 60 fits
UndefinedMetricWarning: <withheld>
ConvergenceWarning: <withheld>
KeyboardInterrupt
Split sizes: train=71236 validation=15265 test=15265
dropping 3 constant columns
one-hot encoding gives 211 columns
Accuracy on group 2 is 0.78 against 0.81 overall
equalized odds difference 0.04, demographic parity difference 0.06
gradient norm 3.2 clipped to 1.0
checkpoint restored at global step 4000
quantile loss at 0.9: 1.37
permutation test: p = 0.012 after 1000 permutations
bootstrap 1000 replicates, standard error 0.0031
peak memory 812.4 MB
batch size 256, sequence length 512
model has 1,234,567 trainable parameters
writing predictions to output
exit code 0
label noise estimate: 4.2%
threshold 0.35 gives sensitivity 0.83 and specificity 0.71
NaN loss at step 18, stopping
job finished in 00:03:12""".splitlines()

HARMLESS_PROMPTS = """Which vaccines does a 65-year-old with asthma need this autumn?
How do I taper prednisone 40 mg after a COPD exacerbation?
Summarise the evidence for dapagliflozin in heart failure with preserved ejection fraction.
Creatinine rose from 0.9 to 1.4 mg/dL after starting vancomycin; what now?
Write a referral to cardiology for new atrial fibrillation, CHADS2 score 2.
Is cefazolin safe with a penicillin allergy?
Give a differential for painless jaundice and weight loss.
What is the target LDL after a myocardial infarction?
Patient with Graves disease on methimazole has a sore throat and WBC 1.8.
Explain Bell palsy to a patient in plain language.
Translate to Spanish: take one tablet twice a day with food.
Calculate maintenance fluids for a child of 18 kg.
Is a D-dimer of 0.6 useful in late pregnancy?
How often should hemoglobin A1c be checked in stable diabetes?
List red flags for low back pain.
Turn this into an SBAR handover: post-op day 1, febrile to 38.6, drain output 120 mL.
Does omeprazole lower clopidogrel's effect?
Stage this lung nodule by Fleischner criteria: 7 mm, solid, smoker.
What does a Mini-Mental State score of 22 mean?
Suggest ICD-10 codes for a fall with hip fracture.
Should I give tetanus immunoglobulin for a dirty wound?
Compare rivaroxaban 20 mg with enoxaparin 1 mg/kg for DVT.
NIHSS 14, onset 2 hours ago, glucose 110, BP 178/96: thrombolysis?
Write discharge instructions after a colonoscopy with polypectomy.
Which antidepressant has the fewest sexual side effects?
Interpret this ABG: pH 7.31, pCO2 55, HCO3 27.
Outline a quality improvement project on catheter infections.
How is Hodgkin lymphoma staged?
What is the half-life of digoxin in renal failure?
Draft a consent explanation for lumbar puncture.
Newborn with a bilirubin of 14 at 40 hours: phototherapy?
Which ECG changes suggest hyperkalemia?
Explain number needed to treat with an example.
Her mother has BRCA1; when should screening start?
What are the Duke criteria for endocarditis?
Suggest a bowel preparation for a patient with CKD stage 3.
Is it safe to fly after a pneumothorax?
Prepare a SOAP note template for a well-child visit.
Compare Epley and Semont maneuvers.
Can naltrexone be combined with tramadol?""".splitlines()


def passed_through() -> tuple[float, float]:
    lines = sum(scrub_line(line) == line for line in HARMLESS_LINES) / len(HARMLESS_LINES)
    prompts = sum(guard_prompt(text).clean for text in HARMLESS_PROMPTS) / len(HARMLESS_PROMPTS)
    return lines, prompts


def _peak() -> float:
    """Highest resident memory of this process, MiB; getrusage would count the parent's before exec."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def attack() -> tuple[float, float]:
    """CPU seconds and growth of peak memory in MiB over a zip bomb, a nested bomb, huge lines and deep JSON."""
    import gzip

    held = io.BytesIO()
    with gzip.GzipFile(fileobj=held, mode="wb") as grown:
        for _ in range(300):
            grown.write(b"\0" * 1_000_000)
    inner = held.getvalue()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.gz", inner)
    items: list[tuple[str, Any]] = [
        ("bomb", packed),
        ("line", io.BytesIO(b"a" * 20_000_000)),
        ("regex", io.BytesIO(b"1-" * 2_000_000 + b"\n" + b"a@" * 2_000_000 + b"\n" + b"((((" * 1_000_000)),
        ("deep", io.BytesIO(b"[" * 5_000_000)),
    ]
    find_typed("warm up")
    before, start = _peak(), time.process_time()
    reports = list(sweep(items, find=find_typed, limits=Limits(unpacked=2**27)))
    assert reports[0].troubles and len(reports) == 4
    for line in ("1-" * 8000, "a@" * 8000, "(" * 16000, "x." * 8000, "1 " * 8000, "A " * 8000):
        scrub_line(line)
    spent = time.process_time() - start
    return spent, _peak() - before


def hostile() -> tuple[float, float]:
    """The same in a process of its own, because a peak of memory never falls."""
    done = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=True)
    spent, more = json.loads(done.stdout.splitlines()[-1])
    return float(spent), float(more)


def shadow_copies() -> float:
    """Share of copies found: forty files, in ten forms, of rows of a governed table."""
    rng = np.random.default_rng(11)
    count = 400
    frame = pl.DataFrame({
        "record": [f"R{7_000_000 + 37 * i}" for i in range(count)], "age": rng.integers(20, 90, count),
        "glucose": rng.integers(60, 400, count), "weight": rng.normal(80, 12, count).round(1),
        "days": rng.integers(1, 40, count), "labs": rng.integers(1, 90, count),
    })  # fmt: skip
    known = fingerprint_rows(frame, KEY)
    items = []
    for number in range(40):
        part = frame.sample(25, seed=number)
        columns = [["record"], ["age", "glucose", "weight", "days", "labs"], frame.columns[::-1], frame.columns][
            number % 4
        ]
        part = part.select(columns)
        out = io.BytesIO()
        form = number % 10
        if form < 3:
            out.write(part.write_csv(separator=",;\t"[form]).encode())
        elif form == 3:
            part.write_parquet(out)
        elif form == 4:
            part.write_ndjson(out)
        elif form == 5:
            out.write(part.write_json().encode())
        elif form == 6:
            with zipfile.ZipFile(out, "w") as archive:
                archive.writestr("x", part.write_csv())
        elif form == 7:
            import gzip

            out.write(gzip.compress(part.write_csv().encode()))
        elif form == 8:
            part.write_ipc(out)
        else:
            out.write(part.write_csv().encode("utf-16"))
        out.seek(0)
        items.append((f"copy {number}", out))
    return sum(
        any(hit.kind.startswith("copy:") for hit in report.hits) for report in sweep(items, fingerprints=known, key=KEY)
    ) / len(items)


if __name__ == "__main__":
    print(json.dumps(attack()))
