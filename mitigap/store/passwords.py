"""Passwords: kept as argon2id, chosen long, looked at in the same time whoever is asked for."""

import unicodedata
from collections.abc import Collection
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from mitigap.errors import UserError
from mitigap.store import database
from mitigap.store.people import User
from mitigap.store.rows import found

SHORTEST = 12
LONGEST = 200
FEWEST_LETTERS = 5
COMMON = ("password", "passwort", "qwerty", "1234567", "letmein", "welcome", "mitigap", "iloveyou", "administrator")

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=2)
_turns = BoundedSemaphore(2)
"""Each look at a password takes 64 MB: the threads of a web process take turns."""


def fault(password: str, about: Collection[str] = ()) -> str | None:
    """Why it cannot be chosen, in a sentence. `about` are words that others know of its owner."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return f"Use {SHORTEST} characters or more: a few words in a row are easy to keep in mind."
    if len(password) > LONGEST:
        return f"Use {LONGEST} characters at most."
    known = [word.casefold() for word in (*about, *COMMON) if len(word) >= FEWEST_LETTERS]
    rest = plain
    for word in known:
        rest = rest.replace(word, "")
    if len(set(rest)) < FEWEST_LETTERS or len(rest) < SHORTEST // 2:
        return "This one is easy to guess: use words that have nothing to do with you or with this page."
    return None


def kept(password: str) -> str:
    """What is stored of it."""
    with _turns:
        return _hasher.hash(_normal(password))


def fits(password: str, stored: str | None) -> bool:
    """Takes as long where nothing is stored: the answer's time tells nobody who has an account."""
    with _turns:
        try:
            return _hasher.verify(stored or _nobodys(), _normal(password)) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


def is_old(stored: str) -> bool:
    """Whether it was kept with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def put(session: Session, user_id: str, stored: str) -> None:
    user = found(session.get(User, user_id))
    user.password, user.password_at = stored, database.now(session)
    session.flush()


def must_do(password: str, email: str) -> None:
    """UserError with the sentence where it cannot be chosen."""
    if why := fault(password, known_of(email)):
        raise UserError(why)


def known_of(email: str) -> list[str]:
    """Words that whoever knows the address tries first, the longest before its parts."""
    return [email, email.partition("@")[0], *email.replace("@", ".").split(".")]


def _normal(password: str) -> str:
    """The same letters typed on another system are the same password."""
    return unicodedata.normalize("NFKC", password[: LONGEST * 4]).encode(errors="replace").decode()


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this one")
