"""Keys: what HMAC makes of them, what they are derived for, and how their files are kept."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import pytest

from mds.failures import ConfigurationFailure
from mds.keys import REGION_PURPOSES, STAGE1, STAGE2, STORE, Key, KeyFolder, key_from_json, keyed, new_key

TODAY = date(2026, 7, 6)

RFC_4231 = {
    1: (b"\x0b" * 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    2: (b"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    5: (b"\x0c" * 20, "Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
    6: (b"\xaa" * 131, "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    7: (b"\xaa" * 131, "This is a test using a larger than block-size key and a larger than block-size data. The key "
        "needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
}  # fmt: skip
"""Those of the vectors whose data are text: values are keyed as UTF-8."""


@pytest.mark.parametrize("case", RFC_4231)
def test_tokens_are_hmac_sha_256(case: int) -> None:
    key, value, expected = RFC_4231[case]
    size = len(expected) // 2

    assert keyed([value, value], key, size) == [bytes.fromhex(expected)] * 2


def test_each_use_and_each_key_has_its_own_derived_key() -> None:
    first, second = new_key(STAGE1, TODAY), new_key(STAGE1, TODAY)
    uses = [("stage1", "EE", "nhs_number.1"), ("stage1", "NE", "nhs_number.1"), ("stage1", "EE", "nhs_number.2"),
            ("stage1", "EE")]  # fmt: skip

    made = [key.derive(*use) for key in (first, second) for use in uses]

    assert len(set(made)) == len(made)
    assert first.derive(*uses[0]) == first.derive(*uses[0])
    with pytest.raises(ValueError, match="separated"):
        first.derive("stage1|EE", "nhs_number.1")


def test_a_key_shows_its_id_and_never_its_secret() -> None:
    key = new_key(STORE, TODAY)

    assert repr(key) == str(key) == f"Key({key.key_id})"
    assert key.secret.hex() not in f"{key} {key!r} {[key]}"


def test_a_key_file_says_what_it_is_and_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")
    for purpose in REGION_PURPOSES:
        keys.save(new_key(purpose, TODAY))

    for purpose in REGION_PURPOSES:
        path = keys.path(purpose)
        about = json.loads(path.read_text())
        assert (about["purpose"], about["created"], about["norm"]) == (purpose, "2026-07-06", 1)
        assert about["key_id"].startswith(f"{purpose}-")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert keys.load(purpose).key_id == about["key_id"]
    assert keys.path(STAGE1).parent != keys.path(STAGE2).parent, "the custodian's key can be moved away by its folder"
    assert not [path for path in (tmp_path / "keys").rglob("*") if path.suffix not in (".key", "")]


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path)
    keys.save(new_key(STORE, TODAY))
    first = keys.load(STORE)

    with pytest.raises(ConfigurationFailure, match="exists already"):
        keys.save(new_key(STORE, TODAY))

    assert keys.load(STORE) == first == keys.load_or_make(STORE, TODAY)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    keys = KeyFolder(tmp_path)
    keys.save(new_key(STORE, TODAY))
    keys.path(STORE).chmod(mode)

    with pytest.raises(ConfigurationFailure, match="chmod 600 store.key"):
        keys.load(STORE)


def test_a_key_in_the_place_of_another_is_refused(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path)
    keys.save(new_key(STORE, TODAY))
    keys.save(new_key(STAGE2, TODAY))
    keys.path(STAGE2).write_text(keys.path(STORE).read_text())

    with pytest.raises(ConfigurationFailure, match=r"stage2\.key holds another key"):
        keys.load(STAGE2)


def _text(**changes: object) -> str:
    return json.dumps({**new_key(STORE, TODAY).as_json(), **changes})


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"secret": 1}', _text(secret="AAAA"), _text(secret="!!"), _text(key_id=3), _text(created=None)],
    ids=[str(number) for number in range(9)],  # a key is random, and both test runners must name it alike
)  # fmt: skip
def test_a_damaged_key_is_told_as_damaged(text: str) -> None:
    with pytest.raises(ConfigurationFailure, match="A key file is damaged"):
        key_from_json(text)


def test_a_key_of_another_normalisation_is_refused() -> None:
    with pytest.raises(ConfigurationFailure, match="another way of normalising"):
        key_from_json(_text(norm=2))


def test_a_missing_or_unreadable_key_is_told_by_its_name(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path)
    with pytest.raises(ConfigurationFailure, match=r"store\.key is missing"):
        keys.load(STORE)
    keys.save(new_key(STORE, TODAY))
    keys.path(STORE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationFailure, match=r"store\.key cannot be read"):
        keys.load(STORE)


def test_secrets_are_random_and_long_enough() -> None:
    secrets = {new_key(STORE, TODAY).secret for _ in range(100)}

    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {32}
    assert isinstance(new_key(STORE, TODAY), Key)
