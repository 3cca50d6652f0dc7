"""What to do with each text element of R4: keep nothing that isn't named here.

A ``string`` is withheld for review, a ``markdown`` is free text, unless a line below says otherwise. Names of
organisations, places and devices go: 45 CFR 164.514(b)(2)(i)(A), (B), (M) name the person's employers, places
smaller than a State and device identifiers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from cloister.core.errors import InvalidInput


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Free text that carries clinical meaning: de-identified as text.
FREE_TEXT = _names(
    """CodeableConcept.text Annotation.text Observation.valueString ObservationComponent.valueString
    DiagnosticReport.conclusion Dosage.text Dosage.patientInstruction Goal.statusReason ImagingStudy.description
    ImagingStudySeries.description ImagingStudySeriesInstance.title Composition.title CompositionSection.title
    DocumentReference.description CarePlan.title CarePlan.description CarePlanActivityDetail.description
    ClinicalImpression.description ClinicalImpression.summary ClinicalImpressionFinding.basis
    RiskAssessment.mitigation RiskAssessmentPrediction.rationale ServiceRequest.patientInstruction
    CommunicationPayload.contentString AllergyIntoleranceReaction.description Appointment.description
    Appointment.comment Appointment.patientInstruction List.title QuestionnaireResponseItem.text
    QuestionnaireResponseItemAnswer.valueString NutritionOrderOralDiet.instruction
    NutritionOrderSupplement.instruction Task.description DetectedIssue.detail BodyStructure.description
    CoverageEligibilityResponse.disposition ExplanationOfBenefit.disposition ClaimResponse.disposition
    Extension.valueString Extension.valueMarkdown DiagnosticReportMedia.comment ObservationReferenceRange.text
    SubstanceAmount.amountText AllergyIntolerance.onsetString Condition.onsetString Condition.abatementString
    FamilyMemberHistoryCondition.onsetString FamilyMemberHistory.deceasedString Procedure.performedString
    Immunization.occurrenceString MedicationAdministrationDosage.text CommunicationRequestPayload.contentString
    GoalTarget.detailString CarePlanActivityDetail.scheduledString RequestGroupAction.description
    SpecimenProcessing.description SpecimenContainer.description ClaimSupportingInfo.valueString
    ExplanationOfBenefitSupportingInfo.valueString ClaimResponseProcessNote.text ExplanationOfBenefitProcessNote.text
    AppointmentResponse.comment ImmunizationRecommendationRecommendation.description
    NutritionOrderEnteralFormula.administrationInstruction AdverseEventSuspectEntityCausality.productRelatedness
    TaskInput.valueString TaskOutput.valueString"""
)

# Datatypes and elements that are identifiers whatever they hold: removed without review.
REMOVED_TYPES = frozenset(("HumanName", "ContactPoint", "ContactDetail", "Signature"))
REMOVED = _names(
    """Patient.photo Practitioner.photo Person.photo RelatedPerson.photo BodyStructure.image Reference.display
    Organization.name Organization.alias Location.name Location.alias Location.position HealthcareService.name
    HealthcareService.photo HealthcareService.comment HealthcareService.extraDetails Device.serialNumber
    Device.lotNumber Device.distinctIdentifier Device.deviceName Device.udiCarrier Device.url Coverage.subscriberId
    Coverage.dependent CoverageClass.value CoverageClass.name Coverage.network Immunization.lotNumber
    MedicationBatch.lotNumber Annotation.authorString Attachment.url Attachment.title Attachment.hash
    Attachment.size Meta.versionId Meta.lastUpdated Meta.source Account.name Group.name CareTeam.name Endpoint.name
    Endpoint.address Endpoint.header ClaimResponse.preAuthRef ClaimInsurance.preAuthRef
    ExplanationOfBenefit.preAuthRef ExplanationOfBenefitInsurance.preAuthRef AuditEventAgent.name
    AuditEventAgent.altId AuditEventAgentNetwork.address AuditEventSource.site AuditEventEntity.name
    AuditEventEntity.query AuditEventEntityDetail.valueString AuditEventEntityDetail.valueBase64Binary
    EncounterHospitalization.preAdmissionIdentifier DocumentReference.masterIdentifier BundleLink.url
    BundleEntryResponse.location BundleEntryResponse.etag BundleEntryResponse.lastModified
    BundleEntryRequest.ifMatch BundleEntryRequest.ifNoneExist BundleEntryRequest.ifNoneMatch
    BundleEntryRequest.ifModifiedSince MessageHeaderSource.name MessageHeaderSource.endpoint
    MessageHeaderDestination.name MessageHeaderDestination.endpoint PatientContact.name Resource.implicitRules
    PractitionerRole.availabilityExceptions Narrative.id Identifier.assigner SupplyDelivery.destination
    MedicationDispense.destination ExplanationOfBenefitItem.locationAddress ClaimItem.locationAddress
    ClaimAccident.locationAddress ExplanationOfBenefitAccident.locationAddress FamilyMemberHistory.name"""
)
# Short strings with a form of their own.
UNITS = frozenset(("Quantity.unit",))
ALLOWED_STRINGS = {
    "Bundle.type": frozenset[str](),
    "BundleLink.relation": frozenset(("self", "next", "previous", "first", "last")),
    "BundleEntryResponse.status": frozenset(("200", "200 OK", "201", "201 Created", "204", "204 No Content")),
}


@dataclass(frozen=True, slots=True)
class FhirConfig:
    """How to de-identify resources.

    profile: "safe-harbor" keeps years only; "expert" shifts dates by ``shift_days`` of the resource's patient.
    project: tokens of one project can't be joined with another's.
    as_of: the day by which "over 89" is judged for birth dates; without it every birth year is removed.
    narrative: "text" de-identifies ``text.div``, "remove" empties it.
    attachment_limit: bytes of one decoded attachment.
    """

    profile: Literal["safe-harbor", "expert"] = "safe-harbor"
    project: str = "default"
    as_of: date | None = None
    narrative: Literal["text", "remove"] = "text"
    attachment_limit: int = 2**25

    def __post_init__(self) -> None:
        if self.profile not in ("safe-harbor", "expert") or self.narrative not in ("text", "remove"):
            raise InvalidInput("unknown profile or narrative option", remedy="see cloister.phi.fhir.FhirConfig")


@dataclass(frozen=True, slots=True)
class Transformations:
    """What the outside provides.

    text: de-identifies a text, such as ``lambda t: deidentifier.text(t)[0]``.
    text_of: the same with what the document says of its own people, such as
        ``lambda t, known: deidentifier.text(t, person=known)[0]``; used instead of ``text`` where it is given. In the
        expert profile ``known["person"]`` is the patient by whose shift dates in the text move.
    shift_days: the days by which a patient's dates move, by the patient's original id; never 0.
    permits: (place, value) of reviewed values that two people allowed.
    """

    text: Callable[[str], str]
    shift_days: Callable[[str], int] | None = None
    permits: Callable[[str, str], bool] = lambda place, value: False  # noqa: ARG005
    text_of: Callable[[str, Mapping[str, str]], str] | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something default-deny took out: the element path without data, why, and a fingerprint if it was a text."""

    place: str
    reason: str
    kind: str = "text"
    fingerprint: str | None = None

    def to_value(self) -> dict[str, Any]:
        return {"place": self.place, "reason": self.reason, "kind": self.kind, "fingerprint": self.fingerprint}


@dataclass(frozen=True, slots=True)
class FhirReport:
    """Counts of what was done, and what waits for review.

    ``values`` maps the fingerprint of each withheld text to the text, for whoever keeps the queue (encrypted); it is in
    neither ``repr`` nor ``to_value``.
    """

    actions: Mapping[str, int]
    withheld: tuple[Withheld, ...]
    values: Mapping[str, str]

    def __repr__(self) -> str:
        return f"FhirReport(actions={dict(self.actions)!r}, withheld={len(self.withheld)})"

    def to_value(self) -> dict[str, Any]:
        return {"actions": dict(self.actions), "withheld": [item.to_value() for item in self.withheld]}
