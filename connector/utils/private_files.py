"""Private files: folders and files that hold customers' texts, readable by their owner alone whatever the umask."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
_OTHERS = 0o077


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, with mode 0700; one that exists is left as it is.

    The topmost one made keeps itself out of git. Raises :class:`OSError`.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        try:
            place.mkdir(mode=FOLDER)
        except FileExistsError:  # another process made it meanwhile
            continue
        place.chmod(FOLDER)  # a umask such as 0277 would have taken its owner's rights as well
    if missing and missing[-1].is_dir():
        write_private(missing[-1] / ".gitignore", b"*\n")


def make_private_file(file: Path) -> None:
    """Make an empty file with mode 0600; one that exists is left as it is. Raises :class:`OSError`."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))
    except FileExistsError:
        return
    file.chmod(FILE)


def write_private(file: Path, content: bytes) -> None:
    """Write a file with mode 0600, over one that is there. Raises :class:`OSError`."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE), "wb") as opened:
        opened.write(content)


def write_new(file: Path, content: bytes) -> None:
    """Write a file that is not there yet, with mode 0600; it is whole, or it is not there.

    Raises :class:`FileExistsError`, also for a link that leads nowhere, and :class:`OSError`.
    """
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def open_to_others(path: Path) -> bool:
    """Whether group or others have any right to it; False if there is no such path."""
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False
