"""Rehearsals (试运行): the real engine in a world of its own; nothing that happens is real."""
