"""What the site says, collected from its sources: every Chinese text that needs an English one.

``python -m tests.web.words`` brings web/translations/en/LC_MESSAGES/messages.po up to date: new
texts come in empty, those that nothing says any more go, translations stay.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_javascript
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from handlers.registry import registry
from processes.described import described
from web.i18n.catalogue import ENGLISH_FILE

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u3400-\u9fff]")
PUNCTUATION = re.compile(r"[\u3001-\u303f\uff00-\uffef]")
TEMPLATES = ("web/templates", "admin/templates")
PAGES = ("web", "admin")
NOT_PAGES = ("web/cli/", "web/api/", "web/frontend/", "web/app.py")
"""Commands and the description of the interface speak Chinese alone."""
BELOW = ("models", "handlers", "processes")
NOT_PAGES_BELOW = (
    "models/migrations/",
    "models/selection/guardian_check.py",
    "models/selection/verifier.py",
    "models/settings.py",
    "models/storage.py",
    "processes/backup/",
    "processes/checkup.py",
    "processes/demo/",
    "processes/forms/feel/",
    "processes/importing/",
    "processes/ledger_check.py",
    "processes/guardian_program/",
    "processes/packs/",
    "processes/sandbox/child.py",
    "processes/sandbox/errors.py",
    "processes/sandbox/helper.py",
    "processes/sandbox/plain.py",
    "processes/sandbox/pure.py",
    "processes/sandbox/runtime_words.py",
    "processes/sandbox/sandbox.py",
    "processes/script_engine.py",
    "processes/spiff/",
    "processes/startup.py",
    "processes/remote/",
    "processes/witnessing/",
    "processes/xml.py",
)
"""What commands and those who draw flows are told."""
SAID_BELOW = (
    "processes/sandbox/",
    "processes/lint/",
    "processes/modelling/",
    "models/roster/comparison.py",
    "models/roster/eligibility.py",
    "models/selection/guardian_readiness.py",
    "processes/finding.py",
    "processes/open_data/rounds.py",
    "processes/open_data/steps.py",
    "processes/open_data/comparison_results.py",
    "processes/open_data/masks.py",
    "processes/open_data/stages.py",
    "processes/registration_status.py",
    "models/selection/registration_words.py",
    "models/selection/registration.py",
    "models/selection/registrations.py",
    "models/selection/registration_warnings.py",
    "models/selection/comparison_schedule.py",
    "models/selection/comparison_review.py",
    "models/selection/comparison_ranking.py",
    "processes/quoting.py",
    "models/case_action.py",
    "processes/history.py",
    "processes/forms/messages.py",
    "processes/role_titles.py",
    "processes/rehearsal/showing.py",
)
"""Modules below the edge in which every text is for pages."""
TABLES = re.compile(
    r"^_?[A-Z_]*(TITLES|WORDS|STATES|STAGES|REASONS|KINDS|LABELS|PERIODS|FAILURES)$"
)
ROLES = "bpmn/base/roles.toml"
OPERATORS = "handlers/registry.py"

Sources = dict[str, set[str]]
"""Each text with the files that say it."""


def sources() -> Sources:
    """Return every Chinese text that a page can show, with where it is said."""
    found: Sources = {}
    for file, texts in _all():
        for text in texts:
            found.setdefault(text, set()).add(file)
    return found


def _all() -> Iterator[tuple[str, set[str]]]:
    for folder in TEMPLATES:
        for file in _files(folder, "html"):
            yield file, template_texts((ROOT / file).read_text())
    for folder in PAGES:
        for file in _files(folder, "py"):
            if not file.startswith(NOT_PAGES):
                yield file, page_texts((ROOT / file).read_text())
    for folder in BELOW:
        for file in _files(folder, "py"):
            if not file.startswith(NOT_PAGES_BELOW):
                source = (ROOT / file).read_text()
                yield (
                    file,
                    page_texts(source) if file.startswith(SAID_BELOW) else domain_texts(source),
                )
    for file in (*_files("web/frontend/src", "js"), *_files("web/frontend/src", "jsx")):
        yield file, script_texts((ROOT / file).read_bytes())
    yield ROLES, set(role_titles())
    yield OPERATORS, set(operator_words())
    for path in sorted((ROOT / "bpmn").rglob("diagrams/*.bpmn")):
        said = flow_texts(path.read_bytes())
        if said:
            yield path.relative_to(ROOT).as_posix(), said


def _files(folder: str, ending: str) -> Iterator[str]:
    for path in sorted((ROOT / folder).rglob(f"*.{ending}")):
        yield path.relative_to(ROOT).as_posix()


def template_texts(source: str) -> set[str]:
    """Return the Chinese texts in a template's expressions."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    texts = (node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str))
    return {text for text in texts if _is_chinese(text)}


def unwrapped(source: str) -> set[str]:
    """Return what a template says outside gettext."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    return {n.data.strip() for n in tree.find_all(nodes.TemplateData) if _is_chinese(n.data)}


def page_texts(source: str) -> set[str]:
    """Return every Chinese text of a module that is not a docstring, with its places named."""
    tree = ast.parse(source)
    parts = _docstrings(tree) | {id(part) for node in _filled(tree) for part in ast.walk(node)}
    plain = {
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in parts
    }
    return {text for text in plain | {_sentence(n) for n in _filled(tree)} if _is_chinese(text)}


def domain_texts(source: str) -> set[str]:
    """Return what a module below the edge gives pages to show: errors and tables of words."""
    tree = ast.parse(source)
    given: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            given.append(node.exc)
        elif isinstance(node, ast.ClassDef):
            given += [part for part in node.body if _names(part) & {"message", "title"}]
        elif any(TABLES.match(name) for name in _names(node)):
            given.append(node)
        elif isinstance(node, ast.keyword) and node.arg == "info":
            given.append(node.value)
    return set().union(*(_texts_in(node) for node in given))


def _texts_in(node: ast.AST) -> set[str]:
    filled = list(_filled(node))
    parts = {id(part) for one in filled for part in ast.walk(one)}
    plain = {
        n.value
        for n in ast.walk(node)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in parts
    }
    return {text for text in plain | {_sentence(one) for one in filled} if _is_chinese(text)}


def script_texts(source: bytes) -> set[str]:
    """Return what a script says through ``say``; a comma among the values makes it a sequence."""
    found = extract_javascript(BytesIO(source), ("say",), (), {})
    said = (text[0] if isinstance(text, list | tuple) else text for _, _, text, _ in found)
    return {text for text in said if isinstance(text, str) and _is_said(text)}


def _is_said(text: str) -> bool:
    # a template literal is put together by the script, and cannot be looked up
    return _is_chinese(text) and "${" not in text


def flow_texts(diagram: bytes) -> set[str]:
    """Return what a shipped diagram tells those who choose its flow."""
    told = described(diagram)
    return {text for text in (told.summary, told.afterwards, *told.prepare) if text}


def role_titles() -> list[str]:
    """Return the platform's own words for roles; a county's are its own."""
    table = tomllib.loads((ROOT / ROLES).read_text())
    return [text for text in _strings(table) if _is_chinese(text)]


def operator_words() -> Iterator[str]:
    """Yield what the modeller calls the platform's services and their parameters."""
    for one in registry:
        yield one.title
        yield from (str(each["label"]) for each in one.parameters() if _is_chinese(each["label"]))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)


def _filled(tree: ast.AST) -> Iterator[ast.JoinedStr]:
    inner = {
        id(n)
        for one in ast.walk(tree)
        if isinstance(one, ast.FormattedValue)
        for n in ast.walk(one)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in inner:
            yield node


def _sentence(node: ast.JoinedStr) -> str:
    text = ""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            words = re.findall(r"[A-Za-z_]\w*", ast.unparse(part.value))
            name = words[-1] if words else "value"
            text += "{" + name + "}"
        elif isinstance(part, ast.Constant):
            text += str(part.value)
    return text


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


def _docstrings(tree: ast.AST) -> set[int]:
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _is_chinese(text: str) -> bool:
    if text.startswith("<?xml"):
        return False  # the feed is for programs, and says its language
    return bool(CHINESE.search(text) or PUNCTUATION.search(text))


def kept() -> Catalog:
    """Return the catalogue as it is under version control."""
    with ENGLISH_FILE.open("rb") as stream:
        return read_po(stream, locale="en", domain="messages")


def renewed() -> Catalog:
    """Return the catalogue with what the sources say now and the translations there are."""
    before, catalogue = kept(), Catalog(locale="en", domain="messages", fuzzy=False)
    for text, files in sorted(sources().items(), key=lambda pair: (min(pair[1]), pair[0])):
        known = before.get(text)
        places = [(file, None) for file in sorted(files)]
        catalogue.add(text, known.string if known else "", locations=places)
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """Return the catalogue as its file."""
    body = BytesIO()
    write_po(body, catalogue, width=0, omit_header=True)
    return HEAD.encode() + body.getvalue()


HEAD = """# English texts of the site; the Chinese one is the message id.
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

if __name__ == "__main__":
    ENGLISH_FILE.write_bytes(written(renewed()))
