"""Keys that cross the line: the region's public keys, each provider's signing key, and the pack that carries them.

A network pack is what a provider needs of the region: settings, register, calendar, snapshots, the region's public keys
and the sealed stage 1 key. It is sealed with a passphrase that the program makes and that travels by another way.
"""

from __future__ import annotations

import base64
import json
import secrets
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.failures import ConfigurationFailure, NotPermitted, UsageFailure
from mds.home import Home, home_from_settings, load_home, settings_text
from mds.keys import LINKAGE, PAYLOAD, RECEIPTS, STAGE1, Key, KeyFolder, key_from_json, private_folder
from mds.region.receipt import signing_key
from mds.writing import write_whole, writing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

PACK_MAGIC = b"MDSK1\n"
_SCRYPT = {"n": 1 << 17, "r": 8, "p": 1}
_REGION_KEYS = "region.json"
_WORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def _private(key: Key) -> X25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(key.derive("x25519"))


def own_private_keys(home: Home) -> tuple[X25519PrivateKey, X25519PrivateKey]:
    """The region's keys for the payload and for the envelope. Raises UsageFailure on a provider's machine."""
    if home.role != "region":
        raise UsageFailure("This is no region's home. Packages are received with the region's: --home REGION")
    return _private(home.keys.load(PAYLOAD)), _private(home.keys.load(LINKAGE))


def towards(home: Home) -> tuple[X25519PublicKey, X25519PublicKey]:
    """The public keys to which a package is sealed: the region's own, or those that its network pack brought."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    if home.role == "region":
        payload, linkage = own_private_keys(home)
        return payload.public_key(), linkage.public_key()
    return (
        X25519PublicKey.from_public_bytes(_of_the_region(home, "payload")),
        X25519PublicKey.from_public_bytes(_of_the_region(home, "linkage")),
    )


def receipts_public_key(home: Home) -> Ed25519PublicKey:
    """The public key of the region's receipts."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if home.role == "region":
        return signing_key(home.keys.load(RECEIPTS)).public_key()
    return Ed25519PublicKey.from_public_bytes(_of_the_region(home, "receipts"))


def _of_the_region(home: Home, name: str) -> bytes:
    """A public key that the network pack brought. Raises ConfigurationFailure."""
    try:
        return base64.b64decode(_read_json(home.path / "keys" / _REGION_KEYS)[name], validate=True)
    except (KeyError, ValueError):
        raise ConfigurationFailure(f"{_REGION_KEYS} is damaged. Make the home anew from the network pack.") from None


def _read_json(path: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise ConfigurationFailure(f"{path.name} is missing from the keys folder or damaged.") from None
    return found


def _signing_purpose(provider: str) -> str:
    return f"signing-{provider}"


def signing_key_of(home: Home, provider: str, today: date) -> Ed25519PrivateKey:
    """The key with which a provider signs its packages; a region that packs for a provider makes and registers it."""
    if home.role == "region":
        return _signing(_register_signer(home, provider, today))
    return _signing(home.keys.load(_signing_purpose(provider)))


def _signing(key: Key) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(key.derive("signature"))


def _register_signer(home: Home, provider: str, today: date) -> Key:
    key = home.keys.load_or_make(_signing_purpose(provider), today)
    path = home.path / "keys" / "signers.json"
    signers = _read_json(path) if path.is_file() else {}
    public = base64.b64encode(_signing(key).public_key().public_bytes_raw()).decode()
    if signers.get(provider) != public:
        with writing(path.name):
            write_whole(path, (json.dumps({**signers, provider: public}, indent=1, sort_keys=True) + "\n").encode())
    return key


def signer_of(home: Home, provider: str) -> Ed25519PublicKey:
    """The public key of a provider's packages. Raises NotPermitted when the region issued it no network pack."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    path = home.path / "keys" / "signers.json"
    public = _read_json(path).get(provider) if path.is_file() else None
    if public is None:
        raise NotPermitted("The package is signed by a provider to which this region has issued no network pack.")
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(public))


def issue_pack(home: Home, provider: str, out: Path, today: date) -> str:
    """Write the network pack for a provider; returns the passphrase, which stands nowhere else."""
    if provider not in {row["provider_code"] for row in home.providers}:
        raise ConfigurationFailure("That provider is not in the register (providers.csv).")
    if home.role != "region":
        raise UsageFailure("This is no region's home. Network packs are issued by the region.")
    taken = "There is a file of that name already, which is not replaced. Give the network pack another name."
    if out.is_file():
        raise UsageFailure(taken)
    payload, linkage = towards(home)
    settings = Home(home.path, "provider", home.network, home.channel, home.last_day_of_v1, home.phase_scheme,
                    home.calendar, provider)  # fmt: skip
    keys = [
        home.keys.load(STAGE1),
        home.keys.load_or_make(f"provider-{provider}", today),
        _register_signer(home, provider, today),
    ]
    pack = {
        "settings": settings_text(settings),
        "providers": (home.path / "providers.csv").read_text(encoding="utf-8-sig"),
        "region": {name: base64.b64encode(key.public_bytes_raw()).decode() for name, key in
                   (("payload", payload), ("linkage", linkage), ("receipts", receipts_public_key(home)))},
        "keys": [json.dumps(key.as_json()) for key in keys],
        "reference": {path.name: base64.b64encode(path.read_bytes()).decode() for path in _snapshots(home)},
    }  # fmt: skip
    passphrase = "-".join("".join(secrets.choice(_WORD_LETTERS) for _ in range(5)) for _ in range(5))
    with writing("The network pack"):
        try:
            write_whole(out, _sealed(json.dumps(pack).encode(), passphrase), private=True, replace=False)
        except FileExistsError:
            raise UsageFailure(taken) from None
    return passphrase


def _snapshots(home: Home) -> list[Path]:
    folder = home.path / "reference"
    return sorted(path for path in folder.iterdir() if path.suffix in (".parquet", ".json")) if folder.is_dir() else []


def _box(passphrase: str, salt: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return AESGCM(Scrypt(salt=salt, length=32, **_SCRYPT).derive(passphrase.encode()))


def _sealed(plain: bytes, passphrase: str) -> bytes:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    return PACK_MAGIC + salt + nonce + bytes(_box(passphrase, salt).encrypt(nonce, plain, PACK_MAGIC))


def accept_pack(file: Path, passphrase: str, folder: Path) -> Home:
    """Make a provider's home out of a network pack. Raises ConfigurationFailure."""
    from cryptography.exceptions import InvalidTag

    data = file.read_bytes() if file.is_file() else b""
    start = len(PACK_MAGIC)
    if not data.startswith(PACK_MAGIC):
        raise ConfigurationFailure("This is not a network pack. Ask the network office for one: mds keys issue")
    try:
        box = _box(passphrase.strip(), data[start : start + 16])
        plain = box.decrypt(data[start + 16 : start + 28], data[start + 28 :], PACK_MAGIC)
    except (InvalidTag, ValueError):
        raise ConfigurationFailure("The passphrase does not open this network pack, or the pack is damaged.") from None
    return _unpack(json.loads(plain), folder)


def _unpack(pack: dict[str, Any], folder: Path) -> Home:
    """Fill a provider's home. What was there from a run that was cut short is written again."""
    import tomllib

    settings = tomllib.loads(pack["settings"])
    if (folder / "mds.toml").exists() and load_home(folder).provider != settings["provider"]:
        raise ConfigurationFailure("That folder is the home of another provider. Choose another folder.")
    keys, brought = KeyFolder(folder / "keys"), [key_from_json(text) for text in pack["keys"]]
    if any(keys.has(key.purpose) and keys.load(key.purpose) != key for key in brought):
        raise ConfigurationFailure("There are other keys in that folder already. Choose another folder.")
    for key in brought:
        if not keys.has(key.purpose):
            keys.save(key)
    reference = folder / "reference"
    private_folder(folder)
    private_folder(reference)
    with writing("The home folder"):
        write_whole(folder / "providers.csv", pack["providers"].encode())
        write_whole(
            folder / "keys" / _REGION_KEYS, (json.dumps(pack["region"], indent=1) + "\n").encode(), private=True
        )
        for name, content in pack["reference"].items():
            write_whole(reference / Path(name).name, base64.b64decode(content))
        # The settings come last: a folder without them is no home.
        write_whole(folder / "mds.toml", pack["settings"].encode())
    return home_from_settings(folder, settings)
