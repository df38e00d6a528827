"""Looking at an upload with some choices: what the import would file, and what stands where in the file."""

from typing import Any

import msgspec

from mitigap.assessment import vocabulary
from mitigap.catalog.model import Catalogue
from mitigap.inventory import child, document, levels
from mitigap.inventory.look import Look
from mitigap.store.lease import File
from mitigap.store.requests import LookRequest
from mitigap.store.schema import Job
from workers import read
from workers.context import Context
from workers.outcome import Outcome, Progress

LOOK = "look"
NOTHING = b'{"controls":[],"issues":[],"levels":{}}'


def run(context: Context, job: Job, progress: Progress) -> Outcome:
    """The document is the very one that an import with these choices files; the file beside it is for the steps."""
    request = msgspec.convert(job.params, LookRequest)
    catalogue = context.catalogue(job.workspace_id, request.catalogue)
    source = read.fresh(context, job, request.upload, request.name, request.choices)
    progress(10, "Reading the file")
    words = vocabulary.of(catalogue, source.choices)
    look = child.look(source.data, source.upload.filename, words, name=source.name, choices=source.choices)
    inventory = look.inventory
    reading = document.dump(inventory, levels.levels(inventory.controls, read.as_of(job))) if inventory else NOTHING
    summary = {"inventory": read.figures(inventory) if inventory else None, "refusal": look.refusal}
    return Outcome(document=reading, summary=summary, files=(_file(look, catalogue),))


def _file(look: Look, catalogue: Catalogue) -> File:
    plain: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(look, inventory=None))
    names = vocabulary.of(catalogue).mitigations
    data = msgspec.json.encode({**plain, "mitigations": names, "domain": catalogue.domain}, order="sorted")
    return File(format=LOOK, media_type="application/json", filename="look.json", data=data)
