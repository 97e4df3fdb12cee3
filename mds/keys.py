"""Keys: made by the program, kept outside the store in files that only their owner may read, never typed or logged.

One file a key: id, purpose, date and normalisation version in the open, 32 random bytes as the secret. What a key is
used for is separated by HKDF, so that no two uses ever share a key (privacy design b3).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mds.failures import ConfigurationFailure
from mds.writing import write_whole, writing

NORMALISATION = 1
"""Version of the way in which identity is normalised before it is keyed (`norm=1`)."""

STAGE1 = "stage1"  # held by a key custodian; in its own folder, so that it can be moved to the custodian's machine
STAGE2 = "stage2"
STORE = "store"
PAYLOAD = "payload"
LINKAGE = "linkage"
RECEIPTS = "receipts"
EXTRACTS = "extracts"
"""Of a region: signs its extracts."""
NATIONAL = "national"
"""Of the national recipient: opens extracts, signs publications."""
REGION_PURPOSES = (STAGE1, STAGE2, STORE, PAYLOAD, LINKAGE, RECEIPTS)


def drawer_key_name(provider: str) -> str:
    """The purpose of the key from which a provider's drawer and its local tokens are keyed."""
    return f"provider-{provider}"


_SECRET_BYTES = 32
_IN_THE_OPEN = ("key_id", "purpose", "created")
_DAMAGED = "A key file is damaged. Restore it from your backup of the keys."


@dataclass(frozen=True)
class Key:
    """A master key. Its id may be printed and stored; its secret never leaves this object but through `derive`."""

    key_id: str
    purpose: str
    created: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.key_id})"

    def derive(self, *use: str) -> bytes:
        """32 bytes for one use and no other: `derive("stage1", "EE", "nhs_number")`."""
        if any("|" in part for part in use):
            raise ValueError("The parts of a use are separated by |, so none holds one.")
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        info = "|".join(("mds", "v1", *use)).encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self.secret)

    def as_json(self) -> dict[str, str | int]:
        return {
            "key_id": self.key_id,
            "purpose": self.purpose,
            "created": self.created,
            "norm": NORMALISATION,
            "secret": base64.b64encode(self.secret).decode(),
        }


def new_key(purpose: str, created: date) -> Key:
    return Key(f"{purpose}-{secrets.token_hex(4)}", purpose, created.isoformat(), secrets.token_bytes(_SECRET_BYTES))


def key_from_json(text: str) -> Key:
    """Raises ConfigurationFailure when the text is no key."""
    try:
        parts = json.loads(text)
        secret = base64.b64decode(parts["secret"], validate=True)
        key = Key(parts["key_id"], parts["purpose"], parts["created"], secret)
        whole = len(secret) == _SECRET_BYTES and all(isinstance(parts[name], str) for name in _IN_THE_OPEN)
        normalisation = parts["norm"]
    except (ValueError, KeyError, TypeError):
        raise ConfigurationFailure(_DAMAGED) from None
    if not whole:
        raise ConfigurationFailure(_DAMAGED)
    if normalisation != NORMALISATION:
        raise ConfigurationFailure(
            f"The key {key.key_id} is for another way of normalising identity. Use the program that it was made with."
        )
    return key


@dataclass(frozen=True)
class KeyFolder:
    """The key files of one home."""

    folder: Path

    def path(self, purpose: str) -> Path:
        return (self.folder / "custodian" if purpose == STAGE1 else self.folder) / f"{purpose}.key"

    def has(self, purpose: str) -> bool:
        return self.path(purpose).is_file()

    def load(self, purpose: str) -> Key:
        """Raises ConfigurationFailure when the key is missing, damaged, another's or readable by others."""
        path = self.path(purpose)
        if not path.is_file():
            raise ConfigurationFailure(
                f"The key {path.name} is missing from the keys folder. Restore it from your backup of the keys."
            )
        require_private(path)
        try:
            key = key_from_json(path.read_text(encoding="ascii"))
        except (OSError, UnicodeDecodeError):
            raise ConfigurationFailure(f"The key {path.name} cannot be read. Restore it from your backup.") from None
        if key.purpose != purpose:
            raise ConfigurationFailure(
                f"{path.name} holds another key ({key.key_id}). Restore the right one from your backup of the keys."
            )
        return key

    def save(self, key: Key) -> None:
        """Write a new key. Raises ConfigurationFailure rather than replace one."""
        path = self.path(key.purpose)
        private_folder(path.parent)
        with writing(f"The key {path.name}"):
            try:
                write_private(path, json.dumps(key.as_json(), indent=1) + "\n")
            except FileExistsError:
                raise ConfigurationFailure(f"The key {path.name} exists already and is not replaced.") from None

    def load_or_make(self, purpose: str, created: date) -> Key:
        if not self.has(purpose):
            self.save(new_key(purpose, created))
        return self.load(purpose)


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter. Raises StoreFailure."""
    with writing(f"The folder {folder.name}"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Write a new file, whole or not at all, that only its owner may read. Raises FileExistsError and OSError."""
    write_whole(path, text.encode(), private=True, replace=False)


def require_private(path: Path) -> None:
    """Raises ConfigurationFailure when others than the owner may read `path` (where the system knows such modes)."""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigurationFailure(f"Others can read {path.name}. Let only its owner do so: chmod 600 {path.name}")


def keyed(values: Iterable[str], key: bytes, size: int = 32) -> list[bytes]:
    """HMAC-SHA-256 of each value, cut to `size` bytes. One key state is set up and copied for each value."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.hmac import HMAC

    copy_of_ready = HMAC(key, SHA256()).copy
    tokens = []
    for value in values:
        state = copy_of_ready()
        state.update(value.encode())
        tokens.append(state.finalize()[:size])
    return tokens
