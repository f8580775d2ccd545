from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.delivery.dkim import signature
from weekly.delivery.message import SUBSCRIBER, mailbox
from weekly.delivery.message_writer import KEPT, MessageWriter
from weekly.errors import ParseError, SettingsError
from weekly.models import Delivery, Mail
from weekly.render.mail_head import format_mailbox
from weekly.render.selection import Selection
from weekly.settings import DkimSettings, NewsletterSettings
from weekly.signing import Signer

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
SIGNER = Signer(b"k" * 32)
NEWS = NewsletterSettings(**{"from": "AI周报 <weekly@example.org>"})


def writer(newsletter=NEWS, text="正文 {link}\n.dot\nFrom x\n", signed=None, rendered=None, **more):
    def render(selection, slot):
        if rendered is not None:
            rendered.append(selection)
        link = f"{newsletter.url}/unsubscribe/{slot}"
        return Mail(subject="第 15 期：很长的中文标题" * 5, html=f'<a href="{link}">x</a>', text=text.format(link=link))

    def select(delivery):
        return Selection(language=delivery.language or "zh", topics=tuple(sorted(delivery.topics)))

    return MessageWriter(newsletter, SIGNER, week="2025-W15", select=select, render=render, signature=signed, **more)


def delivery(to="ada@example.net", name="Ada", **more):
    return Delivery(**{"week": "2025-W15", "email": to, "name": name, "id": 255, "subscriber": 7, **more})


def parsed(message):
    return email.message_from_bytes(message.data, policy=policy.default)


def test_a_mail_carries_what_a_mailing_list_should():
    mail = parsed(writer().write(delivery(), NOW))
    token = SIGNER.number(SUBSCRIBER, 7)
    assert mail["To"] == "Ada <ada@example.net>"
    assert mail["From"] == "AI周报 <weekly@example.org>"
    assert mail["Subject"] == "第 15 期：很长的中文标题" * 5
    assert mail["Date"].datetime == NOW
    assert mail["List-Id"] == "<weekly.example.org>"
    assert mail["Feedback-ID"] == "2025-w15:issue:weekly:example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert f"<https://weekly.example.org/unsubscribe/{token}>" in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_the_readers_own_link_stands_in_both_bodies():
    mail = parsed(writer().write(delivery(), NOW))
    link = f"https://weekly.example.org/unsubscribe/{SIGNER.number(SUBSCRIBER, 7)}"
    plain, html = mail.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == f"正文 {link}\n.dot\nFrom x\n"
    assert f'href="{link}"' in html.get_content()


def test_a_second_try_is_the_same_message_and_another_reader_another():
    first = writer().write(delivery(), NOW)
    assert writer().write(delivery(), NOW) == first
    other = writer().write(delivery("bob@example.net"), NOW)
    assert other.message_id != first.message_id
    assert other.sender == first.sender.replace(first.sender[12:], other.sender[12:])


def test_the_envelope_sender_names_the_delivery():
    sender = writer().write(delivery(), NOW).sender
    assert sender.startswith("weekly+b-ff-")
    assert sender.endswith("@example.org")


def test_a_relay_that_wants_the_address_of_its_login_gets_that_one_in_every_envelope():
    message = writer(fixed_sender="news@qq.example").write(delivery(), NOW)
    token = SIGNER.number(SUBSCRIBER, 7)
    assert message.sender == "news@qq.example"
    assert f"<mailto:news@qq.example?subject=unsubscribe%20{token}>" in parsed(message)["List-Unsubscribe"]


def test_one_click_is_promised_only_where_it_is_encrypted_or_stays_here():
    for url, promised in (("http://weekly.example.org", False), ("http://127.0.0.1:8025", True)):
        news = NewsletterSettings(**{"from": "weekly@example.org", "url": url})
        mail = parsed(writer(news).write(delivery(), NOW))
        assert (mail["List-Unsubscribe-Post"] is not None) is promised


def test_two_newsletters_of_one_domain_are_two_lists():
    heads = [
        parsed(writer(NewsletterSettings(**{"from": f"{name}@example.org"})).write(delivery(), NOW)) for name in "ab"
    ]
    assert [head["List-Id"] for head in heads] == ["<a.example.org>", "<b.example.org>"]
    assert heads[0]["Feedback-ID"] != heads[1]["Feedback-ID"]


def test_addresses_in_letters_of_the_world_stand_in_headers_in_their_ascii_form():
    news = NewsletterSettings(**{"from": "周报 <weekly@例子.中国>", "url": "https://例子.中国/周报"})
    message = writer(news).write(delivery(), NOW)
    head = message.data.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert message.sender.endswith("@xn--fsqu00a.xn--fiqs8s")
    assert parsed(message)["List-Archive"] == "<https://xn--fsqu00a.xn--fiqs8s/%E5%91%A8%E6%8A%A5/>"


texts = st.lists(
    st.sampled_from(["{link}", ".", "..", "." * 80, "From ", "x" * 75, "x" * 300, "汉字", "=", " ", "\n", "\r\n", "a "])
)


@given(texts)
def test_the_body_keeps_the_rules_of_quoted_printable_and_comes_back(parts):
    text = "".join(parts)
    message = writer(text=text).write(delivery(), NOW)
    body = message.data.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert b"\r\n." not in body
    assert b"\r\nFrom " not in body
    assert body.count(b"\n") == body.count(b"\r\n")
    link = f"https://weekly.example.org/unsubscribe/{SIGNER.number(SUBSCRIBER, 7)}"
    wanted = text.replace("{link}", link).replace("\r\n", "\n")
    plain = next(parsed(message).iter_parts()).get_payload(decode=True).decode()
    assert plain.replace("\r\n", "\n") == wanted


names = st.text(max_size=80)


@given(names)
def test_no_name_adds_a_header_field_or_hides_the_address(name):
    mail = parsed(writer().write(delivery(name=name), NOW))
    assert [field for field in mail if field.lower() in {"bcc", "x-evil", "subject"}] == ["Subject"]
    assert [one.addr_spec for one in mail["To"].addresses][-1:] == ["ada@example.net"]
    assert mail["List-Id"] == "<weekly.example.org>"


@pytest.mark.parametrize(
    "name",
    [
        "AI周报：每周一期，人工智能论文与项目，以及许多别的东西",
        '"AI, Weekly: papers and projects on machine learning, artificial intelligence, more"',
        '"Weekly (AI); news"',
        "Weekly",
    ],
)
def test_a_long_name_of_the_sender_is_one_mailbox(name):
    newsletter = NewsletterSettings(**{"from": f"{name} <weekly@example.org>"})
    mail = email.message_from_bytes(writer(newsletter).write(delivery(), NOW).data)
    ((shown, address),) = getaddresses([mail["From"]])
    assert address == "weekly@example.org"
    assert str(make_header(decode_header(shown))) == name.strip('"')
    assert max(map(len, mail["From"].splitlines())) < 78


@pytest.mark.parametrize(
    "name",
    ["Ada\r\nBcc: eve@example.net", "Ada\nX-Evil: 1", '"Ada" <eve@example.net>,', "Ада, «К°»", "=?utf-8?q?=0A?="],
)
def test_an_injected_name_is_inert(name):
    mail = parsed(writer().write(delivery(name=name), NOW))
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert mail["To"].addresses[-1].addr_spec == "ada@example.net"


@pytest.mark.parametrize(
    "address",
    ["a@example.net\r\nRCPT TO:<eve@example.net>", "a@example.net> SIZE=1", "a b@example.net", "", "@", "a@b@c"],
)
def test_an_address_that_would_break_out_of_the_envelope_is_refused(address):
    with pytest.raises(ParseError):
        writer().write(delivery(address), NOW)


def test_a_domain_in_letters_of_the_world_needs_no_smtputf8():
    assert mailbox("ada@münchen.example") == "ada@xn--mnchen-3ya.example"
    assert mailbox("用户@例子.example") == "用户@xn--fsqu00a.example"
    assert format_mailbox("", "用户@xn--fsqu00a.example") == "<用户@xn--fsqu00a.example>"


def test_one_mail_is_prepared_for_each_language_and_set_of_topics_however_many_read_it():
    rendered = []
    each = writer(rendered=rendered)
    for number in range(100):
        each.write(delivery(subscriber=number, language="en" if number % 2 else "zh"), NOW)
    assert len(rendered) == 2


def test_few_prepared_mails_are_kept_at_a_time():
    rendered = []
    each = writer(rendered=rendered)
    for number in [*range(KEPT + 1), 0]:
        each.write(delivery(topics=(f"t{number}",)), NOW)
    assert len(rendered) == KEPT + 2


def test_a_dkim_signature_holds_and_a_change_breaks_it(tmp_path):
    dkim = pytest.importorskip("dkim")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    (tmp_path / "dkim.pem").write_bytes(pem)
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    from base64 import b64encode

    record = b"v=DKIM1; k=rsa; p=" + b64encode(public)
    sign = signature(DkimSettings(selector="s1", domain="example.org", key="dkim.pem"), "example.org", tmp_path)
    data = writer(signed=sign).write(delivery(), NOW).data
    assert dkim.verify(data, dnsfunc=lambda name, timeout=5: record if name.startswith(b"s1._domainkey.") else None)
    changed = data.replace(b"ada@example.net", b"eve@example.net")
    assert not dkim.verify(changed, dnsfunc=lambda name, timeout=5: record)


@pytest.mark.parametrize(
    ("domain", "key", "reason"),
    [("other.example", "k", "does not cover"), ("example.org", "none", "cannot read"), ("example.org", "k", "no key")],
)
def test_a_dkim_setting_that_cannot_sign_is_said_before_the_first_mail(tmp_path, domain, key, reason):
    (tmp_path / "k").write_text("-----BEGIN nothing")
    with pytest.raises(SettingsError, match=reason):
        signature(DkimSettings(selector="s1", domain=domain, key=key), "example.org", tmp_path)
