"""Texts of notices and letters: every field has words, a form and its file say the same."""

import json
import time
import tomllib

import pytest

from models.errors import SmallworksError
from models.letter_text import FIELDS as LETTER_FIELDS
from models.letter_text import parse_letter
from models.notice import Notice, NoticeKind
from models.notice_text import FIELDS as NOTICE_FIELDS
from models.notice_text import Template, parse_template, render
from models.settings import BPMN, Settings
from processes.texts.preview import findings, letter_words, preview
from processes.texts.public_cases import read_back
from processes.texts.shape import (
    MAX_FIELD,
    TextShapeError,
    TextTooLongError,
    fields_of_text,
    text_of_fields,
)
from processes.texts.words import FIELDS, INVENTED, fields_of

SHIPPED = [*sorted(BPMN.rglob("notices/*.toml")), *sorted(BPMN.rglob("letters/*.toml"))]


def test_every_field_of_every_kind_has_words_and_a_value():
    named = set().union(*NOTICE_FIELDS.values(), *LETTER_FIELDS.values())

    assert named == set(FIELDS)
    assert all(title and value for title, value in FIELDS.values())
    for kind, names in NOTICE_FIELDS.items():
        assert {name for name, _ in fields_of("notices", kind)} == names


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_shipped_text_comes_through_the_form_unchanged(path):
    folder, text = path.parent.name, path.read_text(encoding="utf-8")
    parse = parse_template if folder == "notices" else parse_letter

    again = text_of_fields(folder, fields_of_text(folder, text))

    assert parse(again.encode()) == parse(text.encode())
    assert text_of_fields(folder, fields_of_text(folder, again)) == again
    assert findings(folder, path.name, text) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_preview_leaves_no_place_unfilled(path):
    shown = preview(path.parent.name, path.read_text(encoding="utf-8"), INVENTED)

    assert "{" not in json.dumps(shown, ensure_ascii=False)[1:-1].replace("{}", "")


AWARD = (BPMN / "base" / "notices" / "award_notice.toml").read_text(encoding="utf-8")


def test_an_unknown_field_and_a_loose_brace_are_told():
    assert "end_at" in findings("notices", "x", AWARD.replace("{ends_at}", "{end_at}"))[0].message
    loose = findings("notices", "x", AWARD.replace("{ends_at}", "{ends_at"))
    assert [one.level for one in loose if "{ends_at" in one.message] != []
    assert all(one.level == "warning" for one in loose)


@pytest.mark.parametrize(
    "text",
    [
        "{project_title.__class__.__mro__}",
        "{{ config }}",
        "{% for x in y %}",
        "{0}",
        "{project_title!r}",
        '#import "/etc/passwd"',
        "$(id)",
        "<script>alert(1)</script>",
    ],
)
def test_what_looks_like_a_template_of_something_else_is_printed_as_it_is(text):
    template = Template(NoticeKind.AWARD_NOTICE, "x", text)

    assert render(template, INVENTED).body == text


def test_a_letter_with_markup_is_set_as_words(tmp_path):
    from models.clock import business_now
    from processes.letters.render import render as typeset

    text = (BPMN / "base" / "letters" / "award_letter.toml").read_text(encoding="utf-8")
    text = text.replace("现将有关事项通知如下", '#read(\\"/etc/passwd\\") #panic() $x$ <b>')

    words = letter_words(text, INVENTED, "http://localhost/letters/x")
    pdf = typeset(words, Settings(data_dir=str(tmp_path)), at=business_now())

    assert words["marks"] == ["样张"]
    assert pdf.startswith(b"%PDF")


@pytest.mark.parametrize("size", [70_000, 2_000_000])
def test_an_enormous_text_is_refused_at_once(size):
    began = time.monotonic()
    for folder, text in (("notices", AWARD), ("letters", AWARD)):
        assert findings(folder, "x", text + "# " + "长" * size)[0].level == "error"
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        "kind = [",
        'x = "y"',
        "a = " + "[" * 20_000,
        "a = " + "9" * 5_000,
        "title = 3",
        'facts = [["a"]]',
    ],
)
def test_what_is_no_form_is_told_and_can_be_mended_as_source(text):
    with pytest.raises(TextShapeError):
        fields_of_text("notices", text)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x" * (MAX_FIELD + 1)},
        {"rows": [["a", "b"]] * 61},
        {"rows": [["a"]]},
        {"rows": ["ab"]},
    ],
)
def test_a_form_that_says_too_much_or_nothing_sound_is_refused(fields):
    with pytest.raises(TextTooLongError):
        text_of_fields("notices", {"kind": "award_notice", **fields})


def test_whatever_is_typed_makes_a_sound_file():
    nasty = 'a"""b\\ \r\n\x00\x1b{winner}\u202e"'
    fields = {"kind": "award_notice", "title": nasty, "body": nasty, "rows": [[nasty, nasty]]}

    held = tomllib.loads(text_of_fields("notices", fields))

    assert held["body"] == 'a"""b\\ \n{winner}"\n'
    assert "\x1b" not in held["title"]


def test_values_are_read_back_from_what_was_published():
    template = parse_template(AWARD.encode())
    shown = render(template, INVENTED)
    notice = Notice(title=shown.title, body=shown.body, facts={"facts": shown.facts})

    known = read_back(template, notice)

    for name in ("owner", "winner", "ends_at", "drawn_at", "publicity_period"):
        assert known[name] == INVENTED[name]
    assert render(template, known).facts == shown.facts


def test_no_text_makes_reading_back_slow():
    template = Template(NoticeKind.AWARD_NOTICE, "x", "xx{winner}x" * 500 + "y")
    notice = Notice(title="x", body="x" * 50_000, facts={})

    began = time.monotonic()
    assert read_back(template, notice) == {}
    assert time.monotonic() - began < 1


def test_a_faulty_template_raises_in_words():
    with pytest.raises(SmallworksError):
        preview("notices", "kind = 1", INVENTED)
