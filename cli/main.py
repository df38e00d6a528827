"""`mitigap`: finds the command that was asked for, and turns what went wrong into an exit status and one clear line."""

import os
import sys
import traceback
from importlib import import_module

import click

from mitigap import ENGINE_VERSION
from mitigap.errors import UserError

DONE, BAD, BUG, INTERRUPTED = 0, 2, 70, 130

COMMANDS = {
    "assess": ("cli.assess:assess", "Assess the controls in FILE against one or more groups."),
    "drift": ("cli.drift:drift", "Say what moved from the controls in OLD to those in NEW, and why."),
    "forecast": ("cli.forecast:forecast", "Say on which days the score falls because controls in FILE run out."),
    "inventory": ("cli.inventory:inventory", "Check a controls spreadsheet, or make one to fill in."),
    "group": ("cli.group:group", "List and show the groups of a catalogue."),
    "catalog": ("cli.catalog:catalog", "Import ATT&CK releases and group documents, and list them."),
    "serve": ("cli.serve:serve", "Serve the page, run the jobs and keep the schedule, all on this machine."),
    "web": ("cli.parts:web", "Serve the page and the API alone."),
    "worker": ("cli.parts:worker", "Run jobs alone."),
    "beat": ("cli.parts:beat", "Keep the schedule alone, and see that no job is forgotten."),
    "alive": ("cli.alive:alive", "Say whether the worker or the schedule lives."),
    "db": ("cli.db:db", "Look after the database."),
    "user": ("cli.accounts:user", "Create the people who may sign in."),
    "workspace": ("cli.people:workspace", "List and create workspaces."),
    "token": ("cli.accounts:token", "Create tokens for programs."),
}
"""Where each command lives and what it is for, so that `--help` need import none of them."""


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are run."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Click ends with status 1 where the reader of a pipe goes away; for us that would mean findings."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return hang_up()

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(ENGINE_VERSION, prog_name="mitigap", message="%(prog)s %(version)s")
def mitigap() -> None:
    """Which of an adversary's ATT&CK techniques do your deployed controls stop, and what should you deploy next?"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 0 done, 1 done with findings, 2 bad input, 70 a fault of ours, 130 Ctrl-C."""
    try:
        return run(arguments)
    except BrokenPipeError:
        return hang_up()
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (click.ClickException, UserError, OSError) as error:
        click.echo(complaint(error), err=True)
        return BAD
    except Exception:  # noqa: BLE001  the floor: no fault of ours may end as "1, done with findings"
        traceback.print_exc()
        return BUG


def run(arguments: list[str] | None) -> int:
    status = mitigap.main(arguments, prog_name="mitigap", standalone_mode=False)
    sys.stdout.flush()
    return status if isinstance(status, int) else DONE


def complaint(error: Exception) -> str:
    """One line a fault, each saying who speaks; a command that was given nothing at all shows its help instead."""
    match error:
        case click.exceptions.NoArgsIsHelpError():
            return error.format_message()
        case click.UsageError():
            path = error.ctx.command_path if error.ctx else "mitigap"
            text = f"{error.format_message().rstrip('.')}. See `{path} --help`."
        case click.ClickException():
            text = error.format_message()
        case OSError(filename=str(name)):
            text = f"{name}: {error.strerror}"
        case OSError(strerror=str(reason)):
            text = f"The output could not be written: {reason}."
        case _:
            text = str(error)
    return "\n".join(f"mitigap: {line}" for line in text.splitlines())


def hang_up() -> int:
    """Whoever read our output has gone; keep Python from complaining when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE
