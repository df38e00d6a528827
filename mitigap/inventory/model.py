"""An uploaded spreadsheet once it is understood: controls, their levels, and what could not be resolved."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec


class Status(StrEnum):
    """OSCAL's five words for how far a control is implemented, and the one that people write most."""

    IMPLEMENTED = "implemented"
    PARTIAL = "partial"
    PLANNED = "planned"
    ALTERNATIVE = "alternative"
    NOT_APPLICABLE = "not-applicable"
    ABSENT = "absent"


class Method(StrEnum):
    """How a row's text was resolved to mitigations."""

    ID = "id"
    NAME = "name"
    ALIAS = "alias"
    MISSPELLING = "misspelling"
    CONFIRMED = "confirmed"
    CROSSWALK = "crosswalk"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A mitigation the row may have meant; `confidence` in [0, 1]. It never counts until it is confirmed."""

    id: str
    name: str
    confidence: float


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at, with its place. `location` is `Sheet!7:B`, `Sheet!7` or `Sheet`; `row` counts from 1."""

    location: str
    row: int | None
    code: str
    severity: Severity
    message: str
    suggestions: tuple[Suggestion, ...] = ()


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a row brings along that no level depends on, so that it can be handed back.

    `id` and `origin` are the control's id and its place in the first upload, as Mitigap's own workbook carries them;
    `named` what an unresolved row wrote where a mitigation is named, beside its text; `extra` the cells of the columns
    that mean nothing to us, in the order of `Inventory.extra`.
    """

    id: str = ""
    origin: str = ""
    named: str = ""
    extra: tuple[str, ...] = ()


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the upload.

    `mitigations` is empty where the row is unresolved. `status` and `level` are None where the row says nothing
    about deployment that can be read; such a row counts 0. `level` is the share deployed, in [0, 1], before expiry.
    """

    location: str
    row: int
    text: str
    mitigations: tuple[str, ...] = ()
    status: Status | None = None
    level: float | None = None
    method: Method | None = None
    reference: str = ""
    status_text: str = ""
    owner: str = ""
    evidence: str = ""
    notes: str = ""
    reviewed: date | None = None
    expires: date | None = None
    due: date | None = None
    kept: Kept | None = None


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """A whole upload. `digest` is the SHA-256 of its bytes; `columns` maps our field names to column letters.

    `choices` is the digest of what people settled about reading it, empty where nothing was settled.

    `header_row` is None where the sheet has no header. In a transposed sheet `columns` maps to row numbers, as text.
    `extra` are the headers of the columns that are kept and not understood.
    """

    name: str
    digest: str
    choices: str = ""
    sheet: str
    header_row: int | None
    columns: Mapping[str, str]
    controls: tuple[Control, ...]
    issues: tuple[Issue, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def unresolved(self) -> tuple[Control, ...]:
        return tuple(control for control in self.controls if not control.mitigations)


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """The words an inventory may use, taken from one catalogue: no pillar knows another, so they are handed over.

    `mitigations` maps id to name; `retired` maps a dead mitigation's id to (name, fate, live successor or None);
    `techniques` are known not to be mitigations; `ignored` are "do not mitigate" ids; `confirmed` maps a
    workspace's own texts to mitigation ids, none where a text is no mitigation; `statuses` its status words to what
    they say, `headers` its header words to our fields.
    """

    label: str
    domain: str
    mitigations: Mapping[str, str]
    retired: Mapping[str, tuple[str, str, str | None]] = {}
    techniques: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    confirmed: Mapping[str, tuple[str, ...]] = {}
    statuses: Mapping[str, Status] = {}
    headers: Mapping[str, str] = {}


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """How far one mitigation is deployed, by all rows that name it.

    `value` is the highest of the rows that take part, None where every row says not-applicable. `controls` are
    the locations of all rows; `expired` those that count 0 because their date is past; `alternative` where the
    level rests on an alternative control alone.
    """

    value: float | None
    controls: tuple[str, ...]
    expired: tuple[str, ...] = ()
    alternative: bool = False
