import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.markdown import TAGS, render_line, render_markdown


def test_headings_start_below_the_page_heading_and_have_anchors():
    rendered = render_markdown("# One\n\n## Two *and* `three`\n\n###### Six")

    assert [(each.level, each.anchor, each.text) for each in rendered.headings] == [
        (2, "section-1", "One"),
        (3, "section-2", "Two and three"),
        (6, "section-3", "Six"),
    ]
    assert '<h2 id="section-1">One</h2>' in rendered.html


def test_citation_of_a_known_rule_is_a_link():
    html = render_markdown("See R7, R-7 and R8; not `R7`, PR7 or [R7](/x).", rules=[7]).html

    assert html.count('href="#R7"') == 2
    assert "R8;" in html
    assert "<code>R7</code>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](http://elsewhere.example/pixel.png)",
        '<a href="javascript:alert(1)">x</a>',
        "<style>*{display:none}</style>",
        '<p style="position:fixed">x</p>',
        "<svg/onload=alert(1)>",
        "[x](<javascript:alert(1)>)",
        "&#x3C;script&#x3E;",
    ],
)
@pytest.mark.parametrize("render", [lambda text: render_markdown(text).html, render_line])
def test_dangerous_text_is_shown_as_text(render, text):
    html = render(text)

    assert not re.search(r"<(script|img|style|svg|iframe)", html, re.IGNORECASE)
    assert not re.search(
        r"<[^>]*(href=.?(javascript|data):|\son\w+=|\sstyle=)",
        html,
        re.IGNORECASE,
    )


@given(st.text("<>/\"'=ab[]()!#*`R1 \n&;:-|", max_size=80))
def test_any_text_gives_only_allowed_tags(text):
    html = render_markdown(text, rules=[1]).html

    assert set(re.findall(r"<([a-z0-9]+)", html)) <= TAGS
    assert not re.search(r"<[^>]*\s(on\w+|style|src)=", html)


def test_line_keeps_its_breaks():
    assert render_line("**a**\nb R2", rules=[2]).startswith("<strong>a</strong><br>b <a ")


def test_tables_and_lists_are_rendered():
    html = render_markdown("|a|b|\n|-|-|\n|1|2|\n\n3. x\n4. y").html

    assert "<table>" in html
    assert '<ol start="3">' in html
