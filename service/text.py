"""Words from outside, made fit to keep and to show."""

LONGEST = 200


def clean(text: str, longest: int = LONGEST) -> str:
    """One line without control characters, bidi marks or lone surrogates, cut to a length a page can show."""
    shown = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in " ".join(text.split())
    )
    return shown[:longest].strip()


def stem(filename: str) -> str:
    """A file's name without folder and extension: what an inventory is called where nobody named it."""
    name = clean(filename.replace("\\", "/").rpartition("/")[2])
    return name.rpartition(".")[0] or name or "Inventory"
