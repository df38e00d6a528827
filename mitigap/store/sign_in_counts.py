"""How often one account may be tried: counted in the database, so that it holds over all processes and restarts.

A try is counted before the password is looked at and forgotten when it was right: any number at once cannot pass by.
Accounts that nobody has are counted too, so that the count tells nobody who is known.
"""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from mitigap.store import secret
from mitigap.store.people import SignInCount
from mitigap.store.rows import insert_once

MOST = 8
WINDOW = timedelta(minutes=15)


def take(session: Session, account: str, now: datetime) -> timedelta | None:
    """Count one more try. None where it may go on, else how long nobody may try this account."""
    key = secret.hashed(account)
    insert_once(session, SignInCount, account=key, tries=0, since=now)
    over = SignInCount.since <= now - WINDOW
    query = (
        update(SignInCount)
        .where(SignInCount.account == key, over | (SignInCount.tries < MOST))
        .values(tries=case((over, 1), else_=SignInCount.tries + 1), since=case((over, now), else_=SignInCount.since))
        .returning(SignInCount.account)
    )
    if session.execute(query).first():
        return None
    since = session.scalars(select(SignInCount.since).where(SignInCount.account == key)).one()
    return since + WINDOW - now


def clear(session: Session, account: str) -> None:
    session.execute(delete(SignInCount).where(SignInCount.account == secret.hashed(account)))
