"""A host that opens the file of a store with its own SQLite, Python's, at the same time.

Two copies of SQLite in one process do not see each other's locks, and either
takes both away when it closes the file, unless one locks as the library does.
"""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import guanxi
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there it is safe")

ROUNDS = 60


def rows(who: str, n: int) -> list[dict[str, object]]:
    return [{"kind": "message", "customer": f"{who}-{n}", "at": "2026-03-01", "id": f"{who}-{n}"}]


def keeping(path: Path, playbook: guanxi.Playbook, who: str) -> None:
    with guanxi.Store.open(path, playbook) as store:
        for n in range(ROUNDS):
            store.append(rows(who, n), seen="backfill")


def reopening(path: Path, playbook: guanxi.Playbook, who: str) -> None:
    for n in range(ROUNDS):
        with guanxi.Store.open(path, playbook) as store:
            store.append(rows(who, n), seen="backfill")


def host_keeping(path: Path) -> None:
    connection = sqlite3.connect(path, timeout=30)
    for n in range(ROUNDS):
        with connection:
            connection.execute("INSERT INTO host VALUES (?)", (n,))
    connection.close()


def host_reopening(path: Path) -> None:
    for n in range(ROUNDS):
        connection = sqlite3.connect(path, timeout=30)
        with connection:
            connection.execute("INSERT INTO host VALUES (?)", (n,))
        connection.close()


def host_reading(path: Path) -> None:
    for _ in range(ROUNDS):
        connection = sqlite3.connect(path, timeout=30)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.close()


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


OTHER_PROCESS = """
import sys
sys.path[:0] = [sys.argv[3]]
from pathlib import Path
import guanxi, test_two_sqlites
playbook = guanxi.Playbook(Path(sys.argv[2]).read_text("utf-8"))
test_two_sqlites.keeping(Path(sys.argv[1]), playbook, "other")
"""


@pytest.mark.parametrize("host", [host_keeping, host_reopening, host_reading])
@pytest.mark.parametrize("store", [keeping, reopening])
def test_nothing_is_lost(
    store: Callable[[Path, guanxi.Playbook, str], None],
    host: Callable[[Path], None],
    tmp_path: Path,
) -> None:
    document = tmp_path / "playbook.json"
    document.write_text(
        '{"guanxi":1,"id":"x","version":"1","calendar":{"zone":"UTC"},'
        '"schema":{"events":{"message":{"list":"messages"}}}}'
    )
    playbook = guanxi.Playbook(document.read_text("utf-8"))
    path = tmp_path / "shop.db"
    guanxi.Store.open(path, playbook).close()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE host (n INTEGER)")
    connection.commit()
    connection.close()

    open_before = descriptors()
    errors: list[BaseException] = []

    def run(of: Callable[[], None]) -> None:
        try:
            of()
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", OTHER_PROCESS, str(path), str(document), here]
    other = subprocess.Popen(command)
    threads = [
        threading.Thread(target=run, args=[lambda: store(path, playbook, "own")]),
        threading.Thread(target=run, args=[lambda: host(path)]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert other.wait(120) == 0
    assert not errors

    with guanxi.Store.open(path, playbook) as opened:
        found = opened.verify()
        assert (found["sound"], found["facts"]) == (True, 2 * ROUNDS)
    connection = sqlite3.connect(path)
    written = 0 if host is host_reading else ROUNDS
    assert connection.execute("SELECT count(*) FROM host").fetchone() == (written,)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    # What stayed open because the host had locks is closed when it has none.
    guanxi.Store.open(path, playbook).close()
    assert descriptors() == open_before
