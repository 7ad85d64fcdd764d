"""The PDF itself: what is typed is printed as typed; the stamp holds, and says when it does not."""

import io
import subprocess
import sys
from datetime import datetime

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from models.clock import CHINA
from models.letter import LetterKind, new_code, read_code, shown_code
from models.letter_text import FIELDS, LetterTemplateInvalidError, fill_letter, parse_letter
from models.settings import ROOT, Settings
from processes.letters import fonts
from processes.letters.fonts import FontMissingError, fonts_for
from processes.letters.letter_key import LetterKeyMissingError, ensure_letter_key, path_of
from processes.letters.render import render
from processes.letters.stamp import StampBrokenError, holds, install_stamper, stamp
from processes.packs.check import _letter

AT = datetime(2026, 11, 19, 9, 0, tzinfo=CHINA)
HOSTILE = '某#[公司]$x^2$ #read("/etc/passwd") \\ " {winner} 喆堃镕'


def words(kind=LetterKind.AWARD_LETTER, **changes):
    template = parse_letter((ROOT / "bpmn" / "base" / "letters" / f"{kind}.toml").read_bytes())
    known = dict.fromkeys(FIELDS[kind], "甲") | {"code": "7KQ2-M9XD-41TF"} | changes
    return fill_letter(template, known, url="https://example.gov.cn/letters/7KQ2M9XD41TF").as_dict()


@pytest.fixture
def settings(tmp_path):
    settings = Settings(data_dir=str(tmp_path))
    ensure_letter_key(settings)
    return settings


@pytest.mark.parametrize("kind", list(LetterKind))
def test_the_same_words_give_the_same_bytes(settings, kind):
    assert render(words(kind), settings, at=AT) == render(words(kind), settings, at=AT)


def test_what_is_typed_is_words_and_never_markup(settings):
    plain = render(words(winner="甲"), settings, at=AT)
    hostile = render(words(winner=HOSTILE), settings, at=AT)
    assert len(pages(hostile)) == len(pages(plain)) == 1
    assert HOSTILE in words(winner=HOSTILE)["addressee"]


def pages(pdf):
    return PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"]


def test_a_stamp_covers_the_whole_letter_and_any_change_breaks_it(settings):
    pdf = render(words(), settings, at=AT)
    stamped = stamp(pdf, settings, reason="中选通知书", place="达州")
    assert holds(stamped)
    assert not holds(pdf)
    assert not holds(stamped + b"\n% more")
    at = stamped.index(b"/Kids")
    assert not holds(stamped[:at] + b"/KidS" + stamped[at + 5 :])


def test_the_stamp_is_a_pades_signature(settings):
    stamped = stamp(render(words(), settings, at=AT), settings, reason="中选通知书", place="达州")
    (signature,) = PdfFileReader(io.BytesIO(stamped)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert "小额工程交易平台文书签章" in signature.signer_cert.subject.human_friendly


def test_a_stamper_that_changes_the_letter_is_refused(settings):
    class Other:
        def stamp(self, pdf, *, reason, place):
            return render(words(winner="乙"), settings, at=AT)

    install_stamper(Other())
    try:
        with pytest.raises(StampBrokenError):
            stamp(render(words(), settings, at=AT), settings, reason="", place="")
    finally:
        install_stamper(None)


def test_a_damaged_key_file_is_named(settings):
    path_of(settings).write_text("nothing")
    with pytest.raises(LetterKeyMissingError, match=r"letter\.pem"):
        stamp(render(words(), settings, at=AT), settings, reason="", place="")


def test_the_key_is_made_once_and_for_its_owner_alone(settings):
    before = path_of(settings).read_bytes()
    ensure_letter_key(settings)
    assert path_of(settings).read_bytes() == before
    assert path_of(settings).stat().st_mode & 0o077 == 0


def test_without_any_chinese_font_the_error_says_what_to_do(settings, monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "BUILT", tmp_path / "none")
    monkeypatch.setattr(fonts, "SYSTEM", ())
    with pytest.raises(FontMissingError, match="make setup"):
        fonts_for(settings)


def test_the_build_brings_a_font_that_needs_nothing_of_the_system():
    assert fonts_for(Settings(data_dir="unused"))[0] == "Noto Serif SC"


def test_a_letter_is_made_in_a_process_that_has_made_none(settings):
    script = "from processes.letters.jobs import prepare; from processes.letters import render"
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True, cwd=ROOT)


@pytest.mark.parametrize(
    "given",
    [
        b"kind = 'award_letter'",
        b"kind = 'x'\ntitle = 'a'",
        b"kind = 'award_letter'\ntitle = '{floor_price}'",
        b"kind = 'award_letter'\ntitle = 'a'\nscript = 'b'",
        b"kind = 'award_letter'\ntitle = 'a'\nrows = ['b']",
        b"\xff",
    ],
)
def test_a_template_that_cannot_be_used_is_a_finding(given):
    with pytest.raises(LetterTemplateInvalidError):
        parse_letter(given)
    assert [one.level for one in _letter("letters/award_letter.toml", given)] == ["error"]


def test_a_row_of_which_nothing_is_known_is_left_out():
    given = b"kind='award_letter'\ntitle='a'\nrows=[['x','{winner}'],['y','{owner}z'],['w','v']]"
    filled = fill_letter(parse_letter(given), {"winner": "甲", "code": "c", "day": "d"}, url="u")
    assert filled.rows == [["x", "甲"], ["w", "v"]]


def test_a_code_is_read_however_it_is_typed():
    code = new_code()
    assert read_code(f" {shown_code(code).lower()} ") == code
    assert read_code("o1iL-0000-0000") == "011100000000"
