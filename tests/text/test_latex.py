from __future__ import annotations

import pytest

from weekly.text.latex import readable


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"$\alpha$ and $x^2$", "α and x²"),
        (r"$O((n/\varepsilon)^2)$", "O((n/ε)²)"),
        (r"$\frac{n}{2}$ of $\frac{c(v)-1}{c(v)}$", "n/2 of (c(v)-1)/(c(v))"),
        (r"\frac n2", "n/2"),
        (r"\[ m \leq 3 \]", "m ≤3"),
        (r"as in \cite{foo} and~\citep[p.~3]{bar}, see \ref{x}", "as in and, see"),
        (r"gemma_2025", "gemma_2025"),
        (r"\'{e}l\`eve, 50\%, \$5, A\&B", "élève, 50%, $5, A&B"),
        (r"\href{https://example.org}{here}", "here"),
        ("no LaTeX at all", "no LaTeX at all"),
    ],
)
def test_latex_reads_as_its_readers_see_it(written, read):
    assert readable(written) == read


@pytest.mark.parametrize("text", ["\\" * 20_000, "{" * 20_000, "\\frac{" * 9_000, "\\cite[" * 9_000, "$" * 20_000])
def test_hostile_latex_takes_no_time(text):
    assert len(readable(text)) <= len(text)
