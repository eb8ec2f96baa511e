"""The commands. Each opens the project, calls one function of the core, and shows what came back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from audiobook.cli.screen import Progress, clean, clock, note, problem_text, say, who

app = typer.Typer(
    name="audiobook", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="Turn a manuscript into an audiobook with a voice for every character.",
    epilog="PATH is a project folder, a manuscript file or a folder of text; this folder where left out.")

PathArg = Annotated[Path | None, typer.Argument(metavar="PATH", show_default=False,
                                                help="Project folder, manuscript file or folder of text.")]
OutputOpt = Annotated[Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where to put what is made.")]
EngineOpt = Annotated[str | None, typer.Option("--engine", "-e", metavar="NAME",
                                               help="The speech engine, instead of the one in voices.yaml.")]
JsonOpt = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
QuietOpt = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes.")]


def _version(wanted: bool) -> None:
    if wanted:
        from audiobook import __version__

        say(f"audiobook {__version__}")
        raise typer.Exit


@app.callback()
def common(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True,
                                                 help="Show the version and exit.")] = False) -> None:
    pass


def _open(path: Path | None, output: Path | None = None) -> Any:
    from audiobook.project import open_project

    return open_project(path, output)


def _json(value: object) -> None:
    written = json.dumps(value, ensure_ascii=False, indent=1)
    say("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in written)
        if not written.isascii() else written.replace("\x7f", "\\u007f"))  # a terminal obeys more than JSON escapes


@app.command()
def new(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make.")],
        title: Annotated[str | None, typer.Option(metavar="TITLE", help="The book's title.")] = None,
        author: Annotated[str | None, typer.Option(metavar="NAME", help="The book's author.")] = None) -> None:
    """Start a book: a folder with voices.yaml and a first chapter."""
    from audiobook.project import new_project

    for path in new_project(folder, title, author):
        say(clean(str(path)))
    note(f"next: audiobook make {clean(str(folder))}")


@app.command()
def make(path: PathArg = None,
         editions: Annotated[list[str] | None, typer.Option("--as", metavar="EDITION", help="What to make, as often "
                             "as you like: m4b, mp3, mp3-single, opus, flac, wav, podcast, captions, readalong, "
                             "lpf, page. [default: m4b]")] = None,
         output: OutputOpt = None, engine: EngineOpt = None,
         profile: Annotated[str | None, typer.Option("--for", metavar="SHOP",
                                                     help="Finish the sound as a shop asks for it: acx.")] = None,
         as_json: JsonOpt = False, quiet: QuietOpt = False) -> None:
    """Make the audiobook. Only what changed since the last time is recorded."""
    from audiobook.production import produce

    wanted = [name.lower() for name in editions or ()] or (["mp3"] if profile else ["m4b"])
    with Progress(quiet or as_json) as watch:
        made = produce(_open(path, output), wanted, engine=engine, profile=profile, watch=watch)
    _made(made, as_json, quiet)


@app.command(short_help="Make a podcast: an episode a chapter, and the feed.")
def podcast(path: PathArg = None, output: OutputOpt = None, engine: EngineOpt = None, as_json: JsonOpt = False,
            quiet: QuietOpt = False) -> None:
    """Make a podcast-style reading: an episode a chapter, and the feed. The same as make --as podcast."""
    from audiobook.production import produce

    with Progress(quiet or as_json) as watch:
        made = produce(_open(path, output), ["podcast"], engine=engine, watch=watch)
    _made(made, as_json, quiet)


def _made(made: Any, as_json: bool, quiet: bool) -> None:
    if as_json:
        _json({"wrote": [str(path) for path in made.wrote], "recorded": made.recorded, "held": made.held,
               "failed": [{"text": f.line.text if f.line else "", "file": f.line.source.file if f.line else "",
                           "line": f.line.source.line if f.line else 0, "reason": f.reason} for f in made.failed],
               "seconds": round(made.seconds, 3)})
    else:
        for path in made.wrote:
            say(clean(str(path)))
        if not quiet:
            note(f"{clock(made.seconds)} of sound; {made.recorded} recorded, {made.held} held")
    if made.failed:
        note(f"{len(made.failed)} {'line' if len(made.failed) == 1 else 'lines'} could not be recorded "
             "and will be tried again by the next run")
        raise typer.Exit(1)


@app.command()
def preview(place: Annotated[str, typer.Argument(metavar="PLACE",
                                                 help="3 (a chapter), 3.2 (a scene), 3.2.14 (a line).")],
            path: PathArg = None, output: OutputOpt = None, engine: EngineOpt = None,
            play: Annotated[bool, typer.Option("--play", help="Play it when it is made.")] = False,
            quiet: QuietOpt = False) -> None:
    """Hear one chapter, scene or line. Prints the file it wrote."""
    from audiobook import production
    from audiobook.cli.places import parse_place

    where = parse_place(place)
    with Progress(quiet) as watch:
        made = production.preview(_open(path, output), where, engine=engine, watch=watch)
    _made(made, False, True)
    if play:
        from audiobook.cli.player import play_file

        play_file(made.wrote[0])


@app.command()
def script(path: PathArg = None,
           doubts: Annotated[bool, typer.Option("--doubts",
                                                help="Only the uncertain lines, most doubtful first.")] = False,
           as_json: JsonOpt = False) -> None:
    """Show who says what, as a screenplay."""
    from audiobook.production import read
    from audiobook.script.screenplay import doubtful, screenplay

    _, found = read(_open(path))
    if as_json:
        lines = doubtful(found) if doubts else found.lines
        _json({"people": [{"name": p.name, "aliases": list(p.aliases), "pronoun": p.pronoun, "lines": p.lines}
                          for p in found.people],
               "lines": [{"chapter": ln.place.chapter, "scene": ln.place.scene, "line": ln.place.line, "kind": ln.kind,
                          "speaker": ln.speaker or "narrator", "text": ln.text, "file": ln.source.file,
                          "start": ln.source.start, "end": ln.source.end, "confidence": round(ln.confidence, 4),
                          "evidence": ln.evidence}
                         for ln in lines if ln.kind in ("narration", "dialogue", "thought", "heading")]})
        return
    for row in screenplay(found, doubts).splitlines():
        say(clean(row))


@app.command(short_help="Show the people found, and the voice each will have.")
def cast(path: PathArg = None, engine: EngineOpt = None,
         write: Annotated[bool, typer.Option("--write", help="Put people without an entry into voices.yaml.")] = False,
         as_json: JsonOpt = False) -> None:
    """Show the people found, how often and where they speak, and the voice each will have."""
    from audiobook.cli.tables import cast_rows, cast_text
    from audiobook.production import survey, write_people

    project = _open(path)
    rehearsal, _ = survey(project, engine)
    rows = cast_rows(rehearsal)
    if as_json:
        _json({"people": rows})
    else:
        say(cast_text(rows))
    if write:
        file, added = write_people(project, rehearsal)
        note(f"{clean(str(file))}: added {', '.join(clean(name) for name in added)}" if added
             else f"{clean(str(file))}: everybody is there already")


@app.command()
def voices(path: PathArg = None, engine: EngineOpt = None, as_json: JsonOpt = False) -> None:
    """Show the voices that the engine offers."""
    from audiobook.cli.tables import voice_rows, voices_text
    from audiobook.production import offered_voices

    name, offered = offered_voices(path, engine)
    rows = voice_rows(offered)
    if as_json:
        _json({"engine": name, "voices": rows})
    else:
        say(voices_text(name, rows))


@app.command()
def plan(path: PathArg = None, engine: EngineOpt = None, as_json: JsonOpt = False) -> None:
    """Show what would be recorded, why, and how long it is."""
    from audiobook.cli.tables import plan_text
    from audiobook.plan import plan_of

    planned = plan_of(_open(path), engine)
    if as_json:
        _json(planned.as_dict())
    else:
        say(plan_text(planned))


@app.command(short_help="Show what is doubtful; with --made, measure what was made.")
def check(path: PathArg = None, engine: EngineOpt = None,
          made: Annotated[bool, typer.Option("--made", help="Read the finished sound files back and measure "
                                                            "them.")] = False,
          profile: Annotated[str | None, typer.Option("--for", metavar="SHOP", help="With --made: fail unless what "
                                                      "this shop asks for is met: acx, google, inaudio, spotify, "
                                                      "apple.")] = None,
          output: Annotated[Path | None, typer.Option("--output", "-o", metavar="DIR",
                                                      help="With --made: where it was made.")] = None,
          as_json: JsonOpt = False, quiet: QuietOpt = False) -> None:
    """Show what is doubtful in manuscript, script and cast; with --made, what the finished files measure."""
    if made:
        _check_made(path, output, profile, as_json, quiet)
        return
    if profile is not None or output is not None:
        raise typer.BadParameter("--for and --output go with --made")
    from audiobook.production import doubts

    problems = doubts(_open(path), engine)
    if as_json:
        _json({"problems": [{"code": p.code, "severity": p.severity, "message": p.message,
                             "file": p.source.file if p.source else None, "line": p.source.line if p.source else None,
                             "hint": p.hint} for p in problems]})
    else:
        for problem in problems:
            say(problem_text(problem))
        count = f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}"
        note(count if problems else "nothing is doubtful")
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


def _check_made(path: Path | None, output: Path | None, profile: str | None, as_json: bool, quiet: bool) -> None:
    from audiobook.cli.report import report, report_text, verdict_text
    from audiobook.inspection import inspect

    with Progress(quiet or as_json) as watch:
        found = inspect(path, output, only=profile, watch=watch)
    if as_json:
        _json(report(found))
    else:
        say(report_text(found, profile))
    if profile is not None and not quiet:
        note(verdict_text(found, profile))
    if found.damaged or (profile is not None and not found.meets(profile)):
        raise typer.Exit(1)


@app.command(short_help="Remove recordings that no line needs any more.")
def sweep(path: PathArg = None, engine: EngineOpt = None) -> None:
    """Remove from the shelf what no line of the manuscript needs any more."""
    from audiobook.plan import sweep_shelf

    swept = sweep_shelf(_open(path), engine)
    say(f"removed {swept.files} {'file' if swept.files == 1 else 'files'}, {swept.bytes / 1e6:.1f} MB")


__all__ = ["app", "who"]
