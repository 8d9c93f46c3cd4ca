"""JSON that people and templates damaged, mended: comments, commas, quotes, markup between the tokens.

The rules of sound JSON: https://www.rfc-editor.org/rfc/rfc8259
"""

from __future__ import annotations

import html
import re

#: What may stand between two tokens and means nothing.
_NOTHING = re.compile(
    r"[\s\u00a0\ufeff\u200b;]+|//[^\n]*|/\*.*?\*/|<!--|-->|<!\[CDATA\[|\]\]>|</?(?:br|p|span|div)\b[^<>]{0,200}>",
    re.DOTALL | re.IGNORECASE,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")
_WORD = re.compile(r"[A-Za-z_$@][\w$@:-]*?(?=\s*[:,}\]]|\s*$)")
_LITERALS = {
    "true": "true",
    "false": "false",
    "null": "null",
    "True": "true",
    "False": "false",
    "None": "null",
    "undefined": "null",
    "NaN": "null",
}
#: Quotes that may open a text, each with those that may close it. Editors turn straight ones into curved ones.
_CURVED = "“”„″"
_CLOSING = {'"': '"', "'": "'"} | dict.fromkeys(_CURVED, _CURVED)
_ANY_QUOTE = f"[\"'{_CURVED}]"
#: What follows a quote that ends a key, a value of an object, a value of a list.
_GAP = r"(?:[\s\u00a0]|</?(?:br|p)\b[^<>]{0,80}>|//[^\n]{0,200}\n|/\*[^*]{0,200}\*/)*+"
_QUOTED_KEY = rf"{_ANY_QUOTE}[^\"'{_CURVED}\n]{{1,80}}{_ANY_QUOTE}{_GAP}:"
_KEY = rf"(?:{_QUOTED_KEY}|[A-Za-z_@$][\w$@]{{0,80}}{_GAP}:)"
_AFTER_KEY = re.compile(rf"{_GAP}:", re.DOTALL)
_AFTER_VALUE = re.compile(rf"{_GAP}(?:\}}|$|,{_GAP}(?:\}}|{_KEY}))|[ \t]*\n{_GAP}{_QUOTED_KEY}", re.DOTALL)
_AFTER_ITEM = re.compile(rf"{_GAP}(?:\]|$|,{_GAP}(?:\]|{_ANY_QUOTE}|[{{\[\d-]|true|false|null))", re.DOTALL)
_UNESCAPED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"'}


def mended(text: str) -> list[str]:
    """The values of a damaged text, each as sound JSON; raises ValueError for what is beyond repair.

    Mended are comments, trailing, doubled and missing commas, raw line ends and unescaped quotes in texts, single and
    curved quotes, keys without quotes, HTML tags between tokens, and quotes written as HTML entities. What was
    cut off is not completed: a posting of half its data would look like a changed one.
    """
    if '"' not in text and re.search("&(?:quot|#0*34|#x0*22);", text):
        text = html.unescape(text)
    return _Mender(text).values()


class _Mender:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        #: The open braces and brackets, and the tokens of the value that is being read.
        self.open: list[str] = []
        self.tokens: list[str] = []

    def values(self) -> list[str]:
        found: list[str] = []
        while self._skip():
            self._token()
            if not self.open and self.tokens:
                if self.tokens != [","]:
                    found.append("".join(self.tokens))
                self.tokens = []
        if self.open or not found:
            raise ValueError("the JSON is cut off" if self.open else "there is no JSON")
        return found

    def _skip(self) -> bool:
        """Pass over what means nothing; False at the end."""
        while (match := _NOTHING.match(self.text, self.at)) is not None:
            self.at = match.end()
        return self.at < len(self.text)

    def _token(self) -> None:
        sign = self.text[self.at]
        if sign in "{[":
            self._value(sign)
            self.open.append(sign)
            self.at += 1
        elif sign in "}]":
            self._close(sign)
        elif sign in ",:":
            if self.tokens and self.tokens[-1] == ":":
                self.tokens.append("null")
            if self.tokens and self.tokens[-1] not in (",", "{", "["):
                self.tokens.append(sign)
            self.at += 1
        elif sign in _CLOSING:
            self._value(self._string(_CLOSING[sign]))
        else:
            self._bare()

    def _close(self, sign: str) -> None:
        if not self.open or self.open.pop() + sign not in ("{}", "[]"):
            raise ValueError(f"{sign} closes nothing")
        if self.tokens[-1] == ",":
            self.tokens.pop()
        self.tokens.append("null" + sign if self.tokens[-1] == ":" else sign)
        self.at += 1

    def _value(self, token: str) -> None:
        """Add the beginning of a value, with the comma that is missing before it."""
        if self.open and self.tokens[-1] not in (",", ":", "{", "["):
            self.tokens.append(",")
        self.tokens.append(token)

    def _bare(self) -> None:
        match = _NUMBER.match(self.text, self.at)
        if match is not None:
            self._value(match.group())
        else:
            match = _WORD.match(self.text, self.at)
            if match is None or not self.open:
                raise ValueError(f"{self.text[self.at : self.at + 20]!r} is no JSON")
            word = match.group()
            if self._expects_key():
                self._value(f'"{word}"')
            elif word in _LITERALS:
                self._value(_LITERALS[word])
            else:
                raise ValueError(f"{word} is no JSON")
        self.at = match.end()

    def _expects_key(self) -> bool:
        return bool(self.open) and self.open[-1] == "{" and self.tokens[-1] != ":"

    def _string(self, closing: str) -> str:
        """The text that starts here: it ends at the first quote after which JSON can go on."""
        if self._expects_key():
            follows = _AFTER_KEY
        else:
            follows = _AFTER_VALUE if self.open and self.open[-1] == "{" else _AFTER_ITEM
        parts = ['"']
        self.at += 1
        while self.at < len(self.text):
            sign = self.text[self.at]
            self.at += 1
            if sign == "\\":
                parts.append(self._escape())
            elif sign in closing and follows.match(self.text, self.at):
                return "".join([*parts, '"'])
            else:
                parts.append(_UNESCAPED.get(sign, sign))
        raise ValueError("a text is cut off")

    def _escape(self) -> str:
        """What follows a backslash; one that escapes nothing is itself."""
        sign = self.text[self.at : self.at + 1]
        if sign == "u" and re.fullmatch("[0-9a-fA-F]{4}", self.text[self.at + 1 : self.at + 5]):
            self.at += 5
            return "\\" + self.text[self.at - 5 : self.at]
        if sign and sign in '"\\/bfnrt':
            self.at += 1
            return "\\" + sign
        if sign == "'":
            self.at += 1
            return sign
        return "\\\\"
