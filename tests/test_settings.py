from __future__ import annotations

import pytest

from weekly.errors import SettingsError, WorkspaceError
from weekly.settings import default_topics, find_workspace, load, origins, secret

SLUGS = [
    "image_generation",
    "image_editing",
    "video_generation",
    "digital_human",
    "3d",
    "audio_speech",
    "multimodal_llm",
    "agents",
    "reasoning",
    "code_llm",
    "efficiency",
    "safety_alignment",
    "robotics_vla",
]


@pytest.fixture
def written(tmp_path):
    def write(text):
        (tmp_path / "weekly.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_an_empty_file_is_a_newsletter_with_every_default(written):
    settings = load(written(""))
    assert settings.newsletter.items == 12
    assert settings.sources.arxiv.api_url == "https://export.arxiv.org/api/query"
    assert settings.sources.arxiv.pace == 3.0


def test_the_default_topics_are_the_thirteen():
    assert list(default_topics()) == SLUGS


def test_the_environment_wins_over_the_file(written, monkeypatch):
    monkeypatch.setenv("WEEKLY_NEWSLETTER__TITLE", "From the environment")
    monkeypatch.setenv("WEEKLY_SOURCES__ARXIV__CATEGORIES", '["cs.SD"]')
    settings = load(written('[newsletter]\ntitle = "From the file"'))
    assert settings.newsletter.title == "From the environment"
    assert settings.sources.arxiv.categories == ("cs.SD",)


def test_every_value_is_shown_with_its_origin(written, monkeypatch):
    monkeypatch.setenv("WEEKLY_NEWSLETTER__ITEMS", "7")
    root = written('[newsletter]\ntitle = "Mine"')
    shown = {key: (value, origin) for key, value, origin in origins(load(root), root)}
    assert shown["newsletter.title"] == ("Mine", "weekly.toml")
    assert shown["newsletter.items"] == (7, "WEEKLY_NEWSLETTER__ITEMS")
    assert shown["newsletter.language"] == ("zh", "default")


def test_the_password_of_a_database_address_is_not_shown(written, monkeypatch):
    monkeypatch.setenv("WEEKLY_DATABASE__URL", "postgresql://weekly:hunter2@db.example.org/weekly")
    root = written("")
    shown = {key: value for key, value, _ in origins(load(root), root)}
    assert shown["database.url"] == "postgresql://weekly:***@db.example.org/weekly"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[newsletter]\ntitel = "x"', "newsletter.titel: unknown key, did you mean title?"),
        ("[newsleter]\n", "newsleter: unknown key, did you mean newsletter?"),
        ("[sources.arxiv]\npaces = 1", "sources.arxiv.paces: unknown key, did you mean pace?"),
        ('[[sources.feeds]]\nname = "a"\nurl = "https://a.example/f"\nknd = "post"', "did you mean kind?"),
        ('[newsletter]\ntimezone = "Mars/Base"', "'Mars/Base' is no time zone"),
        ('[newsletter]\nlanguage = "fr"', "newsletter.language"),
        ('[newsletter]\nurl = "ftp://x"', "should be an http"),
        ('[newsletter]\nfrom = "nobody"', "should be one mailbox"),
        ('[newsletter]\nfrom = "' + "(" * 1000 + '"', "should be one mailbox"),
        ('[newsletter]\nfrom = "a@b.example, c@d.example"', "should be one mailbox"),
        ('[newsletter]\nfrom = "a@b.example c@d.example"', "newsletter.from"),
        ('[newsletter]\nfrom = "用户@b.example"', "before the @"),
        ('[newsletter]\nfrom = "a@b..example"', "no domain"),
        ('[newsletter]\nfrom = "a@b.example\\nBcc: c@d.example"', "should be one mailbox"),
        ('[smtp]\nhost = "mail.example.org"\nsecurity = "none"', "for a relay on this machine"),
        ('[smtp]\nhost = "localhost"\nsecurity = "none"\nusername = "me"', "a login needs"),
        ('[smtp]\nhost = "relay.lan"\nsecurity = "none"\nplaintext_host = "relay"', "has to repeat host"),
        ('[smtp]\nhost = "relay.lan"\nplaintext_host = "relay.lan"', "plaintext_host is for"),
        (
            '[smtp]\nhost = "relay.lan"\nsecurity = "none"\nplaintext_host = "relay.lan"\nusername = "me"',
            "a login needs",
        ),
        ('[smtp]\nhost = "mail.example.org"\ntoken_command = "x"', "needs the username"),
        ('[smtp]\nhost = "localhost"\npassword = "hunter2"', "secrets belong in the environment"),
        ('[http]\nrecord = "a"\nreplay = "b"', "exclude each other"),
        ("[sources.arxiv]\ncategories = []", "at least one category"),
        ('[[topics]]\nslug = "3d"\n[[topics]]\nslug = "3d"', "two topics have the slug '3d'"),
        ('[[topics]]\nslug = "No Spaces"', "topics.0.slug"),
        ('[database]\nurl = "mysql://x"', "database.url"),
        ("[newsletter\n", "not valid TOML"),
        ("items = 3\n", "items: unknown key"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_the_place(written, text, says):
    with pytest.raises(SettingsError) as caught:
        load(written(text))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("WEEKLY_NEWSLETTER__TITEL", "did you mean title?"),
        ("WEEKLY_NEWSLETER__TITLE", "did you mean newsletter?"),
        ("WEEKLY_SOURCES__ARXIV__PACES", "did you mean pace?"),
    ],
)
def test_a_misspelt_variable_is_not_ignored(written, monkeypatch, name, says):
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsError, match=f"{name}.*{says[:-1]}"):
        load(written(""))


def test_a_variable_that_should_be_a_list_says_so(written, monkeypatch):
    monkeypatch.setenv("WEEKLY_SOURCES__ARXIV__CATEGORIES", "cs.CV")
    with pytest.raises(SettingsError, match="write lists and tables as JSON"):
        load(written(""))


def test_an_owners_topic_list_fills_in_what_it_leaves_out_about_a_known_slug(written):
    settings = load(written('[[topics]]\nslug = "3d"\ncap = 1\n[[topics]]\nslug = "weather"\nkeywords = ["rain"]'))
    known, own = settings.topics
    assert known.cap == 1
    assert known.keywords
    assert own.keywords == {"rain": 1.0}


def test_a_secret_comes_from_a_variable_or_from_the_file_it_names(tmp_path, monkeypatch):
    assert secret("WEEKLY_TEST_TOKEN") == ""
    (tmp_path / "token").write_text("from a file\n")
    monkeypatch.setenv("WEEKLY_TEST_TOKEN_FILE", str(tmp_path / "token"))
    assert secret("WEEKLY_TEST_TOKEN") == "from a file"
    monkeypatch.setenv("WEEKLY_TEST_TOKEN", "direct")
    assert secret("WEEKLY_TEST_TOKEN") == "direct"


def test_a_workspace_is_found_from_below_by_variable_and_by_option(written, tmp_path, monkeypatch):
    root = written("")
    below = tmp_path / "archive" / "2025"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert find_workspace() == root
    monkeypatch.chdir("/")
    monkeypatch.setenv("WEEKLY_WORKSPACE", str(root))
    assert find_workspace() == root
    with pytest.raises(WorkspaceError, match="weekly init"):
        find_workspace(below)


def test_destinations_are_found_under_their_old_name_which_is_said_in_a_line(tmp_path, caplog, monkeypatch):
    (tmp_path / "weekly.toml").write_text('[publishers.git]\nremote = "upstream"\nbranch = "old"\n')
    monkeypatch.setenv("WEEKLY_DESTINATIONS__GIT__BRANCH", "new")
    found = load(tmp_path).destinations.git
    assert found is not None
    assert (found.remote, found.branch) == ("upstream", "new")
    assert [line.message for line in caplog.records] == [
        "[publishers.*] is called [destinations.*] now: rename it, the next version will not know it"
    ]


@pytest.mark.parametrize(
    ("keys", "sender"),
    [
        ("", ""),
        ("verp = false", "weekly@example.org"),
        ('envelope_from = "news@qq.example"', "news@qq.example"),
        ('envelope_from = "news@例子.中国"', "news@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_the_envelope_sender_is_one_of_each_mail_or_a_fixed_one(written, keys, sender):
    assert load(written(f'[smtp]\nhost = "localhost"\n{keys}\n')).fixed_sender == sender
