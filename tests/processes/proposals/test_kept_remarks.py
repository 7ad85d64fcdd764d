"""What analysts' buttons change in files of TOML leaves the remarks of people there."""

import pytest

from processes.proposals.own_roles import without_role
from processes.proposals.retiring import withheld

TOP = """# words of ours
[synonyms]
agency = ["代理"] # as on the door
"""
CREW = """
# who goes out at night
[[role]]
id = "crew"
title = "抢修队"
of = "party"
"""
GUARD = """
# by day alone
[[role]]
id = "guard"
title = "值守员"
of = "person" # one by one
"""
MANIFEST = """# agreed in spring
code = "city"
name = "某区" # its short name
extends = "base"
withholds = ["enquiry"] # none asks
"""


@pytest.mark.parametrize(("key", "left"), [("crew", GUARD), ("guard", CREW)])
def test_a_role_goes_with_its_own_remark_and_the_others_stay(key: str, left: str) -> None:
    found = without_role((TOP + CREW + GUARD).encode(), key).decode()
    assert found.split() == (TOP + left).split()


def test_the_last_role_and_the_other_words_for_it_go() -> None:
    both = TOP.replace("]\n", ']\ncrew = ["夜班"]\n', 1) + CREW
    assert without_role(both.encode(), "crew").decode().split() == TOP.split()


def test_a_manifest_that_withholds_one_more_or_one_less_keeps_its_remarks() -> None:
    more = withheld(MANIFEST.encode(), "evaluation", out=True)
    assert more.decode() == MANIFEST.replace('"]', '", "evaluation"]')
    assert withheld(more, "evaluation", out=False).decode() == MANIFEST
