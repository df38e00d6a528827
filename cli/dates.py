"""The date an assessment speaks for: expiry dates are weighed against it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def option(command: Command) -> Command:
    return click.option(
        "--as-of", metavar="DATE", callback=given, help="Weigh expiry dates against this day (YYYY-MM-DD), not today."
    )(command)


def given(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> date:
    return optional(_ctx, _parameter, value) or datetime.now(UTC).date()


def optional(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value} is not a date like 2026-11-24.") from error
