"""An inventory on one date: how far each mitigation is deployed, exactly, and which controls have run out."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

import msgspec

from mitigap.assessment.match import Edges
from mitigap.assessment.model import InventoryRef
from mitigap.assessment.score import exact
from mitigap.inventory.levels import levels
from mitigap.inventory.model import Control, Inventory, Level

_ABSENT = Level(value=0.0, controls=())


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`levels` is for reading and `exact` for reckoning; `controls` finds a row by its location."""

    as_of: date
    inventory: InventoryRef
    levels: Mapping[str, Level]
    exact: Mapping[str, Fraction | None]
    controls: Mapping[str, Control]

    def level(self, mitigation: str) -> Level:
        """A mitigation that no control names is not deployed."""
        return self.levels.get(mitigation, _ABSENT)

    def in_order(self, locations: Iterable[str]) -> tuple[str, ...]:
        """By row, so that `Controls!5` comes before `Controls!12`."""
        return tuple(sorted(locations, key=lambda each: (self.controls[each].row, each)))

    def expiries(self, edges: Edges) -> tuple[str, ...]:
        """A sentence for each expired control that one of these techniques would have relied on."""
        mitigations = sorted({each for found in edges.values() for each in found})
        return tuple(
            f"{each}: {location} expired on {self.controls[location].expires}."
            for each in mitigations
            for location in self.in_order(self.level(each).expired)
        )


def stand(inventory: Inventory, as_of: date) -> Standing:
    weighed = levels(inventory.controls, as_of)
    return Standing(
        as_of=as_of,
        inventory=InventoryRef(
            name=inventory.name,
            digest=inventory.digest,
            controls=len(inventory.controls),
            unresolved=len(inventory.unresolved),
        ),
        levels=weighed,
        exact={key: exact(each.value) for key, each in weighed.items()},
        controls={each.location: each for each in inventory.controls},
    )
