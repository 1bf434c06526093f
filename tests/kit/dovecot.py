"""A real Dovecot of a test's own: IMAP with and without TLS on free ports, started by hand, without root's services."""

from __future__ import annotations

import getpass
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.kit.matrix.servers import program
from tests.kit.raw_server import free_port

USER, PASSWORD = "help@shop.example", 'a "quoted" \\ pass'
_PATIENCE = 20.0
CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "localhost.pem"


@dataclass
class Dovecot:
    """A running server; ``say`` is a connection as its user."""

    folder: Path
    port: int
    tls_port: int

    @property
    def maildir(self) -> Path:
        return self.folder / "mail" / USER

    @contextmanager
    def say(self) -> Iterator[imaplib.IMAP4]:
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        imap.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        try:
            yield imap
        finally:
            imap.logout()

    def append(self, raw: bytes, folder: str = "INBOX", flags: str = "", at: str | None = None) -> None:
        with self.say() as imap:
            answer, said = imap.append(folder, flags, at, raw)
            assert answer == "OK", said

    def flags(self, folder: str = "INBOX") -> dict[int, str]:
        """The flags of each mail by its UID."""
        with self.say() as imap:
            imap.select(f'"{folder}"', readonly=True)
            _, data = imap.uid("FETCH", "1:*", "(UID FLAGS)")
        found = {}
        for line in data:
            if isinstance(line, bytes):
                text = line.decode()
                found[int(text.split("UID ")[1].split()[0].rstrip(")"))] = text.split("FLAGS (")[1].split(")")[0]
        return found


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Start one, and stop it; its mails lie in a folder of its own."""
    server_program = program("dovecot", "/usr/sbin", "/usr/local/sbin")
    folder = Path(tempfile.mkdtemp(prefix="turnwire-dovecot-"))
    folder.chmod(0o755)
    server = Dovecot(folder, free_port(), free_port())
    me = getpass.getuser() if os.getuid() else "nobody"
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    (folder / "dovecot.conf").write_text(_configuration(server, me))
    (folder / "mail").mkdir()
    if not os.getuid():
        nobody = pwd.getpwnam(me)
        for path in (folder, folder / "mail", folder / "users"):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    process = subprocess.Popen(
        [server_program, "-F", "-c", str(folder / "dovecot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=(folder / "err").open("wb"),
    )
    try:
        _wait(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        log = server.folder / "err"
        said = log.read_text(errors="replace") if log.exists() else ""
        assert process.poll() is None, f"Dovecot has ended: {said}"
        try:
            with socket.create_connection(("127.0.0.1", server.port), 1) as probe:
                if probe.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"Dovecot does not answer: {said}")


def _configuration(server: Dovecot, me: str) -> str:
    """Everything of it runs as one user, so that it needs no other's rights."""
    folder = server.folder
    return f"""
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
listen = 127.0.0.1
ssl = yes
ssl_cert = <{CERTIFICATE}
ssl_key = <{CERTIFICATE}
disable_plaintext_auth = no
default_internal_user = {me}
default_login_user = {me}
default_internal_group = {_group(me)}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
auth_mechanisms = plain login
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port}
    ssl = yes
  }}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={me} gid={_group(me)} home={folder}/mail/%u
}}
"""


def _group(user: str) -> str:
    import grp

    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
