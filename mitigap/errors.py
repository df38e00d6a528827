"""Everything that can go wrong, in two kinds: what the user can mend (shown) and what is ours (logged)."""

from collections.abc import Sequence


class MitigapError(Exception):
    """Something went wrong on our side."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__ or "")

    @property
    def message(self) -> str:
        return str(self.args[0])


class UserError(MitigapError):
    """The request cannot be met as it was made."""


class FileRefused(UserError):
    """The uploaded file cannot be read."""


class ChoicesRefused(UserError):
    """What was chosen about a file cannot be used."""


class CatalogueUnreadable(UserError):
    """The file is neither an ATT&CK bundle nor a group document.

    `faults` holds every fault found, each a sentence beginning with its place (`file.md:12: …`).
    """

    def __init__(self, message: str | None = None, faults: Sequence[str] = ()) -> None:
        super().__init__("\n".join([message or "The catalogue cannot be read.", *faults]))
        self.faults = tuple(faults)


class VersionUnknown(UserError):
    """The bundle does not say which ATT&CK release it is."""


class CatalogueUnknown(UserError):
    """There is no such catalogue."""


class GroupUnknown(UserError):
    """There is no such group in this catalogue."""


class GroupAmbiguous(UserError):
    """More than one group answers to that name."""


class PolicyUnknown(UserError):
    """There is no such policy."""


class DocumentUnreadable(UserError):
    """The document is not one that this version can read."""


class SettingsRefused(UserError):
    """A setting is missing or cannot be used."""


class ScheduleRefused(UserError):
    """The schedule cannot be kept as it is."""


class DestinationRefused(UserError):
    """Nothing is sent to this address."""


class NotFound(UserError):
    """There is no such thing here."""


class Conflict(UserError):
    """That cannot be done in its present state."""


class Undelivered(MitigapError):
    """The message could not be delivered."""


class Busy(UserError):
    """Too much is waiting already."""


class LeaseLost(MitigapError):
    """Another worker has taken this job over."""
