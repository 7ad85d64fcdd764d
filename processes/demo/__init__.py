"""The demonstration city: parties, people and projects, made by really running the flows."""

from processes.demo.build import build_demonstration

__all__ = ["build_demonstration"]
