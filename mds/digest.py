"""The digest of a file, as receipts and snapshots name it."""

import hashlib
import os
from pathlib import Path


def digest(path: Path) -> str:
    """SHA-256 of the bytes of a file, as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_of_return(path: Path) -> str:
    """The digest by which a receipt names a return: of its file, or of all CSV files of its folder."""
    if not path.is_dir():
        return digest(path)
    together = hashlib.sha256()
    for file in csv_files(path):
        together.update(os.fsencode(file.name) + f"\0{digest(file)}\n".encode())
    return together.hexdigest()


def csv_files(folder: Path) -> list[Path]:
    """The CSV files of a folder, in order. What only points to a file elsewhere is not the sender's to send."""
    files = (path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    return sorted(path for path in files if path.is_file() and not path.is_symlink())
