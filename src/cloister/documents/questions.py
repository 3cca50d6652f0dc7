"""What only a person can write, as questions: each is asked for once and kept with author, role, date and version."""

from __future__ import annotations

from collections.abc import Mapping

MODEL_QUESTIONS: Mapping[str, str] = {
    "purpose": "Why was the model made?",
    "intended_use": "What is it used for, at which step of care?",
    "population": "For which patients?",
    "users": "Who uses what it says?",
    "decision_role": "Does it inform, augment or replace a person's judgement?",
    "how_to_use": "What does a user do with its output, step by step?",
    "out_of_scope": "Which tasks, situations and patients is it not for?",
    "limitations": "Which risks and limits are known?",
    "clinical_risk": "How grave is a wrong output for a patient: low, moderate, high?",
    "inclusion": "Who was included in the training data, and who was left out?",
    "relevance": "How well do the training data fit the place where it is used?",
    "fairness_approach": "How is it made sure that its output is fair?",
    "fairness_approach_interpretation": "What do the measured differences between cohorts mean for patients?",
    "bias_mitigation": "How is bias managed, reduced or eliminated?",
    "usefulness": "What must it achieve to be worth using?",
    "usefulness_interpretation": "What do the measured figures mean for that?",
    "safety": "What must it never do, and how reliable must it be?",
    "safety_interpretation": "What do the measured errors and calibration mean for that?",
    "monitoring": "How and how often is its validity checked in use?",
    "fairness_monitoring": "How and how often is its fairness checked in use?",
    "update_schedule": "How and how often is it updated?",
    "correction_process": "What happens, and how soon, when it performs badly?",
    "outcome_evaluations": "Where is an evaluation of what it did to patients' outcomes published, if there is one?",
    "developer": "Who made it?",
    "contact": "Whom does one ask?",
    "funding": "Who paid for it?",
    "stakeholders": "Who was consulted: clinicians, patients, others?",
    "consent": "What are patients told, and what did they agree to?",
}

# The plan for changes; what the environment enforces by itself is filled in beside it.
CHANGE_QUESTIONS: Mapping[str, str] = {
    "change_modifications": "Planned changes, one a line: modification | rationale | bounds | verified by",
    "change_data_management": "Which new data may be used, and how are they checked?",
    "change_retraining": "What may change when it is trained again?",
    "change_evaluation": "Which figures must hold, on whom?",
    "change_update": "How does a changed model reach its users?",
    "change_communication": "How are users told of a change?",
    "change_monitoring": "What is watched after a change, and for how long?",
    "change_rollback": "When and how is a change taken back?",
    "change_benefits_risks": "What are the benefits and risks of each change?",
    "change_interactions": "How do changes affect each other?",
    "change_cohorts": "Whom could a change harm, and how is that seen?",
    "change_assurance": "Why do these steps keep it safe and effective?",
}

DATASET_QUESTIONS: Mapping[str, str] = {
    "purpose": "Why was the data set made?",
    "population": "Who is in it?",
    "collection": "How was it collected?",
    "collection_type": "Of which kind is it: clinical records, survey, sensors?",
    "period": "From when to when?",
    "labelling": "How were labels made, and by whom?",
    "limitations": "Which errors, gaps and redundancies are known?",
    "biases": "Which biases are known?",
    "social_impact": "Whom could its use help or harm?",
    "intended_use": "What is it fit for?",
    "out_of_scope": "What is it not fit for?",
    "consent": "On what consent, waiver or law does it rest?",
    "licence": "Under which licence or agreement may it be used?",
    "citation": "How is it cited?",
    "funding": "Who paid for it?",
    "update_schedule": "How and when does it change?",
}
