"""The command ``market-entry``."""

from __future__ import annotations


def main() -> None:
    """Run the command line and leave with its exit code."""
    import io
    import sys

    from simulator.cli import signals

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal or file name may lack a letter: show its number
            stream.reconfigure(errors="backslashreplace")
    try:
        signals.listen()
        from simulator.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt as error:  # while the commands are loaded, or their last words are said
        code = signals.exit_code(error)
    sys.exit(code)
