"""What is printed: one or more assessments, the inventory they were made from, and how a workspace wants it to look."""

from collections.abc import Mapping, Sequence

import msgspec

from mitigap.assessment.model import Assessment
from mitigap.assessment.portfolio import Portfolio
from mitigap.branding import PLAIN, Branding
from mitigap.catalog.model import Catalogue
from mitigap.inventory.model import Inventory

MANY = 10
"""Groups that are each printed in full."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Every assessment is of this one inventory. ValueError where there is none to print.

    `portfolio` weighs them together, where there are several of one catalogue.
    `mitigations` names every mitigation of the catalogue; `guidance` is what MITRE says of a technique's mitigation,
    by both ids. Both are for reading and may be empty.
    """

    assessments: tuple[Assessment, ...]
    inventory: Inventory
    branding: Branding = PLAIN
    portfolio: Portfolio | None = None
    mitigations: Mapping[str, str] = {}
    guidance: Mapping[str, Mapping[str, str]] = {}

    def __post_init__(self) -> None:
        if not self.assessments:
            raise ValueError("A report needs at least one assessment.")

    @property
    def many(self) -> bool:
        """Whether they are too many to print for each what is the same for all: that then stands once."""
        return len(self.assessments) > MANY

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        assessments: Sequence[Assessment],
        inventory: Inventory,
        *,
        branding: Branding = PLAIN,
        portfolio: Portfolio | None = None,
    ) -> "Report":
        """With the catalogue's words for its mitigations."""
        return cls(
            assessments=tuple(assessments),
            inventory=inventory,
            branding=branding,
            portfolio=portfolio,
            mitigations={key: each.name for key, each in catalogue.mitigations.items()},
            guidance=catalogue.guidance,
        )
