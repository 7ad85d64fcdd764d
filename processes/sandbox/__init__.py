"""Conditions, scripts, timers and parameters of diagrams, run where they can reach nothing."""
