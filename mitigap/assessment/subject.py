"""One side of a comparison: everything that an assessment follows from, and which two of them may be compared."""

from datetime import date

import msgspec

from mitigap.assessment.policy import Policy
from mitigap.catalog import find
from mitigap.catalog.model import Catalogue, Group
from mitigap.errors import UserError
from mitigap.inventory.model import Inventory


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """The five things that decide a result. `by` and `revision` say whose upload it is, and are only shown.

    `group_id` may be a name or an alias too.
    """

    catalogue: Catalogue
    group_id: str
    inventory: Inventory
    policy: Policy
    as_of: date
    by: str = ""
    revision: int | None = None


def comparable(base: Subject, now: Subject) -> tuple[Group, Group]:
    """Both sides' groups. UserError where they are neither one group nor one and its successor in one domain."""
    if base.catalogue.domain != now.catalogue.domain:
        raise UserError(
            f"{base.catalogue.label} and {now.catalogue.label} are two domains, whose techniques cannot be compared."
        )
    before, _ = find.group(base.catalogue, base.group_id)
    after, _ = find.group(now.catalogue, now.group_id)
    if before.id != after.id and not (
        _follows(now.catalogue, before, after) or _follows(base.catalogue, after, before)
    ):
        raise UserError(
            f"{before.id} ({before.name}) and {after.id} ({after.name}) are two groups: drift compares a group "
            "with itself, or with the one that replaces it."
        )
    return before, after


def _follows(catalogue: Catalogue, former: Group, heir: Group) -> bool:
    """Whether this catalogue says that `heir` has taken the place of `former`."""
    retired = catalogue.retired_groups.get(former.id)
    return retired is not None and retired.replaced_by == heir.id
