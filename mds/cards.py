"""Cards: the public keys of a home, for another one to trust.

A region needs the card of the national recipient, to whom it seals its extracts; the recipient needs the card of each region,
whose signature it verifies. A card holds no secret and goes by any way. Whoever trusts one compares its fingerprint by
telephone, because a card itself proves nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.failures import ConfigurationFailure, NotPermitted, UsageFailure
from mds.home import Home
from mds.keys import EXTRACTS, NATIONAL, Key, private_folder
from mds.writing import write_whole, writing
from mds_schemas import codes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

FORMAT_VERSION = 1
THE_NATION = "national"
"""Whose card the national recipient's is; a region's is that of its network."""
_TRUSTED = "trusted.json"
_FIELDS = {"format_version", "of", "test_data", "seal", "sign"}
_STRANGE = "This is not a card of this program. Ask for one made by: mds keys card"


@dataclass(frozen=True)
class Card:
    """Whose keys they are, and the two of them: the one to seal to, and the one that signs."""

    of: str
    test_data: bool
    seal: str
    sign: str

    def as_json(self) -> dict[str, Any]:
        return {"format_version": FORMAT_VERSION, "of": self.of, "test_data": self.test_data, "seal": self.seal,
                "sign": self.sign}  # fmt: skip

    @property
    def fingerprint(self) -> str:
        """Twenty-four digits and letters in groups of four, to be read out by telephone."""
        found = hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()[:24]
        return " ".join(found[place : place + 4] for place in range(0, 24, 4))

    @property
    def sealing_key(self) -> X25519PublicKey:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

        return X25519PublicKey.from_public_bytes(base64.b64decode(self.seal))

    @property
    def verifying_key(self) -> Ed25519PublicKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        return Ed25519PublicKey.from_public_bytes(base64.b64decode(self.sign))


def own_card(home: Home, today: date) -> Card:
    """The card of a region's home, or of the national one. Raises UsageFailure for a provider's."""
    key = _own_key(home, today)
    opened, signs = opening_key(key), signing_key(key)
    return Card(
        THE_NATION if home.role == "national" else home.network, home.is_test,
        *(base64.b64encode(one.public_key().public_bytes_raw()).decode() for one in (opened, signs)),
    )  # fmt: skip


def _own_key(home: Home, today: date) -> Key:
    if home.role == "provider":
        raise UsageFailure("This is a provider's home. Cards are of regions and of the national recipient.")
    return home.keys.load_or_make(NATIONAL if home.role == "national" else EXTRACTS, today)


def opening_key(key: Key) -> X25519PrivateKey:
    """The key that opens what was sealed to a card."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(key.derive("x25519"))


def signing_key(key: Key) -> Ed25519PrivateKey:
    """The key whose signature a card verifies."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(key.derive("signature"))


def read_card(file: Path) -> Card:
    """Raises ConfigurationFailure when the file is no card."""
    try:
        return _card(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        raise ConfigurationFailure(_STRANGE) from None


def _card(found: Any) -> Card:
    """Raises ValueError where a document is no card."""
    if not isinstance(found, dict) or set(found) != _FIELDS or found["format_version"] != FORMAT_VERSION:
        raise ValueError
    card = Card(found["of"], found["test_data"], found["seal"], found["sign"])
    keys_are_whole = all(
        isinstance(text, str) and len(base64.b64decode(text, validate=True)) == 32 for text in (card.seal, card.sign)
    )
    if not (isinstance(card.of, str) and isinstance(card.test_data, bool) and keys_are_whole):
        raise ValueError
    return card


def trust(home: Home, card: Card, fingerprint: str) -> Card | None:
    """Trust a card from now on; returns the one of the same sender that was trusted before, if it is another.

    `fingerprint` is what its owner told by telephone. Raises NotPermitted where it is another card's, and for a card that this
    home has no use for: of test data in a live home, or of the wrong kind.
    """
    if fingerprint.replace(" ", "").lower() != card.fingerprint.replace(" ", ""):
        raise NotPermitted(
            "That is not the fingerprint of this card. Ask its owner by telephone for the one that mds keys card told, and give "
            "it: --fingerprint 'xxxx xxxx xxxx xxxx xxxx xxxx'. If it still differs, somebody has changed the card: do not go on."
        )
    of_a_network = card.of in codes.load("CL36")
    wanted = {"region": card.of == THE_NATION, "national": of_a_network, "provider": False}[home.role]
    if not wanted:
        raise NotPermitted("A region trusts the national recipient's card, and the recipient those of the regions.")
    if card.test_data != home.is_test:
        raise NotPermitted("One of the two is a test home and the other is not. They do not trust each other.")
    trusted = _trusted(home)
    former = trusted.get(card.of)
    path = home.path / "keys" / _TRUSTED
    private_folder(path.parent)
    kept = {of: known.as_json() for of, known in {**trusted, card.of: card}.items()}
    with writing(_TRUSTED):
        write_whole(path, (json.dumps(kept, indent=1, sort_keys=True) + "\n").encode())
    return former if former != card else None


def trusted_card(home: Home, of: str) -> Card:
    """The card that is trusted of a sender or recipient. Raises NotPermitted when there is none."""
    card = _trusted(home).get(of)
    if card is None:
        whose = "the national recipient" if of == THE_NATION else f"network {of}"
        raise NotPermitted(f"No card of {whose} is trusted here. Ask for it, then: mds keys trust CARD --home HOME")
    return card


def _trusted(home: Home) -> dict[str, Card]:
    path = home.path / "keys" / _TRUSTED
    if not path.is_file():
        return {}
    try:
        return {of: _card(found) for of, found in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError):
        raise ConfigurationFailure(f"{_TRUSTED} in the keys folder is damaged. Restore it from the backup.") from None
