"""The second factor: codes by time (RFC 6238) from an app, and recovery codes for the day the telephone is gone."""

import secrets
from datetime import datetime

import pyotp
from pyotp.utils import strings_equal
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from mitigap.store import secret
from mitigap.store.people import RecoveryCode, SecondFactor
from mitigap.store.rows import changed

STEP = 30
DRIFT = 1
"""Steps that a telephone's clock may be off, either way."""

CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
PARTS = (4, 4, 4, 4)
ISSUER = "Mitigap"


def is_on(session: Session, user_id: str) -> bool:
    row = session.get(SecondFactor, user_id)
    return row is not None and row.confirmed_at is not None


def begin(session: Session, user_id: str, now: datetime) -> str:
    """The secret that the app is to keep: the same until it is confirmed, however often the page is loaded."""
    row = session.get(SecondFactor, user_id)
    if row is None:
        row = SecondFactor(user_id=user_id, secret=pyotp.random_base32(), created_at=now, last_step=0)
        session.add(row)
        session.flush()
    return row.secret


def address(told: str, email: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(told).provisioning_uri(name=email, issuer_name=ISSUER)


def confirm(session: Session, user_id: str, code: str, now: datetime) -> list[str] | None:
    """The recovery codes, to be shown this once; None where the code is not the app's."""
    if not _by_app(session, user_id, code, now):
        return None
    session.execute(update(SecondFactor).where(SecondFactor.user_id == user_id).values(confirmed_at=now))
    return renew_codes(session, user_id, now)


def fits(session: Session, user_id: str, code: str, now: datetime) -> bool:
    """Whether the code is the app's or a recovery code. Either works once."""
    plain = "".join(code.split())
    return _by_app(session, user_id, plain, now) or _by_recovery(session, user_id, plain, now)


def renew_codes(session: Session, user_id: str, now: datetime) -> list[str]:
    """New recovery codes; the old ones work no more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    made = ["-".join(_part(length) for length in PARTS) for _ in range(CODES)]
    for code in made:
        session.add(RecoveryCode(hash=_hashed(user_id, code), user_id=user_id, created_at=now))
    session.flush()
    return made


def codes_left(session: Session, user_id: str) -> int:
    query = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def drop(session: Session, user_id: str) -> bool:
    """Whether there was one."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    return changed(session, delete(SecondFactor).where(SecondFactor.user_id == user_id)) > 0


def _by_app(session: Session, user_id: str, code: str, now: datetime) -> bool:
    """One UPDATE decides, so that of two who send the same code one is let in."""
    row = session.get(SecondFactor, user_id)
    if row is None:
        return False
    clock = pyotp.TOTP(row.secret)
    present = int(now.timestamp()) // STEP
    for step in range(present - DRIFT, present + DRIFT + 1):
        if strings_equal(clock.at(step * STEP), code):
            fresh = (SecondFactor.user_id == user_id, SecondFactor.last_step < step)
            return changed(session, update(SecondFactor).where(*fresh).values(last_step=step)) > 0
    return False


def _by_recovery(session: Session, user_id: str, code: str, now: datetime) -> bool:
    mine = (RecoveryCode.hash == _hashed(user_id, code), RecoveryCode.user_id == user_id)
    return changed(session, update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=now)) > 0


def _hashed(user_id: str, code: str) -> str:
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return secret.hashed(f"{user_id}:{letters}")


def _part(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))
