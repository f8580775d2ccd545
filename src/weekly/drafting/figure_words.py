"""Numbers with what they count, as Chinese readers have them: 7 billion parameters are 70亿参数."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {
    "": 1,
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "million": 1_000_000,
    "b": 1_000_000_000,
    "billion": 1_000_000_000,
    "t": 1_000_000_000_000,
    "trillion": 1_000_000_000_000,
}
_SPELLED = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twenty": 20, "fifty": 50, "hundred": 100,
}  # fmt: skip
_COUNTED = {
    "samples": "个样本", "examples": "个示例", "images": "张图像", "videos": "段视频", "clips": "个片段",
    "hours": "小时", "questions": "个问题", "problems": "道题", "pairs": "对", "tokens": "个词元",
    "tasks": "项任务", "instances": "个实例", "conversations": "段对话", "dialogues": "段对话",
    "documents": "篇文档", "pages": "页", "shots": "个镜头", "assets": "个素材", "recordings": "段录音",
    "languages": "种语言", "sentences": "个句子", "papers": "篇论文", "users": "位用户",
    "annotations": "条标注", "prompts": "条提示", "trajectories": "条轨迹", "drawings": "幅图",
    "scenes": "个场景", "objects": "个物体", "datasets": "个数据集", "benchmarks": "个基准", "frames": "帧",
    "patients": "名患者", "utterances": "条语句", "speakers": "位说话人", "instructions": "条指令",
    "triplets": "个三元组", "categories": "个类别", "subjects": "名受试者", "participants": "名参与者",
    "parameters": "参数", "parameter": "参数", "params": "参数", "param": "参数",
}  # fmt: skip
"""What is counted, with its measure word."""
_QUALIFIED = {
    "real": "真实", "synthetic": "合成", "annotated": "标注", "labeled": "标注", "labelled": "标注",
    "unlabeled": "无标注", "high-quality": "高质量", "training": "训练", "test": "测试",
    "multimodal": "多模态", "vector": "矢量", "image": "图像", "video": "视频", "text": "文本",
    "image-text": "图文", "video-text": "视频文本", "speech": "语音", "audio": "音频", "medical": "医学",
    "unique": "不重复", "reasoning": "推理", "math": "数学", "coding": "编程", "robot": "机器人",
    "question-answer": "问答", "qa": "问答", "preference": "偏好", "total": "总", "active": "激活",
    "activated": "激活", "public": "公开", "diverse": "多样", "3d": "三维", "human": "人类",
    "human-annotated": "人工标注", "expert-annotated": "专家标注", "multiple-choice": "选择",
    "open-ended": "开放式", "academic": "学术",
}  # fmt: skip
_WITHOUT_MEASURE = frozenset({"hours", "parameters", "parameter", "params", "param"})
_DECIMALS = 2
"""More of them are no help to a reader."""
_FIGURE = re.compile(
    rf"(?P<number>\d[\d,]*(?:\.\d+)?|{'|'.join(_SPELLED)})(?:\s?(?P<unit>hundred(?=\s))\s)?[\s-]?"
    r"(?P<scale>thousand|million|billion|trillion|[KkMBT])?(?P<more>\+?)[\s-](?P<rest>[A-Za-z][\w\s-]*)"
)


def in_chinese(figure: str) -> str:
    """*figure* in Chinese, the number in 万 and 亿; empty where a word of it is not known, or the number is a part."""
    match = _FIGURE.fullmatch(figure.strip())
    if match is None:
        return ""
    *before, noun = match["rest"].split()
    counted, qualified = _COUNTED.get(noun.lower(), ""), [_QUALIFIED.get(word.lower(), "") for word in before]
    number = _SPELLED.get(match["number"]) or Decimal(match["number"].replace(",", ""))
    value = Decimal(number) * (100 if match["unit"] else 1) * _UNITS[(match["scale"] or "").lower()]
    if not counted or not all(qualified) or value != int(value):
        return ""
    measure, thing = (counted[0], counted[1:]) if noun.lower() not in _WITHOUT_MEASURE else ("", counted)
    if qualified and not thing:
        return ""  # a pair or a page of what?
    return f"{_number(int(value))}{match['more']}{measure}{''.join(qualified)}{thing}"


def _number(value: int) -> str:
    for scale, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万")):
        if value >= scale and not value % (scale // 10**_DECIMALS):
            return f"{(Decimal(value) / scale).normalize():f}{name}"
    return f"{value:,}" if value >= 10**4 else str(value)
