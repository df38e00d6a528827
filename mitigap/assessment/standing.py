"""An inventory on one date: how far each mitigation is deployed, exactly, and which controls have run out."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import msgspec

from mitigap.assessment.match import Edges
from mitigap.assessment.model import InventoryRef
from mitigap.assessment.score import exact
from mitigap.inventory.levels import levels
from mitigap.inventory.model import Inventory, Level

_ABSENT = Level(value=0.0, controls=())


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`levels` is for reading, its rows in the sheet's order, and `exact` for reckoning."""

    as_of: date
    inventory: InventoryRef
    levels: Mapping[str, Level]
    exact: Mapping[str, Fraction | None]
    expires: Mapping[str, date | None]

    def level(self, mitigation: str) -> Level:
        """A mitigation that no control names is not deployed."""
        return self.levels.get(mitigation, _ABSENT)

    def expiries(self, edges: Edges) -> tuple[str, ...]:
        """A sentence for each expired control that one of these techniques would have relied on."""
        mitigations = sorted({each for found in edges.values() for each in found})
        return tuple(
            f"{each}: {location} expired on {self.expires[location]}."
            for each in mitigations
            for location in self.level(each).expired
        )


def stand(inventory: Inventory, as_of: date) -> Standing:
    """By row, so that neither the order of the rows nor `Controls!12` before `Controls!5` makes a difference."""
    controls = sorted(inventory.controls, key=lambda each: (each.row, each.location))
    weighed = levels(controls, as_of)
    return Standing(
        as_of=as_of,
        inventory=InventoryRef(
            name=inventory.name,
            digest=inventory.digest,
            choices=inventory.choices,
            controls=len(inventory.controls),
            unresolved=len(inventory.unresolved),
        ),
        levels=weighed,
        exact={key: exact(each.value) for key, each in weighed.items()},
        expires={each.location: each.expires for each in controls},
    )
