"""What is printed: one or more assessments, the inventory they were made from, and how a workspace wants it to look."""

import msgspec

from mitigap.assessment.model import Assessment
from mitigap.branding import PLAIN, Branding
from mitigap.inventory.model import Inventory


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Every assessment is of this one inventory. ValueError where there is none to print."""

    assessments: tuple[Assessment, ...]
    inventory: Inventory
    branding: Branding = PLAIN

    def __post_init__(self) -> None:
        if not self.assessments:
            raise ValueError("A report needs at least one assessment.")
