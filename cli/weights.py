"""`--weights 'G0077=2'`: how much each group counts in the score over all of them."""

from collections.abc import Callable, Mapping, Sequence

import click

from mitigap.assessment.model import Assessment
from mitigap.assessment.portfolio import Portfolio
from mitigap.catalog import find
from mitigap.catalog.model import Catalogue
from mitigap.errors import UserError

option = click.option(
    "--weights",
    "weighed",
    metavar="GROUP=NUMBER",
    multiple=True,
    help="What a group counts in the score over all of them, 1 by default; may be repeated, or listed with commas.",
)


def read(catalogue: Catalogue, texts: Sequence[str], groups: Sequence[str]) -> dict[str, float]:
    """Group id to weight. UserError where a text is no weight, or is that of a group which is not assessed."""
    assessed = {find.group(catalogue, each)[0].id for each in groups}
    told: dict[str, float] = {}
    for text in (part for each in texts for part in each.split(",") if part.strip()):
        name, sign, number = text.rpartition("=")
        if not sign:
            raise UserError(f"{text.strip()!r} is no weight: write it as GROUP=NUMBER, as in G0077=2.")
        group = find.group(catalogue, name)[0]
        if group.id not in assessed:
            raise UserError(f"{group.id} ({group.name}) has a weight but is not assessed.")
        told[group.id] = _number(text, number)
    return told


def _number(text: str, number: str) -> float:
    from mitigap.assessment.weigh import HEAVIEST

    try:
        weight = float(number)
    except ValueError:
        weight = 0.0
    if not 0 < weight <= HEAVIEST:
        raise UserError(f"{text.strip()!r} is no weight: the number must be above 0 and up to {HEAVIEST:.0f}.")
    return weight


def weighed(
    catalogue: Catalogue, made: Sequence[Assessment], weights: Mapping[str, float]
) -> Callable[[], Portfolio | None]:
    """To be made where it is needed; None for one group alone."""

    def make() -> Portfolio | None:
        from mitigap.assessment.weigh import weigh

        return weigh(made, weights, order=catalogue.tactics) if len(made) > 1 else None

    return make
