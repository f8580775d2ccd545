from __future__ import annotations

import pytest

from weekly.claims import About, institutions, unsupported


@pytest.mark.parametrize(
    ("spelling", "english"),
    [
        ("ICL", "Imperial College London"),
        ("Imperial", "Imperial College London"),
        ("上海交大", "Shanghai Jiao Tong University"),
        ("University of California, Berkeley", "University of California, Berkeley"),
        ("阶跃星辰", "StepFun"),
    ],
)
def test_spellings_lead_to_one_institution(spelling, english):
    assert institutions.find(spelling).en == english


def test_every_row_has_a_name_of_its_own():
    rows = {id(row): row for row in institutions.spellings().values()}
    assert len({row.en for row in rows.values()}) == len(rows)


def test_the_longest_spelling_wins():
    assert [one.known for one in institutions.mentions("the Chinese University of Hong Kong, Shenzhen")] == [
        "Chinese University of Hong Kong, Shenzhen"
    ]


def test_part_of_a_word_is_no_institution():
    assert institutions.mentions("META-learning, HITs, Googled, MITx") == []


def test_unknown_ones_are_mentioned_too():
    assert [one.text for one in institutions.mentions("by Foo Bar University and 由某某大学提出")] == [
        "某某大学",
        "Foo Bar University",
    ]


def test_an_account_of_an_institution_is_known_and_a_persons_is_not():
    assert institutions.owner("Microsoft").en == "Microsoft"
    assert institutions.owner("lzyhha") is None


@pytest.mark.parametrize(
    "text",
    [
        "转换为字节级模型。",
        "以提高通用性。",
        "数学、物理四大学科。",
        "使用合成微观结构实验室。",
        "凯斯西储大学轴承数据。",
    ],
)
def test_ordinary_words_and_latin_spellings_are_no_foreign_institution(text):
    assert unsupported(text, ["Case Western Reserve University"]) == ()


@pytest.mark.parametrize(
    "text", ["由南洋理工团队提出。", "由字节提出。", "made at the Institute of Foo", "来自某某实验室"]
)
def test_an_institution_of_no_source_is_found(text):
    assert unsupported(text, ["a method"]) != () or "某某" in text


def test_an_institution_goes_by_its_name_in_each_language():
    row = institutions.find("清华大学")
    assert (row.label("en"), row.label("zh")) == ("Tsinghua University", "清华大学")


def test_an_unknown_institution_is_held_as_it_is_written():
    assert unsupported("from Foo Bar University", ["Foo bar university, Mars"]) == ()
    assert unsupported("from Foo Bar University", ["a method"]) != ()
    assert unsupported("From The University", ["a method"]) != ()


def foreign(text: str, source: str = "a method") -> list[str]:
    return [claim.text for claim in unsupported(text, [source]) if claim.about is About.INSTITUTION]


@pytest.mark.parametrize(
    ("chinese", "latin"),
    [
        ("图宾根大学", "University of Tübingen"),
        ("巴塞尔大学", "Basel Institute of Things"),
        ("巴塞尔学院", "Foo College"),
        ("图宾根研究院", "Tübingen Institute of Foo"),
        ("图宾根研究所", "Foo Institute"),
        ("图宾根科学院", "Foo Academy"),
        ("图宾根实验室", "Foo Lab"),
    ],
)
def test_an_institution_that_the_table_lacks_may_be_one_of_its_kind_in_latin_letters(chinese, latin):
    assert foreign(f"由{chinese}提出。", f"made at {latin}") == []
    assert foreign(f"由{chinese}提出。", "a method") == [chinese]
    assert foreign(f"由{chinese}提出。", "made at Stanford University") == [chinese]


def test_a_hospital_is_no_college():
    assert foreign("由图宾根医院提出。", "made at Foo College") == ["图宾根医院"]


@pytest.mark.parametrize("before", ["由", "来自", "联合", "自", "by ", "from ", "at ", "with ", "By ", "From "])
def test_a_word_that_may_be_something_else_is_an_institution_after_who_acts(before):
    assert foreign(f"工作{before}字节") == ["字节"]


@pytest.mark.parametrize(
    "after", ["团队", "研究", "科研", "提出", "发布", "推出", "联合", "的团队", "等", "与", "和", "、"]
)
def test_or_before_what_it_does(after):
    assert foreign(f"工作：字节{after}……") == ["字节"]


@pytest.mark.parametrize("text", ["每个字节", "字节编码", "苹果和梨", "读取字节。"])
def test_and_nothing_where_nobody_acts(text):
    assert foreign(text.replace("和", "及")) == []


@pytest.mark.parametrize(
    "text",
    [
        "多所大学", "某大学", "各大学", "该大学", "本大学", "这些大学", "一所大学", "知名大学", "顶尖大学", "合作大学",
        "大型实验室", "匿名医院", "真实医院", "开源公司", "大学生", "大学教授", "学院派",
    ],
)  # fmt: skip
def test_what_names_no_single_institution_is_none(text):
    assert foreign(f"数据由{text}提供。") == []


@pytest.mark.parametrize("common", ["实验室", "医院", "公司", "集团", "科技"])
def test_a_common_word_makes_an_institution_of_whoever_acts(common):
    assert foreign(f"由旷达{common}团队提出。") == [f"旷达{common}"]
    assert foreign(f"使用旷达{common}数据。") == []


def test_a_long_name_goes_without_its_last_word_and_a_place_does_not():
    assert institutions.find("南洋理工") is institutions.find("南洋理工大学")
    assert institutions.find("清华大学") is not None
    for place in ("北京", "南京", "多伦多"):
        assert institutions.find(place) is None


@pytest.mark.parametrize("text", ["MIT-licensed", "MITx", "xMIT", "MIT2", "_MIT"])
def test_a_part_of_another_word_is_no_institution(text):
    assert institutions.mentions(text) == []


def test_each_mention_says_where_it_stands():
    text = "MIT, Stanford University and 清华大学"
    assert [(text[one.start :].startswith(one.text), one.known) for one in institutions.mentions(text)] == [
        (True, institutions.find("MIT").en),
        (True, "Stanford University"),
        (True, "Tsinghua University"),
    ]


def test_a_part_of_what_the_source_names_in_full_is_held_and_the_whole_of_a_part_is_not():
    assert foreign("来自阿里巴巴", "AMAP, Alibaba Group") == []
    assert foreign("香港中文大学（深圳）提出", "the Chinese University of Hong Kong") != []
