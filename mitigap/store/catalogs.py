"""Compiled catalogues, everyone's and a workspace's own, and what the desk may know of their groups."""

import re
from typing import Any, TypeVar

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from mitigap.errors import CatalogueUnknown
from mitigap.store import database
from mitigap.store.columns import new_id
from mitigap.store.rows import changed, insert_once
from mitigap.store.schema import CatalogueRow

Found = TypeVar("Found")


def listing(session: Session, workspace_id: str | None) -> list[CatalogueRow]:
    """What a workspace may use, the standard one first, then the newest; without documents and groups."""
    order = (CatalogueRow.standard.desc(), CatalogueRow.created_at.desc(), CatalogueRow.id)
    return list(session.scalars(_visible(workspace_id).order_by(*order)))


def get(session: Session, workspace_id: str | None, catalogue_id: str) -> CatalogueRow:
    return _known(session.scalar(_visible(workspace_id).where(CatalogueRow.id == catalogue_id)), catalogue_id)


def find(session: Session, workspace_id: str | None, text: str = "") -> CatalogueRow:
    """By digest, id, `enterprise-attack@18.1` or source name; the standard one where nothing is said.

    Where a release was loaded more than once, the standard one is meant, then the newest.
    """
    rows = listing(session, workspace_id)
    named = [row for row in rows if text.casefold() in _names(row)] if text else rows
    return _known(named[0] if named else None, text)


def latest(session: Session, workspace_id: str | None, domain: str) -> CatalogueRow:
    """The newest release of a domain; a group document, which is no whole release, only where there is none."""
    rows = [row for row in listing(session, workspace_id) if row.domain == domain]
    if not rows:
        raise CatalogueUnknown(f"There is no catalogue of {domain}.")
    return max(rows, key=lambda row: (not row.source.endswith(".md"), _release(row.version), row.compiled_at))


def groups(session: Session, catalogue_id: str) -> list[dict[str, Any]]:
    """`[{id, name, aliases, techniques, mitigable}]` by id."""
    found = session.scalar(select(CatalogueRow.groups).where(CatalogueRow.id == catalogue_id))
    return _known(found, catalogue_id)


def document(session: Session, catalogue_id: str) -> bytes:
    """The compiled catalogue: `mitigap/catalog/1`."""
    return _known(session.scalar(select(CatalogueRow.document).where(CatalogueRow.id == catalogue_id)), catalogue_id)


def template(session: Session, catalogue_id: str) -> bytes:
    """The workbook to fill in, in the words of this catalogue. CatalogueUnknown where none was made."""
    return _known(session.scalar(select(CatalogueRow.template).where(CatalogueRow.id == catalogue_id)), catalogue_id)


def add(
    session: Session,
    *,
    workspace_id: str | None,
    digest: str,
    domain: str,
    version: str | None,
    source: str,
    groups: list[dict[str, Any]],
    document: bytes,
    template: bytes | None = None,
    builtin: bool = False,
    standard: bool = False,
) -> CatalogueRow:
    """Keep a compiled catalogue; the same file again is the same row, with what was compiled last.

    What came with Mitigap stays so when somebody brings the same file again.
    """
    now = database.now(session)
    compiled = {
        "domain": domain,
        "version": version,
        "source": source,
        "groups": groups,
        "document": document,
        "template": template,
        "compiled_at": now,
    }
    marks = {"builtin": builtin, "standard": standard}
    key = {"workspace_id": workspace_id, "digest": digest}
    same = (CatalogueRow.digest == digest, CatalogueRow.workspace_id.is_not_distinct_from(workspace_id))
    if not insert_once(session, CatalogueRow, id=new_id(), created_at=now, **key, **compiled, **marks):
        lasting = {mark: True for mark, set_ in marks.items() if set_}
        changed(session, update(CatalogueRow).where(*same).values(**compiled, **lasting))
    return session.scalars(select(CatalogueRow).where(*same).execution_options(populate_existing=True)).one()


def _visible(workspace_id: str | None) -> Select[CatalogueRow]:
    return select(CatalogueRow).where(
        or_(CatalogueRow.workspace_id.is_(None), CatalogueRow.workspace_id == workspace_id)
    )


def _release(version: str | None) -> tuple[int, ...]:
    """`18.1` as (18, 1), so that it is later than 9.0."""
    return tuple(int(part) for part in re.findall(r"\d+", version or ""))


def _names(row: CatalogueRow) -> set[str]:
    return {name.casefold() for name in (row.id, row.digest, row.label, row.source)}


def _known(found: Found | None, text: str) -> Found:
    if found is None:
        raise CatalogueUnknown(f"There is no catalogue {text}." if text else None)
    return found
