"""OSCAL's small parts: properties, links, and other people's text as its kinds of text allow it."""

import re
from typing import Any

from reports import links, markdown, text

Node = dict[str, Any]

NS = "urn:mitigap:oscal"
"""Whose words the properties are."""

ABOUT = (
    "Each item is a technique that the assessed groups use and that the inventory does not fully mitigate. Its risk "
    "lists what is in place and what would close it; dates and owners are for the organisation to set."
)

SWITCHES = ("software", "campaigns", "inherit")

_NO_TOKEN = re.compile(r"[^a-z0-9]+")


def prop(name: str, value: str) -> Node:
    return {"name": name, "ns": NS, "value": text.one_line(value)}


def token(term: str) -> str:
    """`Catalogue's digest` -> `catalogue-digest`."""
    return _NO_TOKEN.sub("-", term.lower().replace("'s", "")).strip("-")


def line(words: str) -> str:
    """Markup on one line, with nothing in it that acts; never empty."""
    return markdown.plain(words) or "-"


def reference(attack_id: str) -> list[Node]:
    """The link to its page at ATT&CK, where there is one."""
    address = links.address(attack_id)
    return [{"href": address, "rel": "reference", "text": attack_id}] if address else []
