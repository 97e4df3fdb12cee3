"""What goes wrong on a real machine: full disks, wrong keys, damaged files, two runs at once. Each is told in one line
with its exit code, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from homes import HOSPICE, ON_TIME, TEAM, Region, Runner, Said, child, children, codes_of, mds, new_region

from mds.duck import connect
from mds.encrypted import attach
from mds.keys import STORE, drawer_key_name


def _is_clear(said: Said, code: int, *words: str) -> bool:
    """One line, with its exit code, that says what is wrong."""
    assert said.code == code, said.err
    lines = [line for line in said.err.splitlines() if not line.startswith("Waiting")]
    assert len(lines) == 1 and lines[0].startswith("mds: "), said.err
    assert all(word in lines[0] for word in words), said.err
    return True


@pytest.fixture
def sent(region: Region) -> Region:
    """A region that holds a return."""
    assert region.send(region.file(children(child(1)))).code == 0
    return region


def _send_another(region: Region) -> Said:
    return region.send(region.file(children(child(1), child(2))))


# --- keys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", ["store", "stage2", "receipts", "custodian/stage1", f"provider-{HOSPICE}"])
def test_a_missing_key_is_named_and_not_made_anew(sent: Region, purpose: str) -> None:
    key = sent.path / "keys" / f"{purpose}.key"
    before, away = sent.bytes_of_store(), key.with_suffix(".away")
    key.rename(away)

    assert _is_clear(_send_another(sent), 12, f"{key.name} is missing")

    assert sent.bytes_of_store() == before
    assert not key.exists()
    away.rename(key)
    assert _send_another(sent).code == 0


def test_a_key_that_others_can_read_is_refused(sent: Region) -> None:
    (sent.path / "keys" / "store.key").chmod(0o644)

    assert _is_clear(_send_another(sent), 12, "Others can read store.key", "chmod 600 store.key")


@pytest.mark.parametrize(
    ("purpose", "code", "words"),
    [
        ("store", 13, "cannot be opened with the key in the keys folder"),
        ("stage2", 12, "made with another stage2 key"),
        ("custodian/stage1", 12, "made with another stage1 key"),
        (f"provider-{HOSPICE}", 13, "cannot be opened with the key in the keys folder"),
    ],
)
def test_the_key_of_another_region_is_refused(
    sent: Region, tmp_path: Path, purpose: str, code: int, words: str
) -> None:
    other = new_region(tmp_path)
    assert mds("keys", "issue", "--provider", HOSPICE, "-o", tmp_path / "p.mdsk", "--home", other).code == 0
    before = sent.bytes_of_store()
    shutil.copy(other / "keys" / f"{purpose}.key", sent.path / "keys" / f"{purpose}.key")

    assert _is_clear(_send_another(sent), code, words)

    assert sent.bytes_of_store() == before


def test_a_providers_key_that_was_lost_with_its_drawer_is_missed_too(sent: Region) -> None:
    """Under a new key its children would get new tokens, and every one of them would count twice."""
    before = sent.bytes_of_store()
    (sent.path / "keys" / f"provider-{HOSPICE}.key").unlink()
    shutil.rmtree(sent.path / "drawers" / HOSPICE)

    assert _is_clear(_send_another(sent), 14, "made with another key", f"provider-{HOSPICE}.key")

    assert sent.bytes_of_store() == before


def test_settings_that_do_not_fit_the_store_are_refused(sent: Region) -> None:
    """A test region does not become a live one by an edit."""
    settings = sent.path / "mds.toml"
    settings.write_text(settings.read_text().replace('channel = "test"', 'channel = "live"'))

    said = sent.send(sent.file(live_or_test="L"))

    assert _is_clear(said, 12, "made with another channel")


# --- files ----------------------------------------------------------------------------------------------------------


def _damages(data: bytes) -> dict[str, bytes]:
    def flipped(position: int) -> bytes:
        return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]

    return {
        "empty": b"", "cut": data[: len(data) // 2], "cut early": data[:5000], "other": os.urandom(len(data)),
        "magic": flipped(8), "header": flipped(100), "second header": flipped(4100), "block": flipped(12_300),
    }  # fmt: skip


@pytest.mark.parametrize("damage", ["empty", "cut", "cut early", "other", "magic", "header", "second header", "block"])
def test_a_damaged_store_is_told_as_damaged_and_left_alone(sent: Region, damage: str) -> None:
    data = sent.home.store_path.read_bytes()
    sent.home.store_path.write_bytes(_damages(data)[damage])

    for said in (_send_another(sent), mds("status", "--home", sent.path)):
        assert _is_clear(said, 13, "region.duckdb", "damaged", "backup")

    assert sent.home.store_path.read_bytes() == _damages(data)[damage] or damage == "other"
    sent.home.store_path.write_bytes(data)
    assert _send_another(sent).code == 0


def test_a_damaged_drawer_is_told_and_nothing_is_sent(sent: Region) -> None:
    drawer = sent.path / "drawers" / HOSPICE / "drawer.duckdb"
    before = sent.bytes_of_store()
    drawer.write_bytes(drawer.read_bytes()[:20_000])

    assert _is_clear(_send_another(sent), 13, "drawer.duckdb", "damaged")

    assert sent.bytes_of_store() == before


def test_a_missing_store(sent: Region) -> None:
    sent.home.store_path.unlink()

    assert _is_clear(_send_another(sent), 13, "store is missing")
    assert not sent.home.store_path.exists()


def _set_revision(region: Region, revision: str) -> None:
    connection = connect()
    attach(connection, region.home.store_path, region.home.keys.load(STORE), alias="store")
    connection.execute("UPDATE store.alembic_version SET version_num = ?", [revision])
    connection.close()


def test_a_store_of_a_newer_version_is_left_alone(sent: Region) -> None:
    _set_revision(sent, "9999")
    before = sent.bytes_of_store()

    assert _is_clear(_send_another(sent), 13, "newer version")
    assert _is_clear(mds("doctor", "--upgrade", "--home", sent.path), 13, "newer version")

    assert sent.bytes_of_store() == before


def test_a_store_of_an_older_version_says_how_to_bring_it_up(sent: Region) -> None:
    _set_revision(sent, "0000")

    assert _is_clear(_send_another(sent), 13, "mds doctor --upgrade")


def test_a_plain_database_in_place_of_the_store_is_refused(sent: Region) -> None:
    sent.home.store_path.unlink()
    with duckdb.connect(str(sent.home.store_path)) as plain:
        plain.execute("CREATE TABLE child AS SELECT 1 AS receipt_id")

    assert _is_clear(_send_another(sent), 13, "is not encrypted")


def test_a_drawer_of_an_older_program_gets_what_it_lacks(sent: Region) -> None:
    from mds.provider.drawer import ALIAS

    path = sent.path / "drawers" / HOSPICE / "drawer.duckdb"
    connection = connect()
    attach(connection, path, sent.home.keys.load(drawer_key_name(HOSPICE)), alias=ALIAS)
    for change in (f"DELETE FROM {ALIAS}.layout_of", f"ALTER TABLE {ALIAS}.child DROP COLUMN ehc_plan",
                   f"DROP TABLE {ALIAS}.phase", f"UPDATE {ALIAS}.ret SET hashed_by = 'v1.0.0'"):  # fmt: skip
        connection.execute(change)
    connection.close()

    said = sent.send(sent.file(children(child(1), child(2))), "--json")

    assert said.code == 0, said.err
    assert "CP000115Q" not in codes_of(said), "the numbers of another database version are not compared"
    assert "CP000115Q" in codes_of(sent.send(sent.file(children(child(2))), "--json"))


def test_a_byte_that_turned_anywhere_in_the_store_is_seen_by_the_doctor(sent: Region) -> None:
    """In the pages of rows too, which nothing reads when the store is opened."""
    store = sent.home.store_path
    data = store.read_bytes()
    seen = []
    for place in range(12_288 + 5000, len(data), 262_144):
        store.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        seen.append(mds("doctor", "--home", sent.path))
    store.write_bytes(data)

    assert any("FAILED" in said.out and "region.duckdb is damaged" in said.out for said in seen)
    assert all(said.code in (0, 13) for said in seen), [said.err for said in seen]
    assert "every row of the store was read" in mds("doctor", "--home", sent.path).out


# --- the disk ---------------------------------------------------------------------------------------------------------


def test_a_full_disk_loses_nothing(sent: Region, runner: Runner) -> None:
    """No file may grow beyond a limit: another one each time, so that another file is the first that does not fit."""
    before = sent.content()
    words = ("submit", sent.file(children(child(1), child(2))), "--home", sent.path, "--received-on", ON_TIME)
    codes = []
    for limit in (0, 1_000, 6_000, 20_000, 60_000, 200_000, 1_000_000, 4_300_000):
        code, said = runner.run(*words, file_size=limit)
        codes.append(code)
        assert code in (0, 13), (limit, said)
        if code == 13:
            last = said.splitlines()[-1]
            assert last.startswith("mds: ") and "disk is full" in last, (limit, said)
        counted = sent.count("child")
        assert counted in (1, 2)
        if counted == 1:
            assert sent.content() == before
    assert codes[0] == 13
    code, said = runner.run(*words)
    assert code == 0, said
    assert sent.count("child") == 2


@pytest.mark.parametrize("limit", [0, 1_000, 20_000])
def test_a_full_disk_leaves_nothing_half_made(region: Region, runner: Runner, tmp_path: Path, limit: int) -> None:
    made = {name: tmp_path / name for name in ("new.xlsx", "home", "demo")}
    commands: dict[str, list[object]] = {
        "new.xlsx": ["template", made["new.xlsx"]],
        "home": ["init", made["home"], "--network", "EE", "--providers", region.path / "providers.csv"],
        "demo": ["demo", made["demo"]],
    }
    before = set(tmp_path.iterdir())

    for name, words in commands.items():
        code, said = runner.run(*words, file_size=limit)
        last = said.splitlines()[-1]
        assert code == 13 and last.startswith("mds: ") and "the disk is full" in last, (name, said)

    assert set(tmp_path.iterdir()) == before


def test_a_home_that_may_not_be_written_to(sent: Region, runner: Runner) -> None:
    words = ("submit", sent.file(children(child(2))), "--home", sent.path, "--received-on", ON_TIME)
    before = sent.bytes_of_store()
    for path in (sent.path, *sent.path.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)

    code, said = runner.run(*words, plain=1)

    for path in (sent.path, *sent.path.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert (code, said) == (13, "mds: The home folder could not be written: this user may not write there.\n")
    assert sent.bytes_of_store() == before
    assert runner.run(*words, plain=1)[0] == 0


def test_a_store_that_may_not_be_written_to(sent: Region, runner: Runner) -> None:
    words = ("submit", sent.file(children(child(2))), "--home", sent.path, "--received-on", ON_TIME)
    sent.home.store_path.chmod(0o400)
    sent.home.store_path.parent.chmod(0o500)

    code, said = runner.run(*words, plain=1)

    sent.home.store_path.parent.chmod(0o700)
    assert (code, len(said.splitlines())) == (13, 1), said
    assert "region.duckdb may not be" in said


def test_outputs_that_cannot_be_written_are_told_before_anything_is_stored(sent: Region) -> None:
    before, file = sent.content(), sent.file(children(child(1), child(2)))
    nowhere, page = sent.desk / "nowhere" / "x.xlsx", sent.desk / "page.html"
    asked: list[tuple[str, list[object]]] = [
        ("--report: the folder for the file does not exist", ["--report", nowhere]),
        ("--workbook: the folder for the file does not exist", ["--report", page, "--workbook", nowhere]),
        ("--pack: the folder for the file does not exist", ["--pack", nowhere]),
        ("--workbook a name that ends so", ["--workbook", page]),
        ("--report names a folder", ["--report", sent.desk]),
        ("--report and --pack name one file", ["--report", page, "--pack", page.parent / "." / page.name]),
        ("--report and --workbook name one file", ["--report", page.with_suffix(".xlsx"), "--workbook",
                                                   page.with_suffix(".xlsx")]),
    ]  # fmt: skip

    for words, options in asked:
        assert _is_clear(sent.send(file, *options), 2, words)
    for words, options in asked[:2]:
        assert _is_clear(mds("check", file, *options), 2, words)

    issued = mds("keys", "issue", "--provider", HOSPICE, "-o", nowhere, "--home", sent.path)
    assert issued.code == 13 and issued.err.startswith("mds: The network pack could not be written")
    assert sent.content() == before
    assert not page.exists()


def test_an_output_in_the_place_of_what_is_read_is_refused(sent: Region) -> None:
    file, answers, folder = sent.desk / "return.xlsx", sent.answers(), sent.desk / "csvs"
    file.write_text("x")
    folder.mkdir()
    (folder / "child.csv").write_text("x")
    linked = sent.desk / "linked.xlsx"
    linked.hardlink_to(file)
    for option in ("--pack", "--report", "--workbook"):
        assert _is_clear(sent.send(file, option, file), 2, "would replace the return itself")
        assert _is_clear(sent.send(file, option, linked), 2, "would replace the return itself")
    assert _is_clear(sent.send(folder, "--report", folder / "child.csv"), 2, "would replace the return itself")
    assert _is_clear(sent.send(file, "--answers", answers, "--report", answers), 2, "replace the answers file itself")


def test_an_output_where_this_user_may_not_write_is_told_first(sent: Region, runner: Runner) -> None:
    closed = sent.desk / "closed"
    closed.mkdir(mode=0o500)
    words = ("submit", sent.file(children(child(2))), "--home", sent.path, "--report", closed / "page.html")
    before = sent.content()

    code, said = runner.run(*words, plain=1)

    assert (code, said) == (13, "mds: --report: this user may not write in that folder. Name another.\n")
    assert sent.content() == before


# --- runs ---------------------------------------------------------------------------------------------------------


def test_two_submissions_at_once_both_succeed_one_after_the_other(region: Region) -> None:
    files = {HOSPICE: region.file(children(child(1))), TEAM: region.file(children(child(1)), provider=TEAM)}
    command = [sys.executable, "-c", "from mds.main import run; run()", "submit"]
    runs = [
        subprocess.Popen([*command, str(file), "--home", str(region.path), "--received-on", ON_TIME],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for file in files.values()
    ]  # fmt: skip

    said = [run.communicate() for run in runs]

    assert [run.returncode for run in runs] == [0, 0], said
    assert region.ask("SELECT providers FROM person") == [(2,)]
    assert region.ask("SELECT sequence FROM receipt ORDER BY 1") == [(1,), (2,)]


def test_a_run_waits_for_another_and_says_so(sent: Region, runner: Runner) -> None:
    lock = FileLock(sent.home.lock_path)
    lock.acquire()
    words = ("submit", sent.file(), "--home", sent.path, "--received-on", ON_TIME)

    code, said = runner.run(*words, kill_after=4)

    lock.release()
    assert code == -9
    assert said == "Waiting for another run to finish …\n"


def test_what_crashed_runs_left_behind_is_swept_and_what_others_use_is_not(sent: Region, runner: Runner) -> None:
    spill = sent.path / "spill"
    for name in ("4242", "4242-abcd", "1-ffff"):
        (spill / name).mkdir(parents=True)
        (spill / name / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"left")
    (spill / "1-ffff.lock").touch()
    (spill / "stray.tmp").write_bytes(b"left")
    in_use = spill / "77-cafe"
    in_use.mkdir()
    (in_use / "working.tmp").write_bytes(b"in use")
    held = FileLock(spill / "77-cafe.lock")
    held.acquire()

    assert runner.run("submit", sent.file(), "--home", sent.path, "--received-on", ON_TIME)[0] == 0

    assert (in_use / "working.tmp").read_bytes() == b"in use"
    left = {path.name for path in spill.iterdir() if "-" not in path.name or path.name.startswith(("4242", "1-"))}
    held.release()
    assert left == set()


def test_a_founding_that_was_cut_short_can_be_begun_again(tmp_path: Path) -> None:
    home = new_region(tmp_path)
    keys = {path.name: path.read_bytes() for path in (home / "keys").rglob("*.key")}
    (home / "mds.toml").unlink()
    (home / "store" / "region.duckdb").rename(home / "store" / "arriving.duckdb")
    (home / "keys" / "receipts.key").unlink()

    again = new_region(tmp_path)

    assert again == home
    made = {path.name: path.read_bytes() for path in (home / "keys").rglob("*.key")}
    assert {name: made[name] for name in keys if name != "receipts.key"} == {
        name: key for name, key in keys.items() if name != "receipts.key"
    }
    assert sorted(path.name for path in (home / "store").iterdir()) == ["region.duckdb"]
    assert mds("status", "--home", home).code == 0


def test_a_home_is_not_founded_over_another(region: Region) -> None:
    register = region.desk / "providers.csv"
    shutil.copy(region.path / "providers.csv", register)

    said = mds("init", region.path, "--network", "EE", "--providers", register, "--test")

    assert _is_clear(said, 12, "There is a home in that folder already")


def test_slips_of_the_keyboard_are_told_in_a_line(sent: Region, tmp_path: Path) -> None:
    """A folder in the place of a file, a passphrase that is not there, a file in the place of a folder."""
    file = sent.file(children(child(1)))
    (tmp_path / "pack.mdsk").write_bytes(b"")
    about = ("--home", sent.path)
    said = {
        "pack": mds("submit", file, *about, "--received-on", ON_TIME, "--pack", tmp_path),
        "issue": mds("keys", "issue", "--provider", HOSPICE, "--out", tmp_path, *about),
        "passphrase": mds(
            "init", tmp_path / "p", "--pack", tmp_path / "pack.mdsk", "--passphrase-file", tmp_path / "no"
        ),
        "demo": mds("demo", tmp_path / "pack.mdsk"),
    }

    assert {name: one.code for name, one in said.items()} == {"pack": 2, "issue": 13, "passphrase": 2, "demo": 2}
    assert all(one.err.startswith("mds: ") or "\nmds: " in one.err for one in said.values())


def test_a_pack_is_not_issued_over_a_file_and_not_opened_without_a_passphrase(
    region: Region, runner: Runner, tmp_path: Path
) -> None:
    pack = tmp_path / "pack.mdsk"
    words = ("keys", "issue", "--provider", HOSPICE, "--out", pack, "--home", region.path)
    assert mds(*words).code == 0
    issued = pack.read_bytes()

    again = mds(*words)
    code, said = runner.run("init", tmp_path / "hospice", "--pack", pack)

    assert _is_clear(again, 2, "already, which is not replaced") and again.out == ""
    assert pack.read_bytes() == issued
    assert (code, said.startswith("mds: "), "--passphrase-file" in said) == (2, True, True), said
    assert not (tmp_path / "hospice").exists()


def test_a_snapshot_without_rows_is_refused(sent: Region, tmp_path: Path) -> None:
    empty = tmp_path / "practices.csv"
    empty.write_text("practice_code,sub_icb,icb,open_from,open_to\n")

    said = mds("reference", "load", "practices", empty, "--home", sent.path)

    assert (said.code, said.err) == (12, "mds: The practices file holds no rows below its headings.\n")


def test_a_check_in_a_test_home_says_that_it_takes_no_live_returns(sent: Region) -> None:
    said = mds("check", sent.file(children(child(1)), live_or_test="L"), "--home", sent.path, "--received-on", ON_TIME)

    assert "mds submit would not take a return that is marked live (L)" in said.err


def test_settings_that_cannot_be_read_are_told_with_their_line(sent: Region) -> None:
    settings = sent.path / "mds.toml"
    good = settings.read_text(encoding="utf-8")
    for changed, words in (
        (good + "\n[map\n", f"line {good.count(chr(10)) + 2} is not"),
        (good.replace("network =", "net ="), "the setting network is missing"),
    ):
        settings.write_text(changed, encoding="utf-8")
        assert _is_clear(_send_another(sent), 12, words)


def test_a_failure_is_a_document_too_for_who_asked_for_one(sent: Region) -> None:
    (sent.path / "mds.toml").unlink()

    said = mds("status", "--home", sent.path, "--json")

    assert said.json["failure"] == {"exit_code": 12, "message": said.err.removeprefix("mds: ").rstrip()}


def test_the_doctor_notices_a_broken_register_and_a_lost_key(sent: Region) -> None:
    assert mds("doctor", "--home", sent.path).code == 0
    (sent.path / "keys" / f"{drawer_key_name(HOSPICE)}.key").unlink()
    (sent.path / "providers.csv").write_text("provider_code\n8HX01\n")

    said = mds("doctor", "--home", sent.path)

    failed = [line for line in said.out.splitlines() if line.startswith("FAILED")]
    assert said.code == 13
    assert any("register of providers lacks the column" in line for line in failed), failed
    assert any(f"{drawer_key_name(HOSPICE)}.key is missing" in line for line in failed), failed
    assert len(failed) == 2


def test_the_version_is_told() -> None:
    said = mds("--version")

    assert (said.code, said.out.split()[0], len(said.out.split())) == (0, "mds", 2)
