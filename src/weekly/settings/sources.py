"""[http], [sources.*] and [ranking]: where news come from, and whom the newsletter watches."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from weekly import __version__
from weekly.settings.section import HttpAddress, SettingsSection


class HttpSettings(SettingsSection):
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


class ArxivSearch(SettingsSection):
    """A search beside the categories: papers by any of the authors, with any of the words and none of `without`."""

    name: Annotated[str, Field(pattern=r"^\S[^\n]{0,63}$")]
    authors: tuple[Annotated[str, Field(min_length=2, max_length=100)], ...] = ()
    words: tuple[Annotated[str, Field(min_length=2, max_length=100)], ...] = ()
    without: tuple[Annotated[str, Field(min_length=2, max_length=100)], ...] = ()
    field: Literal["anywhere", "title", "abstract", "title or abstract"] = "title or abstract"
    categories: tuple[Annotated[str, Field(pattern=r"^[a-z-]+(\.[A-Za-z-]+|\.\*)?$")], ...] = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.authors or self.words):
            raise ValueError("should name authors or words: categories alone belong to [sources.arxiv] categories")
        return self


class ArxivSettings(SettingsSection):
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
    searches: tuple[ArxivSearch, ...] = ()
    page_size: int = Field(default=500, ge=1, le=2000)
    overlap_days: int = Field(default=2, ge=0, le=30)

    @field_validator("categories")
    @classmethod
    def _some(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("should name at least one category, or set enabled = false")
        return value


class GitHubSettings(SettingsSection):
    """The GitHub REST API; the token comes from WEEKLY_GITHUB_TOKEN or GITHUB_TOKEN."""

    enabled: bool = True
    api_url: HttpAddress = "https://api.github.com"
    web_url: HttpAddress = "https://github.com"
    queries: tuple[str, ...] = ("topic:diffusion-models", "topic:llm", "topic:ai-agents")
    repositories: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$")], ...] = ()
    min_stars: int = Field(default=50, ge=0)
    created_days: int = Field(default=60, ge=1, le=3650)
    prereleases: bool = False


class HuggingFaceSettings(SettingsSection):
    """The daily papers of Hugging Face."""

    enabled: bool = False
    api_url: HttpAddress = "https://huggingface.co/api"


class FeedSettings(SettingsSection):
    """One RSS, Atom or JSON feed."""

    name: Annotated[str, Field(pattern=r"^[^\s/:][^/:\n]{0,63}$")]
    url: HttpAddress
    kind: Literal["post", "paper", "project", "model", "release"] = "post"


class SourcesSettings(SettingsSection):
    """Where entries come from."""

    arxiv: ArxivSettings = ArxivSettings()
    github: GitHubSettings = GitHubSettings()
    huggingface: HuggingFaceSettings = HuggingFaceSettings()
    feeds: tuple[FeedSettings, ...] = ()

    @field_validator("feeds")
    @classmethod
    def _names_differ(cls, value: tuple[FeedSettings, ...]) -> tuple[FeedSettings, ...]:
        names = [feed.name for feed in value]
        if doubled := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two feeds are called {min(doubled)!r}: give each a name of its own")
        return value


class RankingSettings(SettingsSection):
    """Whose picks the ranking was learned from, whom the newsletter watches, and feeds whose entries are picks.

    Without `crowd` it is "ai" where the categories of arXiv are mostly artificial intelligence's, else "none".
    """

    crowd: Literal["ai", "none"] | None = None
    authors: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    community: tuple[str, ...] = ()
