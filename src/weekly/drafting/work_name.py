"""What a work is called, and what it is in one line: by its title, or by the sentence that gives it a name."""

from __future__ import annotations

import re

from weekly.models import Kind, Work
from weekly.select.identity import short_name
from weekly.text import one_line
from weekly.text.latex import readable
from weekly.text.sentences import split

_COINED = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s+(?:the\s+|an?\s+|our\s+)?"
    r"(?:\w+ly\s+)?[\"“(]?([A-Z][A-Za-z]*[A-Z0-9][\w.+-]{0,30}|[A-Z]{3,}[\w.+-]{0,30})\b(?!\s+(?:et al|and colleagues))"
)
_COINED_LATER = re.compile(
    r"\b(?:called|named|dubbed|termed|namely|we call it|releases?)\s+(?:the\s+)?[\"“(]?"
    r"([A-Z][\w.+-]*[A-Z0-9][\w.+-]*|[A-Z][a-z]{2,30}(?=[,.;:)”\"]| (?:which|that|to|for|as|with|based|by)\b))"
)
_APPENDED = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s[^.;]{10,160}?,\s(?:called |named |namely )?"
    r"([A-Z][A-Za-z0-9.-]*[A-Z][A-Za-z0-9-]*)(?=[,.])"
)
_PLAIN = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s+(?:our\s+)?[\"“]?([A-Z][a-z]{2,20})[\"”]?"
    r"(?:, (?=an? |the )| \((?=[A-Z]))"
)
_BRACKETED = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s+"
    r"(?:(?!(?:to|for|that|which|using|via|on|in|applications?|extensions?|analysis)\s)[\w-]+\s+){1,9}\(([A-Z][A-Za-z0-9.+-]*[A-Z0-9][A-Za-z0-9.+-]*)\)"
    r"(?!\s+(?:algorithms?|challenges?|tasks?|problems?|competitions?)\b)"
)
_REPORT = re.compile(
    r"((?!(?:An?|The|Our)\b)(?=\S*[A-Z\d])[\w.+-]+(?: (?=\S*[A-Z\d])[\w.+-]+){0,2})"
    r" ((?:Technical|System) (?:Report|Card)\b.*)"
)
"""The title of a report: it is about what it names first, whatever part of that the abstract names later."""
_TITLE = 200
"""Characters of a title that are shown."""
_GENERIC = (
    r"AI|AGI|ML|DL|D?RL|IL|NLP|CV|LLM|MLLM|VLM|LVLM|LMM|SLM|LM|NN|LP|S[SM]M|PLM|LRM|MLM|FM|GPT(?:-?\d\w*)?"
    "|D?BERT|[BD]E[iI]T|[BD]e[iI]T|RoBERTa|T5|CLIP|SAM|ViT|DiT|[CRDSA]NN"
    "|LSTM|GRU|G[NC]N|GAT|INN|MLP|FFN|SVM|PCA|GAN|VAE|NeRF|MoE|PE|CoT|ICL|RAG|KG|LoRA|PEFT|SFT|RLHF|[DP]PO|GRPO|RLVR|MCTS"
    "|BO|MDP|POMDP|[POS]DE|SLAM|LiDAR|MRI|CT|ECG|EEG|EHR|IoT|UAV|[VAX]R|V?QA|OCR|ASR|TTS|API|[GCT]PU|FPGA|OOD|S[oO]TA|NER"
    "|RE|IR|MT|KV|FL|MARL|HCI|HRI|EDA|CAD|CFD|FEM"
)
"""What everybody's works may be about: a name of nobody's."""
_COMMON = re.compile(rf"(?:{_GENERIC})s?")
_ADJECTIVE = re.compile(
    r".+-(?:based|driven|powered|aware|guided|enabled|assisted|enhanced|augmented|agnostic|specific|centric|level|free"
    r"|like|style|inspired|generated|trained|tuned|oriented|related|to|in|of)",
    re.IGNORECASE,
)
_SORTS = re.compile(
    "position|survey|review|tutorial|perspective|viewpoint|note|editorial|opinion|overview|introduction|preface|report"
    "|erratum|comment|reply|benchmark|dataset|demo|thesis|primer",
    re.IGNORECASE,
)
"""Heads of titles that say what sort of paper it is."""


def name_and_line(work: Work) -> tuple[str, str]:
    """What the work is called and what it is in one line; the line is empty when the title is all there is."""
    lead = work.lead
    title = _cut(one_line(re.sub(r"^(?:Introducing|Presenting) (?=[A-Z])", "", readable(lead.title)), 500), _TITLE)
    if lead.kind is Kind.PROJECT or (lead.kind is Kind.MODEL and re.fullmatch(r"[\w.-]+/[\w.-]+", title)):
        return title.rpartition("/")[2] or title, brief(lead.text, 90)
    if report := _REPORT.fullmatch(title):
        return report[1], report[2]
    abstract = readable(lead.text) if lead.kind is Kind.PAPER else ""
    name = short_name(title)
    rest = one_line(title.replace("：", ":").partition(":")[2], 160)
    if name and (lead.kind is not Kind.PAPER or _names_a_work(name, abstract)):
        return name, rest
    coined = _coined(abstract)
    return (coined, title) if coined else (title, "")


def without_address(text: str) -> str:
    """A repository's description without the address, and the sign before it, that many end with."""
    return re.sub(r"[^\w.。!！)）]*https?://\S{1,300}\s*$", "", text.strip())


def brief(text: str, longest: int) -> str:
    """The first sentence of *text*; a longer one is cut behind a word."""
    first = next(iter(split(one_line(without_address(text), 1000))), "").rstrip(".。!！")
    return _cut(first, longest)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    at = max(head.rfind(mark) for mark in (" ", "，", "、", "；", ",", "。"))
    return head[: at if at > longest // 2 else longest].rstrip(" ,，、；-/(（") + "…"


def _names_a_work(head: str, abstract: str) -> bool:
    """Whether the head of a title is a name, and not a saying such as "One Quantizer is Enough".

    A word with a capital or a figure inside is one; any other has to stand in the abstract as it is written.
    """
    words = head.split()
    if _SORTS.fullmatch(head) or _COMMON.fullmatch(head):
        return False
    if len(words) == 1 and (re.search(r".[A-Z]|\d", head) or not abstract):
        return True
    told = bool(re.search(rf"(?<!\w){re.escape(head)}(?!\w)", abstract))
    if len(words) == 1:
        return told or not abstract
    return told or (not abstract and any(re.search(r"[a-z][A-Z]|[A-Z]{2}|\d", word) for word in words))


def _coined(abstract: str) -> str:
    """The name that the abstract gives its work: the first proposal's; else what something is called later on."""
    for patterns in ((_COINED, _BRACKETED, _APPENDED, _PLAIN), (_COINED_LATER,)):
        matches = [match for pattern in patterns for match in pattern.finditer(abstract) if _may_be(match[1])]
        if matches:
            return min(matches, key=lambda match: match.start())[1].rstrip(".-")
    return ""


def _may_be(name: str) -> bool:
    bare = name.rstrip(".-")
    return not _COMMON.fullmatch(bare) and not _ADJECTIVE.fullmatch(bare)
