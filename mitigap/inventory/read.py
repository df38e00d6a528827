"""One upload from its bytes to an inventory, in this process; `child.read` does the same under limits."""

import hashlib
import re
from typing import Any

from mitigap.choices import NONE, Choices
from mitigap.errors import FileRefused
from mitigap.inventory import clean
from mitigap.inventory.books import open_book
from mitigap.inventory.look import Look
from mitigap.inventory.model import Inventory, Vocabulary
from mitigap.inventory.normalise import normalise
from mitigap.inventory.survey import survey

_HEAD = 65_536
_SUFFIX = re.compile(r"\.(?:xlsx|xlsm|xltx|xltm|ods|csv|tsv|tab|txt)$", re.IGNORECASE)
_INSTEAD = "Upload a spreadsheet of your controls, with the columns “Mitigation” and “Status”."
_OTHER_TOOLS = (
    (re.compile(rb"^file_type:\s*technique-administration", re.MULTILINE), "a DeTT&CT technique administration"),
    (re.compile(rb"^file_type:\s*(?:data-source|group)-administration", re.MULTILINE), "a DeTT&CT administration file"),
    (re.compile(rb'^\s*\{(?=.*"techniques"\s*:).*"techniqueID"\s*:', re.DOTALL), "an ATT&CK Navigator layer"),
    (re.compile(rb'^\s*\{(?=.*"type"\s*:\s*"bundle").*"objects"\s*:', re.DOTALL), "a STIX bundle"),
    (re.compile(rb"\A(?=.*^logsource:)(?=.*^detection:).*^title:", re.DOTALL | re.MULTILINE), "a Sigma detection rule"),
)


def read(
    data: bytes, filename: str, vocabulary: Vocabulary, *, name: str | None = None, choices: Choices = NONE
) -> Inventory:
    """`name` is what the inventory shall be called, the file's own name without its ending where none is given.

    Raises FileRefused with a sentence for the person who uploaded the file.
    """
    _refuse_other_tools(data)
    told: dict[str, Any] = {"name": name or named_after(filename), "digest": digest(data), "choices": choices}
    return normalise(open_book(data, filename), vocabulary, **told)


def look(
    data: bytes, filename: str, vocabulary: Vocabulary, *, name: str | None = None, choices: Choices = NONE
) -> Look:
    """The same reading, with what stands where in the file. FileRefused where the file itself cannot be read."""
    _refuse_other_tools(data)
    told: dict[str, Any] = {"name": name or named_after(filename), "digest": digest(data), "choices": choices}
    return survey(open_book(data, filename), vocabulary, **told)


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def named_after(filename: str) -> str:
    """`Controls 2026` for `lists/Controls 2026.xlsx`."""
    last = re.split(r"[/\\]", clean.text(filename).strip())[-1]
    return clean.label(_SUFFIX.sub("", last)) or "inventory"


def _refuse_other_tools(data: bytes) -> None:
    """What other ATT&CK tools write is about techniques and detections, and worth more than "this is YAML"."""
    head = data[:_HEAD]
    if head.startswith(b"PK"):
        return
    for pattern, what in _OTHER_TOOLS:
        if pattern.search(head):
            raise FileRefused(f"This is {what}: it speaks of techniques and detections, not of mitigations. {_INSTEAD}")
