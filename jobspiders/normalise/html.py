"""HTML of a posting to readable text, and to HTML that is safe to show.

A scanner of its own instead of a tree builder: a tree of hostile markup (half a megabyte of nested
``<div>``) takes a tree builder many seconds, and all that is wanted here is a stream of tags and text.
The scanner reads every character once.
"""

from __future__ import annotations

import re
from html import escape
from html.entities import html5

#: Characters read of one description; the longest real ones are a tenth of this.
MAX_CHARACTERS = 400_000
#: Open elements kept in safe HTML; deeper ones lose their tags, not their text.
MAX_DEPTH = 60

_BULLET = "\x02"
_DROP = "\x03"
_SOFT = "\x04"
_MARKS = str.maketrans("", "", _BULLET + _DROP + _SOFT)
_BULLET_SPACE = _BULLET + " "
_HAS_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|<br")
# A quoted value may hold ">". A tag that is never closed ends with the input, so that every start succeeds
# and no character is read twice.
_ATTRIBUTES = r"""[^<>=]*+(?:=\s*+(?:"[^"]*+"?|'[^']*+'?)?+[^<>=]*+)*+>?+"""
_BREAKS_LINES = re.compile(
    r"<(?:p|br|div|li|ul|ol|h[1-6]|tr|section|article|blockquote|dd|dt|table|hr)[\s/>]", re.IGNORECASE
)
_TAG_NAME = re.compile(rf"<(/?[a-zA-Z][\w:-]*+)(?:>|{_ATTRIBUTES})")
_WHOLE_TAG = re.compile(rf"<(/?[a-zA-Z](?:{_ATTRIBUTES}))")
_NAME = re.compile(r"/?[a-zA-Z][\w:-]*")
_NOT_CONTENT = re.compile(r"<!--(?:>|.*?(?:-->|\Z))|<[!?][^<>]*+>?+", re.DOTALL)
_ENTITY = re.compile(
    r"&(?:#([0-9]{1,7});?|#[xX]([0-9a-fA-F]{1,6});?|([a-zA-Z][a-zA-Z0-9]{1,31});|(nbsp|amp|lt|gt|quot)(?![a-zA-Z0-9=]))"
)
_ODD_SPACES = "\u2002\u2003\u2007\u2009\u200a\u202f\u2028\u2029\u3000"
_INVISIBLE = "\u200b\u200c\u2060\ufeff\u00ad"
_DEFINED_CONTROLS = {0x80 + i: c for i, c in enumerate("€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ")}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARAGRAPHS = _names("p h1 h2 h3 h4 h5 h6 ul ol dl table pre blockquote section article hr")
_INLINE = _names("span b strong em i u a font small sub sup code img label mark s o:p")
_CELLS = _names("td th")
_LINES = _names(
    "div tr dt dd header footer main aside nav address figure figcaption form fieldset thead tbody "
    "tfoot caption option body html summary details center"
)
_DROPPED = _names(
    "script style noscript template iframe object svg math head title textarea select audio video canvas"
)

_KEPT = _names(
    "p br hr ul ol li dl dt dd h1 h2 h3 h4 h5 h6 strong b em i u s sub sup small blockquote pre code a "
    "table caption thead tbody tfoot tr th td div span"
)
_VOID = frozenset(("br", "hr"))
_CLOSED_BY_SELF = _names("p li dt dd tr td th option")
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SPAN = re.compile(r"""\s(colspan|rowspan)\s*=\s*["']?(\d{1,3})(?!\d)""", re.IGNORECASE)
_SAFE_URL = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+\Z", re.IGNORECASE)


class _Separators(dict[str, str]):
    """What stands for a tag in the text, by its name as written; others are looked up in lower case."""

    def __missing__(self, name: str) -> str:
        return self.get(name.lower(), "")


def _separators() -> _Separators:
    table = _Separators()
    for names, mark in ((_INLINE, ""), (_PARAGRAPHS, "\n\n"), (_LINES, "\n" + _SOFT), (_CELLS, " ")):
        for name in names:
            table[name] = table["/" + name] = mark
    table.update(dict.fromkeys(_DROPPED, _DROP))
    table["li"], table["/li"] = "\n" + _BULLET, "\n" + _SOFT
    table["br"] = "\n"
    return table


_SEPARATORS = _separators()


def _entity(match: re.Match[str]) -> str:
    decimal, hexadecimal, name, bare = match.groups()
    if name or bare:
        return html5.get((name or bare) + ";", match.group())
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code in _DEFINED_CONTROLS:
        return _DEFINED_CONTROLS[code]
    if code < 32 and code not in (9, 10, 13):
        return ""
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return chr(code)


def unescape_once(text: str) -> str:
    """HTML entities of one level resolved: ``&amp;nbsp;`` becomes ``&nbsp;``, not a space."""
    if "&" not in text:
        return text
    text = text.replace("&nbsp;", "\xa0")
    return _ENTITY.sub(_entity, text) if "&" in text else text


def storable(text: str) -> str:
    """The text without NUL and lone surrogates, which neither UTF-8 nor PostgreSQL can hold."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # "\ud83d\ude00" out of badly decoded JSON is a pair that UTF-16 can join
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _tidy(text: str) -> str:
    text = text.replace("\xa0", " ").replace("\t", " ")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        for character in _ODD_SPACES:
            if character in text:
                text = text.replace(character, " ")
        for character in _INVISIBLE:
            if character in text:
                text = text.replace(character, "")
    while "  " in text:  # halves every run, and is many times faster than a regular expression
        text = text.replace("  ", " ")
    lines: list[str] = []
    gap = bullet = False
    for line in map(str.strip, text.split("\n")):
        if not line:
            gap = True
            continue
        if line[0] == _SOFT:  # the edge of a block: ends a line, but opens no gap
            line = line[1:].lstrip()
            if not line:
                continue
        elif line[0] == _BULLET:
            bullet, gap = True, False
            line = line.lstrip(_BULLET_SPACE)
            if not line:
                continue
        if bullet:
            line, bullet = "- " + line, False
        elif gap and lines:
            lines.append("")
        gap = False
        lines.append(line)
    return "\n".join(lines)


def _tokens(html: str, tag: re.Pattern[str]) -> list[str]:
    """Text and tags in turn: text at even places, at odd ones what ``tag`` captures of a tag."""
    if "<!" in html or "<?" in html:
        html = _NOT_CONTENT.sub("", html)
    return tag.split(html)


def _name(tag: str) -> str:
    match = _NAME.match(tag)
    return match.group().lower() if match else ""


def _without_dropped(parts: list[str]) -> list[str]:
    """The tokens with ``<script>`` and its like emptied, and all between them and their closing tags."""
    inside = ""
    for position in range(1, len(parts), 2):
        name = _name(parts[position])
        if not inside and name in _DROPPED:
            inside = name
        elif inside and name == "/" + inside:
            inside = ""
            parts[position] = ""
        if inside:
            parts[position] = parts[position + 1] = ""
    return parts


def html_to_text(html: str | None) -> str:
    """Readable text: a line a block, a blank line between paragraphs, ``- `` before list items.

    Text without tags keeps its own lines, as does HTML that has no element which breaks lines.
    """
    if not html:
        return ""
    html = storable(html[:MAX_CHARACTERS])
    if _BULLET in html or _DROP in html or _SOFT in html:
        html = html.translate(_MARKS)
    if "<" not in html or not _HAS_TAG.search(html):
        return _tidy(unescape_once(html))
    if _BREAKS_LINES.search(html):
        html = html.replace("\n", " ").replace("\r", " ")
    parts = _tokens(html, _TAG_NAME)
    parts[1::2] = separators = [_SEPARATORS[name] for name in parts[1::2]]
    if _DROP in separators:
        parts = _without_dropped(_tokens(html, _TAG_NAME))
        parts[1::2] = [_SEPARATORS[name] for name in parts[1::2]]
    return _tidy(unescape_once("".join(parts)))


def _opening(name: str, tag: str) -> str:
    if name == "a":
        match = _HREF.search(tag)
        url = unescape_once(next(filter(None, match.groups()), "")).strip() if match else ""
        if not _SAFE_URL.match(url):
            return "<a>"
        return f'<a href="{escape(url)}" rel="nofollow noopener noreferrer">'
    if name in ("td", "th"):
        spans = "".join(f' {key.lower()}="{value}"' for key, value in _SPAN.findall(tag))
        return f"<{name}{spans}>"
    return f"<{name}>"


def safe_html(html: str | None) -> str:
    """HTML for display that is built anew from an allow-list, balanced, all text escaped.

    No scripts, styles, images, forms, frames, event handlers, and only http, https and mailto links.
    Text without tags becomes one paragraph a line.
    """
    if not html:
        return ""
    html = storable(html[:MAX_CHARACTERS])
    if "<" not in html or not _HAS_TAG.search(html):
        lines = filter(None, map(str.strip, unescape_once(html).split("\n")))
        return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
    parts = _without_dropped(_tokens(html, _WHOLE_TAG))
    parts.append("")
    out: list[str] = []
    open_tags: list[str] = []
    open_count = dict.fromkeys(_KEPT, 0)
    for text, tag in zip(parts[::2], parts[1::2], strict=True):
        if text:
            out.append(escape(unescape_once(text), quote=False))
        name = _name(tag)
        if name in _VOID:
            out.append(f"<{name}>")
        elif name in _KEPT:
            if name in _CLOSED_BY_SELF and open_tags and open_tags[-1] == name:
                out.append(f"</{open_tags.pop()}>")
                open_count[name] -= 1
            if len(open_tags) < MAX_DEPTH:
                out.append(_opening(name, tag))
                open_tags.append(name)
                open_count[name] += 1
        elif name[:1] == "/" and open_count.get(name[1:]):
            while True:
                closing = open_tags.pop()
                open_count[closing] -= 1
                out.append(f"</{closing}>")
                if closing == name[1:]:
                    break
    out.extend(f"</{name}>" for name in reversed(open_tags))
    return "".join(out).strip()
