"""The plan of the house, held: who may import whom, what must be documented, which room may print."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from audiobook import plugins

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "audiobook"

LAYERS = {
    0: {"model", "columns", "compact", "errors"},
    1: {"store", "clipfile", "locks", "plugins", "events", "files", "memory", "markup", "kit", "sounds", "text",
        "press"},
    2: {"readers", "script", "cast", "spoken", "mix", "check", "engines", "master", "editions", "cover"},
    3: {"studio", "crew", "booth"},
    4: {"production", "project", "rehearsal", "profiles", "made", "plan", "inspection"},
    5: {"cli", "web"},
    6: {"__main__"},
}
LAYER = {room: layer for layer, rooms in LAYERS.items() for room in rooms}
PLUGIN_FOLDERS = {"readers", "engines", "editions"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[tuple[int, str]]:
    """Our own modules that a file imports, anywhere in it, with the line."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names if alias.name.split(".")[0] == "audiobook"]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write imports in full"
            name = node.module or ""
            if name == "audiobook":
                found += [(node.lineno, f"audiobook.{alias.name}") for alias in node.names
                          if alias.name != "__version__"]
            elif name.startswith("audiobook."):
                folder = ROOT.joinpath(*name.split("."))
                found += [(node.lineno, f"{name}.{alias.name}" if (folder / f"{alias.name}.py").exists() else name)
                          for alias in node.names]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_only_look_down(path: Path) -> None:
    mine = room(path)
    assert mine in LAYER, f"{mine} has no layer yet: give it one here and in docs/how-it-works.md"
    for line, name in imports(path):
        theirs = name.split(".")[1]
        where = f"{path.relative_to(ROOT)}:{line} imports {name}"
        if theirs == mine:
            inside_plugin_folder = mine in PLUGIN_FOLDERS and path.name != "__init__.py"
            assert not inside_plugin_folder or _shared(name), f"{where}: plugins do not import each other"
        else:
            beside = LAYER[theirs] == LAYER[mine] and LAYER[mine] in (0, 1, 3, 4)
            assert LAYER[theirs] < LAYER[mine] or beside, where


def _shared(name: str) -> bool:
    """A module in a plugin folder that is no plugin: its package itself, or a table of data."""
    return name.count(".") == 1 or name.split(".")[2].startswith("_")


def test_no_import_goes_in_a_circle() -> None:
    graph = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"):
             {name for _, name in imports(path)} for path in modules()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for other in graph.get(name, ()):
                visit(other, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("path", [p for p in modules() if room(p) not in ("cli", "web")],
                         ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_core_knows_no_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("print", "input"), f"{path}:{node.lineno}"
        names = ([alias.name for alias in node.names] if isinstance(node, ast.Import)
                 else [node.module or ""] if isinstance(node, ast.ImportFrom) else [])
        assert not {name.split(".")[0] for name in names} & {"typer", "rich", "click"}, f"{path}:{node.lineno}"


@pytest.mark.parametrize(("group", "doc"), [("engines", "docs/engines.md"), ("editions", "docs/editions.md"),
                                            ("readers", "docs/how-it-works.md")])
def test_every_plugin_is_documented(group: plugins.Group, doc: str) -> None:
    text = (ROOT / doc).read_text(encoding="utf-8")
    missing = [name for name in plugins.names(group) if f"`{name}`" not in text]
    assert not missing, f"{doc} says nothing of {', '.join(missing)}"


def test_every_command_is_documented() -> None:
    from audiobook.cli import commands

    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    missing = [name for name in commands() if f"## `audiobook {name}" not in text]
    assert not missing, f"docs/commands.md says nothing of {', '.join(missing)}"


def test_every_built_in_plugin_loads() -> None:
    for group in ("readers", "engines", "editions"):
        for name in plugins.names(group):  # type: ignore[arg-type]
            assert plugins.load(group, name) is not None  # type: ignore[arg-type]
