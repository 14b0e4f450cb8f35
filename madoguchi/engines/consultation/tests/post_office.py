"""A real mail server for tests: Debian's Dovecot on loopback, from a temporary config; mail comes in by LMTP."""

from __future__ import annotations

import os
import shutil
import signal
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from imap_tools import MailBoxUnencrypted

USER, PASSWORD = "iken", "mihon-no-aikotoba"
ADDRESS = "iken@mihon.invalid"
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
mail_location = maildir:{folder}/mail/%n
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
recipient_delimiter = +
postmaster_address = postmaster@mihon.invalid
auth_username_format = %Ln
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%n allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service lmtp {{
  user = nobody
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""


class PostOffice:
    """The running server."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.imap, self.lmtp = folder, _port(), _port()

    def deliver(self, raw: bytes, *, to: str = ADDRESS, sender: str = "aoi@mihon.invalid") -> None:
        with smtplib.LMTP("127.0.0.1", self.lmtp) as line:
            line.sendmail(sender, [to], raw)

    @contextmanager
    def look(self, folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted("127.0.0.1", self.imap).login(USER, PASSWORD, folder) as box:
            yield box

    def lying(self, folder: str = "INBOX") -> int:
        with self.look() as box:
            return len(box.folder.status(folder)) and box.folder.status(folder)["MESSAGES"]

    def settings(self) -> dict[str, object]:
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        return {
            "host": "127.0.0.1",
            "port": self.imap,
            "tls": "none",
            "user": USER,
            "password_file": str(secret),
            "folder": "INBOX",
            "done": "Taken",
            "largest": 25 * 1024 * 1024,
        }


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[PostOffice]:
    """Dovecot under `folder`, which others than its owner must be able to enter."""
    dovecot = shutil.which("dovecot") or "/usr/sbin/dovecot"
    if not Path(dovecot).exists() or os.geteuid() != 0:
        pytest.skip("needs root and Dovecot: apt install dovecot-imapd dovecot-lmtpd")
    office = PostOffice(folder)
    mails = folder / "mail"
    mails.mkdir()
    shutil.chown(mails, "nobody", "nogroup")
    config = folder / "dovecot.conf"
    config.write_text(
        _CONFIG.format(folder=folder, password=PASSWORD, imap=office.imap, lmtp=office.lmtp), encoding="utf-8"
    )
    server = subprocess.Popen([dovecot, "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        _wait(office, server)
        yield office
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait(office: PostOffice, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    for port in (office.imap, office.lmtp):
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                log = office.folder / "log"
                if server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(log.read_text() if log.exists() else "no dovecot") from None
                time.sleep(0.05)
