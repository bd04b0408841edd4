"""Nothing that Python can do wrong takes the interpreter down."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import guanxi
import pytest
from conftest import ROWS


def uses_of_a_review(review: guanxi.Review) -> list[Callable[[], Any]]:
    return [
        lambda: review.as_of,
        lambda: review.customers,
        lambda: review.events,
        lambda: review.kinds,
        lambda: review.machines,
        lambda: review.segments,
        lambda: review.answer(),
        lambda: review.members("good"),
        lambda: review.period(),
        lambda: review.flow(),
        lambda: review.query("true"),
        lambda: review.ids("true"),
        lambda: review.explain("true", "C-1"),
        lambda: review.customer("C-1"),
    ]


def uses_of_a_store(
    store: guanxi.Store, playbook: guanxi.Playbook, tmp_path: Path
) -> list[Callable[[], Any]]:
    return [
        lambda: store.append(ROWS, seen="backfill"),
        lambda: store.review(playbook),
        lambda: store.customer(playbook, "C-1", "2026-01-01"),
        lambda: store.command(playbook, {"retract": {"id": "x"}}, "2026-01-01", "backfill"),
        lambda: store.erase("C-9", "2026-01-01"),
        lambda: store.erasures(),
        lambda: store.statistics(),
        lambda: store.verify(),
        lambda: store.backup(tmp_path / "copy.db"),
    ]


def test_what_is_closed_says_so(
    playbook: guanxi.Playbook, store: guanxi.Store, review: guanxi.Review, tmp_path: Path
) -> None:
    review.close()
    store.close()
    uses = uses_of_a_review(review) + uses_of_a_store(store, playbook, tmp_path)
    for use in uses:
        with pytest.raises(guanxi.Error) as caught:
            use()
        assert (caught.value.code, caught.value.faults[0].name) == (1013, "freed_handle")
    assert store.closed and review.closed
    store.close()
    review.close()
    assert "closed" in repr(store) and "closed" in repr(review)


def uses_of_something_wrong(
    playbook: guanxi.Playbook, store: guanxi.Store, review: guanxi.Review, wrong: Any
) -> list[tuple[str, Callable[[], Any]]]:
    """Each argument with something wrong, and what is said of it."""
    journey, at = store.journey(playbook, "C-1", "2026-01-01"), "2026-01-01"
    book = "playbook is a guanxi.Playbook, "
    return [
        ("the playbook is a JSON document ", lambda: guanxi.Playbook(wrong)),
        (book, lambda: guanxi.Store.in_memory(wrong)),
        (book, lambda: guanxi.Store.open("never.db", wrong)),
        (book, lambda: store.review(wrong)),
        (book, lambda: store.customer(wrong, "C-1", at)),
        (book, lambda: store.journey(wrong, "C-1", at)),
        ("other is a guanxi.Playbook, ", lambda: review.compare(wrong)),
        ("id is a text, ", lambda: store.customer(playbook, wrong, at)),
        ("id is a text, ", lambda: store.journey(playbook, wrong, at)),
        ("id is a text, ", lambda: review.customer(wrong)),
        ("when is an instant ", lambda: playbook.time(wrong)),
        ("as_of is an instant ", lambda: store.customer(playbook, "C-1", wrong)),
        ("known_at is an instant ", lambda: store.review(playbook, known_at=wrong)),
        ("seen is an instant ", lambda: store.append([], seen=wrong)),
        ("since is an instant ", lambda: review.flow(since=wrong)),
        ("table is a text, ", lambda: store.append([], seen="backfill", table=wrong)),
        ("command is a JSON document ", lambda: store.command(playbook, wrong, at, at)),
        ("at is an instant ", lambda: store.command(playbook, {}, wrong, at)),
        (book, lambda: store.command(wrong, {}, at, at)),
        ("id is a text, ", lambda: store.erase(wrong, at)),
        ("mapping is a JSON document ", lambda: store.append([], seen=at, mapping=wrong)),
        ("segment is a text, ", lambda: review.members(wrong)),
        ("expression is a text, ", lambda: guanxi.eval(wrong)),
        ("bindings is a JSON document ", lambda: guanxi.eval("1", wrong)),
        ("expression is a text, ", lambda: review.query(wrong)),
        ("expression is a text, ", lambda: review.ids(wrong)),
        ("expression is a text, ", lambda: review.table(wrong)),
        ("customer is a text, ", lambda: review.explain("true", wrong)),
        ("machine is a text, ", lambda: review.diagram(wrong)),
        ("machine is a text, ", lambda: review.period(wrong)),
        ("every is a text, ", lambda: review.period(every=wrong)),
        ("at is an instant ", lambda: review.period(at=wrong)),
        ("state is a text, ", lambda: journey.why_not(wrong)),
    ]


@pytest.mark.parametrize("wrong", [5, object(), 1.5, ("x",)])
def test_wrong_types_are_type_errors(
    playbook: guanxi.Playbook, store: guanxi.Store, review: guanxi.Review, wrong: Any
) -> None:
    for said, use in uses_of_something_wrong(playbook, store, review, wrong):
        with pytest.raises(TypeError, match=f"^{said}.*not {type(wrong).__name__}$"):
            use()
    with pytest.raises((TypeError, ValueError)):
        store.append(wrong, seen="backfill")


def test_arguments_in_another_order_are_told(
    playbook: guanxi.Playbook, store: guanxi.Store, review: guanxi.Review
) -> None:
    anything: Any = store
    with pytest.raises(TypeError, match="^playbook is a guanxi.Playbook, .*not str$"):
        anything.customer("C-1", playbook, "2026-01-01")
    with pytest.raises(TypeError, match="^playbook is a guanxi.Playbook, .*not str$"):
        anything.review("x")
    somewhat: Any = review
    with pytest.raises(TypeError, match="^machine is a text, not Playbook$"):
        somewhat.flow(playbook)
    with pytest.raises(TypeError, match="^rows is columns, .*not int$"):
        anything.append(5, seen="backfill")


def test_threads_are_a_number_that_can_be(
    playbook: guanxi.Playbook, store: guanxi.Store
) -> None:
    for threads in (-1, 1025, 2**32, 2**200):
        with pytest.raises(ValueError, match=f"^threads are 0 to 1024, not {threads}$"):
            store.review(playbook, threads=threads)
    many: Any = "2"
    with pytest.raises(TypeError, match="^threads is a whole number, not str$"):
        store.review(playbook, threads=many)
    assert store.review(playbook, threads=1024).customers == 2


def test_names_of_few_things_are_told(review: guanxi.Review, playbook: guanxi.Playbook) -> None:
    anything: Any = review
    for wrong in ("fr", None, ["en"]):
        with pytest.raises(ValueError, match="^the language is 'en' or 'zh', not "):
            anything.answer(language=wrong)
        with pytest.raises(ValueError, match="^the format is 'svg', 'mermaid' or 'dot', not "):
            anything.diagram(format=wrong)
        with pytest.raises(ValueError, match="^the mode is 'reinterpret', 'forward' or "):
            anything.compare(playbook, mode=wrong)


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "(" * 100_000, "x" * 5_000_000])
def test_hostile_texts_are_errors(store: guanxi.Store, review: guanxi.Review, text: str) -> None:
    playbook = guanxi.Playbook(store._playbook.json)
    for use in (
        lambda: guanxi.Playbook(text),
        lambda: guanxi.eval(text),
        lambda: guanxi.eval("1", text),
        lambda: review.query(text),
        lambda: review.ids(text),
        lambda: review.members(text),
        lambda: review.customer(text),
        lambda: review.explain("true", text),
        lambda: playbook.time(text),
        lambda: store.append([], seen=text),
        lambda: store.append([], seen="backfill", table=text),
        lambda: store.append([], seen="backfill", mapping=text),
    ):
        with pytest.raises(guanxi.Error):
            use()


def test_a_store_is_for_one_call_at_a_time_and_closing_waits(
    playbook: guanxi.Playbook, tmp_path: Path
) -> None:
    """Threads that use and close what others use get answers or errors, no more."""
    names, errors = set[str](), list[BaseException]()

    def hammer(use: Callable[[], Any]) -> None:
        try:
            for _ in range(200):
                try:
                    use()
                except guanxi.Error as error:
                    names.add(error.faults[0].name)
        except BaseException as error:  # told by the main thread
            errors.append(error)

    for _ in range(5):
        store = guanxi.Store.open(tmp_path / "shop.db", playbook)
        store.append(ROWS, seen="backfill")
        review = store.review(playbook)
        uses = [*uses_of_a_review(review), store.statistics, store.verify]
        uses += [lambda: store.append(ROWS, seen="backfill"), lambda: store.review(playbook)]
        threads = [threading.Thread(target=hammer, args=(use,)) for use in uses]
        for thread in threads:
            thread.start()
        review.close()
        store.close()
        for thread in threads:
            thread.join()
    assert not errors
    assert "freed_handle" in names and names <= {"freed_handle", "handle_in_use", "busy"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_leaves_the_store_alone(
    playbook: guanxi.Playbook, tmp_path: Path
) -> None:
    store = guanxi.Store.open(tmp_path / "shop.db", playbook)
    store.append(ROWS, seen="backfill")
    review = store.review(playbook)
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            store.statistics()
        except guanxi.Error as error:
            good = error.faults[0].name == "handle_in_use" and review.customers == 2
            store.close()
            os._exit(0 if good else 1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert store.append(ROWS, seen="backfill")["verdicts"]["same"] == 4
    store.close()


def test_what_outlives_the_library_is_still_freed(tmp_path: Path) -> None:
    """Python clears modules in an order of its own when it ends."""
    program = """
import gc, sys
import guanxi
document = {"guanxi": 1, "id": "x", "version": "1", "calendar": {"zone": "UTC"}}
playbook = guanxi.Playbook(document)
store = guanxi.Store.open(sys.argv[1], playbook)
review = store.review(playbook, "2026-01-01")
late = [playbook._pointer, store._handle, review._handle, review.ids("true")]
del guanxi, playbook, store, review
for name in [name for name in sys.modules if name.startswith("guanxi")]:
    vars(sys.modules.pop(name)).clear()
gc.collect()
del late
print("done")
"""
    command = [sys.executable, "-c", program, str(tmp_path / "x.db")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
