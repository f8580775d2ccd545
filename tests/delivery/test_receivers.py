"""What a mail is after a real mail server has stored it, as a Maildir or an mbox has it, and what a filter says of it."""

from __future__ import annotations

import mailbox
import re
import shutil
import subprocess
import time
from base64 import b64encode
from contextlib import closing
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest

from tests.conftest import lacking
from tests.delivery import postfix
from tests.delivery.test_postfix import arrived
from tests.published import WEEK, a_draft, approve, publish_issue, subscribe
from weekly.archive.publish import publish
from weekly.delivery.deliver import deliver
from weekly.store.subscribers import Subscriber
from weekly.testing import workspace

TOML = """[newsletter]
from = "AI周报：每周一期，人工智能论文与项目 <weekly@example.org>"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
[smtp.dkim]
selector = "s1"
domain = "example.org"
key = "dkim.pem"
"""
ODD = {
    "headlines": ("From 蚁群到智能体：" + "协作" * 40, "From A to B"),
    "summary": "From here on, every line counts.\n\nFrom 2025 on.\n.\n..\nFrom",
}


@pytest.fixture
def key(tmp_path):
    """A private key beside the settings; its public half as DNS has it."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "dkim.pem").write_bytes(
        made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return b"v=DKIM1; k=rsa; p=" + b64encode(made.public_key().public_bytes(serialization.Encoding.DER, kind))


def publish_odd(opened):
    """An issue of texts that mail systems like to change, for two readers with names of their kind."""
    names = {"ada": "李雷，" * 20, "box": 'O"Neil (x), <y>'}
    subscribe(opened, [Subscriber(email=f"{who}@example.net", name=name) for who, name in names.items()])
    approve(opened, replace(a_draft(), **ODD))
    return publish(opened, WEEK)


def in_mbox(path, seconds=30):
    """The only message of an mbox, once it is there."""
    until = time.monotonic() + seconds
    while not (path.exists() and path.stat().st_size):
        assert time.monotonic() < until, f"{path} got no mail"
        time.sleep(0.1)
    with closing(mailbox.mbox(path)) as box:
        (message,) = box
        return message.as_bytes()


def test_a_maildir_and_an_mbox_hold_what_was_signed_and_every_header_is_read_back(tmp_path, key):
    dkim = pytest.importorskip("dkim")
    if not postfix.installed():
        lacking("postfix cannot be started here: it needs Debian's package and root")
    with postfix.running() as (port, mail), workspace(tmp_path / "w", TOML.format(port=port)) as opened:
        issue = publish_odd(opened)
        assert deliver(opened, WEEK)["sent"] == 2
        stored = {
            "ada": arrived(mail / "readers", 1)[0].read_bytes(),
            "box": in_mbox(mail / "box"),
        }
    for who, data in stored.items():
        assert dkim.verify(data, dnsfunc=lambda name, timeout=5: key), who
        assert not re.search(rb"(?m)^>?From (?!.*@)", data.partition(b"\n\n")[2]), who
        assert max(map(len, data.split(b"\n"))) <= 998
        got = message_from_bytes(data, policy=policy.default)
        assert all(headline in got["Subject"] for headline in issue.draft.headlines[:1])
        assert opened.settings.newsletter.sender == str(make_header(decode_header(message_from_bytes(data)["From"])))
        assert got["To"].addresses[0].addr_spec == f"{who}@example.net"
        assert "every line counts" in got.get_body(("plain",)).get_content()


def test_a_filter_with_local_rules_does_not_take_an_issue_for_spam(tmp_path):
    program = shutil.which("spamassassin")
    if program is None:
        pytest.skip("spamassassin is not installed")
    with workspace(tmp_path / "w", '[newsletter]\npostal_address = "1 Main St"\n[maildir]\npath = "mail"\n') as opened:
        publish_issue(opened, [Subscriber(email="ada@example.net", name="李雷")])
        deliver(opened, WEEK)
        (data,) = [path.read_bytes() for path in (opened.root / "mail" / "new").iterdir()]
    ran = subprocess.run([program, "-L", "-t"], input=data, capture_output=True, check=True)
    score = re.search(rb"\((-?[\d.]+) points", ran.stdout)
    assert float(score[1]) < 2.0, ran.stdout.decode("utf-8", "replace")
