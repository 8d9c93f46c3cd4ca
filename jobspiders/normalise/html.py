"""HTML of a posting to readable text, and to HTML that is safe to show.

A scanner of its own instead of a tree builder: a tree of hostile markup (half a megabyte of nested
``<div>``) takes a tree builder many seconds, and all that is wanted here is a stream of tags and text.
The scanner reads every character once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from html.entities import html5

from jobspiders.normalise.encoded import has_paired_brackets, telling_bytes

#: Characters read of one description; the longest real ones are a tenth of this.
MAX_CHARACTERS = 200_000
#: Tags read of one description; what follows the last is cut off with it.
MAX_TAGS = 20_000
#: Characters of a text in which halves of characters are joined.
_MOST_JOINED = 100_000
#: Open elements kept in safe HTML; deeper ones lose their tags, not their text.
MAX_DEPTH = 60

# What a tag does to the lines: nothing, a cell's space, the edge of a block, <br>, a paragraph, an item, no content;
# and what has to be looked at more closely.
_NOTHING, _CELL, _EDGE, _BREAK, _PARAGRAPH, _ITEM, _DROP, _ODD = range(8)

_HAS_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|<br")
# A quoted value may hold ">". A tag that is never closed ends with the input, so that every start succeeds
# and no character is read twice.
_ATTRIBUTES = r"""[^<>=]*+(?:=\s*+(?:"[^"]*+"?|'[^']*+'?)?+[^<>=]*+)*+>?+"""
_BREAKS_LINES = re.compile(
    r"<(?:p|br|div|li|ul|ol|h[1-6]|tr|section|article|blockquote|dd|dt|table|hr)[\s/>]", re.IGNORECASE
)
_TAG_NAME = re.compile(rf"<(/?[a-zA-Z!?][a-zA-Z0-9]*+)(?:>|{_ATTRIBUTES})")
_WHOLE_TAG = re.compile(rf"<(/?[a-zA-Z!?](?:{_ATTRIBUTES}))")
_PLAIN_TAG = re.compile(
    r"""/?[a-zA-Z][a-zA-Z0-9]*+(?:\s++[\w:-]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=]++))?+)*+\s*+"""
)
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 2_000, 200
_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
_COMMENT = re.compile(r"<!--(?:>|.*?(?:-->|\Z))", re.DOTALL)
_ENTITY = re.compile(
    r"&(?:#([0-9]{1,7});?|#[xX]([0-9a-fA-F]{1,6});?|([a-zA-Z][a-zA-Z0-9]{1,31});|(nbsp|amp|lt|gt|quot)(?![a-zA-Z0-9=]))"
)
# Characters that look like a space, or like nothing, found among the bytes above ASCII.
_ODD_CHARACTERS = tuple(
    (character.encode(), character, substitute)
    for characters, substitute in (
        ("\xa0\u2002\u2003\u2007\u2009\u200a\u202f\u2028\u2029\u3000", " "),
        ("\u200b\u200c\u2060\ufeff\u00ad", ""),
    )
    for character in characters
)
_ODD_TEXT = {character: substitute for _, character, substitute in _ODD_CHARACTERS}
_DEFINED_CONTROLS = {0x80 + i: c for i, c in enumerate("€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ")}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARAGRAPHS = _names("p h1 h2 h3 h4 h5 h6 ul ol dl table pre blockquote section article hr")
_INLINE = _names("span b strong em i u a font small sub sup code img label mark s")
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


class _Effects(dict[str, int]):
    """What a tag does, by its name as written; names in odd spellings are looked up in lower case."""

    def __missing__(self, name: str) -> int:
        return self.get(name.lower(), _NOTHING)


def _effects() -> _Effects:
    table = _Effects()
    for names, effect in (
        (_INLINE, _NOTHING),
        (_CELLS, _CELL),
        (_LINES, _EDGE),
        (_PARAGRAPHS, _PARAGRAPH),
        (("br",), _BREAK),
        (("li",), _ITEM),
    ):
        for name in names:
            table[name] = table["/" + name] = effect
    table["/li"] = _EDGE
    table.update(dict.fromkeys(_DROPPED, _DROP))
    return table


_EFFECTS = _effects()


class _PlainTags(dict[str, int]):
    """What a tag does, by all that stands in it; _ODD where a ">" or "<" may stand in one of its attributes.

    Postings have few different tags; how many are remembered is bounded.
    """

    def __missing__(self, tag: str) -> int:
        effect = _EFFECTS[tag.split(maxsplit=1)[0]] if _PLAIN_TAG.fullmatch(tag) else _ODD
        if len(self) < _MOST_REMEMBERED and len(tag) <= _LONGEST_REMEMBERED:
            self[tag] = effect
        return effect


_PLAIN_TAGS = _PlainTags()


def _entity(match: re.Match[str]) -> str:
    decimal, hexadecimal, name, bare = match.groups()
    if name or bare:
        character = html5.get((name or bare) + ";", match.group())
        return _ODD_TEXT.get(character, character)
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code in _DEFINED_CONTROLS:
        return _DEFINED_CONTROLS[code]
    if code < 32 and code not in (9, 10, 13):
        return ""
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return _ODD_TEXT.get(chr(code), chr(code))


def unescape_once(text: str) -> str:
    """HTML entities of one level resolved: ``&amp;nbsp;`` becomes ``&nbsp;``, and ``&nbsp;`` a plain space."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def storable(text: str) -> str:
    """The text without NUL and lone surrogates, which neither UTF-8 nor PostgreSQL can hold."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    try:
        if 0 in telling_bytes(text):
            return text.replace("\x00", "")
    except UnicodeEncodeError:
        text = text.replace("\x00", "")
        if len(text) > _MOST_JOINED:  # nothing that anybody reads, and joining is slow
            return text.encode("utf-8", "replace").decode()
        # "\ud83d\ude00" out of badly decoded JSON is a pair, which UTF-16 joins
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _cleaned(text: str) -> str:
    """Storable text, cut to what is read, in which only a space looks like one."""
    text = storable(text[:MAX_CHARACTERS])
    if text.isascii():
        return text
    told = telling_bytes(text)
    for mark, character, substitute in _ODD_CHARACTERS:
        if mark in told:
            text = text.replace(character, substitute)
    return text


def _single_spaces(text: str) -> str:
    while text.rfind("  ") >= 0:  # faster than from the front; halves every run
        text = text.replace("  ", " ")
    return text


def _tidy(text: str) -> str:
    """Text that has lines of its own: these stripped, with one blank line at the most between."""
    lines: list[str] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    for line in map(str.strip, _single_spaces(text).split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).rstrip("\n")


class _NotPlainError(Exception):
    """Splitting at "<" and ">" is not enough."""


def _plain_pieces(html: str) -> Iterable[tuple[int, str]]:
    """What each tag does, and the text behind it. Raises _NotPlainError; most documents are plain."""
    parts = html.replace(">", "<").split("<")
    if len(parts) > 2 * MAX_TAGS:
        raise _NotPlainError
    effects = [_NOTHING, *map(_PLAIN_TAGS.__getitem__, parts[1::2])]
    if max(effects) >= _DROP:
        raise _NotPlainError
    return zip(effects, parts[::2], strict=True)


def _pieces(html: str) -> Iterable[tuple[int, str]]:
    """As ``_plain_pieces``, of any document."""
    parts = _tokens(html, _TAG_NAME)
    if any(_EFFECTS[name] == _DROP for name in set(parts[1::2])):
        parts = _without_dropped(parts)
    return zip((_NOTHING, *(_EFFECTS[name] for name in parts[1::2])), parts[::2], strict=True)


def _lines(pieces: Iterable[tuple[int, str]]) -> list[str]:
    """The lines that tags make of the text between them."""
    lines: list[str] = []
    line = ""
    gap = item = False
    for effect, text in pieces:
        if not effect:
            line += text
            continue
        if effect == _CELL:
            line += " " + text
            continue
        line = line.strip()
        if line:
            if item:
                line = "- " + line
            elif gap and lines:
                lines.append("")
            lines.append(line)
            gap = item = False
        elif effect == _BREAK:
            gap = True
        if effect == _PARAGRAPH:
            gap = True
        elif effect == _ITEM:
            item, gap = True, False
        line = text
    line = line.strip()
    if line:
        lines.extend(("- " + line,) if item else ("", line) if gap and lines else (line,))
    return lines


def _tokens(html: str, tag: re.Pattern[str]) -> list[str]:
    """Text and tags in turn: text at even places, at odd ones what ``tag`` captures of a tag."""
    if "!--" in html:
        html = _COMMENT.sub("", html)
    parts = tag.split(html, maxsplit=MAX_TAGS)
    if len(parts) > 2 * MAX_TAGS:
        parts[-1] = parts[-1].partition("<")[0]
    return parts


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


def _resolve_entities(lines: list[str]) -> bool:
    """Resolve entities, in place; whether one may have been a space at an end of a line, a line, or all of one."""
    is_untidy = False
    for position, line in enumerate(lines):
        if "&" in line:
            lines[position] = line = unescape_once(line)
            is_untidy = is_untidy or not line or line != line.strip() or "\n" in line
    return is_untidy


def html_to_text(html: str | None) -> str:
    """Readable text: a line a block, a blank line between paragraphs, ``- `` before list items.

    Text without tags keeps its own lines, as does HTML that has no element which breaks lines.
    """
    if not html:
        return ""
    html = _cleaned(html)
    if not _BREAKS_LINES.search(html):
        if ">" in html and _HAS_TAG.search(html):
            html = "".join(_without_dropped(_tokens(html, _TAG_NAME))[::2])
        return _tidy(unescape_once(html))
    is_paired = has_paired_brackets(html)
    html = html.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    if "&" in html:
        html = " ".join(html.split("&nbsp;"))  # where there are few, faster than to replace
    try:
        lines = _lines(_plain_pieces(html) if is_paired else _pieces(html))
    except _NotPlainError:
        lines = _lines(_pieces(html))
    is_untidy = _resolve_entities(lines)
    text = "\n".join(lines)
    if is_untidy and (" \n" in text or "\n " in text or "\n\n\n" in text or text != text.strip()):
        text = _tidy(text)
    return _single_spaces(text)


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
