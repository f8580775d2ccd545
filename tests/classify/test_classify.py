"""The default classifier: a topic, or `other`, and a reason in words, whatever comes in."""

from __future__ import annotations

import pytest

from tests.classify.works import entry, weights
from weekly.classify import PACKAGED, create, shares
from weekly.classify.blend import Blend, Mix
from weekly.classify.linear import Linear
from weekly.errors import ParseError
from weekly.select.weights import pack
from weekly.settings import Topic, default_topics

DEFAULTS = tuple(Topic(**row) for row in default_topics().values())
MIX = Mix(linear=1.0, rules=1.0, most=5.0, other=-2.0)


def filed(title: str, text: str = "", **more):
    return create(DEFAULTS).classify([entry(title, text, **more)])[0]


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Personalized text-to-image generation with latent diffusion", "image_generation"),
        ("Instruction-based image editing without inversion", "image_editing"),
        ("Text-to-video generation with diffusion transformers", "video_generation"),
        ("Audio-driven talking head synthesis", "digital_human"),
        ("3D Gaussian splatting from sparse views", "3d"),
        ("Zero-shot text-to-speech with a neural codec", "audio_speech"),
        ("A benchmark for multimodal large language models", "multimodal_llm"),
        ("A web agent that uses tools", "agents"),
        ("Scaling test-time compute for mathematical reasoning", "reasoning"),
        ("Repairing programs: code generation on SWE-bench", "code_llm"),
        ("Post-training quantization of the KV cache", "efficiency"),
        ("Jailbreak attacks against aligned language models", "safety_alignment"),
        ("A vision-language-action model for robot manipulation", "robotics_vla"),
        ("音频驱动的数字人说话视频", "digital_human"),
        ("大模型量化与剪枝", "efficiency"),
    ],
)
def test_what_a_title_says_plainly_is_filed_there(title, topic):
    assert filed(title)[0].topic == topic


@pytest.mark.parametrize(
    "one",
    [
        entry(""),
        entry("视频生成的统一框架：从文本到长视频", ""),
        entry(r"$\mathcal{L}_{\text{TTS}}$: \emph{A} $\frac{1}{2}$ \unclosed{", r"\begin{equation} x \\ $$"),
        entry("Title", "word " * 2000),
        entry("w" * 10_000, "x" * 10_000),
        entry("Title", categories=("cs.NOPE", "", "q-bio.??", "cs.CV" * 100)),
        entry("\x00\u200b\u202e🤗 שלום", "\ud7ff\u2028"),
        entry(" ".join(["diffusion"] * 300)),
        entry("a", categories=tuple(f"cs.{number}" for number in range(1000))),
    ],
)
def test_whatever_comes_gets_a_topic_or_other_and_never_an_error(one):
    scores = create(DEFAULTS).classify([one])[0]
    known = {topic.slug for topic in DEFAULTS} | {"other"}
    assert 1 <= len(scores) <= 2
    assert all(score.topic in known and 0 <= score.score <= 1 and score.reason for score in scores)


def test_the_reason_names_the_phrase_its_place_and_the_category():
    best = filed("One-shot talking head generation", categories=("cs.CV", "cs.SD"))[0]
    assert best.reason.startswith("phrase 'talking head")
    assert "in the title" in best.reason
    assert filed("x", "A robot.", categories=("cs.RO",))[0].reason == "phrase 'robot' in the abstract; cs.RO"


def test_what_fits_nothing_is_other_and_says_so():
    (only,) = filed("Notes on the migration of storks", "Birds fly south in autumn. " * 10)
    assert (only.topic, only.reason) == ("other", "no topic stands out")


def test_categories_alone_are_a_hint():
    plain, hinted = filed("Locomotion over rubble"), filed("Locomotion over rubble", categories=("cs.RO",))
    assert (plain[0].topic, hinted[0].topic) == ("robotics_vla", "robotics_vla")
    assert hinted[0].score > plain[0].score


ABSTRACT = "We train a transformer and report results on several datasets. " * 8
WEATHER = Topic(
    slug="weather",
    keywords={"precipitation nowcasting": 5, "weather": 3, "weather prediction market": -4},
    categories=("physics.ao-ph",),
)


@pytest.mark.parametrize("listed", [(WEATHER,), (WEATHER, DEFAULTS[2]), (*DEFAULTS, WEATHER)])
@pytest.mark.parametrize("text", ["", ABSTRACT])
def test_a_topic_of_the_owners_own_is_filed_by_its_keywords_with_or_without_an_abstract(listed, text):
    best = create(listed).classify([entry("Precipitation nowcasting from radar", text)])[0][0]
    assert (best.topic, best.reason) == ("weather", "phrase 'precipitation nowcasting' in the title")
    assert best.score > 0.5


def test_the_faintest_keyword_of_a_plain_list_files_an_entry_that_nothing_else_claims():
    own = Topic(slug="weather", keywords=["radar"])
    assert create([own]).classify([entry("Notes on storks", f"Seen by radar. {ABSTRACT}")])[0][0].topic == "weather"


@pytest.mark.parametrize(
    "one",
    [
        entry("Storks fly south", ABSTRACT),
        entry("Storks fly south", ABSTRACT, categories=("physics.ao-ph",)),
        entry("A weather prediction market", ABSTRACT, categories=("physics.ao-ph",)),
    ],
)
def test_an_own_topic_takes_nothing_that_no_keyword_names_or_that_one_speaks_against(one):
    assert create([WEATHER]).classify([one])[0][0].topic == "other"


def test_an_own_topic_that_names_categories_alone_takes_what_stands_in_them():
    own = Topic(slug="oceans", categories=("physics.ao-ph",))
    assert create([own]).classify([entry("Storks", ABSTRACT, categories=("physics.ao-ph",))])[0][0].topic == "oceans"


def test_between_own_and_learned_topics_the_louder_keywords_decide():
    best, *others = create([*DEFAULTS, WEATHER]).classify([entry("Text-to-video generation of weather", ABSTRACT)])[0]
    assert (best.topic, [one.topic for one in others]) == ("video_generation", ["weather"])
    assert (
        create([*DEFAULTS, WEATHER])
        .classify([entry("Video models for precipitation nowcasting", ABSTRACT)])[0][0]
        .topic
        == "weather"
    )


@pytest.mark.parametrize(
    "one",
    [
        entry("Self-dual codes over finite rings", "We construct new codes with large minimum distance."),
        entry("Bounds on covering codes", "Codes are studied.", categories=("math.CO", "cs.IT")),
        entry("Decoding quantum codes", "A decoder for codes.", categories=("quant-ph",)),
    ],
)
def test_coding_theory_is_no_code_generation(one):
    assert all(score.topic != "code_llm" for score in create(DEFAULTS).classify([one])[0])


def test_topics_that_the_owner_has_not_are_never_given():
    scores = create(DEFAULTS[:1]).classify([entry("Jailbreak attacks against language models")])[0]
    assert {score.topic for score in scores} <= {"image_generation", "other"}


def test_words_that_were_learned_are_the_reason_where_no_rule_spoke():
    learned = weights({"dough": (60, -60), "oven": (60, -60)}, ("cooking", "weather"))
    blend = Blend([Topic(slug="cooking"), Topic(slug="weather")], Linear([(learned, 1.0)]), MIX, MIX)
    best = blend.classify([entry("Dough in the oven")])[0][0]
    assert best.topic == "cooking"
    assert best.reason == "words such as 'dough', 'oven'"
    assert blend.classify([entry("Nothing known")])[0][0].reason == "closest by its wording"


def test_the_packaged_weights_are_small_and_alone_where_the_workspace_has_none(tmp_path):
    assert PACKAGED.stat().st_size < 1_100_000
    assert [share for _, share in shares(tmp_path / "none")] == [1.0]


def test_weights_of_the_workspace_take_their_share(tmp_path):
    own = tmp_path / "topics.weights"
    said = {"classes": ["cooking"], "bias": [0.0], "scale": [0.1], "share": 0.25}
    own.write_bytes(pack(said, ["oven"], bytes([200])))
    assert [share for _, share in shares(own)] == [0.75, 0.25]
    assert create(DEFAULTS, own).classify([entry("Text-to-image generation")])[0][0].topic == "image_generation"


@pytest.mark.parametrize("share", [None, 0, 2, "half"])
def test_weights_without_a_share_are_refused_with_the_mend(tmp_path, share):
    own = tmp_path / "topics.weights"
    own.write_bytes(pack({"classes": ["a"], "bias": [0.0], "scale": [0.1], "share": share}, [], b""))
    with pytest.raises(ParseError, match="delete it or learn it anew"):
        create(DEFAULTS, own)


def test_shares_of_several_weights_mix_and_the_largest_speaks():
    one, two = weights({"oven": (50,)}, ("cooking",)), weights({"radar": (9, 40)}, ("cooking", "weather"))
    mixed = Linear([(one, 0.25), (two, 0.75)])
    found = mixed.probabilities({"radar": 1})
    assert sum(found.values()) == pytest.approx(1)
    assert found["cooking"] > 0.25
    assert mixed.loudest({"radar": 1}, "weather", 3) == ["radar"]
    assert mixed.loudest({"oven": 1}, "cooking", 3) == []
    assert mixed.loudest({"oven": 1}, "unheard of", 3) == []
    assert Linear([(one, 1.0)]).loudest({"oven": 1}, "cooking", 3) == ["oven"]
