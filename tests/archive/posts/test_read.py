"""The past of a newsletter is read from what its tool has left."""

from __future__ import annotations

import io
import json
import mailbox
import zipfile
from email.message import EmailMessage

import pytest

from weekly.archive.posts import post_files, posted_links, read_posts
from weekly.errors import ParseError

UNO, CODE = "https://arxiv.org/abs/2504.02160", "https://github.com/OmniSVG/OmniSVG"
BODY = f"## Papers\n\n* [UNO: Less-to-More]({UNO})\n* OmniSVG：{CODE}。\n"
HTML = f'<h2>Papers</h2><ul><li><a href="{UNO}">UNO: Less-to-More</a></li><li>OmniSVG：{CODE}。</li></ul>'


def found(name, content):
    """Date, heading, label and address of everything that a file links to."""
    posts = read_posts(name, content if isinstance(content, bytes) else content.encode())
    links = [link for post in posts if post.published for link in posted_links(post)]
    return [(f"{link.at:%Y-%m-%d}" if link.at else "", link.heading, link.label, link.url) for link in links]


def expected(day="2025-04-12", heading="Papers"):
    return [(day, heading, "UNO: Less-to-More", UNO), (day, heading, "OmniSVG", CODE)]


def message(*, html=True):
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = "AI Weekly", "a@x.example", "Sat, 12 Apr 2025 09:00:00 +0800"
    mail["Message-ID"] = "<1@x.example>"
    mail.set_content(HTML if html else BODY, subtype="html" if html else "plain", cte="base64")
    return mail


def packed(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


FEED = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
    "<title>N</title><item><title>No. 12</title><link>https://n.example/12</link>"
    f"<pubDate>Sat, 12 Apr 2025 09:00:00 +0800</pubDate><content:encoded><![CDATA[{HTML}]]></content:encoded>"
    "</item></channel></rss>"
)
GHOST = {
    "db": [
        {"data": {"posts": [{"title": "No. 12", "html": HTML, "status": "published", "published_at": "2025-04-12"}]}}
    ]
}
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "items": [{"id": "1", "content_html": HTML, "date_published": "2025-04-12T01:00:00Z"}],
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hugo.md", f"---\ntitle: No. 12\ndate: 2025-04-12T09:00:00+08:00\n---\n{BODY}"),
        ("hugo-toml.md", f"+++\ntitle = 'No. 12'\ndate = 2025-04-12\n+++\n{BODY}"),
        ("hugo-json.md", json.dumps({"title": "No. 12", "date": "2025-04-12"}) + f"\n\n{BODY}"),
        ("_posts/2025-04-12-no-12.markdown", f"---\nlayout: post\n---\n{BODY}"),
        ("pelican.md", f"Title: No. 12\nDate: 2025-04-12\n\n{BODY}"),
        (
            "notion.md",
            f"# No. 12 3f2b1c0a9d8e4f6b8a7c5d4e3f2a1b0c\n\nCreated: April 12, 2025 10:03 AM\nTags: weekly\n\n{BODY}",
        ),
        ("zh.md", f"# 第 12 期\n\n发布时间：2025年4月12日\n\n{BODY}"),
        (
            "page.html",
            f'<!doctype html><html><head><title>x</title><meta property="article:published_time" content="2025-04-12T09:00"></head><body>{HTML}</body></html>',
        ),
        ("mail.eml", message().as_bytes()),
        ("plain.eml", message(html=False).as_bytes()),
        ("feed.xml", FEED),
        ("feed.json", json.dumps(JSON_FEED)),
        ("ghost.json", json.dumps(GHOST)),
        (
            "listmonk.json",
            json.dumps(
                {
                    "data": {
                        "results": [
                            {"subject": "No. 12", "body": HTML, "status": "finished", "send_at": "2025-04-12T00:00:00Z"}
                        ]
                    }
                }
            ),
        ),
        ("buttondown.csv", f'subject,publish_date,body\nNo. 12,2025-04-12,"{BODY}"\n'),
        ("posts.jsonl", json.dumps({"title": "No. 12", "date": "2025-04-12", "body": BODY}) + "\n"),
        ("2025/04/12/index.html", HTML),
        (
            "substack.zip",
            packed(posts__1_html=HTML.replace("h2>", "h2>"), posts__teaser_png="x")
            and packed(**{"2025-04-12_html": HTML}),
        ),
        ("gbk-2025-04-12.txt", BODY.encode("gb18030")),
        ("utf16-2025-04-12.txt", BODY.encode("utf-16")),
    ],
)
def test_whatever_tool_has_written_it(name, content):
    assert found(name, content) == expected()


def test_mailboxes_in_one_file_and_in_a_folder(tmp_path):
    with_one_file = mailbox.mbox(tmp_path / "sent.mbox")
    in_a_folder = mailbox.Maildir(tmp_path / "Maildir")
    for box in (with_one_file, in_a_folder):
        box.add(message())
        box.add(message(html=False))
        box.close()
    assert found("sent.mbox", (tmp_path / "sent.mbox").read_bytes()) == expected() * 2
    read = [link for path, content in post_files(tmp_path / "Maildir") for link in found(str(path), content)]
    assert read == expected() * 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hugo.md", f"---\ntitle: Later\ndraft: true\n---\n{BODY}"),
        ("jekyll.md", f"---\npublished: false\n---\n{BODY}"),
        ("ghost.json", json.dumps(GHOST).replace('"published"', '"draft"')),
        ("substack.csv", f'title,is_published,body\nLater,false,"{BODY}"\n'),
    ],
)
def test_a_draft_announced_nothing(name, content):
    assert found(name, content) == []
    assert list(read_posts(name, content.encode()))


def test_folders_are_read_without_what_is_hidden_or_no_text(tmp_path):
    for name in ("content/a.md", ".git/b.md", "_drafts/c.md", "static/d.png", "e.HTML"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [path.name for path, _ in post_files(tmp_path)] == ["a.md", "e.HTML"]
    with pytest.raises(ParseError, match=r"nowhere\.md: No such file"):
        list(post_files(tmp_path / "nowhere.md"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.zip", b"PK\x03\x04 broken", "cannot be unpacked"),
        ("a.txt", b"a\0b", "a binary file"),
        ("a.zip", packed(a_zip=packed(b_zip=packed(c_zip=packed(d_md=BODY)))), "packed too deep"),
    ],
)
def test_what_is_no_text_is_said_in_one_line(name, content, says):
    with pytest.raises(ParseError, match=says):
        list(read_posts(name, content))


@pytest.mark.parametrize(
    "content", ["{broken", "[1, 2", "---\nnever closed", "<rss", "Date: x\n\nSubject:", "{}", "[]", "null"]
)
def test_what_only_looks_like_something_is_read_as_text(content):
    assert list(read_posts("a.txt", f"{content} {UNO} ".encode())) or content == "<rss"
    if content != "<rss":
        assert [link[3] for link in found("a.txt", f"{content} {UNO} ")] == [UNO]
