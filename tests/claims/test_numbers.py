"""A number is the same however it is written: in figures, in words, in Chinese numerals, rounded; and only then."""

from __future__ import annotations

import pytest

from weekly.claims import About, unsupported


def wrong(text: str, source: str) -> list[str]:
    return [claim.text for claim in unsupported(text, [source]) if claim.about is About.NUMBER]


@pytest.mark.parametrize(
    ("text", "held", "other"),
    [
        ("速度是原来的十二倍。", "It is 12x faster.", "It is 13x faster."),
        ("用了三十五亿个词元。", "It used 3.5B tokens.", "It used 2.5B tokens."),
        ("It wins (2) medals.", "It wins 2 medals.", "It wins 3 medals."),
        ("错误率下降百分之三十七。", "Errors fall by 37%.", "Errors fall by 12%."),
        ("成本减少三成。", "Cost falls by 30%.", "Cost falls by 12%."),
        ("只用一半的数据。", "It needs half of the data.", "It needs a third of the data."),
        ("只用四分之三的数据。", "It needs three-quarters of the data.", "It needs a quarter of the data."),
        ("一百二十万张图。", "1.2 million images", "100 images and 200,000 texts"),
        ("收集了 twenty-one 个任务。", "21 tasks", "20 tasks"),
        ("覆盖两千万条。", "twenty million rows", "twenty thousand rows"),
        ("144,000个片段。", "144 000 episodes", "144 episodes of 100"),
        ("截至2026年5月。", "As of May 2026", "As of June 2026"),
        ("提升16-20%。", "by 16% to 20%", "by 26% to 20%"),
        ("1.5B-70B参数。", "from 1.5B to 70B parameters", "from 2.5B to 70B parameters"),
        ("37.74m 条。", "37.74 million rows", "37,740 rows"),
        ("达到.5的得分。", "a score of 0.5", "a score of 0.7"),
        ("比它快两倍。", "It is twice as fast.", "It is as fast."),
        ("每１２秒一次。", "every 12 seconds", "every 13 seconds"),
        ("学习率1e-4。", "a rate of 0.0001", "a rate of 0.001"),
        ("指标 x₂ 为 2。", "the second, x₂", "the first, x₁"),
        ("每1小时一次。", "once an hour", "once a day"),
        ("从16%到20%。", "from 16% to 20%", "from 26% to 20%"),
        ("66.5万 H100 小时。", "665,000 H100 GPU hours", "665 H100 GPU hours"),
        ("第5-6层。", "layers 5-6", "layers 4-6"),
        ("第5百分位。", "the 5th percentile", "the 6th percentile"),
        ("共12个。", "共十二个。", "共十三个。"),
        ("It takes three hours.", "3 hours", "3 days"),
        ("It takes three-hour runs.", "runs of 3 hours", "runs of 3 days"),
        ("位列第37名。", "ranked 37th", "共37名"),
    ],
)
def test_a_number_is_held_by_its_other_spelling_and_by_no_other_number(text, held, other):
    assert wrong(text, held) == []
    assert wrong(text, other)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("参数为7B。", "by 7%"),
        ("提升7%。", "7B parameters"),
        ("用时3小时。", "3 days"),
        ("共5分钟。", "5 seconds"),
        ("快3倍。", "3%"),
    ],
)
def test_units_count(text, source):
    assert wrong(text, source)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("95小时视频。", "95.04 hours"),
        ("11.6万训练对。", "116,309 pairs"),
        ("仅38%左右。", "38.20%"),
        ("280多个任务。", "284 tasks"),
        ("接近300个任务。", "299 tasks"),
        ("300个以内。", "299 in all"),
        ("100+ 种语言。", "101 languages"),
    ],
)
def test_a_rounded_number_is_held(text, source):
    assert wrong(text, source) == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("超过300个任务。", "299 tasks"),
        ("低于290个任务。", "299 tasks"),
        ("280多个任务。", "294 tasks"),
        ("2020年。", "in 2019"),
        ("共0个。", "5 of them"),
        ("约30%。", "4.2%"),
    ],
)
def test_another_number_is_no_rounding(text, source):
    assert wrong(text, source)


@pytest.mark.parametrize("text", ["统一的框架", "数百个", "三维", "第十二章", "上万", "一个模型", "百万级"])
def test_numerals_in_words_ask_nothing_of_their_reader(text):
    assert wrong(text, "a method") == []


def test_the_words_on_either_side_tell_which_number_is_meant():
    assert wrong("It uses 3 stages.", "It uses 2 stages on 3 cards.") == ["3"]


def test_a_copied_sentence_may_take_a_number_from_another():
    source = "It reaches a high score of 74.8 on DreamBench in all of the runs. The neighbours number is N=20 here."
    assert wrong("It reaches a high score of 74.8 on DreamBench in all of the runs (neighbours N=20).", source) == []
    assert wrong("It reaches a high score of 20 on DreamBench in all of the runs.", source) == ["20"]


@pytest.mark.parametrize(
    ("scale", "zeros"),
    [
        ("k", 3),
        ("K", 3),
        (" thousand", 3),
        ("M", 6),
        ("mn", 6),
        (" million", 6),
        ("B", 9),
        ("bn", 9),
        (" billion", 9),
        (" hundred", 2),
    ],
)
def test_a_scale_multiplies(scale, zeros):
    exact = 37 * 10**zeros
    for text in (f"共{exact}个。", f"共{exact:,}个。"):
        assert wrong(text, f"37{scale} of them") == []
        assert wrong(f"It has 37{scale} of them", text) == []
    for other in (exact * 10, exact // 10, 37):
        assert wrong(f"共{other}个。", f"37{scale} of them")


@pytest.mark.parametrize("trillions", ["37T", "37 trillion"])
def test_a_trillion_is_written_in_chinese_as_ten_thousand_hundred_millions(trillions):
    assert wrong("共37万亿个。", f"{trillions} of them") == []
    assert wrong("共37亿个。", f"{trillions} of them")


@pytest.mark.parametrize(
    ("bound", "low", "high"),
    [
        *((word, False, True) for word in ("over", "more than", "at least", "exceeding", "greater than", ">")),
        *((word, False, True) for word in ("超过", "逾", "高于", "不少于", "至少", "大于")),
        *(
            (word, True, False)
            for word in ("nearly", "almost", "close to", "under", "less than", "fewer than", "below")
        ),
        *((word, True, False) for word in ("近", "接近", "将近", "不到", "低于", "不足", "少于", "<")),
        *((word, True, True) for word in ("about", "around", "roughly", "approximately", "≈", "约", "大约", "大概")),
    ],
)
def test_a_rounded_number_lies_on_the_side_that_is_said(bound, low, high):
    assert (wrong(f"{bound} 3000 images", "2,984 images") == []) is low
    assert (wrong(f"{bound} 3000 images", "3,016 images") == []) is high
    assert wrong(f"{bound} 3000 images", "3,000 images") == []
    assert wrong(f"{bound} 3000 images", "3,600 images")


@pytest.mark.parametrize(
    ("after", "low", "high"),
    [("多个", False, True), ("余个", False, True), ("+ 个", False, True), ("个以上", False, True), ("个以下", True, False), ("个左右", True, True), ("个上下", True, True)],
)  # fmt: skip
def test_it_may_be_said_after_the_number(after, low, high):
    assert (wrong(f"共3000{after}", "2,984 images") == []) is low
    assert (wrong(f"共3000{after}", "3,016 images") == []) is high


@pytest.mark.parametrize(
    ("text", "claims"), [("二十倍", True), ("两倍", True), ("一倍", False), ("十一个", True), ("十个", False)]
)
def test_small_chinese_numerals_are_rather_words_and_multiples_are_not(text, claims):
    assert bool(wrong(f"共{text}", "a method")) is claims


@pytest.mark.parametrize("text", ["第二十层", "数二十个", "几十万个", "上百个", "百级", "万象", "亿级"])
def test_an_order_of_magnitude_claims_nothing(text):
    assert wrong(text, "a method") == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("提升 16% 和 20%。", "by 16-20%"),
        ("提升 16%。", "by 16–20%"),
        ("提升 16%。", "by 16 to 20%"),
        ("参数1B。", "1-3B parameters"),
        ("参数3B。", "1-3B parameters"),
        ("参数1000个。", "1-3K parameters"),
    ],
)
def test_the_lower_end_of_a_range_has_the_unit_and_scale_of_the_upper(text, source):
    assert wrong(text, source) == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("提升 16%。", "by 16 GB and 20%"),
        ("参数1T。", "1-3B parameters"),
        ("提升 17%。", "by 16-20%"),
        ("参数2000。", "layers 2 to 5"),
    ],
)
def test_a_range_holds_its_ends_and_nothing_else(text, source):
    assert wrong(text, source)


@pytest.mark.parametrize(
    ("name", "number"), [("GPT-4", 4), ("top5", 5), ("ResNet-50", 50), ("x₂", 2), ("Llama3.1", 3.1)]
)
def test_the_figures_in_a_name_hold_a_number(name, number):
    assert wrong(f"为 {number}。", f"We use {name} here.") == []
    assert wrong("为 77。", f"We use {name} here.")


@pytest.mark.parametrize(
    ("text", "source"), [("每小时一次，共1小时。", "an hour"), ("每 1 秒。", "per second"), ("1秒内。", "sub-second")]
)
def test_a_unit_alone_is_one_of_it(text, source):
    assert wrong(text, source) == []


@pytest.mark.parametrize("text", ["1.5 million hours", "1.5M hours", "1,500K hours", "1.5 million  hours of video"])
def test_a_scaled_number_keeps_the_unit_behind_it(text):
    assert unsupported("训练了 150万小时。", [f"It was trained for {text.replace('  ', ' ')}."]) == ()
    assert unsupported("训练了 150万天。", [f"It was trained for {text.replace('  ', ' ')}."]) != ()


def test_figures_without_a_zero_before_the_point_are_numbers_like_any_other():
    assert wrong("得分为 0.85 和 0.91。", "It scores .85 and .91.") == []
    assert wrong("得分为 0.86 和 0.91。", "It scores .85 and .91.") != []
