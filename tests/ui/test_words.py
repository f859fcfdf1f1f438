"""Words of the app come from the catalogue: no page holds a text of its own, and every key that it asks for exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.delta_generator import DeltaGenerator

import simulator.ui
from simulator.texts import LANGUAGES, catalogue
from simulator.ui.words import dollars, plain

FOLDER = Path(simulator.ui.__file__).parent
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.py"))
SAYING = {"say", "tr"}
"""What returns a text of the catalogue: its arguments are keys and values."""

SHOWN_BY_KEYWORD = {"title", "label", "help", "placeholder", "page_title", "text", "body"}
NOT_SHOWN = {"key", "icon", "width", "height", "format", "mime", "file_name", "type", "language", "border", "on_click"}
"""Arguments that are no text."""

NAMES = {"English", "中文"}
"""Languages call themselves by their own names."""

NO_WORDS = {"code", "latex"}
"""Commands and equations are the same in every language."""

LOGS = {"log", "logger", "logging"}
"""What is written there is for those who run the app."""

WORDY = re.compile(r"[^\W\d_]{2,}.* .*|.* .*[^\W\d_]{2,}|[\u4e00-\u9fff]", re.DOTALL)
"""Letters and a space, or Chinese."""


@pytest.mark.parametrize("text", ["$211k and $1", "a $5 $6 *lamp*", r"back\slash \$1", ""])
def test_a_dollar_sign_is_escaped_once_whoever_wrote_it(text: str) -> None:
    def shown(markdown: str) -> str:
        return re.sub(r"\\(.)", r"\1", markdown)

    for written in (dollars(plain(text)), dollars(f"$1 {plain(text)}")):
        assert shown(written).endswith(text)
        # A dollar sign is escaped where an odd number of backslashes stands before it.
        assert all(len(each) % 2 for each in re.findall(r"(\\*)\$", written))


def _tree(file: str) -> ast.Module:
    return ast.parse((FOLDER / file).read_text("utf-8"), file)


def _name(call: ast.Call) -> str:
    function = call.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _is_display(call: ast.Call) -> bool:
    """Tell whether a call shows something: ``st.*``, or the same method of a column, tab or container."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr in NO_WORDS:
        return False
    if isinstance(call.func.value, ast.Name) and call.func.value.id.lower() in LOGS:
        return False
    return (
        (isinstance(call.func.value, ast.Name) and call.func.value.id == "st")
        or (isinstance(call.func.value, ast.Name) and hasattr(DeltaGenerator, call.func.attr))
        or ast.unparse(call.func.value).startswith("st.")
    )


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield the literal texts below a node, but not what is said to the catalogue."""
    if isinstance(node, ast.Call) and _name(node) in SAYING:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Call):
        for argument in node.args:
            yield from _texts(argument)
        for keyword in node.keywords:
            if keyword.arg not in NOT_SHOWN:
                yield from _texts(keyword.value)
    elif isinstance(node, ast.Subscript):
        yield from _texts(node.value)  # what stands in brackets is a key
    elif isinstance(node, ast.Compare):
        return
    else:
        for child in ast.iter_child_nodes(node):
            yield from _texts(child)


def literal_texts(tree: ast.AST) -> list[str]:
    """Return the texts that a file shows without the catalogue."""
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if _name(call) in SAYING:
            continue
        if _is_display(call):
            found += list(_texts(call))
        else:
            shown = [keyword.value for keyword in call.keywords if keyword.arg in SHOWN_BY_KEYWORD]
            found += [text for value in shown for text in _texts(value)]
    return [text for text in found if WORDY.search(text) and text not in NAMES]


@pytest.mark.parametrize("file", FILES)
def test_no_file_of_the_app_holds_a_text_of_its_own(file: str) -> None:
    assert literal_texts(_tree(file)) == []


@pytest.mark.parametrize(
    "code",
    [
        'st.title("My page")', 'st.button(label="Press me")', 'st.caption(f"of {n} futures")', 'st.write("分享")',
        'left.metric("Chance of loss", 1)', 'thing(help="What is this")', 'st.tabs([f"in {x} weeks"])',
        'st.columns(2)[0].info("No such run")', 'st.selectbox(say("a.b"), x, format_func=lambda c: "not " + c + " it")',
    ],
)  # fmt: skip
def test_a_text_in_the_code_would_be_found(code: str) -> None:
    assert literal_texts(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        'st.title(say("a.b"))', 'st.metric(say(f"a.{b}"), table["own share"], key="my own")', 'st.button("●")',
        'st.caption(say("a.b", text="two words"))', 'st.info(say("a.b"), icon=":material/block:")',
        'st.code("market-entry replay " + run)', 'LOG.exception("%s failed", job)',
        'table.rename("to this")', 'st.markdown(" · ".join(texts))',
    ],
)  # fmt: skip
def test_keys_names_and_signs_are_no_texts(code: str) -> None:
    assert literal_texts(ast.parse(code)) == []


def keys_said(tree: ast.AST) -> Iterator[str]:
    """Yield the keys that a file asks for as patterns, each with a gap where a value fills it in."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if _name(call) in SAYING and call.args:
            yield from _patterns(call.args[0])


def _patterns(key: ast.expr) -> Iterator[str]:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield re.escape(key.value)
    elif isinstance(key, ast.JoinedStr):
        yield "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in key.values)
    elif isinstance(key, ast.IfExp):
        yield from _patterns(key.body)
        yield from _patterns(key.orelse)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_every_text_that_is_asked_for_exists(file: str, lang: str) -> None:
    known = catalogue(lang)
    missing = [key for key in keys_said(_tree(file)) if not any(re.fullmatch(key, each) for each in known)]
    assert missing == []


def test_the_keys_are_really_read() -> None:
    found = [key for file in FILES for key in keys_said(_tree(file))]
    assert len(found) > 60 and any(".+" in key for key in found)
    assert list(keys_said(ast.parse('say("a.b" if x else f"a.{c}.d", n=1)'))) == [r"a\.b", r"a\..+\.d"]
