"""The words an inventory may use, taken from one catalogue: the pillars are strangers, so this hands them over."""

from collections.abc import Mapping

from mitigap import ids
from mitigap.catalog.model import Catalogue
from mitigap.inventory.model import Vocabulary


def of(catalogue: Catalogue, confirmed: Mapping[str, tuple[str, ...]] | None = None) -> Vocabulary:
    """`confirmed` maps a workspace's own texts to the mitigation ids it has settled on for them."""
    never = ids.DO_NOT_MITIGATE[catalogue.domain]
    return Vocabulary(
        label=catalogue.label,
        domain=catalogue.domain,
        mitigations={key: each.name for key, each in catalogue.mitigations.items() if key != never},
        retired={
            key: (each.name, each.fate.value, each.replaced_by) for key, each in catalogue.retired_mitigations.items()
        },
        techniques=frozenset(catalogue.techniques) | frozenset(catalogue.retired_techniques),
        ignored=frozenset({never}),
        confirmed=confirmed or {},
    )
