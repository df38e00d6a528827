"""What is printed: one or more assessments, the inventory they were made from, and how a workspace wants it to look."""

import msgspec

from mitigap.assessment.model import Assessment
from mitigap.assessment.portfolio import Portfolio
from mitigap.branding import PLAIN, Branding
from mitigap.inventory.model import Inventory

MANY = 10
"""Groups that are each printed in full."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Every assessment is of this one inventory. ValueError where there is none to print.

    `portfolio` weighs them together, where there are several of one catalogue.
    """

    assessments: tuple[Assessment, ...]
    inventory: Inventory
    branding: Branding = PLAIN
    portfolio: Portfolio | None = None

    def __post_init__(self) -> None:
        if not self.assessments:
            raise ValueError("A report needs at least one assessment.")

    @property
    def many(self) -> bool:
        """Whether they are too many to print for each what is the same for all: that then stands once."""
        return len(self.assessments) > MANY
