"""One launcher a data folder; what is in the folder is its owner's alone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cli import instance
from mitigap.errors import Conflict, SettingsRefused

HOLDER = """
import sys, time
from pathlib import Path
from cli import instance
instance.lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return instance.prepare(tmp_path / "data")


def test_the_folder_and_what_is_in_it_are_private(folder: Path) -> None:
    assert {stat.S_IMODE(place.stat().st_mode) for place in (folder, folder / "logs", folder / "run")} == {0o700}


def test_a_folder_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    instance.prepare(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(SettingsRefused, match="cannot be used"):
        instance.prepare(tmp_path / "data")


def test_a_folder_that_holds_other_things_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    tmp_path.chmod(0o755)
    with pytest.raises(SettingsRefused, match="holds other things"):
        instance.prepare(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert [each.name for each in tmp_path.iterdir()] == ["letters"]


def test_a_folder_where_only_the_database_is_yet_is_ours(tmp_path: Path) -> None:
    (tmp_path / "mitigap.db").touch()
    assert instance.prepare(tmp_path) == tmp_path


def test_a_second_launcher_is_told_who_holds_the_folder(folder: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder], cwd=root, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Conflict, match=rf"already running on .*data \(process {holder.pid}\)"):
            instance.lock(folder)
        holder.kill()
        holder.wait()
        os.close(instance.lock(folder))
