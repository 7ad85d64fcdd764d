"""Worked cases (办理样例): acts and what must come of them, run at publishing and in CI."""
