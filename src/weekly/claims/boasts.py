"""Claims of being first, best, alone or far ahead, open or in use, which a text may make only when its source does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Boast:
    """A claim and where it stands."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class _Kind:
    hints: tuple[str, ...]
    """Plain words without one of which no text makes it: a look for them is twenty times quicker than the rules."""
    says: re.Pattern[str]
    """The words that make it."""
    held: re.Pattern[str]
    """What a source says that makes it as well."""


def _kind(hints: str, says: Sequence[str], held: Sequence[str]) -> _Kind:
    return _Kind(tuple(hints.split()), *(re.compile("|".join(rules), re.IGNORECASE) for rules in (says, held)))


_THING = (
    r"(?:method|approach|model|framework|work|system|benchmark|data ?set|technique|study|solution|attempt|algorithm"
    r"|corpus|tool|library|paper|architecture|pipeline|platform|agent|survey|analysis|evidence|demonstration)s?\b"
)
_FIRST = (
    r"首次|首个|首创|首款|首例|首套|率先|开创性|[业世国]界?内?第一(?!个)|第一个(?=[^，。；、]{0,24}(?:的|框架|基准|数据集|系统|工作))",
    r"\b(?:the|our|a|as|world['’]s) first\b(?! (?:stage|step|phase|part|author|frame|two|order|layer|few|one|and|type|is|to))",
    r"\bfor the first time\b|\bfirst[- ](?:ever|of[- ]its[- ]kind)\b|\bis (?:also )?first\b|\bpioneer\w*",
    rf"\bfirst (?:\w+[- ]){{0,6}}{_THING}|\b(?:are|is|were|be) (?:the |among the )?first to\b",
)
_MUCH = r"(?:significant|substantial|considerabl|dramatic|great|vast|large|wide|far|much|marked|massive)"
_BEYOND = r"(?:outperform|exceed|surpass|better|superior|ahead|beyond|beat|margin)"
_PEOPLE = r"(?:human|expert|physician|clinician|professional|radiologist|doctor|surgeon|annotator|student|people|person)"
_BEST = r"(?:SOTA|最先进|最优|最佳|最好|最强|最高水平)"
_OTHERS = r"(?:模型|方法|基线|算法|系统|技术|方案|工作|框架|代理|智能体|[A-Za-z ]{0,12}(?:LLM|VLM|MLLM|VLA)s?)"
_RESULT = r"(?:性能|结果|水平|效果|表现|成绩|精度|准确率|准确度|分数|得分|指标|质量)"
_SCORE = r"(?:性能|表现|精度|准确率|准确度|分数|得分)"
_MEASURE = r"(?:performance|results?|accuracy|scores?|quality|F1|precision|recall|trade-?offs?|balance|effectiveness)"
_KINDS = {
    "first": _kind(
        "first 首 第一 率先 开创 pioneer",
        _FIRST,
        (
            *_FIRST,
            r"\bfirst[- ](?:pass|try|attempt|run|round)\b|\bfirst (?:\w+[- ]){0,6}(?:to|that|for|of)\b|\bno (?:prior|previous|existing|other|known) \w+",
            r"\b(?:has|have) (?:not (?:yet )?|never )been\b|\bunexplored\b|\bto (?:the best of )?our knowledge\b",
        ),
    ),
    # Only where the work itself is the best: 现有最优方法, 最优路径, 全局最优, 最佳标注级别 say nothing of it.
    "best": _kind(
        "SOTA sota State state 最",
        (
            rf"(?<![近次非]){_BEST}的?(?:{_RESULT}|[^，。；、\s地]{{1,6}}?{_SCORE})",
            rf"(?:{_RESULT}|均|都|达到?|取得|实现|获得|刷新)[^，。；]{{0,8}}(?<![近次非局]){_BEST}(?=[，。；、！（）()\s且]|了|$)",
            rf"(?<![即使还但就只也])(?:是|成为)[^，。；]{{0,12}}{_BEST}的?{_OTHERS}|\bstate[- ]of[- ](?:the[- ])?arts?\b",
            rf"(?<![优接逼]近)(?<!优于)(?<!超过)(?<!超越)(?<!现有)SOTA(?!的?{_OTHERS}| (?:baseline|model|method|approach|system|LLM|VLM))",
        ),
        (
            r"\bstate[- ]of[- ]?(?:the[- ])?arts?\b|\bSOTA\b|\bbests?\b|\bnew (?:\w+ )?records?\b|\bstrongest (?!predict)|\bfirst place\b",
            rf"\b(?:highest|optimal|optimum|greatest|largest) (?:[\w-]+ ){{0,3}}(?:{_MEASURE}|gains?|improvements?)",
            r"\btop[- ](?:perform|rank|scor|tier)\w*|\brank(?:s|ed|ing)? (?:first|1)|\bunmatched\b|\bunrivall?ed\b|\bcutting[- ]edge\b",
            r"\bmost (?:accurate|effective|efficient|reliable|robust)\b|\b(?:outperform|surpass|exceed)\w* (?:all|every)\b",
            r"最优|最先进|最佳|最好|最强|领先",
        ),
    ),
    "leading": _kind(
        "领先 超越 industry-leading world-leading",
        (
            r"[业行][界业]领先|(?:世界|国际|全球|国内|行业)领先|(?:达到|取得|处于)[^，。；]{0,8}领先|全面(?:超越|领先|优于)"
            r"|\b(?:industry|world|market)[- ]leading\b",
        ),
        (
            r"\blead(?:s|ing)?\b|\bstate[- ]of[- ]?(?:the[- ])?arts?\b|\bSOTA\b|\bbest\b|\btop[- ]\w+|\bhighest\b|领先",
            r"\b(?:outperform|surpass|exceed)\w* (?:all|existing|previous|prior|current|every)\b|\bunprecedented\b",
        ),
    ),
    "ahead": _kind(
        "远 大幅 碾压 遥遥 margin far",
        (
            r"远(?:远)?(?:超(?!分|参)|优于|胜)|大幅(?:度)?(?:超越|超过|领先|优于|胜过)|碾压|遥遥领先",
            r"\bfar (?:exceed|surpass|outperform|outstrip|better|superior|ahead)\w*|\bby an? (?:large|wide|huge|big) margin\b",
        ),
        (
            rf"\b{_MUCH}\w*\b[^.]{{0,40}}\b{_BEYOND}\w*|\b{_BEYOND}\w*\b[^.]{{0,60}}\b{_MUCH}\w*"
            r"|\borders? of magnitude\b|\bfar (?:more|less|higher|lower|above|below)\b|远超|大幅",
        ),
    ),
    "only": _kind(
        "唯一 the独 only sole",
        (
            r"唯一(?!性|解|标识|确定|对应|地|编码|满足|正确|ID|识别)|独一无二|绝无仅有|\bthe only\b(?= \w+ )|\bone of a kind\b",
        ),
        (r"\bthe only\b|\bonly one\b|\bsole(?:ly)?\b|\bunique\w*\b|\bonly (?:\w+ )?(?:method|model|approach|system)\b|唯一",),
    ),
    "human": _kind(
        "人类 专家 真人 human expert",
        (
            r"(?:达到|超越|超过|媲美|接近|逼近|匹敌|比肩|堪比|持平|优于|胜过|不逊于|不输)[^，。；]{0,10}(?:人类|专家|真人|人工)(?:专家|医生|平均|顶尖|选手)?(?:级别?|水平|水准|表现|性能)?(?![标注评撰写知的])",
            r"(?:人类|专家|真人)(?:专家)?级(?!联)|(?:人类|专家|真人)(?:专家)?(?:水平|水准)(?!的[\u4e00-\u9fff]{0,4}差距)",
            r"\b(?:human|expert)[- ]level\b|\bsuper-?human\b|\bhuman parity\b",
        ),
        (
            rf"\b{_PEOPLE}s?['’]?[- ](?:level|like|parity|perform|accura|quality|expert|agree|baseline|particip|player|average)\w*",
            rf"\b(?:than|exceed|surpass|outperform|match|comparabl|par|rival|approach|close|vs|versus|beat|compared|consistent"
            rf"|agree|gap|equivalent|alignment)\w*\b[^.]{{0,50}}\b{_PEOPLE}|\bsuper-?human|人类|专家",
        ),
    ),
    "breakthrough": _kind(
        "突破 里程碑 革命 颠覆 空前 前所未有 史无前例 划时代 breakthrough groundbreaking revolution milestone paradigm game-chang",
        (
            r"突破性|重大突破|里程碑|革命性|颠覆|空前|前所未有|史无前例|划时代",
            r"\bbreakthroughs?\b|\bground-?breaking\b|\brevolution(?!ize the way)\w*|\bmilestone\b|\bgame[- ]chang\w+|\bparadigm[- ]shift\w*",
        ),
        (
            r"\bbreakthrough|\bground-?breaking|\brevolution|\bmilestone|\bgame[- ]chang|\bparadigm[- ]shift|\bunprecedented"
            r"|\blandmark (?:result|work)|\bnever before|\btransformative|突破|革命",
        ),
    ),
    "open": _kind(
        "开源 公开 开放 open publicly release",
        (
            r"(?:已经?|均|全部|完全|全面|现已|正式)(?:对外)?(?:开源|公开(?=[，。；！]|$)|开放下载)|开源了|(?:代码|权重|模型|数据集?)[^，。；]{0,8}(?:已|均|将)?(?:开源(?![\u4e00-\u9fff])|公开发布|公开可用|开放获取)",
            r"\b(?:is|are|was|were|been|fully|now) (?:publicly |fully |already )?(?:open[- ]sourced?|publicly available|released)\b",
        ),
        (
            r"\bopen[- ]?(?:ly|source|sourced|sourcing|weight|access|data)\w*|\bpublic(?:ly)?\b|\breleas\w+|\bavailab\w+"
            r"|\bgithub|\bhugging ?face|https?://|\bopen\b|\bcode\b[^.]{0,40}\b(?:at|here)\b|开源|公开",
        ),
    ),
    "deployed": _kind(
        "部署 上线 落地 投入 商用 量产 deployed production",
        (
            r"(?:已经?|成功|正式|大规模|全面|实际)(?:被|[在于][^，。；]{1,12})?(?:部署|上线|落地|投入(?:使用|生产|应用)|商用|量产)(?![能的中场环需性时前条])|投入(?:实际)?(?:使用|生产|商用)|上线运行|部署[在于到][^，。；]{0,16}(?:平台|系统|业务|场景|线上|生产)",
            r"\b(?:is|are|was|were|been|already|now) (?:already |fully |successfully )?(?:deployed|in production|in use)\b",
        ),
        (
            r"\bdeployed\b|\bwe deploy\b|\bdeployments? (?:at|in|on|across|with|within)\b|\bin production\b|\bin (?:daily |active )?use\b",
            r"\bproduction(?:[- ](?:system|environment|deploy|grade|scale)\w*)|\b(?:online )?A/B\b|\blaunch\w*|\bonline (?:system|platform"
            r"|service|experiment)s?|\broll(?:ed|ing)? out\b|\badopted (?:by|in|at)\b|\bserv(?:es|ing|ed) [\w ]{0,20}(?:users|customers)|部署|上线",
        ),
    ),
}


def boasts(text: str) -> list[Boast]:
    """What *text* boasts of."""
    return [
        Boast(name, match[0], match.start())
        for name, kind in _KINDS.items()
        if any(hint in text for hint in kind.hints)
        for match in kind.says.finditer(text)
    ]


class BoastIndex:
    """The sentences of sources, to be searched for what makes a boast as well."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = sentences
        self._found: dict[str, frozenset[int]] = {}

    def find(self, boast: Boast) -> frozenset[int] | None:
        """The sentences that make *boast* too; None when no source does."""
        if boast.kind not in self._found:
            rule = _KINDS[boast.kind].held
            self._found[boast.kind] = frozenset(at for at, one in enumerate(self._sentences) if rule.search(one))
        return self._found[boast.kind] or None
