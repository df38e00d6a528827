"""Members, invitations and tokens as their pages show them."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from mitigap.store import accounts, invitations, second_factor
from mitigap.store.people import Invitation, Role, User
from service.access import principal
from service.desk import desk

ROLES = {
    Role.VIEWER: "Viewer: looks at everything",
    Role.ANALYST: "Analyst: also uploads, assesses, schedules and makes tokens",
    Role.ADMIN: "Admin: also members, channels, catalogues and the audit log",
}


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """`ours`: whether an administrator here may make a way in for them."""

    id: str
    email: str
    role: Role
    joined: datetime
    second: bool
    me: bool
    ours: bool


def members(cabinet: Session) -> list[MemberView]:
    who = principal()
    return [_member(cabinet, user, role) for user, role in accounts.members(cabinet, who.workspace_id)]


def open_invitations(cabinet: Session) -> list[Invitation]:
    return invitations.listing(cabinet, principal().workspace_id, desk().clock())


def _member(cabinet: Session, user: User, role: Role) -> MemberView:
    who = principal()
    return MemberView(
        id=user.id,
        email=user.email,
        role=role,
        joined=accounts.member(cabinet, user.id, who.workspace_id).created_at,
        second=second_factor.is_on(cabinet, user.id),
        me=user.id == who.user_id,
        ours=accounts.answers_for(cabinet, who.user_id, user.id),
    )
