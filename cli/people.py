"""Ways back in and workspaces, from the machine itself: `user password`, `user second-step`, `workspace`."""

from datetime import timedelta
from pathlib import Path

import click

from cli import datadir

A_DAY = timedelta(hours=24)


@click.command()
@click.argument("email")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the page is served.")
@datadir.option
def password(email: str, url: str, data_dir: Path | None) -> None:
    """Print a link by which EMAIL chooses a new password, once, within a day."""
    from cli import cabinet
    from mitigap.errors import NotFound
    from mitigap.store import accounts, audit, database, links
    from mitigap.store.people import Purpose

    with cabinet.ready(data_dir) as engine, database.sessions(engine).begin() as session:
        user = accounts.by_email(session, email)
        rooms = accounts.workspaces_of(session, user.id) if user else []
        if user is None or not rooms:
            raise NotFound(f"There is no user {email}.")
        now = database.now(session)
        secret = links.make(session, user.id, rooms[0][0].id, Purpose.PASSWORD, now, ttl=A_DAY)
        actor = audit.Actor(name="operator")
        audit.record_of_user(session, audit.Act.PASSWORD_LINK, actor, user.id, user.email)
    click.echo(f"{url.rstrip('/')}/password/{secret}")


@click.command("second-step")
@click.argument("email")
@click.option("--off", is_flag=True, required=True, help="For who has lost the app and the recovery codes.")
@datadir.option
def second_step(email: str, *, off: bool, data_dir: Path | None) -> None:
    """Let EMAIL sign in without a second step, until one is set up anew."""
    from cli import cabinet
    from mitigap.errors import NotFound
    from mitigap.store import accounts, audit, database, second_factor

    with cabinet.ready(data_dir) as engine, database.sessions(engine).begin() as session:
        user = accounts.by_email(session, email)
        if user is None:
            raise NotFound(f"There is no user {email}.")
        if off and second_factor.drop(session, user.id):
            actor = audit.Actor(name="operator")
            audit.record_of_user(session, audit.Act.SECOND_FACTOR_OFF, actor, user.id, user.email)
        click.echo(f"{user.email} signs in without a second step.")


@click.group()
def workspace() -> None:
    """List and create workspaces."""


@workspace.command("list")
@datadir.option
def list_workspaces(data_dir: Path | None) -> None:
    """Print each workspace with the number of its members."""
    from cli import cabinet
    from mitigap.store import accounts, database

    with cabinet.ready(data_dir) as engine, database.readers(engine)() as session:
        for room, members in accounts.workspaces(session):
            click.echo(f"{room.name}\t{members}")


@workspace.command("create")
@click.argument("name")
@datadir.option
def create_workspace(name: str, data_dir: Path | None) -> None:
    """Make a workspace; `mitigap user create` gives it members."""
    from cli import cabinet
    from mitigap.errors import UserError
    from mitigap.store import accounts, database

    shown = " ".join(name.split())
    if not shown or not shown.isprintable() or len(shown) > 100:  # noqa: PLR2004 - as on the page
        raise UserError("A workspace needs a name of 1 to 100 characters.")
    with cabinet.ready(data_dir) as engine, database.sessions(engine).begin() as session:
        accounts.create_workspace(session, shown)
    click.echo(f"{shown} is there.")
