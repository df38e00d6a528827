"""The words an inventory may use, taken from one catalogue: the pillars are strangers, so this hands them over."""

from mitigap import ids
from mitigap.catalog.model import Catalogue
from mitigap.choices import NONE, Choices
from mitigap.inventory.model import Status, Vocabulary


def of(catalogue: Catalogue, choices: Choices = NONE) -> Vocabulary:
    """`choices` bring the words that people have settled on; names of another domain are none here."""
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
        confirmed=choices.names if choices.domain in ("", catalogue.domain) else {},
        statuses={text: Status(status) for text, status in choices.statuses.items()},
        headers=choices.headers,
    )
