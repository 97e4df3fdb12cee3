"""The provider packs a return on its own machine, the region takes the package in: identity never leaves the provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from homes import (
    HOSPICE,
    ON_TIME,
    TEAM,
    Packed,
    Region,
    child,
    children,
    codes_of,
    example_case,
    mds,
    new_provider,
    new_region,
    region_in,
)

from mds.exchange import own_private_keys, signer_of, signing_key_of, towards
from mds.package import Contents, seal, unseal


@pytest.fixture
def both(packed: Packed, tmp_path: Path) -> Packed:
    """The region and the provider of the session, copied for one test."""
    import shutil

    region = region_in(packed.region.path, tmp_path)
    shutil.copytree(packed.hospice, tmp_path / "hospice")
    return Packed(region, tmp_path / "hospice", packed.package)


def _pack(both: Packed, case: dict[str, Any], name: str = "return", **about: str) -> Path:
    package = both.region.desk / f"{name}.mdsp"
    said = mds(
        "submit", both.region.file(case, **about), "--home", both.hospice, "--received-on", ON_TIME, "--pack", package
    )
    assert said.code in (0, 1), said.err
    return package


def _receive(region: Region, *packages: Path, words: tuple[object, ...] = ()) -> Any:
    return mds("receive", *packages, "--home", region.path, "--received-on", ON_TIME, *words)


def test_a_package_brings_the_same_as_a_direct_submission(both: Packed, tmp_path: Path) -> None:
    (tmp_path / "direct").mkdir()
    direct = region_in(both.region.path, tmp_path / "direct")
    direct.send(direct.file(example_case()))

    said = _receive(both.region, both.package)

    assert said.code == 0, said.err
    assert _comparable(both.region) == _comparable(direct)


def _comparable(region: Region) -> dict[str, Any]:
    """The store without ids; a receipt without the digest of the file, which is written twice, and what follows from it."""
    content = region.content()
    receipts = region.ask("SELECT document FROM receipt")
    content["keys"] = [document.split('"keys": ')[1].split("}")[0] for (document,) in receipts]
    return content


def test_the_receipt_says_when_it_was_checked_and_when_it_arrived(both: Packed) -> None:
    said = mds("receive", both.package, "--home", both.region.path, "--received-on", "2026-10-09", "--json")

    assert said.json["received_on"] == "2026-10-09"
    ((document,),) = both.region.ask("SELECT document FROM receipt")
    assert f'"checked_on": "{ON_TIME}"' in document
    assert said.json["format_version"] == 1 and said.json["identical"] is False


def test_a_package_that_is_sent_twice_is_refused_the_second_time(both: Packed) -> None:
    first = _receive(both.region, both.package)
    before = both.region.content()

    again = _receive(both.region, both.package)

    assert (first.code, again.code) == (0, 14)
    assert again.err == "mds: This package was received before. Nothing was changed.\n"
    assert both.region.content() == before


def test_a_package_of_the_same_rows_in_another_file_changes_nothing(both: Packed) -> None:
    """The region cannot see a name, so it takes the provider's word for what is the same."""
    case = children(child(1), child(2))
    turned = {**case, "child": case["child"][::-1]}
    corrected = {**turned, "child": [child(2), child(1, person_given_name="Robyn")]}
    sent = [_pack(both, one, f"sent{number}") for number, one in enumerate((case, turned, corrected))]

    first, again, name = (_receive(both.region, package, words=("--json",)) for package in sent)

    assert (first.json["identical"], again.json["identical"], name.json["identical"]) == (False, True, False)
    assert again.json["receipt_id"] == first.json["receipt_id"] != name.json["receipt_id"]
    assert both.region.count("receipt") == 2


def test_a_receipt_that_was_lost_is_filed_again_when_the_package_comes_again(both: Packed) -> None:
    _receive(both.region, both.package)
    (receipt,) = (both.region.path / "receipts").iterdir()
    text = receipt.read_bytes()
    receipt.unlink()

    _receive(both.region, both.package)

    assert receipt.read_bytes() == text


def test_an_old_package_cannot_bring_an_old_return_back(both: Packed) -> None:
    """Not even one that brought nothing new when it first came."""
    same = _pack(both, example_case(), "same")
    newer = _pack(both, {**example_case(), "contact": []}, "newer")
    assert [_receive(both.region, package).code for package in (both.package, same, newer)] == [0, 0, 0]
    before = both.region.content()

    assert _receive(both.region, same).code == 14

    assert both.region.content() == before


def test_an_altered_package_is_refused_and_the_store_is_as_it_was(both: Packed) -> None:
    data = both.package.read_bytes()
    before = both.region.bytes_of_store()
    for position in (0, 10, len(data) // 2, len(data) - 1):
        altered = both.region.desk / "altered.mdsp"
        altered.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
        said = _receive(both.region, altered)
        assert said.code == 10, said.err
        assert len(said.err.splitlines()) == 1
    assert both.region.bytes_of_store() == before


def test_of_several_packages_a_bad_one_does_not_hold_up_the_others(both: Packed) -> None:
    altered = both.region.desk / "altered.mdsp"
    altered.write_bytes(both.package.read_bytes()[:-1])

    said = _receive(both.region, altered, both.region.desk / "missing.mdsp", both.package, words=("--json",))

    assert said.code == 10
    assert [result.get("failure", {}).get("exit_code", 0) for result in said.json["returns"]] == [10, 10, 0]
    assert both.region.count("receipt") == 1


def test_a_package_for_another_network_is_refused(both: Packed, tmp_path: Path) -> None:
    other = region_in(new_region(tmp_path, "NE"), tmp_path / "other-desk")

    said = _receive(other, both.package)

    assert said.code == 14
    assert "another network" in said.err or "no network pack" in said.err


def test_a_package_made_with_other_keys_is_refused(both: Packed, tmp_path: Path) -> None:
    """Of a region of the same network that was founded anew."""
    other = region_in(new_region(tmp_path), tmp_path / "other-desk")
    new_provider(other, HOSPICE)

    said = _receive(other, both.package)

    assert said.code == 14
    assert "made with other keys" in said.err


def test_a_package_of_a_provider_without_a_pack_is_refused(both: Packed) -> None:
    (both.region.path / "keys" / "signers.json").unlink()

    said = _receive(both.region, both.package)

    assert said.code == 14
    assert "issued no network pack" in said.err


def test_a_package_that_hides_an_identifier_is_refused_whole(both: Packed) -> None:
    """What a program in other hands would have to do: seal and sign it as it should be."""
    import pyarrow as pa

    home = both.region.home
    for hidden in ("9990000018", "ZX1 1AA"):
        contents = unseal(both.package.read_bytes(), signer_of(home, HOSPICE), *own_private_keys(home))
        referral = contents.tables["referral"]
        position = referral.column_names.index("service_id")
        contents.tables["referral"] = referral.set_column(position, "service_id", pa.array([hidden, "S1"]))
        before = both.region.bytes_of_store()
        said = _receive(both.region, _sealed(both, contents))
        assert said.code == 14
        assert hidden not in said.err
        assert both.region.bytes_of_store() == before


def _sealed(both: Packed, contents: Contents) -> Path:
    home = both.region.home
    forged = both.region.desk / "forged.mdsp"
    contents.manifest["package_id"] = "0" * 32
    forged.write_bytes(seal(contents, *towards(home), signing_key_of(home, HOSPICE, home.last_day_of_v1)))
    return forged


def test_a_number_in_a_service_code_is_refused_in_a_direct_submission_too(region: Region) -> None:
    case = children(child(1))
    case["referral"][0]["service_id"] = "9990000026"

    said = region.send(region.file(case))

    assert said.code == 14
    assert "9990000026" not in said.err + said.out
    assert region.count("receipt") == 0


def test_a_return_that_is_sent_back_makes_no_package(both: Packed) -> None:
    package = both.region.desk / "none.mdsp"
    file = both.region.file(example_case(), reference_date="2026-07-01")

    for home in (both.hospice, both.region.path):
        said = mds("submit", file, "--home", home, "--received-on", ON_TIME, "--pack", package)
        assert said.code == 3
        assert not package.exists()
    assert both.region.count("receipt") == 0, "a region that packs stops at the package too"


def test_the_providers_drawer_knows_its_last_return_after_packing(both: Packed) -> None:
    said = mds("check", both.region.file(children(child(1)), period="Q3"), "--home", both.hospice, "--received-on",
               ON_TIME, "--json")  # fmt: skip

    assert "CP101230Q" not in {rule["code"] for rule in said.json["not_run"]}
    assert "CP201185Q" not in codes_of(said)


def test_a_providers_home_submits_nothing_directly_and_nothing_of_others(both: Packed) -> None:
    direct = mds("submit", both.region.file(), "--home", both.hospice, "--received-on", ON_TIME)
    other = mds("submit", both.region.file(provider=TEAM), "--home", both.hospice, "--received-on", ON_TIME, "--pack",
                both.region.desk / "other.mdsp")  # fmt: skip
    received = mds("receive", both.package, "--home", both.hospice)
    status = mds("status", "--home", both.hospice)

    assert [said.code for said in (direct, other, received, status)] == [2, 14, 2, 2]
    assert all(len(said.err.splitlines()) == 1 for said in (direct, other, received, status))
    assert not (both.hospice / "keys" / f"provider-{TEAM}.key").exists()


def test_a_provider_verifies_its_receipt_on_its_own_machine(both: Packed) -> None:
    _receive(both.region, both.package)
    (receipt,) = (both.region.path / "receipts").iterdir()
    good = mds("status", "--home", both.hospice, "--verify", receipt)
    edited = both.region.desk / "edited.json"
    edited.write_text(receipt.read_text().replace('"accepted": 2', '"accepted": 3'))

    bad = mds("status", "--home", both.hospice, "--verify", edited)

    assert (good.code, bad.code) == (0, 1)
    assert "OK       the region signed exactly this receipt" in good.out
    assert "only the region can see that" in good.out


def test_a_network_pack_opens_with_its_passphrase_alone(both: Packed, tmp_path: Path) -> None:
    pack, passphrase = both.region.desk / "p.mdsk", both.region.desk / "p.txt"
    issued = mds("keys", "issue", "--provider", TEAM, "-o", pack, "--home", both.region.path)
    data = pack.read_bytes()
    for secret, content in ((issued.out[:-3] + "xx", data), (issued.out, data[:-1]), (issued.out, data[:20]),
                            (issued.out, b""), (issued.out, data[:40] + bytes([data[40] ^ 1]) + data[41:])):  # fmt: skip
        passphrase.write_text(secret)
        pack.write_bytes(content)
        said = mds("init", tmp_path / "new", "--pack", pack, "--passphrase-file", passphrase)
        assert said.code == 12, said.err
        assert not (tmp_path / "new" / "mds.toml").exists()
    pack.write_bytes(data)
    passphrase.write_text(issued.out)
    assert mds("init", tmp_path / "new", "--pack", pack, "--passphrase-file", passphrase).code == 0


def test_a_new_pack_brings_a_providers_home_up_to_date(both: Packed) -> None:
    register = both.region.path / "providers.csv"
    register.write_text(register.read_text().replace("Sunny Bank Hospice", "Sunny Bank House"), encoding="utf-8")
    pack, passphrase = both.region.desk / "again.mdsk", both.region.desk / "again.txt"
    passphrase.write_text(mds("keys", "issue", "--provider", HOSPICE, "-o", pack, "--home", both.region.path).out)

    said = mds("init", both.hospice, "--pack", pack, "--passphrase-file", passphrase)

    assert said.code == 0, said.err
    assert "Sunny Bank House" in (both.hospice / "providers.csv").read_text()
    other = both.region.desk / "other.mdsk"
    passphrase.write_text(mds("keys", "issue", "--provider", TEAM, "-o", other, "--home", both.region.path).out)
    assert mds("init", both.hospice, "--pack", other, "--passphrase-file", passphrase).code == 12
    assert mds("init", both.region.path, "--pack", other, "--passphrase-file", passphrase).code == 2


def test_a_pack_for_a_provider_that_is_not_in_the_register(region: Region) -> None:
    said = mds("keys", "issue", "--provider", "RX999", "-o", region.desk / "x.mdsk", "--home", region.path)

    assert (said.code, said.err) == (12, "mds: That provider is not in the register (providers.csv).\n")


def test_of_two_packages_the_one_that_was_made_later_counts_whichever_comes_first(both: Packed) -> None:
    older = _pack(both, children(child(1)), "b-older")
    newer = _pack(both, children(child(1), child(2)), "a-newer")

    said = _receive(both.region, newer, older)

    assert said.code == 14
    assert "that was made later is in the store already" in said.err
    assert both.region.count("child") == 2


def test_the_office_hears_what_a_package_replaced(both: Packed) -> None:
    _receive(both.region, _pack(both, children(child(1)), "first"))

    said = _receive(both.region, _pack(both, children(child(1), child(2)), "second"))

    assert said.out.rstrip().endswith("2026-04-01 to 2026-06-30  accepted")
    assert "rows added, 0 changed, 0 removed." in said.err


def test_days_of_birth_and_death_do_not_stand_in_other_dates(region: Region) -> None:
    """A stay that begins with birth, and what ended on the day of death."""
    case = children(child(1, person_birth_date="2026-04-17"), child(2, caseload_status="D", date_left="2026-05-20"))
    case["death"] = {"local_patient_id": "SB002", "death_date": "2026-05-20"}
    case["admission"] = [
        {"admission_id": "AD1", "admitted_at": "2026-04-17 03:22", "method": "B", "discharged_at": "2026-04-20 10:00",
         "ready_date": ""},
        {"admission_id": "AD2", "local_patient_id": "SB002", "admitted_at": "2026-05-18 03:22",
         "discharged_at": "2026-05-20 09:00", "ready_date": ""},
    ]  # fmt: skip

    said = region.send(region.file(case), "--json")

    assert region.ask(
        "SELECT method, admitted_at::VARCHAR, discharged_at::VARCHAR FROM admission ORDER BY admitted_at"
    ) == [
        ("B", "2026-04-01 00:00:00", "2026-04-20 10:00:00"), ("E", "2026-05-18 03:22:00", "2026-05-01 00:00:00"),
    ], said.out  # fmt: skip


def test_a_package_accepted_in_part_ends_as_its_submission_did(both: Packed) -> None:
    package = _pack(both, children(child(1), child(2, sex="7")), "part")

    assert _receive(both.region, package).code == 1
