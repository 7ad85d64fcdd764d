"""The command line: Chinese, exact exit codes, quick where nothing needs the database."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from models.settings import ROOT
from web.cli import main


def run(*arguments, **environ):
    """Run one command in this process."""
    result = CliRunner().invoke(main, arguments, env=environ, catch_exceptions=False)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nonsense",), "没有这个命令"),
        (("clock", "advance"), "缺少参数 STEP"),
        (("clock", "show", "more"), "多出了不认识的参数"),
        (("serve", "--nonsense"), "没有 --nonsense 这个选项"),
        (("flow", "lint", "nothing.bpmn"), "nothing.bpmn 不存在"),
        (("flow", "lint"), "缺少参数 FILE"),
        (("token", "create"), "缺少参数 --account"),
    ],
)
def test_a_wrong_command_line_is_explained_in_chinese(arguments, says):
    code, output = run(*arguments)
    assert code == 2
    assert says in output
    assert "用法见：" in output


def test_a_misspelt_setting_stops_the_program_with_its_name():
    code, output = run("doctor", SMALLWORKS_DATABASE="sqlite://")
    assert code == 2
    assert "SMALLWORKS_DATABASE" in output


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SMALLWORKS_DATA_DIR", "/dev/null/data", 2),
        ("SMALLWORKS_DATABASE_URL", "postgresql://127.0.0.1:1/nothing", 1),
    ],
)
def test_a_setting_that_leads_nowhere_is_named_without_a_trace(tmp_path, name, value, code):
    environ = {"SMALLWORKS_DATA_DIR": str(tmp_path), name: value}
    ended, output = run("clock", "show", **environ)
    assert ended == code
    assert name in output


def test_help_lists_every_command_without_importing_any():
    code, output = run("--help")
    assert code == 0
    for name in main.commands_at:
        assert name in output
    assert "Options" not in output


def test_every_command_can_be_imported():
    context = None
    assert all(main.get_command(context, name) for name in main.commands_at)


def test_verifying_loads_neither_flask_nor_the_engine():
    script = (
        "import sys; from web.cli import main; main.get_command(None, 'verify');"
        "print([m for m in ('flask', 'SpiffWorkflow', 'celery', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_sound_diagram_passes_and_a_faulty_one_names_the_element():
    sound = ROOT / "tests" / "data" / "linear5.bpmn"
    faulty = ROOT / "tests" / "data" / "no_wait_cycle.bpmn"
    assert run("flow", "lint", str(sound))[0] == 0
    code, output = run("flow", "lint", str(sound), str(faulty))
    assert code == 1
    assert "错误 〔" in output


def test_no_diagram_but_something_else_is_refused_without_a_trace(tmp_path):
    file = tmp_path / "other.bpmn"
    file.write_text("<html>")
    code, output = run("flow", "lint", str(file))
    assert code == 1
    assert "错误" in output


def test_every_shipped_pack_passes_its_check():
    for manifest in (ROOT / "bpmn").rglob("pack.toml"):
        assert run("pack", "check", str(manifest.parent))[0] == 0


def test_a_pack_without_a_manifest_is_refused(tmp_path):
    code, output = run("pack", "check", str(tmp_path))
    assert code == 1
    assert "pack.toml" in output
