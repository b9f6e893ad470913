"""The command line. Exit status: 0 done, 1 the answer is no, 2 unusable arguments; errors are one line on stderr."""

from __future__ import annotations

import errno
import importlib
import sys

import click

from overture import __version__
from overture.kit.errors import Invalid, OvertureError

# Loaded when called, in this order of `--help`: a plan is checked without waiting for a web server's imports.
COMMANDS = {
    "demo": ("demo", "demo"),
    "serve": ("serve", "serve"),
    "site": ("accounts", "site"),
    "user": ("accounts", "user"),
    "token": ("accounts", "token"),
    "plan": ("plan", "group"),
    "visits": ("visits", "group"),
    "staff": ("numbers", "staff"),
    "lift": ("numbers", "lift"),
    "report": ("report", "report"),
    "backup": ("operation", "backup"),
    "restore": ("operation", "restore"),
    "doctor": ("operation", "doctor"),
}


class Commands(click.Group):
    """A group whose commands are imported one by one, when they are asked for."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name]
        command: click.Command = getattr(importlib.import_module(f"overture.cli.{module}"), attribute)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="overture")
def overture() -> None:
    """Overture: a live chat operation for sales and customer service."""


def main() -> None:
    """The entry point of the `overture` program."""
    try:
        sys.exit(overture.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except click.UsageError as error:
        _fail(error.format_message(), hint=f"see {_path(error)} --help", status=2)
    except click.ClickException as error:
        _fail(error.format_message(), status=error.exit_code)
    except OvertureError as error:
        _fail(error.message, status=2 if isinstance(error, Invalid) else 1)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        _fail(_in_words(error), status=1)


def _in_words(error: OSError) -> str:
    """What the machine refused, with the way out of what happens to everybody once."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: nothing was written. Free some space and try again"
    told = f"{error.filename or 'the system'}: {error.strerror or error}"
    denied = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
    return f"{told}: run Overture as the user whose files they are, or name another place" if denied else told


def _path(error: click.UsageError) -> str:
    return error.ctx.command_path if error.ctx else "overture"


def _fail(message: str, *, status: int, hint: str = "") -> None:
    line = " ".join(message.split())
    click.echo(f"overture: {line}" + (f" ({hint})" if hint else ""), err=True)
    sys.exit(status)
