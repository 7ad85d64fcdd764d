"""Measure and print: ``python -m benchmarks [--quick] [--only steps,…] [--no-postgres]``."""

import argparse
from contextlib import ExitStack

from benchmarks import steps
from benchmarks.report import show
from benchmarks.site import postgres_server, postgres_site, sqlite_site


def main() -> None:
    """Run the measurements that were asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-postgres", action="store_true")
    args = parser.parse_args()
    with ExitStack() as stack:
        sites = [stack.enter_context(sqlite_site())]
        if not args.no_postgres:
            server = stack.enter_context(postgres_server())
            sites.append(stack.enter_context(postgres_site(server)))
        show("linear5：每步", steps.measure(sites, rounds=5, cases=20))


if __name__ == "__main__":
    main()
