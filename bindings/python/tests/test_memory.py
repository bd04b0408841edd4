"""What is closed or dropped is given back."""

import gc
import os
import resource
from collections.abc import Callable
from pathlib import Path

import guanxi
import pytest
from conftest import ROWS, SHOP


def resident() -> int:
    """Kilobytes of this process in memory now."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * resource.getpagesize() // 1024


def grown(work: Callable[[], None], times: int) -> int:
    """By how many kilobytes memory grows when the work is done so many times."""
    times *= 100 if "GUANXI_LONG" in os.environ else 1
    for _ in range(times // 5):
        work()
    gc.collect()
    before = resident()
    for _ in range(times):
        work()
    gc.collect()
    return resident() - before


pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")


def test_opening_and_closing_ten_thousand_times_takes_nothing(playbook: guanxi.Playbook) -> None:
    def work() -> None:
        with guanxi.Store.in_memory(playbook) as store:
            store.append(ROWS, seen="backfill")
            with store.review(playbook, "2026-04-01") as review:
                list(review.members("good"))
                review.customer("C-1")

    assert grown(work, 10_000) < 1024


def test_what_nobody_closes_is_freed(playbook: guanxi.Playbook) -> None:
    def work() -> None:
        store = guanxi.Store.in_memory(guanxi.Playbook(SHOP))
        store.append(ROWS, seen="backfill")
        store.review(playbook, "2026-04-01").ids("true")
        with pytest.raises(guanxi.Error):
            guanxi.eval("1 +")

    assert grown(work, 5_000) < 1024


def test_files_are_closed(playbook: guanxi.Playbook, tmp_path: Path) -> None:
    def work() -> None:
        with guanxi.Store.open(tmp_path / "shop.db", playbook) as store:
            store.statistics()

    assert grown(work, 500) < 1024
    assert not list(tmp_path.glob("*-wal"))
