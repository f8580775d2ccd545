"""A real mail server: Debian's postfix on a loopback port, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

POSTFIX = "/usr/sbin/postfix"
MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/maillog
maillog_file_prefixes = {root}
myhostname = mx.example.com
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtputf8_enable = yes
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
virtual_mailbox_domains = example.org example.net
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = regexp:{root}/boxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
virtual_minimum_uid = 1
smtpd_reject_unlisted_recipient = {reject}
"""
BOXES = "/^gone/ \n/^(ada|bob|reader[0-9]*)@/ readers/\n/^box@/ box\n/^weekly/ bounces/\n"


def installed() -> bool:
    """Whether there is one to start, and leave to start it."""
    return os.geteuid() == 0 and Path(POSTFIX).exists()


@contextlib.contextmanager
def running(*, reject: bool = False, more: str = "") -> Iterator[tuple[int, Path]]:
    """Its port and the folder of its mail: Maildirs `readers` and, for what comes back, `bounces`; an mbox `box`.

    Addresses that begin with `gone` do not exist; with *reject* it says so at once, else in a report. *more* are lines
    of main.cf.
    """
    root = Path(tempfile.mkdtemp(prefix="weekly-postfix-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    nobody = pwd.getpwnam("nobody").pw_uid
    root.chmod(0o755)
    for name in ("etc", "queue", "mail", "data"):
        (root / name).mkdir()
    os.chown(root / "mail", nobody, -1)
    os.chown(root / "data", pwd.getpwnam("postfix").pw_uid, -1)
    text = MAIN.format(root=root, uid=nobody, reject="yes" if reject else "no") + more
    (root / "etc" / "main.cf").write_text(text)
    (root / "boxes").write_text(BOXES.partition("\n")[2])
    services = Path("/etc/postfix/master.cf").read_text()
    services = re.sub(r"^smtp( +inet.*)$", rf"127.0.0.1:{port}\1", services, count=1, flags=re.MULTILINE)
    services = re.sub(r"^(\S+ +(?:inet|unix|pass) +\S +\S +)y( )", r"\1n\2", services, flags=re.MULTILINE)
    (root / "etc" / "master.cf").write_text(services + "postlog unix-dgram n - n - 1 postlogd\n")
    command = [POSTFIX, "-c", str(root / "etc")]
    try:
        started = subprocess.run([*command, "start"], capture_output=True, text=True, check=False)
        assert started.returncode == 0, started.stderr
        yield port, root / "mail"
    finally:
        subprocess.run([*command, "stop"], capture_output=True, check=False)
        shutil.rmtree(root, ignore_errors=True)
