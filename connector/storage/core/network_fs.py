"""Network file system check: SQLite's locks hold on a disk of this machine only."""

from __future__ import annotations

import re
from pathlib import Path

from connector.errors import DatabaseNotReady

MOUNTS = Path("/proc/self/mounts")
"""The mounts of this process; other systems than Linux have no such file, and nothing is checked there."""

_REMOTE = {
    *("9p", "afs", "beegfs", "ceph", "cifs", "davfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4"),
    *("orangefs", "smb3", "smbfs", "fuse.ceph", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs", "fuse.goofys"),
    *("fuse.mfs", "fuse.rclone", "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs"),
}


def require_local(file: Path) -> None:
    """Raise :class:`connector.errors.DatabaseNotReady` if ``file``, which need not exist, is on a network file system.

    Two processes could both hold a lock there, and a torn write-ahead log loses what was committed
    (sqlite.org, "Write-Ahead Logging" and "How To Corrupt An SQLite Database File").
    """
    kind = _kind(file.resolve())
    if kind in _REMOTE:
        raise DatabaseNotReady(
            f"the database {file} lies on a network file system ({kind}), where SQLite's locks do not hold: "
            "put it on a disk of this machine, or use PostgreSQL"
        )


def _kind(path: Path) -> str | None:
    """The type of the file system that holds ``path``; None if that cannot be told."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found: tuple[int, str] | None = None
    for line in lines:
        _device, place, kind, *_rest = line.split(" ")
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), place))
        # The last mount on a place hides the others.
        if path.is_relative_to(point) and (found is None or len(point.parts) >= found[0]):
            found = len(point.parts), kind
    return None if found is None else found[1]
