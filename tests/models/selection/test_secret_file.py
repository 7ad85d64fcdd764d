import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.selection import guardian_keys
from models.selection.secret_file import write_new


def test_a_secret_is_written_whole_for_its_owner_alone_and_never_over_another(tmp_path):
    path = tmp_path / "keys" / "one"
    write_new(path, "first")
    with pytest.raises(FileExistsError):
        write_new(path, "second")
    assert path.read_text("utf-8") == "first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["one"]


def test_processes_that_start_together_end_with_the_same_keys(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: guardian_keys.ensure_keys(tmp_path), range(8)))
    assert len({tuple(key.public for key in keys.values()) for keys in made}) == 1
