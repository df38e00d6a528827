"""Which techniques a group uses, T(g), and which mitigations stop a technique, M(t)."""

from collections.abc import Iterator, Mapping

from mitigap.catalog.model import Catalogue
from mitigap.ids import DO_NOT_MITIGATE


def techniques(
    catalogue: Catalogue, group_id: str, *, software: bool = False, campaigns: bool = False
) -> Mapping[str, tuple[str, ...]]:
    """T(g): technique id -> the software and campaigns through which the group uses it, empty where it does so itself.

    With both switches on, the software that its campaigns employ counts as well.
    """
    direct = catalogue.uses.get(group_id, ())
    via: dict[str, list[str]] = {}
    for carrier in dict.fromkeys(_carriers(catalogue, group_id, software=software, campaigns=campaigns)):
        for technique_id in catalogue.uses.get(carrier, ()):
            via.setdefault(technique_id, []).append(carrier)
    through = {technique_id: tuple(carriers) for technique_id, carriers in via.items()}
    alone: dict[str, tuple[str, ...]] = dict.fromkeys(direct, ())
    return {**alone, **through, **alone}


def _carriers(catalogue: Catalogue, group_id: str, *, software: bool, campaigns: bool) -> Iterator[str]:
    led = catalogue.attributed.get(group_id, ()) if campaigns else ()
    yield from led
    if software:
        for user in (group_id, *led):
            yield from catalogue.employs.get(user, ())


def safeguards(catalogue: Catalogue, technique_id: str) -> tuple[str, ...]:
    """M(t), without the entry that says "do not mitigate"."""
    never = DO_NOT_MITIGATE[catalogue.domain]
    return tuple(each for each in catalogue.mitigates.get(technique_id, ()) if each != never)


def do_not_mitigate(catalogue: Catalogue, technique_id: str) -> bool:
    """Whether ATT&CK says that this technique cannot or should not be mitigated."""
    return DO_NOT_MITIGATE[catalogue.domain] in catalogue.mitigates.get(technique_id, ())
