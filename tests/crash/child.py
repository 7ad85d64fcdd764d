"""A process that runs one step and stops for real at one of its endings."""

import importlib
import sys
from datetime import datetime
from pathlib import Path

import time_machine

from models.clock import business_clock, fixed
from tests.crash.endings import end_process, endings
from tests.crash.harness import opened


def main(folder: str, step: str, at: str, moment: str) -> None:
    """Run ``step`` (``module:function``) in the world in ``folder``, both clocks at ``moment``."""
    module, name = step.split(":")
    run = getattr(importlib.import_module(module), name)
    now = datetime.fromisoformat(moment)
    with (
        time_machine.travel(now, tick=False),
        business_clock(fixed(now)),
        opened(Path(folder)) as world,
        endings(world.engine, int(at), end_process),
    ):
        run(world)


if __name__ == "__main__":
    main(*sys.argv[1:])
