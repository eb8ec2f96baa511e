"""The command line: the only room that prints, prompts and knows exit codes.

0 done; 1 something a person can put right (or a line that could not be recorded); 2 usage; 130 Ctrl-C.
"""

from __future__ import annotations

import os
import sys


def commands() -> tuple[str, ...]:
    """The names of all commands."""
    from audiobook.cli.app import app

    return tuple(command.name or command.callback.__name__ for command in app.registered_commands
                 if command.callback is not None)


def main() -> None:
    """The entry point: words every error in one place."""
    from audiobook.cli.screen import ready, tell_error

    ready()
    # numpy would start threads that have nothing to do here, and what has threads cannot be copied (`memory.apart`)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from audiobook.errors import AudiobookError

    try:
        from audiobook.cli.app import app

        code = app(standalone_mode=False)
        sys.stdout.flush()
    except AudiobookError as error:
        tell_error(error)
        code = 1
    except KeyboardInterrupt:
        code = _interrupted()
    except BrokenPipeError:
        # whoever read our output has had enough: not an error, and Python must not complain on exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - what is no usage mistake is raised again
        code = _usage(error)
    sys.exit(code if isinstance(code, int) else 0)


def _interrupted() -> int:
    print("\nstopped; what is recorded is kept", file=sys.stderr)
    return 130


def _usage(error: Exception) -> int:
    """The exit code of a mistake on the command line; anything else is a bug and keeps its traceback."""
    import typer

    click = sys.modules.get("typer._click.exceptions") or sys.modules.get("click.exceptions")
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, typer.Abort):
        return _interrupted()
    if click is not None and isinstance(error, click.ClickException):
        error.show()
        return int(error.exit_code)
    raise error
