"""What a stored password costs whoever stole the table."""

from models.identity import passwords
from tests.hashing import OURS

ENOUGH_KIB, ENOUGH_ROUNDS = 19 * 1024, 2


def test_the_platform_hashes_with_memory_and_rounds_that_guessing_cannot_afford() -> None:
    stored = OURS.hash("一个足够长的密码")
    assert stored.startswith("$argon2id$")
    assert OURS.memory_cost >= ENOUGH_KIB
    assert OURS.time_cost >= ENOUGH_ROUNDS
    assert OURS.verify(stored, "一个足够长的密码")


def test_a_stored_hash_opens_by_its_own_cost() -> None:
    assert passwords.verify(OURS.hash("一个足够长的密码"), "一个足够长的密码")
    assert not passwords.verify(OURS.hash("一个足够长的密码"), "另一个足够长的密码")
    assert not passwords.verify(None, "一个足够长的密码")
