"""Sweeping up after tests: what stands when they begin is looked through no more."""

import gc

import pytest

SELDOM = (50_000, 20, 50)
"""A test makes and drops whole applications: looking for their rubbish as often as a small program
does takes as long as the tests themselves."""


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave what has been imported and collected to stay, and sweep seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
