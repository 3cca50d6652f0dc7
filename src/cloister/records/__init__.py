"""What the environment keeps, as frozen types with pure transitions: no storage, no clock, no key."""

from cloister.records.advisories import Advisories
from cloister.records.attack import Attack
from cloister.records.budget import Asked, Budget, Spend
from cloister.records.codec import from_value, to_value
from cloister.records.dataset import DataClass, Dataset, Part, Version
from cloister.records.delivery import Delivery, Finding
from cloister.records.determination import Determination
from cloister.records.exception import GateException
from cloister.records.fairness import DataAudit, Mitigation, MitigationSignOff
from cloister.records.grant import Grant
from cloister.records.linkage import Linkage
from cloister.records.model import GateResult, Job, Model, Release
from cloister.records.mosaic import MosaicCheck
from cloister.records.project import Gate, Project
from cloister.records.review import Review
from cloister.records.source import Source, SourceKey, add_key
from cloister.records.statement import Description, Statement, current
from cloister.records.subject import RoleName, Subject
from cloister.records.supply import Image, ImportedModel
from cloister.records.table import ReleasedTable
from cloister.records.task import Task
from cloister.records.use import Usage, Validation
from cloister.records.withdrawal import Withdrawal

__all__ = [
    "Advisories",
    "Asked",
    "Attack",
    "Budget",
    "DataAudit",
    "DataClass",
    "Dataset",
    "Delivery",
    "Description",
    "Determination",
    "Finding",
    "Gate",
    "GateException",
    "GateResult",
    "Grant",
    "Image",
    "ImportedModel",
    "Job",
    "Linkage",
    "Mitigation",
    "MitigationSignOff",
    "Model",
    "MosaicCheck",
    "Part",
    "Project",
    "Release",
    "ReleasedTable",
    "Review",
    "RoleName",
    "Source",
    "SourceKey",
    "Spend",
    "Statement",
    "Subject",
    "Task",
    "Usage",
    "Validation",
    "Version",
    "Withdrawal",
    "add_key",
    "current",
    "from_value",
    "to_value",
]
