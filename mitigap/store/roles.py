"""What each role may do: one table, from which the checks, the buttons and the tests are made."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from mitigap.store.people import Role


class Permission(StrEnum):
    """`self`: one's own password, second factor and sessions. `users`: members and invitations."""

    READ = "read"
    SELF = "self"
    RUN = "run"
    CATALOGUES = "catalogues"
    CHANNELS = "channels"
    LOOK = "look"
    TOKENS = "tokens"
    USERS = "users"
    WORKSPACES = "workspaces"
    AUDIT = "audit"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.READ, Permission.SELF}),
    Role.ANALYST: frozenset({Permission.READ, Permission.SELF, Permission.RUN, Permission.TOKENS}),
    Role.ADMIN: frozenset(Permission),
}
READ_ONLY = frozenset({Permission.READ})


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, in which workspace, and how far they may go."""

    user_id: str
    email: str
    workspace_id: str
    workspace: str
    role: Role
    read_only: bool = False

    def may(self, permission: Permission) -> bool:
        return permission in (PERMISSIONS[self.role] & READ_ONLY if self.read_only else PERMISSIONS[self.role])
