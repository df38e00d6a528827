"""What has an end of its own: sessions, links, invitations and counts are dropped when their time is past."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mitigap.store.people import Invitation, SignInCount, SignInLink, WebSession
from mitigap.store.sign_in_counts import WINDOW

REMEMBERED = timedelta(days=30)
"""How long an invitation that was not taken is still listed."""


def forget(session: Session, now: datetime) -> None:
    for table in (WebSession, SignInLink):
        session.execute(delete(table).where(table.expires_at <= now))
    session.execute(delete(Invitation).where(Invitation.expires_at <= now - REMEMBERED))
    session.execute(delete(SignInCount).where(SignInCount.since <= now - WINDOW))
