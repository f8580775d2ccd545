from __future__ import annotations

from weekly.drafting import arxiv_page

URL = "https://arxiv.org/html/2504.06263v1"
PAGE = """<html><head><base href="/html/2504.06263v1/"></head><body><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">OmniSVG</h1>
<div class="ltx_authors"><span class="ltx_creator ltx_role_author"><span class="ltx_personname">Ada</span>
<span class="ltx_contact ltx_role_affiliation">School of Computing, Fudan University, Shanghai</span>
<span class="ltx_contact ltx_role_affiliation">Institute of Odd Things; ada@example.org</span></span></div>
<div class="ltx_abstract"><p class="ltx_p">See <a href="https://omnisvg.github.io">page</a> and <a href="https://orcid.org/1">id</a>.</p></div>
<section class="ltx_section"><h2 class="ltx_title">1 Introduction</h2><p class="ltx_p">Drawings matter.</p>
<figure class="ltx_figure"><img class="ltx_graphics" src="x1.png"><figcaption>Figure 1: <b>From words</b> to drawings.</figcaption></figure></section>
<section class="ltx_section"><h2 class="ltx_title">3 Our Method</h2>
<p class="ltx_p">We use <math alttext="2\\times 3"><mi>junk</mi></math> tokens <cite class="ltx_cite">[<a>12</a>]</cite> of <cite>Doe (2020)</cite><span class="ltx_note">a note</span>.</p></section>
<section class="ltx_section"><h2 class="ltx_title">4 Experiments</h2><p class="ltx_p">It gains 12.5%.</p></section>
</article></body></html>"""


def test_affiliations_are_institutions_without_schools_and_addresses():
    assert arxiv_page.read(PAGE.encode(), URL).institutions == ("Fudan University", "Institute of Odd Things")


def test_the_first_figure_and_its_caption():
    found = arxiv_page.read(PAGE.encode(), URL)
    assert found.figure == "https://arxiv.org/html/2504.06263v1/x1.png"
    assert found.caption == "From words to drawings."


def test_the_papers_own_sections_as_plain_text():
    found = arxiv_page.read(PAGE.encode(), URL)
    assert found.section("method") == "We use 2×3 tokens of Doe (2020)."
    assert found.section("experiments") == "It gains 12.5%."
    assert found.section("introduction") == "Drawings matter."
    assert found.section("conclusion") == ""


def test_links_of_the_head():
    assert arxiv_page.read(PAGE.encode(), URL).links == ("https://omnisvg.github.io",)


def test_without_affiliations_the_authors_block_may_name_institutions_outright():
    text = '<div class="ltx_authors">Ada Lovelace 1 Peking University 2 HIT Charles</div>'
    assert arxiv_page.read(text.encode(), URL).institutions == ("Peking University",)


def test_what_is_no_page_of_latexml_tells_nothing():
    for body in (b"", b"\x00\xff", b"not found", b"<p>hello</p>", b"<html><!-- x --></html>"):
        found = arxiv_page.read(body, URL)
        assert (found.institutions, found.figure, found.sections) == ((), "", ())
