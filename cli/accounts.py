"""`mitigap user` and `mitigap token`: who may sign in, and with what."""

from pathlib import Path

import click

from cli import datadir, people

ROLES = ("admin", "analyst", "viewer")


@click.group()
def user() -> None:
    """Create the people who may sign in."""


@user.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the user may do in the workspace.")
@click.option("--workspace", required=True, help="Made where there is none of that name.")
@datadir.option
def create_user(email: str, role: str, workspace: str, data_dir: Path | None) -> None:
    """Make EMAIL a member of a workspace; a member's role is changed."""
    from cli import cabinet
    from mitigap.store import accounts, database
    from mitigap.store.schema import Role

    with cabinet.ready(data_dir) as engine, database.sessions(engine).begin() as session:
        made = accounts.create_user(session, email, Role(role), workspace)
        click.echo(f"{made.email} is {role} of {workspace}.")


@user.command()
@click.argument("email")
@click.option("--workspace", help="Needed where the user belongs to several.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the page is served.")
@datadir.option
def link(email: str, workspace: str | None, url: str, data_dir: Path | None) -> None:
    """Print a link that signs EMAIL in, once."""
    from cli import cabinet
    from mitigap.store import database, links

    with cabinet.ready(data_dir) as engine, database.sessions(engine).begin() as session:
        secret = links.create(session, email, database.now(session), workspace=workspace)
    click.echo(f"{url.rstrip('/')}/sign-in/{secret}")


user.add_command(people.password)
user.add_command(people.second_step)


@click.group()
def token() -> None:
    """Create tokens for programs."""


@token.command("create")
@click.option("--user", "email", metavar="EMAIL", required=True, help="Whose rights the token has.")
@click.option("--read-only", is_flag=True, help="A token that can change nothing.")
@click.option("--name", default="", help="What it is for, to know it again in the list.")
@click.option("--workspace", help="Needed where the user belongs to several.")
@datadir.option
def create_token(email: str, read_only: bool, name: str, workspace: str | None, data_dir: Path | None) -> None:
    """Print a new token, alone on its line. It is not shown again."""
    from cli import cabinet
    from mitigap.store import database, tokens

    with cabinet.ready(data_dir) as engine, database.sessions(engine).begin() as session:
        secret = tokens.create(session, email, read_only=read_only, name=name, workspace=workspace)
    click.echo(secret)
