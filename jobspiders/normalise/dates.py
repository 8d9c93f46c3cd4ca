"""Dates as boards write them, to aware datetimes in UTC."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from jobspiders.normalise.phrases import fold

if TYPE_CHECKING:
    from jobspiders.items import DateValue

#: No posting of a running board is older; zero and year-1 dates are database defaults.
FIRST_YEAR = 1990
#: Boards write "never expires" as ten years ahead, database defaults as 2999 or 9999.
YEARS_AHEAD = 20
_LONGEST = 80

_ISO = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:(?:[Tt]|,? +)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r" ?(Z|z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)?(?:\[[\w/+-]+\])?"
)
#: Of a date, with a time, and with its zone: "2026-08-25", "2026-08-25T08:30:00", then "Z" or "+02:00".
_PLAIN_LENGTHS = (10, 19, 20, 25)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?Z?)?")
_NUMBER = re.compile(r"-?\d{9,19}(?:\.\d{1,9})?")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:,? +(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_TIME = re.compile(r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(?: ?([ap])\.?m\b)?", re.IGNORECASE)
_ZONE = re.compile(r"(?:GMT|UTC)?([+-]\d{2}:?\d{2})\b|\b(GMT|UTC|UT|Z|EST|EDT|CST|CDT|MST|MDT|PST|PDT)\b")
_ZONE_HOURS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_DAY_OF_MONTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|er|º|°)?(?!\w)")
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_AMOUNT = re.compile(r"(\d{1,4})\s*(\+?)\s*([^\W\d_]+)")


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


def _table(rows: dict[int, str]) -> dict[str, int]:
    return {fold(word): key for key, words in rows.items() for word in words.split()}


_MONTHS = _table(
    {
        1: "january jan januar jänner janvier janv enero ene janeiro gennaio gen januari stycznia styczeń "
        "января",
        2: "february feb februar februari février févr fév febrero fevereiro fev febbraio lutego luty "
        "февраля",
        3: "march mar märz mrz mars marzo março maart mrt marca marzec марта",
        4: "april apr avril avr abril abr aprile kwietnia kwiecień апреля",
        5: "may mai mayo maio maggio mag mei maj maja мая",
        6: "june jun juni juin junio junho giugno giu czerwca czerwiec июня",
        7: "july jul juli juillet juil julio julho luglio lug lipca lipiec июля",
        8: "august aug août aout agosto ago ag augustus augusti sierpnia sierpień августа",
        9: "september sep sept septembre septiembre setiembre setembro set settembre września wrzesień "
        "сентября",
        10: "october oct oktober okt octobre octubre outubro out ottobre ott października октября",
        11: "november nov novembre noviembre novembro listopada listopad ноября",
        12: "december dec dezember dez décembre déc diciembre dic dezembro dicembre desember grudnia декабря",
    }
)
_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 7 * 1440, "month": 30 * 1440, "year": 365 * 1440}
_UNIT_WORDS = {
    "minute": "min mins minute minutes minuten minuto minutos minuti minuut minuter minutt minutter "
    "minuta minuty "
    "minut минуту минуты минут dakika 分 分钟 分鐘 분",
    "hour": "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur uren godzina "
    "godzinę godziny "
    "godzin godz timme timmar time timer час часа часов saat 時間 小时 小時 시간",
    "day": "d day days tag tage tagen jour jours j día dia días dias giorno giorni gg dag dagen dagar "
    "dage dager dzień "
    "dni день дня дней gün 日 天 일 päivä päivää",
    "week": "w wk wks week weeks woche wochen semaine semaines semana semanas settimana settimane weken "
    "vecka veckor "
    "uge uger uke uker tydzień tygodnie tygodni неделю недели недель hafta 週間 周 주",
    "month": "mo mos mth month months monat monate monaten mois mes meses mês mese mesi maand maanden "
    "månad månader "
    "måned måneder miesiąc miesiące miesięcy месяц месяца месяцев ay ヶ月 か月 个月 個月 개월",
    "year": "y yr yrs year years jahr jahre jahren ans année año años ano anos anno anni jaar jaren rok "
    "lata lat "
    "год года лет yıl",
}
_UNITS = _table({_MINUTES[unit]: words for unit, words in _UNIT_WORDS.items()})
_ONE = _words("a an one einem einer ein eine un une una uno um uma een en ett et jeden jedną один одну bir")
_AGO = _words(
    "ago vor seit hace há atrás fa geleden temu sedan siden назад önce sitten posted published listed active "
    "gepostet veröffentlicht aktualisiert publiée publié publicado publicada pubblicato geplaatst"
)
_BESIDE_DAY = _AGO | _words(
    "at um uhr à las a le les alle om job jobs just neu offre oferta date on since depuis"
)
_AHEAD = frozenset(("in", "dans", "en", "em", "tra", "over", "om", "za"))
_BOUND = re.compile(
    r"\d\s*\w{0,8}\s?\+|\b(?:more than|over|mehr als|uber|plus de|mas de|mais de|piu di|oltre|meer dan|"
    r"ponad|mer an|"
    r"at least|bis zu|up to)\b"
)
_DAYS_AGO = {
    fold(word): days
    for days, words in {
        0: "today|heute|aujourd'hui|aujourd’hui|hoy|hoje|oggi|vandaag|dzisiaj|dziś|idag|i dag|сегодня|"
        "bugün|今日|今天|오늘|"
        "just posted|just now|just published|gerade eben|soeben|à l'instant|a l'instant|recién publicado|"
        "new|neu|nouveau|"
        "nuevo|novo|nuovo|nieuw|nowe|tänään",
        1: "yesterday|gestern|hier|ayer|ontem|ieri|gisteren|wczoraj|igår|i går|вчера|dün|eilen|昨日|昨天|"
        "어제",
        2: "vorgestern|avant-hier|anteayer|anteontem|eergisteren|przedwczoraj|l'altro ieri|позавчера",
    }.items()
    for word in words.split("|")
}
_DAY_WORDS = re.compile(
    "|".join(
        rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])" for word in sorted(_DAYS_AGO, key=len, reverse=True)
    )
)


def _within(moment: datetime, now: datetime) -> datetime | None:
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment if FIRST_YEAR <= moment.year <= now.year + YEARS_AHEAD else None


def _from_number(number: float, now: datetime) -> datetime | None:
    if not math.isfinite(number) or abs(number) > 1e20:
        return None
    if 19_000_000 < number < 21_000_000 and number == int(number):
        return _from_parts(_COMPACT.fullmatch(str(int(number))), now)
    while abs(number) >= 1e11:  # milli-, micro-, nanoseconds; in seconds that would be the year 5138
        number /= 1000
    return _within(datetime.fromtimestamp(number, UTC), now)


def _offset(text: str) -> timezone:
    digits = text[1:].replace(":", "").ljust(4, "0")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-delta if text[0] == "-" else delta)


def _from_parts(match: re.Match[str] | None, now: datetime) -> datetime | None:
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    return _within(datetime(year, month, day, hour, minute, second, tzinfo=UTC), now)


def _from_iso(match: re.Match[str], now: datetime) -> datetime | None:
    year, _, month, day, hour, minute, second, fraction, zone = match.groups()
    moment = datetime(
        int(year),
        int(month),
        int(day),
        int(hour or 0) % 24,
        int(minute or 0),
        min(int(second or 0), 59),
        int((fraction or "0").ljust(6, "0")[:6]),
        tzinfo=_offset(zone) if zone and zone[0] in "+-" else UTC,
    )
    if hour == "24":
        moment += timedelta(days=1)
    return _within(moment, now)


def _from_numeric(match: re.Match[str], now: datetime) -> datetime | None:
    """``25/08/2026`` and ``08/25/2026``; with dots the day stands first, else what could be either is "
    "None."""
    first, separator, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
    if separator == "." or first > 12 or first == second:
        day, month = first, second
    elif second > 12:
        day, month = second, first
    else:
        return None
    hour, minute, seconds = (int(match[group] or 0) for group in (5, 6, 7))
    return _within(datetime(year, month, day, hour, minute, seconds, tzinfo=UTC), now)


def _from_month_name(text: str, now: datetime) -> datetime | None:
    hour = minute = second = 0
    if time := _TIME.search(text):
        hour, minute, second = int(time[1]), int(time[2]), int(time[3] or 0)
        if time[4]:
            hour = hour % 12 + (12 if time[4] in "pP" else 0)
        text = text[: time.start()] + " " + text[time.end() :]
    zone: timezone = UTC
    if found := _ZONE.search(text):
        zone = _offset(found[1]) if found[1] else timezone(timedelta(hours=_ZONE_HOURS.get(found[2], 0)))
        text = text[: found.start()] + " " + text[found.end() :]
    words = _WORDS.findall(fold(text))
    months = {_MONTHS[word] for word in words if word in _MONTHS}
    years = [int(word) for word in words if len(word) == 4 and word.isdigit()]
    days = [int(day) for day in _DAY_OF_MONTH.findall(text)]
    if len(months) != 1 or len(years) != 1 or len(days) != 1:
        return None
    return _within(datetime(years[0], months.pop(), days[0], hour, minute, second, tzinfo=zone), now)


def _from_relative(text: str, now: datetime) -> datetime | None:
    folded = fold(text)
    if _BOUND.search(folded):
        return None
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if found := _DAY_WORDS.search(folded):
        rest = _TIME.sub(" ", folded[: found.start()] + folded[found.end() :])
        if not _BESIDE_DAY.issuperset(_WORDS.findall(rest)):
            return None
        return midnight - timedelta(days=_DAYS_AGO[found.group()])
    ago = "前" in folded or "전" in folded or "il y a" in folded
    folded = folded.replace("前", " ").replace("전", " ").replace("il y a", " ")
    words = _WORDS.findall(folded)
    if not words:
        return None
    ahead = words[0] in _AHEAD
    ago = ago or not _AGO.isdisjoint(words)
    for one in _ONE.intersection(words):
        folded = re.sub(rf"\b{one}\b", "1", folded)
    amount = _AMOUNT.search(folded)
    if not amount or amount[3] not in _UNITS or _AMOUNT.search(folded, amount.end()):
        return None
    bare = amount.end() - amount.start() == len(folded) and len(amount[3]) <= 2  # "3d", "24h", "2w"
    if not (ago or ahead or bare):
        return None
    minutes = int(amount[1]) * _UNITS[amount[3]]
    delta = timedelta(minutes=-minutes if ahead and not ago else minutes)
    return midnight - delta if minutes % 1440 == 0 else (now - delta).replace(second=0, microsecond=0)


def _plain_iso(text: str) -> datetime | None:
    """The moment in the commonest spellings of ISO 8601, many times faster than by expressions; None for others."""
    if len(text) not in _PLAIN_LENGTHS or text[4] != "-" or text[7] != "-":
        return None
    if len(text) > 10 and (text[10] not in "Tt " or text[13] != ":" or text[16] != ":"):
        return None
    if len(text) > 19 and (text[19] not in "+-Zz" or text[22:23] not in ":"):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _from_text(text: str, now: datetime) -> datetime | None:
    text = " ".join(text[: 2 * _LONGEST].split())
    if not text or len(text) > _LONGEST:
        return None
    if moment := _plain_iso(text):
        return _within(moment, now)
    if match := _ISO.fullmatch(text):
        return _from_iso(match, now)
    if _NUMBER.fullmatch(text):
        return _from_number(float(text), now)
    if match := _COMPACT.fullmatch(text):
        return _from_parts(match, now)
    if match := _NUMERIC.fullmatch(text):
        return _from_numeric(match, now)
    return _from_month_name(text, now) or _from_relative(text, now)


def is_lasting(value: DateValue, *, now: datetime) -> bool:
    """Whether ``value`` means the same on another day: "3 days ago" does not."""
    if not isinstance(value, str) or _plain_iso(text := value.strip()) or _ISO.fullmatch(text):
        return True
    return parse_date(value, now=now) == parse_date(value, now=now - timedelta(days=400))


def parse_date(value: DateValue, *, now: datetime) -> datetime | None:
    """The moment meant, in UTC; None where it is not clear or outside ``FIRST_YEAR`` .. now + 20 years.

    A date without a time is midnight UTC, a time without an offset is UTC. "3 days ago" is midnight of that
    day, "2 hours ago" the minute; weeks, months (30 days) and years are counted back in days. "30+ days ago"
    is only a bound and therefore None, as is ``08/05/2026``, which two halves of the world read differently.
    """
    if value is None or isinstance(value, bool):
        return None
    now = now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)
    try:
        if isinstance(value, datetime):
            return _within(value, now)
        if isinstance(value, date):
            return _within(datetime(value.year, value.month, value.day, tzinfo=UTC), now)
        if isinstance(value, (int, float)):
            return _from_number(value, now)
        if isinstance(value, str):
            return _from_text(value, now)
    except (ValueError, OverflowError, OSError):
        return None
    return None
