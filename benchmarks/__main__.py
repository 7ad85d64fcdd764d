"""Measure and print: ``python -m benchmarks [--quick] [--only steps,http] [--no-postgres]``."""

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks import (
    bidding,
    growth,
    http_load,
    insight,
    ledger,
    modeller,
    publishing,
    searches,
    selection,
    size,
    statements,
    steps,
)
from benchmarks.one_project import Size
from benchmarks.report import show
from benchmarks.site import Site, postgres_server, postgres_site, sqlite_site


@dataclass
class Bench:
    """What a run has at hand."""

    stack: ExitStack
    server: str | None
    quick: bool

    def sites(self, suffix: str = "", *, empty: bool = False) -> list[Site]:
        """Make a fresh installation on every database that is measured."""
        makers = [sqlite_site(f"SQLite{suffix}", empty=empty)]
        if self.server:
            makers.append(postgres_site(self.server, f"PostgreSQL{suffix}", empty=empty))
        return [self.stack.enter_context(maker) for maker in makers]

    def size(self, full: int, quick: int) -> int:
        """Return a size by how much time there is."""
        return quick if self.quick else full


def run_steps(bench: Bench) -> None:
    """The engine's step against the library in memory."""
    rounds, cases = bench.size(7, 3), bench.size(20, 5)
    lines = steps.measure(bench.sites(), rounds=rounds, cases=cases)
    show("linear5：一步含提交，与 SpiffWorkflow 内存之比（中位数，轮流测）", lines)


def run_selection(bench: Bench) -> None:
    """The shipped flow against the library in memory."""
    lines = selection.measure(bench.sites(empty=True), rounds=bench.size(7, 2))
    show("random_selection：办理一步含提交，与 SpiffWorkflow 内存之比（整案合计）", lines)


def run_http(bench: Bench) -> None:
    """Completions per second over HTTP."""
    lines = http_load.measure(bench.sites(), cases=bench.size(100, 20))
    show("linear5：经 HTTP 办结（waitress，令牌，每次一笔提交）", lines)


def run_statements(bench: Bench) -> None:
    """SQL statements of a completion."""
    show("一次办结的 SQL 语句（含认证、BEGIN、COMMIT）", statements.measure(bench.sites(), cases=4))


def run_size(bench: Bench) -> None:
    """Bytes of a finished case."""
    lines = size.measure(bench.sites(), cases=bench.size(300, 60))
    show("办结案卷占用（全部表和索引，含日志的哈希）", lines)


def run_growth(bench: Bench) -> None:
    """Few against many stored cases; the inbox with many open items."""
    most = bench.size(100_000, 10_000)
    few, many = bench.sites(f"，存量{growth.FEW:,}"), bench.sites(f"，存量{most:,}")
    for sites, cases in ((few, growth.FEW), (many, most)):
        for site in sites:
            growth.fill(site, cases // 2, "finished")
            growth.fill(site, cases // 2, "waiting")
    show("存量与每步成本", growth.measure(few, many, rounds=bench.size(100, 20)))
    for site in many:
        growth.fill(site, most // 2, "more")
    show(f"待办列表（{most:,} 件未办，每页 50 件）", growth.inbox(many))


def run_ledger(bench: Bench) -> None:
    """Appending and proofs with few and with a million entries."""
    most = bench.size(1_000_000, 50_000)
    lines = ledger.compare(bench.sites(), most)
    show(f"公开日志：追加和证明，存量{ledger.FEW:,}与{most:,}", lines)


def run_bidding(bench: Bench) -> None:
    """Sealed bids per second in the last minute; a thousand bids opened and settled."""
    sites = bench.sites("", empty=True)
    title = "竞价最后一分钟：经 HTTP 提交密封报价（waitress，令牌，每次一笔提交）"
    show(title, bidding.accept(sites, number=bench.size(1_000, 140)))
    sites = bench.sites("", empty=True)
    show("开启：从监督人员确认到成交价", bidding.opening(sites, number=bench.size(1_000, 140)))


def run_searches(bench: Bench) -> None:
    """Every list and search with a full archive."""
    full = Size(bench.size(20_000, 4_000), bench.size(100_000, 10_000))
    title = f"列表和查询：{full.enterprises:,}家企业、{full.projects:,}个项目，服务端整页"
    show(title, searches.measure(bench.sites(), full))


def run_insight(bench: Bench) -> None:
    """A flow's figures with a million work items."""
    items = bench.size(1_000_000, 50_000)
    show(f"流程分析：{items:,}件待办，服务端整页", insight.measure(bench.sites(), items))


def run_modeller(bench: Bench) -> None:
    """The modeller in a browser."""
    show("流程设计器（无头 Chromium）", modeller.measure(rounds=bench.size(9, 3)))


def run_publishing(_: Bench) -> None:
    """The publish check and the worked cases of the large flows."""
    show("发布一个流程之前：检查和办理样例（两个进程）", publishing.measure())


RUNS: dict[str, Callable[[Bench], None]] = {
    "steps": run_steps,
    "selection": run_selection,
    "http": run_http,
    "statements": run_statements,
    "size": run_size,
    "growth": run_growth,
    "ledger": run_ledger,
    "bidding": run_bidding,
    "searches": run_searches,
    "modeller": run_modeller,
    "insight": run_insight,
    "publishing": run_publishing,
}


def main() -> None:
    """Run the measurements that were asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, rougher figures")
    parser.add_argument("--no-postgres", action="store_true")
    parser.add_argument("--only", default=",".join(RUNS), help=f"some of: {', '.join(RUNS)}")
    args = parser.parse_args()
    with ExitStack() as stack:
        server = None if args.no_postgres else stack.enter_context(postgres_server())
        for name in args.only.split(","):
            with ExitStack() as own:
                RUNS[name](Bench(own, server, args.quick))


if __name__ == "__main__":
    main()
