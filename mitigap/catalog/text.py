"""Bytes and words from other people's files, made plain before anything is made of them."""

import codecs
import re

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CITATION = re.compile(r"\s*\(Citation:[^()]*(?:\([^()]*\)[^()]*)*\)")
_CUT_OFF = re.compile(r"\s*\(C[^()]*\.\.\.$")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_MARKUP = re.compile(r"</?(?:code|br|p|ul|li|b|i)\s*/?>")
_SENTENCE = re.compile(r".*?[^.]{3}[.!?](?=\s+(?:[A-Z(\[\"\u201c]|\.\.\.)|$)", re.DOTALL)
_LONGEST = 400
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def utf8(data: bytes) -> bytes:
    """The same text as UTF-8 without a byte order mark. Raises UnicodeError where UTF-16 is broken."""
    if data.startswith(_UTF16):
        return data.decode("utf-16").encode()
    return data.removeprefix(codecs.BOM_UTF8)


def clean(text: str) -> str:
    """Without what a database or a browser would choke on: controls, lone surrogates, non-characters, odd newlines."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def sentence(text: str) -> str:
    """The first sentence of a description of MITRE's, without citations, markup and links; a long one is cut."""
    plain = _MARKUP.sub("", _LINK.sub(r"\1", _CITATION.sub("", clean(text))))
    plain = _CUT_OFF.sub(" ...", " ".join(plain.split()))
    first = _SENTENCE.match(plain)
    words = first[0] if first else plain
    if words.endswith("..."):
        words = f"{words[:-3].rstrip()} …"
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rpartition(' ')[0]} …"


def name(text: str) -> str:
    """A name on one line, single-spaced."""
    return " ".join(clean(text).split())
