"""UTF-8 that was read as Windows-1252 ("MÃ¼nchen") and written again, put right where that is proved.

The proof is that the characters turn back into bytes which are well-formed UTF-8; an "Ã" that stands for
itself ("SÃO PAULO") never does, since no letter is a continuation byte.
"""

from __future__ import annotations

import re

from jobspiders.normalise.encoded import telling_bytes

#: Texts are mended again while that still proves something: some were encoded three times.
_MOST_ROUNDS = 3
#: Longer texts are left as they are.
MAX_CHARACTERS = 200_000

# How the damage shows among the bytes above ASCII: "Ã", "Â", "â€", "â„", a Greek or Cyrillic lead, an emoji's, a byte
# order mark, kana, the commonest of Han. A text without any of them is left alone at the cost of one look.
_SIGNS = tuple(
    sign.encode()
    for sign in (
        *(
            "Ã",
            "Â",
            "â€",
            "â„",
            "â\x80",
            "â\x84",
            "Ð",
            "Ñ",
            "ð",
            "Å",
            "Ä",
            "Î",
            "Ï",
            "ï»¿",
            "ï¼",
            "ã\x81",
            "ã‚",
            "ãƒ",
        ),
        *("ã€", "ä¸", "äº", "å¤", "æ—", "ç§", "è¯", "é–"),
    )
)
_DECODED = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0)}
_BYTES = {ord(character): byte for byte, character in _DECODED.items()} | {
    code: code for code in range(0x80, 0x100)
}
_TAIL = (
    "[" + re.escape("".join(sorted(set(_DECODED.values()) | {chr(code) for code in range(0x80, 0xC0)}))) + "]"
)
# What is mended alone, where the line as a whole is no UTF-8: sequences that no language writes. "Ã–" may be the
# end of a word and a dash; it is "Ö" only where the word goes on.
_SURE = re.compile(
    f"[ÂÃ](?:[\x80-\xbf€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ](?<!»)|[‘’“”–—…](?=[^\\W\\d_]))|â[€„‚ˆ…†‡\x80-\x9f]{_TAIL}|ï»¿|ð[\x9fŸ]{_TAIL}{{2}}"
)


def _as_bytes(text: str) -> bytes | None:
    for codec in ("latin-1", "cp1252"):
        try:
            return text.encode(codec)
        except UnicodeEncodeError:
            continue
    codes = [_BYTES.get(ord(character), ord(character)) for character in text]
    return bytes(codes) if max(codes, default=0) < 0x100 else None


def _decoded(text: str) -> str | None:
    raw = _as_bytes(text)
    if raw is None:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _sequence(match: re.Match[str]) -> str:
    return _decoded(match.group()) or match.group()


def _line(line: str) -> str:
    if line.isascii():
        return line
    whole = _decoded(line)
    return whole if whole is not None else _SURE.sub(_sequence, line)


def _may_be_damaged(text: str) -> bool:
    try:
        told = telling_bytes(text)
    except UnicodeEncodeError:
        told = telling_bytes(text.encode("utf-8", "replace").decode())
    return b"\xc3" in told and any(sign in told for sign in _SIGNS)


def mend(text: str) -> str:
    """The text with what is provably double-encoded decoded, all else as it was."""
    if len(text) > MAX_CHARACTERS:
        return text
    for _ in range(_MOST_ROUNDS):
        if text.isascii() or not _may_be_damaged(text):
            return text
        mended = "\n".join(map(_line, text.split("\n")))
        if mended == text:
            return text
        text = mended
    return text
