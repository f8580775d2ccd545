"""LaTeX of titles and abstracts as readable text, where what is not understood stays as it is; and text as LaTeX."""

from __future__ import annotations

import re
import unicodedata

_COMMANDS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ", "mu": "μ", "pi": "π",
    "sigma": "σ", "theta": "θ", "phi": "φ", "omega": "ω", "tau": "τ", "rho": "ρ", "ell": "ℓ", "infty": "∞",
    "times": "×", "cdot": "·", "pm": "±", "sim": "~", "approx": "≈", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "neq": "≠", "rightarrow": "→", "to": "→", "uparrow": "↑", "downarrow": "↓", "ldots": "…", "dots": "…",
    "mathcal": "", "mathbf": "", "mathrm": "", "mathbb": "", "mathit": "", "mathsf": "", "bm": "", "boldsymbol": "",
    "text": "", "textbf": "", "textit": "", "texttt": "", "textsc": "", "textsf": "", "emph": "", "operatorname": "",
    "underline": "", "left": "", "right": "", "url": "", "xspace": "", "bf": "", "it": "", "em": "", "tt": "",
    "quad": " ", "circ": "°", "varepsilon": "ε", "varphi": "φ", "eta": "η", "kappa": "κ", "chi": "χ", "psi": "ψ",
    "zeta": "ζ", "xi": "ξ", "nu": "ν", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "Theta": "Θ", "Gamma": "Γ",
    "Lambda": "Λ", "Phi": "Φ", "Psi": "Ψ", "Pi": "Π", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆",
    "cup": "∪", "cap": "∩", "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "forall": "∀",
    "exists": "∃", "sqrt": "√", "lbrace": "{", "rbrace": "}", "langle": "⟨", "rangle": "⟩", "leftarrow": "←",
    "leftrightarrow": "↔", "Rightarrow": "⇒", "mapsto": "↦", "lesssim": "≲", "gtrsim": "≳", "ll": "≪", "gg": "≫",
    "propto": "∝", "equiv": "≡", "oplus": "⊕", "otimes": "⊗", "odot": "⊙", "star": "⋆", "ast": "∗", "bullet": "•",
    "tilde": "", "widetilde": "", "hat": "", "widehat": "", "bar": "", "overline": "", "vec": "", "mbox": "",
    "ttfamily": "", "sffamily": "", "rmfamily": "", "bfseries": "", "itshape": "", "scshape": "", "normalfont": "",
    "small": "", "footnotesize": "", "large": "", "Large": "", "normalsize": "", "noindent": "", "centering": "",
    "textsuperscript": "", "textsubscript": "",
    "mathscr": "", "mathfrak": "", "displaystyle": "", "big": "", "Big": "", "bigl": "", "bigr": "", "sc": "",
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_ANY = re.compile(r"[\\${}^~`'](?:(?<=[\\${}^~])|(?<=`)`|(?<=')')")
"""Any sign of LaTeX; a class at the front is five times quicker to look for than alternatives."""
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?[ \t]?")
_ACCENT = re.compile(
    r"\\([`'^\"~=.])(?:\{(?:\\(?=[ij]\b))?([^\W\d_])\}|(?:\\(?=[ij]\b))?([^\W\d_]))"
    r"|\\([Hckvurdb])(?:\s?\{(?:\\(?=[ij]\b))?([^\W\d_])\}|\s(?:\\(?=[ij]\b))?([A-Za-z])(?![A-Za-z]*\$))"
)
"""An accent over a letter: \\'e, \\'{e}, \\'{\\i}, \\H{o}, \\c c."""
_COMBINING = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "H": "\u030b",
    "c": "\u0327",
    "k": "\u0328",
    "v": "\u030c",
    "u": "\u0306",
    "r": "\u030a",
    "d": "\u0323",
    "b": "\u0331",
}
_LETTERS = {
    "L": "Ł",
    "l": "ł",
    "O": "Ø",
    "o": "ø",
    "AE": "Æ",
    "ae": "æ",
    "OE": "Œ",
    "oe": "œ",
    "AA": "Å",
    "aa": "å",
    "ss": "ß",
    "i": "ı",
    "j": "ȷ",
    "dh": "ð",
    "th": "þ",
    "DH": "Ð",
    "TH": "Þ",
}
_LETTER = re.compile(rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])[ \t]?")
_WORDS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")

_SPECIAL = str.maketrans(
    {
        **{char: f"\\{char}" for char in "%&#$_"},
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def _fraction(match: re.Match[str]) -> str:
    above, below = (match[1], match[2]) if match[2] is not None else (match[3], match[4])
    return "/".join(part if re.fullmatch(r"\\?\w*", part) else f"({part})" for part in (above, below))


def _accented(found: re.Match[str]) -> str:
    mark, letter = found[1] or found[4], found[2] or found[3] or found[5] or found[6]
    return unicodedata.normalize("NFC", letter + _COMBINING[mark])


def _money_kept(text: str) -> str:
    """*text* with the dollars of sums of money escaped: those before a number that no formula closes."""
    pieces = re.split(r"(?<!\\)\$", text)
    kept, inside = [pieces[0]], False
    for place, piece in enumerate(pieces[1:], 1):
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        closes = following is not None and not following[:1].isdigit() and not _WORDS.search(piece)
        money = not inside and piece[:1].isdigit() and not closes
        inside = not (inside or money)
        kept.append(("\\$" if money else "$") + piece)
    return "".join(kept)


def readable(text: str) -> str:
    """*text* with Greek letters, signs, accents and powers as characters, without braces, dollars and fonts."""
    if not _ANY.search(text):
        return text
    text = re.sub(r"\\(?:m?kern|hskip|mskip)\s?-?[\d.]{1,6}\s?(?:mu|em|ex|pt)\s?|\\[hv]space\*?\{[^{}]*\}", "", text)
    text = re.sub(r"\\href\{[^{}]*\}\{([^{}]*)\}", r"\1", text)
    text = re.sub(
        r"(?<![\s~])[\s~]*\\(?:cite[a-z]*|[a-z]*ref|label|footnote)\*?(?:\[[^\[\]]*\]){0,2}\{[^{}]*\}", "", text
    )
    text = re.sub(r"\\(?:text)?color\s?(?:\[[^\[\]]*\])?\{[^{}]*\}", "", text)
    text = re.sub(r"\\[dt]?frac\s?(?:\{([^{}]*)\}\{([^{}]*)\}|(\w)(\w))", _fraction, text)
    text = re.sub(r"\\[\[\]()]", " ", text)
    text = _ACCENT.sub(_accented, _ACCENT.sub(_accented, text))  # a letter may bear two: \~{\^e}
    text = _LETTER.sub(lambda found: _LETTERS[found[1]], text)
    text = _money_kept(text)
    text = re.sub(r"\\([%&#_{}])", lambda found: f"\ue000{ord(found[1]):03d}", text)
    text = re.sub(r"\\\$", "\ue000036", text)
    text = _COMMAND.sub(lambda match: _COMMANDS.get(match[1], match[1] + " "), text)
    text = re.sub(r"\^\{?\s*(\\?°|[0-9+n-]{1,4})\s*\}?", lambda match: match[1].translate(_SUPERSCRIPTS), text)
    text = re.sub(r"_\{?([0-9+-]{1,3})\}?(?![A-Za-z0-9])", lambda match: match[1].translate(_SUBSCRIPTS), text)
    text = re.sub(r"[{}$]|\\[,;!: ]", lambda match: " " if match[0].startswith("\\") else "", text)
    text = text.replace("``", "“").replace("''", "”").replace("~", " ")
    text = re.sub(r"\ue000(\d{3})", lambda match: chr(int(match[1])), text)
    return re.sub(r" {2,}", " ", text).strip()


def escape_latex(text: str) -> str:
    """*text* as LaTeX that prints exactly these characters, without a brace that has no partner."""
    return text.translate(_SPECIAL)
