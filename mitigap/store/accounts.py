"""People and the workspaces they belong to: who is a member of what, and in which role."""

from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from mitigap.errors import Conflict, NotFound, UserError
from mitigap.store import database
from mitigap.store.people import Membership, Role, SignInLink, Token, User, WebSession, Workspace
from mitigap.store.roles import PERMISSIONS, READ_ONLY, Permission, Principal
from mitigap.store.rows import found

__all__ = ["PERMISSIONS", "READ_ONLY", "Permission", "Principal"]

LAST_ADMIN = "A workspace needs an administrator: make somebody else one first."


def ensure_workspace(session: Session, name: str) -> Workspace:
    known = session.scalar(select(Workspace).where(Workspace.name == name))
    return known or _new_workspace(session, name)


def create_workspace(session: Session, name: str, user_id: str | None = None) -> Workspace:
    """A new one, with the user as its administrator; Conflict where the name is taken."""
    _must_be_free(session, name)
    room = _new_workspace(session, name)
    if user_id is not None:
        _join(session, user_id, room.id, Role.ADMIN)
    return room


def rename_workspace(session: Session, workspace_id: str, name: str) -> None:
    room = found(session.get(Workspace, workspace_id))
    if room.name != name:
        _must_be_free(session, name)
        room.name = name
        session.flush()


def workspaces(session: Session) -> list[tuple[Workspace, int]]:
    """Every one, and how many members it has."""
    query = select(Workspace, func.count(Membership.user_id)).outerjoin(Membership).group_by(Workspace.id)
    return [(room, members) for room, members in session.execute(query.order_by(Workspace.name))]


def workspaces_of(session: Session, user_id: str) -> list[tuple[Workspace, Role]]:
    """The one that was entered last comes first."""
    query = select(Workspace, Membership.role).join(Membership).where(Membership.user_id == user_id)
    order = (Membership.entered_at.is_(None), Membership.entered_at.desc(), Workspace.name)
    return [(room, role) for room, role in session.execute(query.order_by(*order))]


def create_user(session: Session, email: str, role: Role, workspace: str) -> User:
    """Make the user a member of the workspace, both made where they are new; a member's role is set to `role`."""
    user = ensure_user(session, email)
    put_in(session, user.id, ensure_workspace(session, workspace).id, role)
    return user


def ensure_user(session: Session, email: str) -> User:
    address = an_address(email)
    known = by_email(session, address)
    if known is None:
        known = User(email=address, created_at=database.now(session))
        session.add(known)
        session.flush()
    return known


def by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def put_in(session: Session, user_id: str, workspace_id: str, role: Role) -> None:
    """Make a member of whoever is none yet; a member's role is set."""
    if session.get(Membership, (user_id, workspace_id)):
        set_role(session, user_id, workspace_id, role)
    else:
        _join(session, user_id, workspace_id, role)


def set_role(session: Session, user_id: str, workspace_id: str, role: Role) -> None:
    """The member's sessions in this workspace end with it: what a page still offers may not be right any more."""
    if member(session, user_id, workspace_id).role is role:
        return
    if role is not Role.ADMIN:
        _must_not_be_last_admin(session, user_id, workspace_id)
    member(session, user_id, workspace_id).role = role
    _end_sessions(session, user_id, workspace_id)
    session.flush()


def remove_member(session: Session, user_id: str, workspace_id: str) -> None:
    """End a membership: with it go its sessions, and its tokens are revoked."""
    _must_not_be_last_admin(session, user_id, workspace_id)
    session.delete(member(session, user_id, workspace_id))
    _end_sessions(session, user_id, workspace_id)
    session.execute(
        update(Token)
        .where(Token.user_id == user_id, Token.workspace_id == workspace_id, Token.revoked_at.is_(None))
        .values(revoked_at=database.now(session))
    )
    session.flush()


def members(session: Session, workspace_id: str) -> list[tuple[User, Role]]:
    query = select(User, Membership.role).join(Membership, Membership.user_id == User.id)
    rows = session.execute(query.where(Membership.workspace_id == workspace_id).order_by(User.email))
    return [(user, role) for user, role in rows]


def member(session: Session, user_id: str, workspace_id: str) -> Membership:
    return found(session.get(Membership, (user_id, workspace_id)))


def answers_for(session: Session, admin_id: str, user_id: str) -> bool:
    """Whether the admin is one in every workspace of the user: else a new password would open a door to another's."""
    theirs = select(Membership.workspace_id).where(Membership.user_id == user_id)
    kept = select(Membership.workspace_id).where(Membership.user_id == admin_id, Membership.role == Role.ADMIN)
    return not set(session.scalars(theirs)) - set(session.scalars(kept))


def membership(session: Session, email: str, workspace: str | None = None) -> Membership:
    """The one that is meant; UserError where that cannot be told."""
    query = select(Membership).join(User).join(Workspace).where(User.email == an_address(email))
    choice = session.scalars(query.where(Workspace.name == workspace) if workspace else query).all()
    if not choice:
        raise NotFound(f"There is no user {email}" + (f" in {workspace}." if workspace else "."))
    if len(choice) > 1:
        raise UserError(f"{email} belongs to several workspaces: name one.")
    return choice[0]


def principals() -> Select[*tuple[Any, ...]]:
    """Members as a Principal's fields; a caller joins what it knows them by."""
    columns = (
        User.id.label("user_id"),
        User.email,
        Workspace.id.label("workspace_id"),
        Workspace.name.label("workspace"),
        Membership.role,
    )
    return select(*columns).select_from(Membership).join(User).join(Workspace)


def an_address(email: str) -> str:
    address = email.strip().lower()
    name, at, host = address.partition("@")
    if not (name and at and host) or "@" in host or not address.isprintable() or " " in address:
        raise UserError(f"{email!r} is not an e-mail address.")
    return address


def _new_workspace(session: Session, name: str) -> Workspace:
    room = Workspace(name=name, created_at=database.now(session))
    session.add(room)
    session.flush()
    return room


def _must_be_free(session: Session, name: str) -> None:
    if session.scalar(select(Workspace.id).where(func.lower(Workspace.name) == name.lower())):
        raise Conflict("There is a workspace of that name already.")


def _join(session: Session, user_id: str, workspace_id: str, role: Role) -> None:
    now = database.now(session)
    session.add(Membership(user_id=user_id, workspace_id=workspace_id, role=role, created_at=now))
    session.flush()


def _must_not_be_last_admin(session: Session, user_id: str, workspace_id: str) -> None:
    """Two admins who demote each other at once wait for one another here."""
    session.execute(select(Workspace.id).where(Workspace.id == workspace_id).with_for_update())
    session.expire_all()
    admins = select(Membership.user_id).where(Membership.workspace_id == workspace_id, Membership.role == Role.ADMIN)
    if set(session.scalars(admins)) == {user_id}:
        raise Conflict(LAST_ADMIN)


def _end_sessions(session: Session, user_id: str, workspace_id: str) -> None:
    for table in (WebSession, SignInLink):
        session.execute(delete(table).where(table.user_id == user_id, table.workspace_id == workspace_id))
