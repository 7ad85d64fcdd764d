"""The table that a run prints: what was measured, the figure, the aim, met or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

MET, MISSED, NO_AIM = "达到", "未达到", ""


@dataclass(frozen=True)
class Line:
    """One figure; ``aim`` is spelled as ``>= 200`` or ``<= 12``."""

    what: str
    figure: float
    unit: str
    aim: str = ""

    @property
    def verdict(self) -> str:
        """Whether the aim was met."""
        if not self.aim:
            return NO_AIM
        sign, bound = self.aim.split()
        met = self.figure >= float(bound) if sign == ">=" else self.figure <= float(bound)
        return MET if met else MISSED


def show(title: str, lines: Sequence[Line]) -> None:
    """Print one table."""
    print(f"\n{title}")
    for line in lines:
        figure = f"{line.figure:,.2f}".rstrip("0").rstrip(".")
        print(f"  {figure:>12} {line.unit:<12} {line.aim:<8} {line.verdict:<5} {line.what}")


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return float(median(values))
