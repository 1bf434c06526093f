from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.text.html import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain &amp; simple", "plain & simple"),
        ("", ""),
        ("<p>Hello&nbsp;<b>you</b>,</p>\n<p>bye</p>", "Hello you,\n\nbye"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<div>a<div><br></div><div>b</div></div>", "a\n\nb"),
        ("<ul><li>one<li>two<ul><li>in</ul></ul>", "- one\n- two\n  - in"),
        ("<ol start=3><li>x</li><li>y</li></ol>", "3. x\n4. y"),
        ("<table><tr><th>Item<th>Qty<tr><td>Cup<td>2</table>", "Item\tQty\nCup\t2"),
        ('see <a href="https://x.example/a?b=1&amp;c=2">our page</a>', "see our page <https://x.example/a?b=1&c=2>"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('<a href="https://x.example"><div>Open</div></a>', "Open\n<https://x.example>"),
        ('<a href="https://x.example"><img src="i.png"></a>x', "x"),
        ('<img alt="Broken cup" src="cid:1">', "Broken cup"),
        ('<img alt="pixel" width="1" height="1">x', "x"),
        (
            "before<blockquote>old<blockquote>older</blockquote></blockquote>after",
            "before\n\n> old\n>\n> > older\n>\nafter",
        ),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<p>a</p><hr><p>b</p>", "a\n\n---\n\nb"),
        ("<h1>Order</h1>late", "Order\n\nlate"),
        ("3 < 5 and 5 > 3", "3 < 5 and 5 > 3"),
        ("Grüße 😀", "Grüße 😀"),
        ("<plaintext>a<p>b</p>", "a\n\nb"),
        ("<noscript><p>a</p></noscript><textarea>b</textarea>", "a\n\nb"),
        ("<frameset><frame></frameset><p>a</p>", "a"),
    ],
)
def test_html_reads_as_a_person_sees_it(html, text):
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>SECRET</script>", "<style>SECRET</style>", "<title>SECRET</title>", "<!-- SECRET -->",
        "<!--[if mso]>SECRET<![endif]-->", "<head><meta name=SECRET></head>", "<template>SECRET</template>",
        '<div style="display:none">SECRET</div>', '<div style="DISPLAY : None !important">SECRET</div>',
        "<span hidden>SECRET</span>", '<p style="visibility: hidden">SECRET</p>', '<p style="opacity:0">SECRET</p>',
        '<div style="max-height:0px; overflow:hidden">SECRET</div>', '<span style="font-size:0">SECRET</span>',
        '<div style="display:none"><p>SECRET<b>SECRET</b></div>', "<svg><text>SECRET</text></svg>",
    ],
)  # fmt: skip
def test_what_a_reader_cannot_see_is_left_out(hidden):
    assert html_to_text(f"<p>seen</p>{hidden}<p>and seen</p>").split() == ["seen", "and", "seen"]


def test_readable_blocks_in_a_cell_of_font_size_zero_are_seen():
    assert html_to_text('<td style="font-size:0px"><p style="font-size:13px">seen</p></td>') == "seen"


@pytest.mark.parametrize("style", ["opacity:0.9", "font-size:0.9em", "max-height:0", "display:block"])
def test_near_misses_of_hiding_are_seen(style):
    assert html_to_text(f'<p style="{style}">seen</p>') == "seen"


def test_a_tag_or_comment_that_never_ends_takes_nothing_before_it():
    assert html_to_text("seen <a href='https://x.example") == "seen"
    assert html_to_text("seen <!-- never closed") == "seen"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000 + "deep", "<b>" * 200_000 + "deep", "<a href='x" * 100_000, "<!-- " * 100_000, "<" * 500_000,
        "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x",
        "<p " + " ".join(f'a{n}=">"' for n in range(100_000)),
        "<blockquote>x" * 50_000, "<ol><li>" * 50_000, "<script></script" * 50_000, "<a" + " " * 500_000,
        "<div><marquee></div></marquee>" * 50_000 + "x",
    ],
    ids=["div", "b", "quote", "comment", "lt", "attributes", "quoted", "blockquote", "ol", "script", "spaces", "scope"],
)  # fmt: skip
def test_hostile_html_ends(html):
    assert len(html_to_text(html)) <= 2 * len(html)


def test_text_beyond_the_tags_that_are_read_is_said_to_be_missing():
    text = html_to_text("<p>word</p>" * 50_000)
    assert text.startswith("word\n\nword")
    assert text.endswith("[cut: the rest of a very long HTML mail]")


def test_signs_that_open_no_tag_are_text():
    assert html_to_text("1 < 2, " * 10_000).count("1 < 2,") == 10_000


def test_text_deeper_than_the_tree_may_be_is_kept():
    assert html_to_text("<div>" * 9_000 + "deep" + "</div>" * 9_000) == "deep"


@given(st.text(alphabet="<>/!-=\"' abdivpscrit&;#x0", max_size=300))
def test_any_text_taken_for_html_can_be_read(html):
    html_to_text(html)
