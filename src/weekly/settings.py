"""weekly.toml and the environment, as one frozen, validated value.

Every key of the file is also an environment variable, WEEKLY_<SECTION>__<KEY>; the variable wins. Secrets are
environment variables only (or files named by NAME_FILE): a weekly.toml can be committed and shown.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from email.headerregistry import Address
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from weekly import __version__
from weekly.errors import SettingsError, WorkspaceError
from weekly.sections import Hook, HttpAddress, Publishers, Schedule, Section

FILE = "weekly.toml"
PREFIX = "WEEKLY_"
Language = Literal["zh", "en"]


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone: write one of the tz database, such as Asia/Shanghai") from None
    return value


Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


def _inside(value: str) -> str:
    if value.startswith(("/", ".")) or ".." in value.split("/") or "\\" in value:
        raise ValueError(f"{value!r} should be the name of a page inside archive/")
    return value


Page = Annotated[str, AfterValidator(_inside)]


class Newsletter(Section):
    """What the newsletter is called and how it speaks."""

    title: str = "AI周报"
    language: Language = "zh"
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    url: HttpAddress = "https://weekly.example.org"
    postal_address: str = ""
    sender: str = Field(default="AI周报 <weekly@example.org>", alias="from")
    items: int = Field(default=12, ge=1, le=100)
    cover: str = ""
    cover_credit: str = ""

    @field_validator("sender")
    @classmethod
    def _one_mailbox(cls, value: str) -> str:
        if "\n" in value or "\r" in value or not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
            raise ValueError("should be one mailbox, such as AI周报 <weekly@example.org>")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that weeks and dates are counted in."""
        return ZoneInfo(self.timezone)

    @property
    def mailbox(self) -> Address:
        """The sender, as the mail library wants it."""
        name, address = parseaddr(self.sender)
        return Address(display_name=name, addr_spec=address)


class Database(Section):
    """Where the state lives; a relative SQLite path is relative to the workspace."""

    url: str = Field(default="sqlite:///.weekly/weekly.db", pattern=r"^(sqlite:///|postgresql(\+psycopg)?://)")


class Http(Section):
    """How the one HTTP client behaves."""

    timeout: float = Field(default=20, gt=0, le=600)
    user_agent: str = Field(default=f"weekly/{__version__}", pattern=r"^[\x20-\x7e]+$")
    record: str = ""
    replay: str = ""
    max_wait: float = Field(default=300, ge=0)
    allow_private: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if self.record and self.replay:
            raise ValueError("record and replay exclude each other: empty one of them")
        return self


class Arxiv(Section):
    """The arXiv API; `pace` and the days are arXiv's terms of use (https://info.arxiv.org/help/api/tou.html)."""

    enabled: bool = True
    api_url: HttpAddress = "https://export.arxiv.org/api/query"
    html_url: HttpAddress = "https://arxiv.org/html"
    rss_url: HttpAddress = "https://rss.arxiv.org/atom"
    pace: float = Field(default=3.0, ge=0)
    categories: tuple[Annotated[str, Field(pattern=r"^[a-z-]+(\.[A-Za-z-]+|\.\*)?$")], ...] = (
        "cs.CV",
        "cs.CL",
        "cs.AI",
        "cs.LG",
    )
    page_size: int = Field(default=500, ge=1, le=2000)
    overlap_days: int = Field(default=2, ge=0, le=30)

    @field_validator("categories")
    @classmethod
    def _some(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("should name at least one category, or set enabled = false")
        return value


class GitHub(Section):
    """The GitHub REST API; the token comes from WEEKLY_GITHUB_TOKEN or GITHUB_TOKEN."""

    enabled: bool = True
    api_url: HttpAddress = "https://api.github.com"
    web_url: HttpAddress = "https://github.com"
    queries: tuple[str, ...] = ("topic:diffusion-models", "topic:llm", "topic:ai-agents")
    repositories: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$")], ...] = ()
    min_stars: int = Field(default=50, ge=0)
    created_days: int = Field(default=60, ge=1, le=3650)
    prereleases: bool = False


class Feed(Section):
    """One RSS, Atom or JSON feed."""

    name: Annotated[str, Field(pattern=r"^[^\s/:][^/:\n]{0,63}$")]
    url: HttpAddress
    kind: Literal["post", "paper", "project", "release"] = "post"


class Sources(Section):
    """Where entries come from."""

    arxiv: Arxiv = Arxiv()
    github: GitHub = GitHub()
    feeds: tuple[Feed, ...] = ()

    @field_validator("feeds")
    @classmethod
    def _names_differ(cls, value: tuple[Feed, ...]) -> tuple[Feed, ...]:
        names = [feed.name for feed in value]
        if doubled := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two feeds are called {min(doubled)!r}: give each a name of its own")
        return value


class Topic(Section):
    """A topic and the rules that file works under it.

    `keywords` maps a word or phrase to its weight; a plain list gives each the weight 1.
    """

    slug: Slug
    name: str = ""
    name_en: str = ""
    keywords: dict[str, float] = Field(default={})
    categories: tuple[str, ...] = ()
    cap: int = Field(default=3, ge=0)
    collection: Page = ""
    handbook: Page = ""

    @field_validator("keywords", mode="before")
    @classmethod
    def _weights(cls, value: Any) -> Any:
        return dict.fromkeys(value, 1.0) if isinstance(value, list | tuple) else value

    def label(self, language: str) -> str:
        """Its name in *language*, its slug when it has none."""
        return (self.name_en if language == "en" else self.name) or self.name or self.name_en or self.slug


class Ranking(Section):
    """Whom the newsletter watches, and the names of feeds whose entries are somebody's picks."""

    authors: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    community: tuple[str, ...] = ()


class Llm(Section):
    """An optional model behind an OpenAI-compatible endpoint; its key comes from WEEKLY_LLM_API_KEY.

    `budget` is what an issue may cost, in the currency of the prices, which are for a million tokens. `extra` goes into
    each request as it stands; `check_model` is a second model that reads what the first wrote.
    """

    base_url: HttpAddress
    model: str
    check_model: str = ""
    extra: dict[str, Any] = Field(default_factory=dict)
    language: Language | None = None
    budget: float = Field(default=1.0, ge=0)
    price_in: float = Field(default=0.0, ge=0)
    price_out: float = Field(default=0.0, ge=0)
    timeout: float = Field(default=120, gt=0, le=3600)
    max_tokens: int = Field(default=4000, ge=64, le=100_000)
    concurrency: int = Field(default=2, ge=1, le=32)
    tries: int = Field(default=3, ge=1, le=10)


class PerDomain(Section):
    """How gently one domain of readers is written to, by each sending process; 0 means no limit of its own."""

    connections: int = Field(default=0, ge=0)
    rate: float = Field(default=0, ge=0)


class Dkim(Section):
    """Signing by ourselves (RFC 6376), for relays that do not; `key` is the path of a PEM file."""

    selector: str = Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")
    domain: str = Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")
    key: str = Field(min_length=1)


class Smtp(Section):
    """The mail relay; the password comes from WEEKLY_SMTP_PASSWORD.

    `rate` is mails a second, of all processes together, and 0 as fast as they go; `max_age` is the days after which
    an approval is too old to be sent.
    """

    host: str = Field(pattern=r"^[A-Za-z0-9.:_-]+$")
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    connections: int = Field(default=8, ge=1, le=200)
    rate: float = Field(default=0, ge=0)
    per_domain: PerDomain = PerDomain()
    max_age: float = Field(default=7, gt=0)
    dkim: Dkim | None = None

    @model_validator(mode="after")
    def _nothing_in_the_clear(self) -> Self:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(f'security = "none" is for a relay on this machine, not {self.host}: use "starttls"')
        if self.security == "none" and self.username:
            raise ValueError('a login needs security = "starttls" or "tls"')
        return self


class Maildir(Section):
    """Deliver into a Maildir instead of SMTP; a relative path is relative to the workspace."""

    path: str = Field(min_length=1)


class Review(Section):
    """Who may approve; an empty list means anyone who can run the command. The token is WEEKLY_REVIEW_TOKEN.

    `url` is where the page is served; `on_approval` is an address that is told of each approval.
    """

    editors: tuple[str, ...] = ()
    approvals: int = Field(default=1, ge=1, le=5)
    wait: int = Field(default=10, ge=0, le=1440)
    proxy_header: str = Field(default="", pattern=r"^[A-Za-z0-9-]*$")
    url: HttpAddress = "http://127.0.0.1:8765"
    on_approval: Hook = ""


class Settings(BaseSettings):
    """Everything an owner can set."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__", case_sensitive=False
    )

    newsletter: Newsletter = Newsletter()
    database: Database = Database()
    http: Http = Http()
    sources: Sources = Sources()
    topics: tuple[Topic, ...] = Field(default=(), validate_default=True)
    ranking: Ranking = Ranking()
    llm: Llm | None = None
    smtp: Smtp | None = None
    maildir: Maildir | None = None
    review: Review = Review()
    schedule: Schedule = Schedule()
    publishers: Publishers = Publishers()

    @field_validator("topics", mode="before")
    @classmethod
    def _defaults_for_known_slugs(cls, value: Any) -> Any:
        """The default taxonomy, or the owner's list with what it leaves out about a known slug filled in."""
        defaults = default_topics()
        if not value:
            return list(defaults.values())
        return [
            {**defaults.get(str(row.get("slug", "")), {}), **row} if isinstance(row, dict) else row for row in value
        ]

    @field_validator("topics")
    @classmethod
    def _slugs_differ(cls, value: tuple[Topic, ...]) -> tuple[Topic, ...]:
        slugs = [topic.slug for topic in value]
        if doubled := {slug for slug in slugs if slugs.count(slug) > 1}:
            raise ValueError(f"two topics have the slug {min(doubled)!r}")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file; there is no third place."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    def topic(self, slug: str) -> Topic:
        """The topic called *slug*; a bare one for a slug that the settings no longer know."""
        for topic in self.topics:
            if topic.slug == slug:
                return topic
        return Topic(slug=slug, name="其他", name_en="Other") if slug == "other" else Topic(slug=slug)


@cache
def default_topics() -> dict[str, dict[str, Any]]:
    """The taxonomy that comes with the package, by slug."""
    text = (Path(__file__).parent / "topics.toml").read_text(encoding="utf-8")
    return {row["slug"]: row for row in tomllib.loads(text)["topics"]}


def is_loopback(host: str) -> bool:
    """Whether *host*, as written, is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def find_workspace(given: Path | None = None) -> Path:
    """The workspace: *given*, else WEEKLY_WORKSPACE, else the nearest folder upwards that has a weekly.toml."""
    named = given or (Path(value) if (value := os.environ.get("WEEKLY_WORKSPACE")) else None)
    if named is not None:
        if not (named / FILE).is_file():
            raise WorkspaceError(f"{named} is no workspace, it has no {FILE}: make one with 'weekly init {named}'")
        return named.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise WorkspaceError(
        f"no {FILE} in {here} or above it: make a workspace with 'weekly init', or name one with --workspace"
    )


def read_file(root: Path) -> dict[str, Any]:
    """weekly.toml as it stands; raises SettingsError with the line when it is not TOML."""
    path = root / FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error


def load(root: Path) -> Settings:
    """The settings of the workspace at *root*; raises SettingsError, one line, for whatever is wrong with them."""
    written = read_file(root)
    _refuse_unknown_variables()
    try:
        return Settings(**written)
    except ValidationError as error:
        raise SettingsError(_explain(error, root / FILE, written)) from None
    except ValueError as error:  # pydantic-settings: an environment variable that should be JSON and is not
        raise SettingsError(f"environment: {str(error).splitlines()[0]}: write lists and tables as JSON") from error


def secret(*names: str) -> str:
    """The first of the environment variables *names* that is set, or the text of the file that NAME_FILE names."""
    for name in names:
        if value := os.environ.get(name, "").strip():
            return value
        if path := os.environ.get(f"{name}_FILE", ""):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"{name}_FILE: cannot read {path}: {error}") from error
    return ""


def origins(settings: Settings, root: Path) -> Iterator[tuple[str, Any, str]]:
    """Every key with its effective value and where that came from: a variable's name, weekly.toml or default."""
    written = read_file(root)
    for path, value in _leaves(settings.model_dump(mode="json", by_alias=True), ()):
        variables = [PREFIX + "__".join(path[:depth]).upper() for depth in range(1, len(path) + 1)]
        variable = next((name for name in reversed(variables) if name in os.environ), None)
        yield ".".join(path), _without_password(value), variable or (FILE if _holds(written, path) else "default")


def _without_password(value: Any) -> Any:
    """A database's address may hold one."""
    return re.sub(r"(://[^:/@\s]*):[^@/\s]*@", r"\1:***@", value) if isinstance(value, str) else value


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping) and value and path[:1] != ("topics",):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    else:
        yield path, value


def _holds(written: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(written, Mapping) or key not in written:
            return False
        written = written[key]
    return True


def _refuse_unknown_variables() -> None:
    """WEEKLY_NEWSLETER__TITLE would otherwise be ignored without a word."""
    for name in os.environ:
        if name.startswith(PREFIX) and "__" in name:
            path = name.removeprefix(PREFIX).lower().split("__")
            known = _keys_at(tuple(path[:-1]))
            if known is not None and path[-1] not in known:
                raise SettingsError(f"environment: {name}: unknown setting{_did_you_mean(path[-1], known)}")
            if known is None:
                raise SettingsError(f"environment: {name}: unknown section{_did_you_mean(path[0], _keys_at(()) or ())}")


def _keys_at(path: tuple[Any, ...]) -> tuple[str, ...] | None:
    """The keys that the section at *path* may have, None when there is no such section."""
    model: Any = Settings
    for step in path:
        if isinstance(step, int):
            continue
        found = _field(model, str(step)) if isinstance(model, type) and issubclass(model, BaseModel) else None
        if found is None:
            return None
        model = _model_of(found.annotation)
        if model is None:
            return None
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    return next((info for name, info in model.model_fields.items() if key in {name, info.alias}), None)


def _model_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_of(part)) is not None), None)


def _did_you_mean(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    return f", did you mean {close[0]}?" if close else f"; known are {', '.join(known)}"


def _explain(error: ValidationError, path: Path, written: Mapping[str, Any]) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where, kind, place = first["loc"], first["type"], ".".join(map(str, first["loc"]))
    origin = str(path) if _holds(written, tuple(str(step) for step in where[:1])) else "environment"
    if kind == "extra_forbidden":
        key = str(where[-1])
        known = _keys_at(tuple(where[:-1])) or ()
        if key in {"password", "token", "api_key", "key", "secret"}:
            return f"{origin}: {place}: secrets belong in the environment: WEEKLY_SMTP_PASSWORD, WEEKLY_LLM_API_KEY, …"
        return f"{origin}: {place}: unknown key{_did_you_mean(key, known)}"
    message = str(first["msg"]).removeprefix("Value error, ")
    return f"{origin}: {place}: {message[0].lower() + message[1:]}"
