"""Texts that attack whoever shows them: each must come out as the text it is.

The host ``elsewhere.example`` does not exist: whoever asks for it has been made to.
"""

from __future__ import annotations

__all__ = ["CORPUS", "seen_text"]

CORPUS = (
    "<script>alert(1)</script>",
    "<script src=//elsewhere.example/a.js></script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    '<img src="http://elsewhere.example/p.png">',
    "<svg onload=alert(4)><circle r=9></svg>",
    "<svg><script>alert(5)</script></svg>",
    "<iframe src=http://elsewhere.example></iframe>",
    "<iframe srcdoc='<script>alert(6)</script>'></iframe>",
    "<object data=http://elsewhere.example/o></object>",
    "<embed src=http://elsewhere.example/e>",
    "<link rel=stylesheet href=//elsewhere.example/s.css>",
    "<style>@import url(//elsewhere.example/i.css)</style>",
    "<style>*{display:none}</style>",
    "<base href=//elsewhere.example/>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example'>",
    "<form action=//elsewhere.example><button>go</button></form>",
    "<video poster=//elsewhere.example/v.png autoplay></video>",
    "<a href=javascript:alert(7)>click</a>",
    "<b onmouseover=alert(8)>bold</b>",
    "<details open ontoggle=alert(9)>x</details>",
    "<math><mi xlink:href=javascript:alert(10)>m</mi></math>",
    '"><img src=x onerror=alert(11)>',
    "'-alert(12)-'",
    "<!-- a comment --> after it",
    "<![CDATA[ cdata ]]> after it",
    "&lt;b&gt;entities&lt;/b&gt; &amp; &#60;i&#62;",
    "&nbsp;&copy;&#x3c;script&#x3e;",
    "![picture](http://elsewhere.example/m.png)",
    "![picture][ref] [ref]: http://elsewhere.example/r.png",
    "[link](http://elsewhere.example)",
    "[link](javascript:alert(13))",
    "<http://elsewhere.example/auto>",
    "http://elsewhere.example/bare www.elsewhere.example me@elsewhere.example",
    "**bold** _slanted_ ~~gone~~ `code` ==mark==",
    "# heading",
    "> quoted",
    "- item",
    "1. item",
    "| a | b |",
    "--- ***",
    "```fence",
    "$\\frac{1}{2}$ and $$x^2$$",
    "\\(a\\) \\[b\\] \\href{http://elsewhere.example}{x}",
    ":red[red] :blue-background[blue] :rainbow[all]",
    ":orange-badge[badge] :small[small] :shortcut[Ctrl]",
    ":material/delete: :streamlit: :smile: :tada:",
    "{{ 7*7 }} ${7*7} #{7*7} <%= 7*7 %>",
    "{title} {0} %s %(x)s",
    '=HYPERLINK("http://elsewhere.example")',
    "\u202eright to left\u202c and back",
    "zero\u200bwidth\u200djoiner\ufeff",
    "a\u0338\u0338\u0338 stacked \u0489\u0489\u0489 marks",
    "long " + "wide" * 120,
    "../../etc/passwd C:\\temp\\new %2e%2e%2f",
    "'; DROP TABLE users; --",
)


def seen_text(text: str) -> str:
    """Return a text as a page may show it: white space joined, and signs without width left out.

    Examples
    --------
    >>> seen_text("zero\u200bwidth  of  it")
    'zerowidth of it'
    """
    return " ".join(text.translate(_NO_WIDTH).split())


_NO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200d\u2060\ufeff\u202e\u202c"))
