"""The words by which a sentence of an abstract tells what it is for."""

from __future__ import annotations

import re

PROPOSES = re.compile(
    r"\b(?:we|this (?:paper|work|report|study|article|survey|research)|the paper|our (?:work|paper))\b.{0,60}?"
    r"\b(?:propos\w+|introduc\w+|present\w*|develop\w*|releas\w+|describ\w+|contribut\w+|construct\w*|build|design\w*"
    r"|investigat\w+|stud(?:y|ies)|explor\w+|address\w*|show\w*|aim\w*|review\w*|survey\w*|examin\w+|analy[sz]\w+|reveal\w*|uncover\w*|identif\w+|find|conduct\w*|provid\w+|formali[sz]\w+|demonstrat\w+"
    r"|argu\w+|offer\w*|creat\w+|evaluat\w+|compar\w+|extend\w*|report\w*|prov\w+)\b"
    r"|\b(?:is|are) (?:proposed|introduced|presented)\b",
    re.IGNORECASE,
)
STRONG = re.compile(
    r"\b(?:we|this (?:paper|work|report|study|article|survey))\b.{0,60}?\b(?:propos|introduc|present|releas|develop)",
    re.IGNORECASE,
)
HOW = re.compile(
    r"\b(?:specifically|consists? of|we (?:\w+ly )?(?:integrat|incorporat|employ|adopt|us|utili[sz])(?:e|es|ed|ing)?"
    r"|by (?:\w+ly )?\w+ing|leverag\w+|based on|combin\w+|first|then|module|train\w*"
    r"|architecture|pipeline|framework|stage|mechanism|strategy|encod\w+|loss)\b",
    re.IGNORECASE,
)
RESULT = re.compile(
    r"\b(?:experiment\w*|results?|outperform\w*|achiev\w*|state[- ]of[- ]the[- ]art|surpass\w*|improv\w+"
    r"|demonstrat(?:es?|ed|ing)|evaluat\w+|benchmark\w*)\b|\d(?:\.\d+)?\s?[%×x]",
    re.IGNORECASE,
)
OUTCOME = re.compile(r"\b(?:outperform|surpass|exceed)(?:s|ed|ing)?\b|\bstate[- ]of[- ]the[- ]art\b", re.IGNORECASE)
"""What makes a result even of a sentence that proposes something on the way."""
OURS = re.compile(
    r"^.{0,60}\b(?:we|herein|in this (?:paper|work|study|article)|this (?:paper|work|study|article|research)"
    r"|the proposed (?:\w+ ){0,2}(?:approach|method|framework|model|system))\b",
    re.IGNORECASE,
)
"""What speaks of the authors' own work, by whatever verb."""
USES = re.compile(
    r"\b(?:appli(?:cations?|ed|cable)|use cases?|downstream|in practice|practical|real[- ]world|can be used|deploy\w*"
    r"|suitable for|supports?|enabl\w+|users? can)\b",
    re.IGNORECASE,
)
_SOLVES = (
    r"to (?:address|tackle|overcome|bridge|fill|solve|mitigate|resolve|remedy|alleviate|combat|counter|handle"
    r"|close|achieve|meet)"
)
_AFTER_ALL = (
    r"however|moreover|furthermore|additionally|besides|therefore|thus|hence|consequently|accordingly|in addition"
    r"|as a result|finally"
)
DANGLES = re.compile(
    rf"^(?:it|its|they|their|them|these|those|this|such|he|she|also|then|instead|nevertheless|nonetheless|{_AFTER_ALL}"
    r"|we (?:address|tackle|solve|overcome|achieve|do) (?:this|these|it|so)"
    r"(?! \w+ by (?:propos|introduc|present|develop))"
    r"|conversely|indeed|similarly|likewise|meanwhile|otherwise|second(?:ly)?|third(?:ly)?|lastly|next|yet|but|and|so"
    r"|in contrast|in particular|for example|for instance|on the other hand|as such|to (?:this|these) end"
    r"|in light of (?:this|these|the)|based on (?:this|these|the above)|both (?:of )?(?:these|them)"
    r"|(?:two|three|four|five|six|seven|eight|nine|ten|some|most|others)"
    r" (?:of (?:these|them|those)|(?:we|a)re|remain|ha[ds]|have)"
    rf"|the (?:latter|former)|{_SOLVES} (?:this|these|those|that|it|them|such"
    r"|the (?:above|issue|problem|challenge|limitation|gap)))\b",
    re.IGNORECASE,
)
"""A sentence that begins so needs the one before it."""
REFERS = re.compile(
    r"\b(?:this|these|such|the above|the aforementioned|those) (?:\w+ )?(?:shortcoming|issue|problem|gap|challenge"
    r"|limitation|question|difficult|phenomen|observation|insight|finding|threat|vulnerabilit)",
    re.IGNORECASE,
)
ITS_WORK = re.compile(
    r"^(?:in )?this (?:paper|work|report|study|article|survey|technical|tutorial|thesis)\b", re.IGNORECASE
)
LEADS_IN = re.compile(
    rf"^(?:{_SOLVES} (?:this|these|those|that|such|the)\b[^,.;]{{0,60}}|to (?:this|these|that) ends?|to do so"
    rf"|{_AFTER_ALL}"
    r"|as an alternative|(?:addressing|using|following|motivated by) (?:this|these)[^,.;]{0,40}"
    r"|for (?:this|that)(?: purpose| reason| goal| aim)?|considering (?:all|this|these)[^,.;]{0,30}"
    r"|(?:first|second|third)(?:ly)?|here"
    r"|in response|thanks to (?:this|these|the|our) [^,.;]{0,60}|motivated by (?:this|these)[^,.;]{0,40}|specifically"
    r"|(?:inspired by|based on|building (?:up)?on|in light of|given) (?:this|these|the above|the revealed)[^,.;]{0,40}"
    r")\s*,\s+(?=(?:we|this|our|in this)\b)",
    re.IGNORECASE,
)
"""A lead-in that can be taken off."""
ADDS = re.compile(
    r"^((?:we|(?:in )?this (?:paper|work|study)(?:, we)?|here,? we) )(?:further|also|additionally|therefore|thus|then"
    r"|hence|first(?:ly)?) (?=\w)",
    re.IGNORECASE,
)
"""A word that points backwards and can be taken out: "We further introduce"."""
ITEM = re.compile(r"^[\[(]?(?:\d|[ivx]{1,4}|[a-h])\)")
"""A sentence that is a point of a list."""
OPEN_LIST = re.compile(r"^(.{40,}?)(?:,? (?:as follows|including|namely|i\.e\.,?))?\s*[:：]\s*(?:\(?(?:1|i|a)\)|①)")
"""A sentence that announces a list and ends with its first point."""
CITED = re.compile(r"\s?\bthis https? URL\b|\s?\[\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,9}\](?!\()")
"""Numbers of citations, and what stands where an address was."""
ASIDE_LEAD = re.compile(
    r"^(?:for (?:example|instance)|in particular|notably|additionally|moreover|furthermore|in addition|besides"
    r"|importantly|remarkably|crucially|interestingly|specifically|finally|overall|as a result|consequently)\s*,\s+",
    re.IGNORECASE,
)
"""A word or two before a sentence that stands without them."""
LINK_ONLY = re.compile(
    r"^we (?:will |also |plan to |publicly ){0,2}(?:release|open-source|share) (?:all |our |the )[^,.]{0,60}(?:\.|to )"
    r"|https?://|^.{0,40}\bthis https?\b|\bgithub\.(?:com|io)|"
    r"\b(?:code|codes|data|datasets?|models?|demos?|weights|project (?:page|website)"
    r"|implementation|checkpoints)\b.{0,80}\b(?:available|released|open-sourced|found)\b",
    re.IGNORECASE,
)
LINK_HINTS = ("http", "github", "available", "release", "open-source", "share", "found")
"""A look for plain words is twenty times quicker than the rules, which most sentences have no use for."""
FIGURE = re.compile(
    r"\d\s?(?:%|×|percent|points?\b|pp\b|fold\b|times\b|x\b)|\b\d+\.\d+\b|\b(?:doubl|tripl|halv)(?:e|es|ed|ing)\b",
    re.IGNORECASE,
)
"""A figure that a result is told by."""
OVERALL = re.compile(
    r"\b(?:overall|average|best|state[- ]of[- ]the[- ]art|outperform|improv|surpass|achiev|gain|reduc|increas|faster"
    r"|speed|compared|baseline|over|against|accuracy|win rate|exceed)",
    re.IGNORECASE,
)
ANNOUNCES = re.compile(
    r"\bcontributions?\b.{0,40}\b(?:summari[sz]ed|follow(?:s|ing)|listed|threefold|twofold|three-fold|two-fold)\b"
    r"|^(?:overall, |finally, )?we (?:believe|hope|anticipate|envision|expect)\b"
    r"|^(?:the )?(?:rest|remainder) of (?:this|the) paper\b",
    re.IGNORECASE,
)
"""A sentence that says nothing itself."""
ASIDE = re.compile(
    r",?\s{0,2}\(?\b(?:as )?(?:shown|illustrated|depicted|seen|presented|reported|summari[sz]ed|see) in (?:the )?"
    r"(?:Fig(?:ure|\.)?|Table|Tab\.|Sec(?:tion|\.)?)\s?\d+\w?\)?,?"
    r"|\s?\(\s{0,3}[,;]?\s{0,3}\)",
    re.IGNORECASE,
)
"""What leads to a figure that is not there, and parentheses with nothing in them."""
ASIDE_HINT = re.compile(r"\(\s*[,;]?\s*\)|in (?:the )?(?:fig|tab|sec)", re.IGNORECASE)
"""What all of these have in them."""
