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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"Erd\H{o}s-R\'enyi under {\L}ojasiewicz and \L ojasiewicz", "Erdős-Rényi under Łojasiewicz and Łojasiewicz"),
        (r"na\"{\i}ve Ko{\c c}ak, Dvo\v{r}\'ak, \k{a}, gro\ss", "naïve Koçak, Dvořák, ą, groß"),
        (r"Nguy\~{\^e}n and \'{\u{a}}, 2\textsuperscript{nd}", "Nguyễn and ắ, 2nd"),
        ("from $4.27 per invoice to $0.32, less than $450.", "from $4.27 per invoice to $0.32, less than $450."),
        ("$5-$10 a month, $1.2M for $n=3$ runs", "$5-$10 a month, $1.2M for n=3 runs"),
        (r"is $3\times$ faster, $4.27$ and $0.1$--$0.5$", "is 3× faster, 4.27 and 0.1--0.5"),
        (r"\$5 and $x_1$ for $7", "$5 and x₁ for $7"),
    ],
)
def test_names_have_their_accents_and_sums_their_dollars(text, shown):
    assert readable(text) == shown
