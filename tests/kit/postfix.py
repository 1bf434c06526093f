"""A real Postfix of a test's own: takes mail on a free port and delivers it into Maildirs; started by hand, as root."""

from __future__ import annotations

import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.kit.matrix.servers import program
from tests.kit.raw_server import free_port

_PATIENCE = 30.0


@dataclass
class Postfix:
    """A running server."""

    folder: Path
    port: int

    def send(self, raw: bytes, sender: str, recipient: str) -> None:
        """Hand a mail in as any mail server does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as smtp:
            smtp.sendmail(sender, [recipient], raw)

    def flush(self) -> None:
        """Try again now what waits in its queue."""
        flush = [program("postqueue", "/usr/sbin"), "-c", str(self.folder), "-f"]
        subprocess.run(flush, capture_output=True, check=False, timeout=60)

    @property
    def log(self) -> str:
        """What it did so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def postfix(maildirs: Mapping[str, Path], sasl: int | None = None, *, transport: str = "virtual") -> Iterator[Postfix]:
    """Start one for the addresses of ``maildirs``; ``sasl`` is the port of a Dovecot that knows who may send.

    By another ``transport`` mail goes elsewhere than into the Maildirs, such as ``lmtp:inet:127.0.0.1:2424``.
    """
    command = program("postfix", "/usr/sbin")
    folder = Path(tempfile.mkdtemp(prefix="turnwire-postfix-"))
    folder.chmod(0o755)
    server = Postfix(folder, free_port())
    (folder / "main.cf").write_text(_main(server, maildirs, sasl, transport), encoding="utf-8")
    (folder / "master.cf").write_text(_MASTER.replace("PORT", str(server.port)), encoding="utf-8")
    lines = (f"{address} {path.relative_to('/')}/\n" for address, path in maildirs.items())
    (folder / "maildirs").write_text("".join(lines), encoding="utf-8")
    (folder / "queue").mkdir()
    (folder / "data").mkdir()
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    # It makes the folders of its queue by itself, with the rights it wants.
    start = [command, "-c", str(folder), "start"]
    said = subprocess.run(start, capture_output=True, text=True, check=False, timeout=60)
    assert said.returncode == 0, said.stderr
    try:
        _wait(server)
        yield server
    finally:
        subprocess.run([command, "-c", str(folder), "stop"], capture_output=True, check=False, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Postfix) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            with smtplib.SMTP("127.0.0.1", server.port, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("Postfix does not answer")


def _main(server: Postfix, maildirs: Mapping[str, Path], sasl: int | None, transport: str) -> str:
    nobody = pwd.getpwnam("nobody")
    domains = ", ".join(sorted({address.rpartition("@")[2] for address in maildirs}))
    folder = server.folder
    auth = f"smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = inet:127.0.0.1:{sasl}\n"
    return f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.shop.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_transport = {transport}
virtual_mailbox_domains = {domains}
virtual_mailbox_base = /
virtual_mailbox_maps = texthash:{folder}/maildirs
virtual_minimum_uid = 1
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
alias_maps =
smtpd_tls_security_level = none
{auth if sasl else ""}
"""


_MASTER = """
127.0.0.1:PORT inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
