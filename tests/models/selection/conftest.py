"""The vectors, and a way to run the browser's modules on them."""

import json
import subprocess
from pathlib import Path

import pytest

from models.selection import guardian_keys
from tests.models.selection import auctioning

VECTORS = Path(__file__).parents[2] / "vectors"
BRIDGE = Path(__file__).parent / "bridge.mjs"


@pytest.fixture
def in_browser():
    """Run ``[name, *arguments]`` calls in the browser's modules and return their results."""

    def run(*calls):
        done = subprocess.run(
            ["node", str(BRIDGE)],
            input=json.dumps(calls),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def vector():
    """Read one vector by its name."""
    return lambda name: json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def keys():
    """Three guardians' fresh keys."""
    return [guardian_keys.make_key(name) for name in guardian_keys.GUARDIANS]


@pytest.fixture
def guardians(keys):
    return [key.public for key in keys]


@pytest.fixture
def standing(tmp_path):
    """A bidding that takes bids: its town, itself, its engine."""
    with auctioning.standing(tmp_path / "bidding") as found:
        yield found


@pytest.fixture
def town(standing):
    return standing[0]


@pytest.fixture
def auction(standing):
    return standing[1]
