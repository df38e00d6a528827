"""What a workspace has settled about names, status words and headers, over the API."""

from typing import Any

from mitigap import choices
from mitigap.choices import Choices
from mitigap.store import known
from service.access import principal
from service.api.blueprint import api
from service.api.word_schemas import WordsIn, WordsOut, WordsQuery
from service.desk import desk


@api.get("/mappings")
@api.doc(summary="What this workspace's own names, status words and headers mean", tags=["Mappings"])
@api.input(WordsQuery, location="query")
@api.output(WordsOut)
def get_words(query_data: dict[str, Any]) -> dict[str, Any]:
    """Names are those of one domain, for each has mitigations of its own."""
    return _told(query_data["domain"])


@api.put("/mappings")
@api.doc(summary="Replace them", tags=["Mappings"])
@api.input(WordsIn)
@api.output(WordsOut)
def replace_words(json_data: dict[str, Any]) -> dict[str, Any]:
    """What is not named is forgotten; names of other domains stay. They hold from the next file on."""
    wanted = choices.load(json_data)
    with desk().writing.begin() as cabinet:
        who = principal()
        known.replace(cabinet, who.workspace_id, wanted, user_id=who.user_id)
    return _told(wanted.domain)


def _told(domain: str) -> dict[str, Any]:
    with desk().reading() as cabinet:
        found: Choices = known.choices(cabinet, principal().workspace_id, domain)
    return {"domain": domain, "names": found.names, "statuses": found.statuses, "headers": found.headers}
