"""The program is killed while it submits. Whenever that is, the store opens and holds one return whole, and the next
run goes on as if nothing had been."""

from __future__ import annotations

import random
import time
from pathlib import Path

from homes import ON_TIME, Region, Runner, child, children, mds, region_in

POINTS = 50
AGAIN = 10
"""After every so many kills the return is sent once more to the end. In between the next run that is killed goes on."""

Content = dict[str, list[str]]


def _data(region: Region) -> Content:
    """What the store holds of returns and persons, beside receipts and packages, which add up."""
    return {name: rows for name, rows in region.content().items() if name not in ("receipt", "package")}


def _words(region: Region, file: Path) -> tuple[object, ...]:
    return ("submit", file, "--home", region.path, "--received-on", ON_TIME)


def test_killed_at_any_moment_of_a_replacement_the_store_holds_one_return_whole(region: Region, runner: Runner) -> None:
    first = region.file(children(child(1), child(2)))
    second = region.file(children(child(1, sex="2"), child(3)))
    whole: dict[Path, Content] = {}
    lasts = 0.0
    for file in (first, second, first):
        begun = time.perf_counter()
        assert runner.run(*_words(region, file))[0] == 0
        lasts = time.perf_counter() - begun
        whole[file] = _data(region)
    holds = first
    chance = random.Random(20260706)
    outcomes = []
    for point in range(POINTS):
        other = second if holds == first else first
        moment = (point + chance.random()) / POINTS * lasts
        begun = time.perf_counter()
        code, _ = runner.run(*_words(region, other), kill_after=moment)
        assert code in (-9, 0)
        if code == 0:
            lasts = time.perf_counter() - begun  # the machine has become quicker
        found = _data(region)
        assert found in (whole[holds], whole[other]), f"half a return after {moment:.3f} s"
        outcomes.append((code, found == whole[other]))
        holds = other if found == whole[other] else holds
        assert region.ask("SELECT count(*) FROM receipt WHERE counts_for <> ''") == [(1,)]
        if point % AGAIN == AGAIN - 1:
            again = second if holds == first else first
            assert runner.run(*_words(region, again))[0] == 0
            assert _data(region) == whole[again]
            holds = again
    assert sum(code == -9 for code, _ in outcomes) > POINTS // 4, outcomes
    _receipts_are_whole(region)


def _receipts_are_whole(region: Region) -> None:
    """Every receipt that the store knows is filed, word for word, and no half-written file lies about."""
    region.send(region.file(children(child(5))))
    documents = dict(region.ask("SELECT receipt_id, document FROM receipt"))
    filed = {path.name for path in (region.path / "receipts").iterdir()}
    assert {f"{receipt_id}.json" for receipt_id in documents} <= filed
    for receipt_id in documents:
        assert mds("status", "--home", region.path, "--verify", region.receipt_path(receipt_id)).code == 0


def test_killed_at_any_moment_of_the_first_return_the_next_run_succeeds(
    founded: Path, tmp_path: Path, runner: Runner
) -> None:
    """The first return makes the provider's key and drawer, which must not be left half made."""
    duration = 0.0
    for point in range(7):
        folder = tmp_path / f"{point}"
        folder.mkdir()
        region = region_in(founded, folder)
        file = region.file(children(child(1)))
        begun = time.perf_counter()
        kill_after = None if point == 0 else duration * (0.5 + point / 12)
        code, _ = runner.run(*_words(region, file), kill_after=kill_after)
        duration = duration or time.perf_counter() - begun
        assert region.count("child") in ((1,) if code == 0 else (0, 1))
        code, said = runner.run(*_words(region, file))
        assert code == 0, said
        assert region.count("child") == region.count("person") == region.count("receipt") == 1
