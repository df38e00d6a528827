"""From a row's words to mitigations: by ids, then what the workspace confirmed, names, aliases, plain misspellings."""

import re
from collections.abc import Iterator

import msgspec

from mitigap.inventory.book import Cell
from mitigap.inventory.fields import NAMING, Field
from mitigap.inventory.findings import Finding, error, warning
from mitigap.inventory.headers import Heading, heading, settled
from mitigap.inventory.identifiers import home_of, mitigation_ids, technique_ids, without_ids
from mitigap.inventory.lexicon import Lexicon
from mitigap.inventory.model import Method, Suggestion, Vocabulary
from mitigap.inventory.words import bag, fold, key, listed, shown, spoken

_DOMAINS = {"enterprise-attack": "Enterprise", "mobile-attack": "mobile", "ics-attack": "ICS"}
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SEPARATOR = re.compile(r"\s*[,;/+&|\n]\s*|\s+(?:and|und|et|y|e|plus|as well as)\s+", re.IGNORECASE)
_SCOPE = re.compile(
    r"\s+(?:for|on|in|at|across|via|with|using|by|within|to|from|fur|für|auf|im|bei|pour|sur|para|en)\s+|\s*:\s+|\s+[-\u2013\u2014]\s+",
    re.IGNORECASE,
)
_DENIALS = bag(
    "no not non none nobody without lack lacks lacking missing absent absence never disabled disable disabling removed "
    "remove exempt exempted exemption exemptions exception exceptions except excluding bypass bypassed kein keine "
    "keinen ohne nicht sans pas aucun aucune sin ningun falta"
)
_DENIED_ID = re.compile(
    r"\b(?:not|except|excl|excluding|without|instead of|rather than|nicht|ohne|ausser|außer|statt|kein|keine|sauf"
    r"|sans|sin|salvo)"
    r"[\s:.(\[]+(M\d{4})\b",
    re.IGNORECASE,
)
_IGNORED = frozenset(map(key, ("Do Not Mitigate", "Mitigation Limited or Not Effective")))
_PIECES = 16
_PROSE = 600  # no list of names is longer, and patterns are not tried on what may be a whole page
NAMES_NOTHING = "The row names no mitigation."
_NOTHING = frozenset({"", "none", "n a", "na", "nil", "null", "not mapped", "unmapped", "no mapping", "tbd"})


class Words(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The cells of a row that may name its mitigation. `foreign` is the framework its own id belongs to."""

    mitigation_id: str = ""
    mitigation: str = ""
    control: str = ""
    foreign: str = ""


class Resolution(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    mitigations: tuple[str, ...] = ()
    method: Method | None = None
    findings: tuple[Finding, ...] = ()


class Resolver:
    """Resolves one vocabulary's words, each distinct text once; `guesses` of them may be given suggestions."""

    def __init__(self, vocabulary: Vocabulary, guesses: int = 5_000) -> None:
        self.lexicon = Lexicon(vocabulary)
        self.vocabulary = vocabulary
        self.guesses = guesses
        self._known: dict[Words, Resolution] = {}
        self._headers = {spoken(text): Field(field) for text, field in vocabulary.headers.items()}

    @property
    def exhausted(self) -> bool:
        return self.guesses <= 0

    def resolve(self, words: Words) -> Resolution:
        found = self._known.get(words)
        if found is None:
            found = self._known[words] = self._resolve(words)
        return found

    def knows(self, text: str) -> bool:
        """Whether a text names a mitigation beyond doubt; used to find the column that does."""
        return bool(self.lexicon.exact(text) or key(text) in self.lexicon.confirmed)

    def heading(self, cell: Cell) -> Heading | None:
        """What a header cell names: as people have settled it, else as it reads."""
        field = self._headers.get(spoken(cell)) if self._headers and isinstance(cell, str) else None
        return settled(cell, field) if field and isinstance(cell, str) else heading(cell)

    def leaves_out(self, words: Words) -> bool:
        """Whether people have said that what the row names is no mitigation."""
        return bool(self.lexicon.nothing) and any(key(text) in self.lexicon.nothing for text in _texts(words))

    def _resolve(self, words: Words) -> Resolution:
        for field in NAMING:
            if ids := mitigation_ids(getattr(words, field.value)):
                found = self._by_ids(ids, field, words)
                return found if found.mitigations else self._settled(words) or found
        field = Field.MITIGATION if words.mitigation else Field.CONTROL if words.control else Field.MITIGATION_ID
        text = getattr(words, field.value)
        found = self._confirmed(text) or self._technique(words) or self._by_words(text, field, words.foreign)
        if found.mitigations and found.method is not Method.MISSPELLING:
            return found
        return self._settled(words) or found

    def _settled(self, words: Words) -> Resolution | None:
        """By what people have said of any of the row's texts."""
        return next(filter(None, map(self._confirmed, _texts(words))), None)

    def _confirmed(self, text: str) -> Resolution | None:
        known = self.lexicon.confirmed
        ids = known.get(key(text)) if known and text else None
        return Resolution(mitigations=ids, method=Method.CONFIRMED) if ids else None

    def _by_ids(self, ids: tuple[str, ...], field: Field, words: Words) -> Resolution:
        found: dict[str, None] = {}
        findings: list[Finding] = []
        denied = {each.upper() for each in _DENIED_ID.findall(getattr(words, field.value)[:_PROSE])}
        for each in ids:
            if each in denied:
                message = f"{shown(getattr(words, field.value))} says that {each} is not meant; it is left out."
                findings.append(warning("denied", message, field))
            elif each in self.lexicon.names:
                found[each] = None
            else:
                findings.append(self._strange(each, field, words, found))
        findings += self._disagreement(tuple(found), words)
        method = Method.ID if found else None
        return Resolution(mitigations=tuple(found), method=method, findings=tuple(findings))

    def _strange(self, each: str, field: Field, words: Words, found: dict[str, None]) -> Finding:
        """An id that is none of the live mitigations; a live successor is added to `found`."""
        label = self.vocabulary.label
        if each in self.vocabulary.ignored:
            message = f"{each} says that no mitigation is possible; it is none itself and counts nothing."
            return warning("do-not-mitigate", message, field)
        if each in self.vocabulary.retired:
            name, fate, heir = self.vocabulary.retired[each]
            if heir in self.lexicon.names:
                found[heir] = None
                return warning(
                    "deprecated-id", f"{each} {name} is {fate}; {self.lexicon.called(heir)} is taken.", field
                )
            message = f"{each} {name} is {fate} in {label} and has no successor."
            return error("deprecated-id", message, field, self._guess(_best(words)))
        home = home_of(each)
        if home and home != self.vocabulary.domain:
            message = f"{each} belongs to {_DOMAINS[home]} ATT&CK; this is {label}."
            return error("wrong-domain", message, field, self._guess(_best(words)))
        return error("unknown-id", f"{each} is no mitigation of {label}.", field, self._guess(_best(words)))

    def _disagreement(self, found: tuple[str, ...], words: Words) -> Iterator[Finding]:
        """The id wins; a name beside it that means another mitigation is worth a look."""
        for field in (Field.MITIGATION_ID, Field.MITIGATION):
            text = without_ids(getattr(words, field.value))
            named = self._certain(text) if text else None
            if found and named and not set(named.mitigations) & set(found):
                names = listed([self.lexicon.called(each) for each in found])
                message = f"{shown(text)} is not {names}: the id is taken."
                guesses = tuple(self.lexicon.suggestion(each, 0.5) for each in named.mitigations[:3])
                yield warning("id-name-mismatch", message, field, guesses)

    def _technique(self, words: Words) -> Resolution | None:
        """Techniques bear the names of mitigations too: T1553.002 is called Code Signing."""
        field = next((field for field in NAMING if _is_technique(getattr(words, field.value))), None)
        if field is None:
            return None
        ids = listed(list(technique_ids(getattr(words, field.value))), 5)
        message = f"{ids} is a technique, not a mitigation: say which mitigation stands against it."
        return Resolution(findings=(error("technique-id", message, field),))

    def _by_words(self, text: str, field: Field, foreign: str) -> Resolution:
        if fold(text) in _NOTHING:
            return Resolution(findings=(error("unresolved", NAMES_NOTHING, field),))
        if key(_unbracketed(text)) in _IGNORED:
            message = f"{shown(text)} says that no mitigation is possible; it is none itself and counts nothing."
            return Resolution(findings=(warning("do-not-mitigate", message, field),))
        if foreign:
            return self._foreign(text, field, foreign)
        if len(text) > _PROSE:
            return self._unresolved(text, field)
        found = self._certain(text)
        if not found and self.lexicon.may_begin(text):
            found = self._scoped(text, field) or self._listed(text, field)
        return found or self._misspelt(text, field) or self._unresolved(text, field)

    def _foreign(self, text: str, field: Field, framework: str) -> Resolution:
        """A title of another framework is that framework's control: only ATT&CK's own name counts, no alias."""
        if each := self.lexicon.by_name.get(key(text)):
            return Resolution(mitigations=(each,), method=Method.NAME)
        message = f"{shown(text)} is a control of {framework}: map it to ATT&CK mitigations to have it count."
        return Resolution(findings=(error("unresolved", message, field, self._guess(text)),))

    def _certain(self, text: str) -> Resolution | None:
        """The very name or alias, with or without a remark in brackets."""
        for form in (text, _unbracketed(text)):
            word = key(form)
            if each := self.lexicon.by_name.get(word):
                return Resolution(mitigations=(each,), method=Method.NAME)
            if each := self.lexicon.by_alias.get(word):
                return Resolution(mitigations=(each,), method=Method.ALIAS)
        return None

    def _scoped(self, text: str, field: Field) -> Resolution | None:
        """`MFA for admins`: a name, and where it is deployed. A second mitigation in the rest makes it unclear."""
        cut = _SCOPE.search(text)
        if not cut or _denies(text):
            return None
        head, rest = self._certain(text[: cut.start()]), text[cut.end() :]
        if head is None or set(self.lexicon.within(rest)) - set(head.mitigations):
            return None
        taken = self.lexicon.called(head.mitigations[0])
        message = f"{shown(text)} is taken as {taken}; what it says beyond the name is not weighed."
        return msgspec.structs.replace(head, findings=(warning("scope", message, field),))

    def _listed(self, text: str, field: Field) -> Resolution | None:
        """`Antivirus / EDR`: several names, where every part is one."""
        if _denies(text):
            return None
        parts = self._parts(text)
        if not parts:
            return None
        found = [self._certain(part) or self._scoped(part, field) for part in parts]
        ids = dict.fromkeys(each for part in found if part for each in part.mitigations)
        names = all(part and part.method is Method.NAME for part in found)
        findings = tuple(finding for part in found if part for finding in part.findings)
        return Resolution(mitigations=tuple(ids), method=Method.NAME if names else Method.ALIAS, findings=findings)

    def _parts(self, text: str) -> list[str]:
        """The text cut into names, the longest first, since names hold `and` too; empty where it is not all names."""
        cuts = [match.span() for match in _SEPARATOR.finditer(text)]
        if not 0 < len(cuts) < _PIECES:
            return []
        starts, ends = [0, *(stop for _, stop in cuts)], [*(start for start, _ in cuts), len(text)]
        parts, at = [], 0
        while at < len(starts):
            for last in range(len(ends) - 1, at - 1, -1):
                part = text[starts[at] : ends[last]]
                if not part.strip() or self._certain(part) or self._scoped(part, Field.MITIGATION):
                    break
            else:
                return []
            if part.strip():
                parts.append(part)
            at = last + 1
        return parts

    def _misspelt(self, text: str, field: Field) -> Resolution | None:
        for form in dict.fromkeys((text, _unbracketed(text))):
            each = self.lexicon.misspelt(form)
            if each and not _denies(text, self.lexicon.names[each]):
                message = f"{shown(text)} is taken as a misspelling of {self.lexicon.called(each)}."
                finding = warning("misspelling", message, field)
                return Resolution(mitigations=(each,), method=Method.MISSPELLING, findings=(finding,))
        return None

    def _unresolved(self, text: str, field: Field) -> Resolution:
        near = self._guess(text)
        why = "seems to say that something is not there" if near and _denies(text) else "names no ATT&CK mitigation"
        hint = f" Did you mean {shown(near[0].name)}?" if near and not _denies(text) else ""
        return Resolution(findings=(error("unresolved", f"{shown(text)} {why}.{hint}", field, near),))

    def _guess(self, text: str) -> tuple[Suggestion, ...]:
        if self.exhausted or not text:
            return ()
        self.guesses -= 1
        return self.lexicon.suggestions(text)


def _texts(words: Words) -> tuple[str, ...]:
    return tuple(filter(None, (words.control, words.mitigation, words.mitigation_id)))


def _unbracketed(text: str) -> str:
    if "(" not in text and "[" not in text:
        return text
    return _BRACKETS.sub(" ", text).strip() if not _denies(" ".join(_BRACKETS.findall(text))) else text


def _denies(text: str, target: str = "") -> bool:
    """Whether a text takes back what it names: `No MFA`, `MFA not enforced`; a `no` for a name's `on` does not."""
    words = set(fold(text).split())
    if not words & _DENIALS:
        return False
    meant = set(fold(target).split())
    misplaced = {"".join(sorted(word)) for word in meant - words}
    return any("".join(sorted(word)) not in misplaced for word in (words & _DENIALS) - meant)


def _is_technique(text: str) -> bool:
    return text[:1] in {"T", "t"} and bool(technique_ids(text.split(maxsplit=1)[0]))


def _best(words: Words) -> str:
    return next(filter(None, map(without_ids, (words.mitigation, words.control, words.mitigation_id))), "")
