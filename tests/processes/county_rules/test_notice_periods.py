"""Notices that run: how many are looked at, and that the page can tell when some are not."""

from types import SimpleNamespace

from processes.county_rules import notice_periods
from processes.county_rules.simulating import MOST


def test_notices_left_out_are_told_though_a_project_has_several_cases() -> None:
    rows = [
        SimpleNamespace(Notice=SimpleNamespace(id=str(number // 2))) for number in range(MOST + 1)
    ]
    found, are_more = notice_periods._by_notice(rows)
    assert (len(found), are_more) == (MOST // 2, True)
    assert notice_periods._by_notice(rows[:-1])[1] is False
