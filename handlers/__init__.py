"""Operators: the service tasks a diagram may name."""
