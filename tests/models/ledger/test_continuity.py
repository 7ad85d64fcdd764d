"""Each kind of tampering, told apart: by a follower of the log and by whoever checks a file."""

import pytest

from models.ledger import continuity, log_file
from models.ledger.checkpoint import ensure_key, sign
from tests.models.ledger.conftest import entry


def rewritten(log):
    log.entries[2] = entry(99)


def truncated(log):
    del log.entries[4:]


def forked(log):
    log.entries[3:6] = [entry(99)]
    del log.entries[6:]
    assert len(log.entries) == 6


def seen_six(log):
    return log.head(6), log.signed(6)


def test_a_log_that_only_grew_has_no_fault(log):
    for first in range(10):
        for second in range(first, 10):
            assert continuity.fault_of(log.head(first), log.head(second), log.proof) == ""


@pytest.mark.parametrize(
    ("change", "kind"),
    [(rewritten, "rewritten"), (truncated, "truncated"), (forked, "forked")],
)
def test_each_tampering_has_its_own_name_and_sentence(log, change, kind):
    head, kept = seen_six(log)
    change(log)
    assert continuity.fault_of(head, log.head(), log.proof) == kind
    with pytest.raises(log_file.LogInvalidError) as caught:
        log_file.verify(log.file(), log.key.public.text(), kept)
    assert caught.value.reason == f"seen_{kind}"
    assert continuity.text_of(kind, head, log.head()) in caught.value.text


def test_an_old_checkpoint_handed_out_again_is_not_taken_for_a_shortened_log(log):
    head = log.head(6)
    assert continuity.fault_of(head, log.head(4), log.proof) == "replayed"
    del log.entries[4:]
    assert continuity.fault_of(head, log.head(4), log.proof) == "truncated"


def test_a_log_that_gives_no_proof_or_a_false_one_is_a_rewritten_log(log):
    assert continuity.fault_of(log.head(3), log.head(9), lambda *_: None) == "rewritten"
    wrong = log.proof(4, 9)
    assert continuity.fault_of(log.head(3), log.head(9), lambda *_: wrong) == "rewritten"


def test_the_sm3_head_is_compared_where_it_can_be(log):
    head = log.head(6)
    other = head._replace(sm3=bytes(32))
    assert continuity.fault_of(head, other, log.proof) == "forked"


def test_a_sound_log_continues_an_older_checkpoint(log):
    report = log_file.verify(log.file(), log.key.public.text(), log.signed(4))
    assert report.seen == 4
    assert "由以前见过的4条增加而来" in report.verdict


def test_an_older_checkpoint_must_be_of_this_log_and_signed_by_its_key(log, tmp_path):
    def reason(seen):
        with pytest.raises(log_file.LogInvalidError) as caught:
            log_file.verify(log.file(), log.key.public.text(), seen)
        return caught.value.reason

    stranger = ensure_key(tmp_path / "other.key", log.key.name)
    assert reason(sign(log.head(4), [stranger])) == "seen_checkpoint_unsigned"
    elsewhere = ensure_key(tmp_path / "more.key", "smallworks/other")
    foreign = sign(log.head(4)._replace(origin="smallworks/other"), [elsewhere])
    with pytest.raises(log_file.LogInvalidError) as caught:
        log_file.verify(log.file(), None, foreign)
    assert caught.value.reason == "seen_origin"
    assert reason("no checkpoint") == "seen_checkpoint_shape"


def test_parts_of_a_log_are_one_log_in_any_order_and_none_may_be_missing(log):
    text = log.signed()
    parts = [
        {"checkpoint": text, "first": first, "entries": log.entries[first : first + 4]}
        for first in (0, 4, 8)
    ]
    assert log_file.verify(log_file.join(parts[::-1])).head.size == 9
    for wrong in (parts[:1] + parts[2:], [parts[0], *parts], [*parts, {"checkpoint": text}]):
        with pytest.raises(log_file.LogInvalidError) as caught:
            log_file.join(wrong)
        assert caught.value.reason == "log_parts"
    with pytest.raises(log_file.LogInvalidError) as caught:
        log_file.verify(log_file.join(parts[:2]))
    assert caught.value.reason == "log_size"
