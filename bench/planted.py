"""Faults put into the cards of other hands: each takes a card's text and its source and gives the text with one fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from random import Random

Plant = Callable[[str, str, Random], str | None]

_NUMBER = re.compile(r"(?<![A-Za-z\d.,_-])(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d,]*[A-Za-z\d)）])")
_DATA_SETS = """ImageNet-21k COCO-Stuff GSM8K MMLU-Pro HumanEval SQuAD CIFAR-100 LibriSpeech KITTI nuScenes ScanNet VQAv2
TextVQA ADE20K Kinetics-700 MATH-500 AIME24 HotpotQA TriviaQA SWE-bench WebArena ALFWorld LAION-5B Objaverse VoxCeleb
MIMIC-IV CheXpert ShapeNet Waymo DAVIS""".split()
_BASELINES = """GPT-4o GPT-5 Claude-3.5 Gemini-2.5-Pro LLaMA-3 Qwen3-32B DeepSeek-V3 Mistral-7B Mixtral BERT-Large
RoBERTa-base ResNet-152 ViT-L YOLOv8 StableDiffusion3 FLUX.1 Whisper-large DINOv2 CLIP-ViT SAM2 PPO A3C LightGBM
o3-mini Phi-4 Gemma-3 InternVL3 LLaVA-NeXT CogVideoX""".split()
_INSTITUTIONS = """清华大学 北京大学 浙江大学 中国科学院自动化研究所 上海人工智能实验室 香港科技大学 新加坡国立大学 南洋理工大学 斯坦福大学
麻省理工学院 卡内基梅隆大学 谷歌 微软亚洲研究院 字节跳动 阿里巴巴 腾讯 华为 百度 Meta OpenAI NVIDIA DeepMind 苏黎世联邦理工学院
牛津大学 图宾根大学 兰州交通大学 湖南工商大学 旷视科技 南洋理工 MIT 上海交大 北航 MBZUAI 斯坦福""".split()
_VENUES = """NeurIPS ICLR ICML CVPR ICCV ECCV ACL EMNLP NAACL AAAI IJCAI KDD SIGGRAPH ICRA CoRL Interspeech ICASSP
MICCAI TPAMI""".split()
_PRODUCTS = """文心一言 通义千问 豆包 讯飞星火 智谱清言 混元 可灵 即梦 盘古大模型 千问 海螺 文心大模型 通义万相 书生·浦语 日日新
零一万物 月之暗面 飞桨 昇腾 百川大模型""".split()


def one_digit(text: str, source: str, chance: Random) -> str | None:
    """One digit of a number is another, and the source does not have that number."""
    matches = list(_NUMBER.finditer(text))
    chance.shuffle(matches)
    for match in matches:
        for _ in range(8):
            at = chance.choice([at for at, sign in enumerate(match[0]) if sign.isdigit()])
            wrong = match[0][:at] + chance.choice("123456789") + match[0][at + 1 :]
            if wrong != match[0] and not re.search(rf"(?<![\d.]){re.escape(wrong)}(?![\d])", source):
                return text[: match.start()] + wrong + text[match.end() :]
    return None


def _foreign(names: list[str], source: str, chance: Random) -> str | None:
    absent = [name for name in names if re.sub(r"\W|\d.*$", "", name).lower() not in re.sub(r"\W", "", source).lower()]
    return chance.choice(absent) if absent else None


def _sentence(names: list[str], *frames: str) -> Plant:
    """A sentence about a name that the source does not have, at the end of the text."""

    def plant(text: str, source: str, chance: Random) -> str | None:
        name = _foreign(names, source, chance)
        return None if name is None else f"{text}\n{chance.choice(frames).format(name)}"

    return plant


def _without(held: str, *sentences: str) -> Plant:
    """One of *sentences*, where the source says nothing like *held*."""

    def plant(text: str, source: str, chance: Random) -> str | None:
        return None if re.search(held, source, re.IGNORECASE) else f"{text}\n{chance.choice(sentences)}"

    return plant


def replaced_name(text: str, source: str, chance: Random) -> str | None:
    """A name of the text is the name of something else."""
    own = [one for one in re.findall(r"(?<![A-Za-z0-9-])[A-Z][A-Za-z0-9.-]{3,}(?![A-Za-z0-9-])", text) if one in source]
    wrong = _foreign(_DATA_SETS + _BASELINES, source, chance)
    return text.replace(chance.choice(own), wrong, 1) if own and wrong else None


_WORDS = "零一二三四五六七八九"


def _spoken(number: int) -> str:
    """A number below 100 million in Chinese, written by places."""
    if number >= 10_000:  # noqa: PLR2004
        rest = number % 10_000
        return _spoken(number // 10_000) + "万" + ("" if not rest else ("零" if rest < 1000 else "") + _spoken(rest))  # noqa: PLR2004
    out, gap = "", False
    for scale, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            out += ("零" if gap and out else "") + _WORDS[digit] + sign
        gap = not digit
    return out.replace("一十", "十", 1) if out.startswith("一十") else out


def numeral(text: str, source: str, chance: Random) -> str | None:
    """A number in Chinese characters that the source does not have."""
    for _ in range(20):
        number = chance.choice([chance.randrange(12, 99), chance.randrange(101, 9999), chance.randrange(10_001, 9_999_999)])
        if str(number) not in re.sub(r"[,\s]", "", source):
            break
    frames = ["使用{}张图像进行训练。", "覆盖{}种语言。", "共有{}个样本。", "参数量为{}亿。"]
    return f"{text}\n{chance.choice(frames).format(_spoken(number))}"


def share(text: str, source: str, chance: Random) -> str | None:
    """A share in Chinese characters that the source does not have."""
    number = chance.randrange(11, 99)
    forms = [(f"百分之{_spoken(number)}", str(number))]
    tenths = chance.randrange(1, 10)
    forms += [(f"{_WORDS[tenths]}成", f"{tenths}0"), ("一半", "50|half|halv"), ("四分之三", "75|quarter"), ("三分之二", "66|67|third")]
    words, figures = chance.choice(forms)
    if re.search(rf"(?<!\d)(?:{figures})(?!\d)", source, re.IGNORECASE):
        return None
    return f"{text}\n{chance.choice(['错误率下降{}。', '成本减少{}。', '准确率提升{}。', '仅用{}的数据。']).format(words)}"


_TURNS = {
    "提升": "降低", "提高": "降低", "增加": "减少", "增长": "下降", "上升": "下降", "改善": "恶化", "降低": "提高", "减少": "增加",
    "下降": "上升", "缩短": "延长", "优于": "劣于", "超过": "低于", "超越": "落后于", "高于": "低于", "低于": "高于", "领先": "落后",
}  # fmt: skip
_TURN = re.compile("|".join(_TURNS))
_LIKE = re.compile(r"(?<![A-Za-z\d.,_-])\d+(?:\.\d+)?(?:%|倍|[万亿]|个百分点)?(?![\d,]*[A-Za-z\d)）])")
_NAME = re.compile(r"(?<![A-Za-z0-9-])[A-Z][A-Za-z0-9.]*(?:-[A-Za-z0-9.]+)*[A-Za-z0-9](?![A-Za-z0-9-])")


def turned(text: str, _: str, chance: Random) -> str | None:
    """A direction is the opposite one, beside a number where there is one."""
    matches = list(_TURN.finditer(text))
    near = [match for match in matches if re.search(r"\d", text[max(0, match.start() - 12) : match.end() + 12])]
    if not matches:
        return None
    match = chance.choice(near or matches)
    return text[: match.start()] + _TURNS[match[0]] + text[match.end() :]


def _swapped(rule: re.Pattern[str], alike: Callable[[str, str], bool]) -> Plant:
    """Two different matches of *rule* in one sentence stand in each other's place."""

    def plant(text: str, source: str, chance: Random) -> str | None:
        pairs = []
        for sentence in re.finditer(r"[^。\n]+", text):
            here = list(rule.finditer(text, *sentence.span()))
            pairs += [(a, b) for a, b in combinations(here, 2) if a[0] != b[0] and alike(a[0], b[0])]
        pairs = [(a, b) for a, b in pairs if all(re.search(r"[\d.]+|.+", one[0])[0] in source for one in (a, b))]  # type: ignore[index]
        if not pairs:
            return None
        first, second = chance.choice(pairs)
        return text[: first.start()] + second[0] + text[first.end() : second.start()] + first[0] + text[second.end() :]

    return plant


def _same_unit(one: str, other: str) -> bool:
    return re.sub(r"[\d.]", "", one) == re.sub(r"[\d.]", "", other)


def _unrelated(one: str, other: str) -> bool:
    return one.lower() not in other.lower() and other.lower() not in one.lower()


PLANTS: dict[str, Plant] = {
    "one digit": one_digit,
    "data set": _sentence(_DATA_SETS, "在{}数据集上取得了提升。", "在 {} 上进行了评估。", "实验在{}和其他基准上进行。"),
    "baseline": _sentence(_BASELINES, "性能优于{}。", "超过了 {} 等基线。", "与{}相比提升明显。"),
    "replaced name": replaced_name,
    "institution": _sentence(
        _INSTITUTIONS, "由{}提出。", "该工作来自{}团队。", "{}的研究人员提出了这一方法。", "由{}与合作者共同完成。", "本文作者来自{}。"
    ),
    "venue": _sentence(_VENUES, "论文被{} 2025接收。", "发表于 {}。", "已被{}录用。", "入选{} Oral。"),
    "百分之, 三成, 一半": share,
    "Chinese numerals": numeral,
    "Chinese products": _sentence(_PRODUCTS, "优于{}。", "性能超过{}和其他模型。", "与{}等模型进行了比较。", "基于{}构建。"),
    "SOTA": _without(
        r"state[- ]of[- ]the[- ]?art|sota|\bbest\b", "达到SOTA性能。", "取得了SOTA结果。", "是目前的SOTA方法。", "实现了最先进的性能。"
    ),
    "最优": _without(
        r"state[- ]of[- ]the[- ]?art|sota|\bbest\b|optimal", "性能达到最优。", "取得了最优结果。", "在所有指标上均为最佳。", "效果最好。"
    ),
    "唯一": _without(r"\bonly\b|sole|unique", "是目前唯一的方法。", "是唯一能做到这一点的模型。", "这是唯一支持该任务的框架。"),
    "远超": _without(
        r"significan|substantial|far|large|great|considerabl|margin|dramatic|vast|much|better|outperform",
        "远超现有方法。", "性能远超基线。", "大幅超越此前的方法。", "遥遥领先。",
    ),
    "人类水平": _without(r"human|expert|people|person", "达到人类水平。", "达到人类专家水平。", "超越人类表现。", "达到专家级水平。"),
    "已开源": _without(
        r"open|public|releas|availab|github|code|http|hugging", "代码已开源。", "模型和数据均已开源。", "已开源全部代码。", "代码与模型已公开。"
    ),
    "已部署": _without(
        r"deploy|production|online|real-world|launch|practic|adopt", "已部署到线上系统。", "已在生产环境中部署。", "已上线服务数百万用户。", "已投入使用。"
    ),
    "首次": _without(r"first|pioneer|novel|knowledge|no prior|no existing|not been", "首次实现了这一目标。", "是首个此类框架。", "业界首创。"),
    "突破性": _without(
        r"break|revolution|paradigm|unprecedent|remarkabl|milestone|transform", "是一项突破性进展。", "具有里程碑意义。", "带来革命性变化。"
    ),
    "业界领先": _without(r"lead|state[- ]of|sota|best|outperform|top", "达到业界领先水平。", "处于世界领先地位。", "性能业界领先。"),
}  # fmt: skip
"""Faults that block."""

DOUBTS: dict[str, Plant] = {
    "direction reversed": turned,
    "numbers swapped": _swapped(_LIKE, _same_unit),
    "names swapped": _swapped(_NAME, _unrelated),
}
"""Faults that warn."""
