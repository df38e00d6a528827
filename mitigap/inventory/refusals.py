"""The sentences with which a file is refused, where more than one reader needs them."""

from mitigap.errors import FileRefused
from mitigap.inventory import limits

MEND = "Open it in a spreadsheet program, save it again and upload the new file."


def damaged(what: str) -> FileRefused:
    """`what` is a clause: "its directory cannot be read"."""
    return FileRefused(f"The file is damaged: {what}. {MEND}")


def unsafe(what: str) -> FileRefused:
    """For what no spreadsheet program writes; `what` is a clause."""
    return FileRefused(f"The file is not read, for safety: {what}. {MEND}")


def too_large(what: str, limit: str) -> FileRefused:
    """`what` is a clause with the figure found; `limit` the most that is read."""
    return FileRefused(f"The file is too large: {what}; the most that is read is {limit}.")


def check_size(data: bytes) -> None:
    if len(data) > limits.BODY:
        raise too_large(f"it has {len(data) / limits.MIB:.0f} MB", f"{limits.BODY // limits.MIB} MB")
