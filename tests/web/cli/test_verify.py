import json

import pytest
from click.testing import CliRunner

from models.ledger import checkpoint, merkle
from models.selection import verifier
from tests.models.selection import opening_mutations
from tests.models.selection.conftest import VECTORS
from tests.models.selection.test_verifier import DRAWS
from web.cli.verify import verify


def run(*arguments):
    done = CliRunner().invoke(verify, [str(one) for one in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


@pytest.mark.parametrize("name", DRAWS)
def test_every_vector_is_accepted(name):
    path = VECTORS / f"{name}.json"
    code, shown = run("draw", path)
    assert (code, "计划未比对" in shown) == (0, True)
    printed = verifier.plan_hash(json.loads(path.read_text("utf-8"))["plan"]).hex()
    code, shown = run("draw", path, "--plan", printed)
    assert (code, "核验通过" in shown) == (0, True)


@pytest.mark.parametrize("name", opening_mutations.BASES)
def test_every_opening_is_accepted_and_compared_with_what_is_printed(name):
    path = VECTORS / f"{name}.json"
    code, shown = run("opening", path)
    assert (code, "没有全部比对" in shown) == (0, True)
    told = opening_mutations.expected(opening_mutations.load(name))
    code, shown = run("opening", path, *(f"--{key}={value}" for key, value in told.items()))
    assert (code, "核验通过" in shown) == (0, True)
    for key, reason in (
        ("floor", "floor_commit"),
        ("root", "envelope_root"),
        ("hash", "opening_hash"),
    ):
        code, shown = run("opening", path, f"--{key}=00")
        assert (code, f"原因代码：{reason}" in shown) == (1, True)


def test_a_wrong_plan_a_wrong_file_and_no_file_exit_with_their_reason(tmp_path):
    path = VECTORS / "draw-sm3-9-round0.public.json"
    code, shown = run("draw", path, "--plan", "00")
    assert (code, "原因代码：plan_hash" in shown) == (1, True)
    (tmp_path / "bad.json").write_text("[1.5]", "utf-8")
    code, shown = run("draw", tmp_path / "bad.json")
    assert (code, "原因代码：file_number" in shown) == (1, True)
    for kind in ("draw", "opening", "log"):
        code, shown = run(kind, tmp_path / "none.json")
        assert (code, "原因代码：file_unreadable" in shown) == (1, True)


def test_a_log_is_accepted_or_refused_with_its_reason(tmp_path):
    key = checkpoint.ensure_key(tmp_path / "log.key", checkpoint.origin_of("dz-1"))
    roots = [merkle.root(merkle.HASHES[alg], []) for alg in ("sha256", "sm3")]
    text = checkpoint.sign(checkpoint.TreeHead(key.name, 0, *roots), [key])
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"checkpoint": text, "entries": []}), "utf-8")
    code, shown = run("log", path, "--key", key.public.text())
    assert (code, "签名有效" in shown) == (0, True)
    path.write_text(json.dumps({"checkpoint": text, "entries": ["{}"]}), "utf-8")
    code, shown = run("log", path)
    assert (code, "原因代码：log_entry" in shown) == (1, True)
