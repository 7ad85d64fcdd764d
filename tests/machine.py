"""What this machine can run: what is missing is said, and in CI a missing thing is a failure."""

import os
import shutil
from collections.abc import Iterator

import pytest

CI = bool(os.environ.get("CI"))
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = (
    "no Chromium on this machine: install it (Debian: apt-get install chromium fonts-noto-cjk)"
)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out browser tests, with the reason, where there is no browser."""
    if item.get_closest_marker("browser") and not any(map(shutil.which, CHROMIUM)):
        pytest.skip(NO_BROWSER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Count a test that was left out as failed where everything must run."""
    report = yield
    if CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"left out, which CI does not allow: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what to install so that nothing is left out."""
    reports = terminalreporter.stats.get("skipped", [])
    if any("no Chromium" in str(report.longrepr) for report in reports):
        terminalreporter.write_line(f"Browser tests were left out: {NO_BROWSER}.", yellow=True)
