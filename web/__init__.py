"""Doors for people and programs: parse, call one verb, answer."""
