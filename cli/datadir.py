"""The option that names the data folder of a `mitigap serve`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def option(command: Command) -> Command:
    return click.option(
        "--data-dir",
        type=click.Path(file_okay=False, path_type=Path),
        help="The data folder of the `mitigap serve` that is meant, where no MITIGAP_DATABASE_URL is set.",
    )(command)
