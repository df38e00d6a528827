"""Ways within our own page, and the addresses by which it is reached from outside."""

from urllib.parse import urlsplit

from flask import request, url_for

from service.desk import desk

LONGEST_PATH = 1000


def own_path(text: str | None) -> str:
    """The path where it is one of ours; the first page where it might lead anywhere else."""
    return text if text and _is_own(text) else url_for("start.show")


def absolute(path: str) -> str:
    """For a message or to be copied: under the public URL where an operator has told it, else as we were asked."""
    return (desk().settings.public_url or request.host_url.rstrip("/")) + path


def _is_own(text: str) -> bool:
    if not text.startswith("/") or text[1:2] in {"/", "\\"} or len(text) > LONGEST_PATH:
        return False
    try:
        split = urlsplit(text)
    except ValueError:
        return False
    return text.isprintable() and "\\" not in text and not split.scheme and not split.netloc
