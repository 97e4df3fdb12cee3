"""The nation takes in what a region it trusts has sealed for it, whole and unaltered, and nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from homes import TEAM, Region, child, children, mds, region_in
from hypothesis import given, settings
from hypothesis import strategies as st
from national import PERIOD, Nation, exchange, nation_of

from mds import sealing
from mds.cards import Card, own_card, read_card, signing_key, trusted_card
from mds.failures import ConfigurationFailure, Failure
from mds.home import load_home
from mds.keys import EXTRACTS
from mds.national import extract
from mds.national.collect import collect, collected, kept


@pytest.fixture(scope="module")
def sent(two_quarters: Region, tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """An extract that was made and not collected yet."""
    folder = tmp_path_factory.mktemp("collect")
    nation = nation_of(region_in(two_quarters.path, folder), folder)
    said = nation.extract()
    assert said.code == 0, said.err
    return nation


@pytest.fixture
def nation(sent: Nation, tmp_path: Path) -> Nation:
    """The same in a folder of its own."""
    shutil.copytree(sent.path.parent, tmp_path / "all")
    home = tmp_path / "all" / sent.path.name
    region = replace(sent.region, path=tmp_path / "all" / sent.region.path.relative_to(sent.path.parent))
    return Nation(home, region)


def test_an_extract_is_verified_and_kept_sealed(nation: Nation) -> None:
    said = nation.collect(nation.file)
    assert (said.code, said.out.splitlines()[-1]) == (
        0, f"EE-{PERIOD}-counts.mdsx: EE, period from {PERIOD}, counts: accepted."
    )  # fmt: skip
    home = load_home(nation.path)
    (one,) = collected(home)
    assert kept(home, one).manifest.network == "EE"
    assert [path.read_bytes() for path in (nation.path / "extracts").rglob("*.mdsx")] == [nation.file.read_bytes()]
    assert f"{PERIOD}  EE" in mds("national", "status", "--home", nation.path).out


def test_the_same_extract_again_changes_nothing(nation: Nation) -> None:
    nation.collect(nation.file)
    before = (nation.path / "extracts" / "collected.json").read_bytes()
    nation.extract()  # sealed anew, with the same content
    said = nation.collect(nation.file)
    assert (said.code, "held already" in said.out) == (0, True)
    assert (nation.path / "extracts" / "collected.json").read_bytes() == before


def test_a_newer_extract_takes_the_place_of_the_former_one_which_stays_known(nation: Nation) -> None:
    nation.collect(nation.file)
    nation.region.send(nation.region.file(children(child(3), child(4)), provider=TEAM))
    assert nation.extract(day="2026-10-07").code == 0
    said = nation.collect(nation.file)
    assert (said.code, "takes the place of the one made 2026-10-06" in said.out) == (0, True)
    former, newer = collected(load_home(nation.path))
    assert (former.counts, newer.counts) == (False, True)
    assert kept(load_home(nation.path), former).manifest.made_on == "2026-10-06"


def test_an_older_extract_cannot_take_the_place_of_a_newer_one(nation: Nation, tmp_path: Path) -> None:
    older = shutil.copy(nation.file, tmp_path / "older.mdsx")
    nation.region.send(nation.region.file(children(child(3), child(4)), provider=TEAM))
    nation.extract()  # on the same day, of a store that has taken in one more
    nation.collect(nation.file)
    said = nation.collect(Path(older))
    assert (said.code, "before the one that counts" in said.out) == (14, True), said.out
    assert [one.counts for one in collected(load_home(nation.path))] == [True]


def test_one_that_is_refused_does_not_keep_the_others_out(nation: Nation, tmp_path: Path) -> None:
    (tmp_path / "strange.mdsx").write_bytes(b"PK\3\4")
    said = nation.collect(tmp_path / "strange.mdsx", tmp_path / "nowhere.mdsx", nation.file)
    assert said.code == 10
    assert [line.split(": ")[1] for line in said.out.splitlines()[2:]] == [
        "REFUSED. This is not an extract of this program, or it is damaged. Extracts end in .mdsx.",
        "REFUSED. The file cannot be read. Look whether it is there and is a file.",
        "EE, period from 2026-04-01, counts",
    ]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_an_extract_with_a_byte_turned_or_cut_off_is_never_taken_in(sent: Nation, data: st.DataObject) -> None:
    whole = sent.file.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    altered = whole[:place] if cut else whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    with pytest.raises(Failure):
        collect(load_home(sent.path), altered, date(2026, 10, 6))


Change = Callable[[dict[str, Any], dict[str, bytes]], None]


def _resealed(nation: Nation, change: Change) -> bytes:
    """The extract with a change that its own region signed. What stands in the open follows what is within."""
    home = load_home(nation.region.path)
    found = nation.opened()
    tables = {name: extract.as_bytes(table) for name, table in found.tables.items()}
    manifest = found.manifest.model_dump()
    change(manifest, tables)
    outside = {name: manifest.get(name) for name in found.manifest.outside}
    contents = {extract.MANIFEST: json.dumps(manifest).encode(), **tables}
    recipient = trusted_card(home, "national").sealing_key
    signs = signing_key(home.keys.load(EXTRACTS))
    return sealing.seal(extract.FORM, outside, [(sealing.together(contents), recipient)], signs)


def _with(name: str, value: object) -> Change:
    def change(manifest: dict[str, Any], tables: dict[str, bytes]) -> None:
        manifest[name] = value

    return change


def _without(name: str) -> Change:
    return lambda manifest, tables: manifest.pop(name)


def _another_table(manifest: dict[str, Any], tables: dict[str, bytes]) -> None:
    tables["count_sex"] = tables["count_age"]


def _without_a_table(manifest: dict[str, Any], tables: dict[str, bytes]) -> None:
    del tables["count_sex"]


def _without_any_table(manifest: dict[str, Any], tables: dict[str, bytes]) -> None:
    tables.clear()
    manifest["tables"] = {}


def _no_parquet(manifest: dict[str, Any], tables: dict[str, bytes]) -> None:
    tables["count_sex"] = b"PAR1" + bytes(40) + b"PAR1"
    manifest["tables"]["count_sex"] = {"rows": 3, "sha256": extract.digest_of(tables["count_sex"])}


def _more_rows(manifest: dict[str, Any], tables: dict[str, bytes]) -> None:
    manifest["tables"]["count_sex"] |= {"rows": 99}


STRANGE = "does not say of itself what this program expects"
NOT_WHOLE = "does not hold what its manifest says"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_with("test_data", False), "a test home"),
        (_with("catalogue", 0), "another version of the catalogue"),
        (_with("schema_version", "3.0"), "another version of the catalogue or of the data set"),
        (_without_any_table, "another version of the catalogue"),
        (_with("network", "XX"), "no network of the standard"),
        (_with("network", ["EE"]), "no network of the standard"),
        (_with("network", "NW"), "No card of network NW is trusted here"),
        *(
            (_with("rp_start", text), STRANGE)
            for text in ("../../../tmp", "20260401", "2026-W14-3", "2026-02-30", "", None, 5)
        ),
        *((_with("profile", what), STRANGE) for what in ("../../../keys/evil", "counts2", ["a"], "a\0b", None)),
        *((_with("made_on", text), STRANGE) for text in ("soon", None, 20261006)),
        (_with("made_on", "2026-10-08"), "which is still to come"),
        (_with("made_on", "9999-12-31"), "which is still to come"),
        (_with("store_sequence", "many"), STRANGE),
        (_with("checkpoint", None), STRANGE),
        (_with("returns", [{"provider_code": "X"}]), STRANGE),
        (_with("tables", "none"), STRANGE),
        (_with("more", "than that"), STRANGE),
        *((_without(name), STRANGE) for name in ("made_on", "profile", "tables", "rp_end", "store_sequence")),
        (_another_table, NOT_WHOLE),
        (_without_a_table, NOT_WHOLE),
        (_no_parquet, NOT_WHOLE),
        (_more_rows, NOT_WHOLE),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason_and_leaves_no_file(
    nation: Nation, change: Change, told: str
) -> None:
    home = load_home(nation.path)
    before = sorted(nation.path.rglob("*"))
    with pytest.raises(Failure, match=told):
        collect(home, _resealed(nation, change), date(2026, 10, 6))
    assert collected(home) == []
    assert sorted(nation.path.rglob("*")) == before


def test_what_stands_on_an_extract_has_to_be_what_it_holds(nation: Nation) -> None:
    home = load_home(nation.region.path)
    found = nation.opened()
    contents = {extract.MANIFEST: found.manifest.model_dump_json().encode()}
    outside = {**found.manifest.outside, "rp_start": "2026-01-01"}
    data = sealing.seal(
        extract.FORM, outside, [(sealing.together(contents), trusted_card(home, "national").sealing_key)],
        signing_key(home.keys.load(EXTRACTS)),
    )  # fmt: skip
    with pytest.raises(Failure, match="is not what it holds"):
        collect(load_home(nation.path), data, date(2026, 10, 6))


@pytest.mark.parametrize("part", [b"", b"x", bytes(8), b"\xff" * 8, sealing.together({"a": b"b"}) + b"more"])
def test_a_part_that_is_not_as_it_was_put_together_is_refused(nation: Nation, part: bytes) -> None:
    home = load_home(nation.region.path)
    recipient = trusted_card(home, "national").sealing_key
    data = sealing.seal(extract.FORM, {"network": "EE"}, [(part, recipient)], signing_key(home.keys.load(EXTRACTS)))
    with pytest.raises(Failure, match=NOT_WHOLE):
        collect(load_home(nation.path), data, date(2026, 10, 6))


def test_an_extract_that_was_lost_from_the_folder_is_put_back_by_collecting_it_again(nation: Nation) -> None:
    nation.collect(nation.file)
    (path,) = (nation.path / "extracts").rglob("*.mdsx")
    path.unlink()
    home = load_home(nation.path)
    with pytest.raises(ConfigurationFailure, match="Collect it again"):
        kept(home, collected(home)[0])
    assert nation.collect(nation.file).code == 0
    assert kept(home, collected(home)[0]).manifest.network == "EE"


def test_an_extract_that_another_key_signed_is_refused(nation: Nation) -> None:
    keys = nation.region.path / "keys"
    (keys / "extracts.key").unlink()
    nation.extract()
    said = nation.collect(nation.file)
    assert (said.code, "ask for its card" in said.out) == (10, True), said.out

    said = exchange(nation.path.parent / "new.json", nation.region.path, nation.path)
    assert "takes the place of another card of EE" in said.err
    assert nation.collect(nation.file).code == 0


def test_what_was_collected_can_be_read_after_the_region_has_another_key(nation: Nation) -> None:
    nation.collect(nation.file)
    (nation.region.path / "keys" / "extracts.key").unlink()
    exchange(nation.path.parent / "new.json", nation.region.path, nation.path)
    home = load_home(nation.path)
    assert kept(home, collected(home)[0]).manifest.network == "EE"


def test_an_extract_that_is_sealed_for_another_recipient_says_so(nation: Nation, tmp_path: Path) -> None:
    other = tmp_path / "other"
    mds("init", other, "--national", "--test")
    exchange(tmp_path / "EE.json", nation.region.path, other)
    said = mds("national", "collect", nation.file, "--home", other)
    assert (said.code, "sealed for another recipient" in said.out) == (10, True), said.out


def test_a_run_that_died_before_the_list_was_written_leaves_what_counted(nation: Nation) -> None:
    nation.collect(nation.file)
    before = (nation.path / "extracts" / "collected.json").read_bytes()
    nation.region.send(nation.region.file(children(child(3), child(4)), provider=TEAM))
    nation.extract(day="2026-10-07")
    nation.collect(nation.file)
    (nation.path / "extracts" / "collected.json").write_bytes(before)
    (one,) = collected(load_home(nation.path))
    assert one.made_on == "2026-10-06"
    assert nation.collect(nation.file).code == 0
    assert [one.counts for one in collected(load_home(nation.path))] == [False, True]


# --- the comparison ---------------------------------------------------------------------------------------------------


def test_what_was_collected_is_compared_and_certified(nation: Nation) -> None:
    nation.collect(nation.file)
    folder = nation.path.parent / "release"
    said = mds("national", "compare", "--home", nation.path, "--period", PERIOD, "-o", folder)
    assert (said.code, "1 region compared: EE." in said.out) == (0, True), said.err
    certificate = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    assert [(one["network"], one["returned"], one["providers"]) for one in certificate["extracts"]] == [("EE", 2, 3)]
    assert "TEST DATA" in said.out and "EE: 2 of 3 providers sent" in (folder / "about.txt").read_text(encoding="utf-8")
    # The network has five children in need: no count of them can be printed.
    printed = {
        line.rsplit(",", 1)[1] for path in (folder / "csv").iterdir() for line in path.read_text().splitlines()[1:]
    }
    assert printed <= {"*", "0"}


def test_a_period_without_extracts_is_not_compared(nation: Nation) -> None:
    nation.collect(nation.file)
    folder = nation.path.parent / "release"
    said = mds("national", "compare", "--home", nation.path, "--period", "2026-01-01", "-o", folder)
    assert (said.code, "No extract was collected for this period" in said.err) == (2, True)
    assert not folder.exists()


# --- cards -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["", "0000 0000 0000 0000 0000 0000", "yes"])
def test_a_card_is_not_trusted_without_the_fingerprint_that_its_owner_told(
    sent: Nation, tmp_path: Path, given: str
) -> None:
    made = mds("keys", "card", "--home", sent.region.path, "-o", tmp_path / "EE.json")
    before = (sent.path / "keys" / "trusted.json").read_bytes()
    said = mds("keys", "trust", tmp_path / "EE.json", "--fingerprint", given, "--home", sent.path)
    assert (said.code, "by telephone" in said.err) == (14, True)
    assert (sent.path / "keys" / "trusted.json").read_bytes() == before
    told = made.out.strip().upper().replace(" ", "")
    assert mds("keys", "trust", tmp_path / "EE.json", "--fingerprint", told, "--home", sent.path).code == 0


def test_a_card_holds_no_secret(sent: Nation) -> None:
    home = load_home(sent.region.path)
    card = json.dumps(own_card(home, date(2026, 10, 6)).as_json())
    secrets = [json.loads(path.read_text())["secret"] for path in (sent.region.path / "keys").rglob("*.key")]
    assert secrets and not any(secret in card for secret in secrets)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"of": "EE"}', "[" * 10_000, '"x"'])
def test_what_is_no_card_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(ConfigurationFailure, match="not a card"):
        read_card(tmp_path / "card.json")


def test_a_card_is_trusted_only_where_it_is_of_use(sent: Nation, tmp_path: Path) -> None:
    region, nation = (own_card(load_home(path), date(2026, 10, 6)) for path in (sent.region.path, sent.path))

    def trusted(card: Card, home: Path) -> int:
        (tmp_path / "card.json").write_text(json.dumps(card.as_json()))
        words = ("--fingerprint", card.fingerprint, "--home", home)
        return mds("keys", "trust", tmp_path / "card.json", *words).code

    assert trusted(region, sent.region.path) == 14
    assert trusted(nation, sent.path) == 14
    assert trusted(replace(region, test_data=False), sent.path) == 14
    assert trusted(replace(region, of="XX"), sent.path) == 14
    assert trusted(region, sent.path) == 0
