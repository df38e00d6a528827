"""How the four statuses look and are called, everywhere; colour never stands without its word."""

from collections.abc import Mapping

import msgspec

from mitigap.assessment.model import Reason, Status
from mitigap.inventory.model import Status as ControlStatus


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """`ink` on `paper` is readable text (WCAG AA); `solid` is for bars and for Navigator's squares."""

    label: str
    meaning: str
    glyph: str
    ink: str
    paper: str
    solid: str


LOOKS: Mapping[Status, Look] = {
    Status.GAP: Look(
        label="Gap", meaning="coverage is 0 %", glyph="○", ink="#8C1D18", paper="#FBE9E7", solid="#C5392F"
    ),
    Status.PARTIAL: Look(
        label="Partial", meaning="coverage in between", glyph="◐", ink="#6B4300", paper="#FCF0D6", solid="#DE9B1F"
    ),
    Status.COVERED: Look(
        label="Covered", meaning="coverage is 100 %", glyph="●", ink="#0B5448", paper="#DFF2EC", solid="#16836F"
    ),
    Status.UNMITIGABLE: Look(
        label="Unmitigable", meaning="no mitigation applies", glyph="⊘", ink="#434B57", paper="#ECEEF2", solid="#98A1AE"
    ),
}
"""In the order in which they need attention."""

REASONS: Mapping[Reason, str] = {
    Reason.NONE: "ATT&CK names no mitigation for it.",
    Reason.DO_NOT_MITIGATE: "ATT&CK advises against mitigating it (“Do Not Mitigate”).",
    Reason.NOT_APPLICABLE: "The inventory marks every mitigation of it as not applicable.",
}

CONTROL_STATUSES: Mapping[ControlStatus, str] = {
    ControlStatus.IMPLEMENTED: "implemented",
    ControlStatus.PARTIAL: "partial",
    ControlStatus.PLANNED: "planned",
    ControlStatus.ALTERNATIVE: "alternative",
    ControlStatus.NOT_APPLICABLE: "not applicable",
    ControlStatus.ABSENT: "not implemented",
}

ACCENT = "#22577A"
"""Headers, links and the score's own bar."""
