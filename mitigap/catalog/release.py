"""Which release of which domain a bundle is, and whose: from what it says, never from a silent guess."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from mitigap.catalog.model import Domain
from mitigap.errors import CatalogueUnreadable, VersionUnknown

_IN_FILE_NAME = re.compile(r"(?:^|[-_ @])v?(\d{1,2}\.\d{1,2})(?: ?\(\d+\))?\.json$", re.IGNORECASE)
_ACCEPTABLE = re.compile(r"[0-9][0-9A-Za-z.+_-]{0,31}")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

PERMISSION = "This work is reproduced and distributed with the permission of The MITRE Corporation."


def version(source: str, *, given: str | None, collected: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """The release and what had to be decided: as given, else by the bundle's collection, else by its file name.

    Raises VersionUnknown where none of them says, or where the collections of one bundle disagree.
    """
    inside = tuple(dict.fromkeys(filter(None, map(number, collected))))
    named = in_file_name(source)
    if given is not None:
        return _given(given, inside)
    if len(inside) > 1:
        raise VersionUnknown(f"{source} names several releases ({', '.join(inside)}). {_how(inside[0], source)}")
    if inside:
        return inside[0], _disagreement(source, named, inside[0])
    if named is None:
        raise VersionUnknown(f"{source} does not say which ATT&CK release it is. {_how('15.1', source)}")
    return named, (f"{source} carries no release number inside; {named} is taken from its file name.",)


def in_file_name(source: str) -> str | None:
    """`15.1` for `enterprise-attack-15.1.json` and `enterprise-attack_v15.1.json`."""
    found = _IN_FILE_NAME.search(PurePath(source.replace("\\", "/")).name)
    return found[1] if found else None


def _given(given: str, inside: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    chosen = version_named(given)
    if inside and chosen not in inside:
        return chosen, (f"The bundle calls itself {', '.join(inside)}; {chosen} was asked for and is used.",)
    return chosen, ()


def _disagreement(source: str, named: str | None, inside: str) -> tuple[str, ...]:
    if named in (None, inside):
        return ()
    return (f"The file name of {source} says {named}, the bundle itself {inside}; the bundle is believed.",)


def number(spelling: str) -> str | None:
    """`15.1` for `v15.1`; None for what cannot be the number of a release."""
    bare = spelling.strip().removeprefix("v").removeprefix("V")
    return bare if _ACCEPTABLE.fullmatch(bare) else None


def version_named(given: str) -> str:
    """The release a caller asked for. Raises VersionUnknown where that is no number."""
    chosen = number(given)
    if chosen is None:
        raise VersionUnknown(f"{given!r} is not the number of an ATT&CK release. Say 15.1, for example.")
    return chosen


def _how(example: str, source: str) -> str:
    stem = PurePath(source.replace("\\", "/")).stem
    return f"Say it in the file's name, as in {stem}-{example}.json, or beside the file where it is loaded."


def domain_named(given: str | None) -> Domain | None:
    """The domain a caller asked for by name. Raises CatalogueUnreadable where there is none of that name."""
    if given is None:
        return None
    try:
        return Domain(given)
    except ValueError as error:
        raise CatalogueUnreadable(f"{given!r} is not an ATT&CK domain. Say {', '.join(Domain)}.") from error


def domain(source: str, *, given: Domain | None, techniques: Iterable[frozenset[Domain]]) -> Domain:
    """The one domain of the bundle; `techniques` says of every live technique which domains it belongs to.

    Raises CatalogueUnreadable where the bundle holds several and none was asked for, or not the one asked for.
    """
    memberships = set(techniques)
    if not memberships:
        raise CatalogueUnreadable(f"{source} holds no live ATT&CK techniques: there is nothing to assess with it.")
    held = [each for each in Domain if any(each in membership for membership in memberships)]
    if given is not None:
        return _asked(source, given, held)
    alone = [each for each in held if frozenset({each}) in memberships] or held
    if len(alone) == 1:
        return alone[0]
    what = f"holds {' and '.join(alone)} at once" if alone else "does not say which domain it is of"
    raise CatalogueUnreadable(
        f"{source} {what}. Choose one where it is loaded, such as {[*alone, Domain.ENTERPRISE][0]}."
    )


def _asked(source: str, given: Domain, held: Sequence[Domain]) -> Domain:
    if given in held or not held:
        return given
    raise CatalogueUnreadable(f"{source} holds no techniques of {given}; it holds {' and '.join(held)}.")


def copyright_line(statements: Iterable[str]) -> str:
    """MITRE's designation with the last year its statement names: what a licensee has to reproduce."""
    years = [year for statement in statements if "MITRE" in statement for year in _YEAR.findall(statement)]
    holder = f"© {max(years)} The MITRE Corporation." if years else "© The MITRE Corporation."
    return f"{holder} {PERMISSION}"
