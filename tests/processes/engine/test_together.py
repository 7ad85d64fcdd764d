"""Two people at the same moment: exactly one is first, the other is told at once."""

import threading
from time import perf_counter

import pytest

from models.clock import business_clock, fixed
from models.errors import ConflictError
from models.identity.actor import Actor
from tests.processes.engine.world import BEGAN, complete, items_of, open_steps, start

ROUNDS = 100


def both(actors: tuple[Actor, Actor], item: str) -> list[str]:
    """Let two people complete one item at the same moment; return how each fared."""
    ready = threading.Barrier(2)
    fared: list[str] = []

    def act(actor: Actor) -> None:
        with business_clock(fixed(BEGAN)):
            ready.wait()
            try:
                complete(actor, item)
                fared.append("done")
            except ConflictError as error:
                fared.append(error.code)

    threads = [threading.Thread(target=act, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(fared)


def test_of_two_who_finish_one_item_one_succeeds(
    linear5: str, centre: Actor, colleague: Actor
) -> None:
    cases = [start(centre) for _ in range(ROUNDS)]
    began = perf_counter()
    for case in cases:
        fared = both((centre, colleague), items_of(case)[0].id)
        assert fared == ["done", "work_item_taken"]
        assert open_steps(case) == ["task2"]
    assert perf_counter() - began < ROUNDS * 0.5, "the second one must not be kept waiting"


@pytest.mark.parametrize("clients", [4])
def test_many_cases_at_once_all_reach_their_end(linear5: str, centre: Actor, clients: int) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with business_clock(fixed(BEGAN)):
                case = start(centre)
                while items := items_of(case):
                    complete(centre, items[0].id)
        except BaseException as error:  # noqa: BLE001 - a thread's failure must reach the test
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
