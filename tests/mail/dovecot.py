"""A Dovecot of the tests' own: IMAP with and without TLS, LMTP, Maildirs in a temp folder; gone when the tests end."""

from __future__ import annotations

import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PROGRAM = "/usr/sbin/dovecot"
PASSWORD = "sesame"
MAIL_USER = "nobody"

CONFIG = """
protocols = imap lmtp
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_username_format = %Lu
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
default_client_limit = 200
recipient_delimiter = +
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
protocol imap {{
  mail_max_userip_connections = 50
}}
"""
OAUTH = """
tokeninfo_url = http://127.0.0.1:{port}/tokeninfo?access_token=
username_attribute = email
active_attribute = active
active_value = yes
"""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Dovecot:
    """Started at once; every address is an account with the same password. `token_port` is of a token server."""

    def __init__(self, token_port: int = 9) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pt-mail-"))
        self.folder.chmod(0o755)
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        is_root = os.getuid() == 0
        user = pwd.getpwnam(MAIL_USER) if is_root else pwd.getpwuid(os.getuid())
        me = user.pw_name
        (self.folder / "mail").mkdir()
        os.chown(self.folder / "mail", user.pw_uid, user.pw_gid)
        self._user = user
        make_certificate(self.folder)
        (self.folder / "oauth2.conf").write_text(OAUTH.format(port=token_port))
        config = self.folder / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                folder=self.folder,
                internal="dovecot" if is_root else me,
                internal_group="dovecot" if is_root else me,
                login="dovenull" if is_root else me,
                password=PASSWORD,
                uid=user.pw_uid,
                gid=user.pw_gid,
                imap=self.imap,
                imaps=self.imaps,
                lmtp=self.lmtp,
            )
        )
        self._process = subprocess.Popen([PROGRAM, "-F", "-c", str(config)], stderr=subprocess.PIPE)
        for port in (self.imap, self.imaps, self.lmtp):
            self._wait_for(port)

    @property
    def certificate(self) -> Path:
        """The certificate that it shows, to trust."""
        return self.folder / "cert.pem"

    def _wait_for(self, port: int) -> None:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.05)
            else:
                return
        log = self.folder / "log"
        raise RuntimeError(f"Dovecot did not start: {log.read_text() if log.exists() else ''}")

    def deliver(self, address: str, raw: bytes, sender: str = "sender@example.net") -> None:
        """Delivers a mail by LMTP."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as client:
            client.sendmail(sender, [address], raw)

    def drop(self, address: str, mails: list[bytes]) -> None:
        """Puts many mails into an account that nobody has open."""
        folder = self.folder / "mail" / address
        for part in ("cur", "new", "tmp"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        for number, raw in enumerate(mails):
            (folder / "new" / f"{1_700_000_000 + number}.M{number}P1.test").write_bytes(raw)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def mails(self, address: str) -> list[bytes]:
        """All mails of an account's inbox, in the order in which they came."""
        folder = self.folder / "mail" / address
        found = [path for part in ("new", "cur") if (folder / part).exists() for path in (folder / part).iterdir()]
        return [path.read_bytes() for path in sorted(found, key=lambda path: path.name)]

    def number_again(self, address: str) -> None:
        """Lets the account's mails get other UIDs, as after a restored backup."""
        for name in ("dovecot-uidlist", "dovecot.index.log", "dovecot.index", "dovecot.index.cache"):
            (self.folder / "mail" / address / name).unlink(missing_ok=True)

    def stop(self) -> None:
        """Ends it and removes its files."""
        self._process.terminate()
        self._process.communicate(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)


def make_certificate(folder: Path) -> None:
    """A certificate of 127.0.0.1, which is its own authority."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
