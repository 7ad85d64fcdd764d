"""Every shipped diagram opens in bpmn-js without a warning and has a picture of today."""

import pytest

from tests.browser.flow_pictures import DIAGRAMS, PICTURES, draw, index, is_current, picture_of


@pytest.mark.browser
@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_a_diagram_opens_without_a_warning_and_draws_every_name(page, diagram) -> None:
    drawn = draw(page, diagram)
    assert drawn.warnings == []
    assert "NaN" not in drawn.svg
    assert drawn.svg.count('class="djs-element djs-shape"') > 3
    assert page.faults == []


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_the_picture_shows_the_diagram_as_it_is(diagram) -> None:
    assert is_current(diagram), "run: python -m tests.browser.flow_pictures"


def test_the_page_shows_every_picture_and_nothing_else_lies_there() -> None:
    assert (PICTURES / "README.md").read_text(encoding="utf-8") == index()
    assert set(PICTURES.glob("*.svg")) == {picture_of(diagram) for diagram in DIAGRAMS}
