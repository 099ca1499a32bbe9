"""Finding what looks like personal data in a text. No Flask, no SQLAlchemy.

It reads the forms in use in the region, in Latin and in Cyrillic: e-mail addresses, telephone numbers, numbers of
identity, numbers of court and prosecution files, dates of birth. It is a second look, not a filter: what it finds a
person confirms or takes out. Numbers of laws and gazettes look much like those of files and are left alone.
"""

import re
from enum import StrEnum
from itertools import cycle
from typing import Final


class PersonalKind(StrEnum):
    """What a piece of text looks like."""

    EMAIL = "email"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    CASE_NUMBER = "case_number"
    BIRTH = "birth"


_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")

#: Country codes of two or three digits; no national number begins with 0.
_ABROAD: Final = re.compile(
    r"(?<![\w+])(?:\+|00)(?:3[578]\d|40|4[1-9]|30|3[1-4]|39|90)[ ./-]*(?:\(0\)[ ./-]*)?[1-9](?:[ ./-]*\d){5,10}(?!\d)"
)
_AFTER_WORD: Final = re.compile(
    r"\b(?:tel|telefon|telefoni|phone|mobile|mob|mobilni|cel|тел|телефон|моб|мобилни)\b"
    r"[.:№ ]*\(?0\d(?:[ ()./-]*\d){5,10}",
    re.IGNORECASE,
)

_DIGITS: Final = re.compile(r"(?<![\w/.,-])\d{10,13}(?![\w/]|[.,]\d)")
_ALBANIAN_ID: Final = re.compile(r"(?<!\w)[A-T][0-9](?:0[1-9]|1[0-2]|5[1-9]|6[0-2])[0-3]\d\d{3}[A-W](?!\w)")
_ID_AFTER_WORD: Final = re.compile(
    r"\b(?:JMBG|EMBG|EMŠO|EMSO|EGN|OIB|CNP|IDNP|ЈМБГ|ЕМБГ|ЕГН|ЛНЧ"
    r"|(?:passport|pasoš|pasaportë|pașaport|пасош|паспорт|identity card|ID card|lična karta|лична карта)"
    r"(?: no| nr| br| бр| number| broj| број)?)\b[.:№ ]*[A-ZА-Я]{0,2} ?\d{6,13}(?!\d)",
    re.IGNORECASE,
)

_YEAR: Final = r"(?:(?:19|20)\d\d|[0-29]\d)"
_NUMBER_WORD: Final = r"(?:no|nr|br|broj|number|бр|број|№)"
#: The marks of registers of courts and prosecutors.
_MARKS: Final = (
    "K|Kž|Kžm|Kv|Ki|Kim|Km|Kr|Krv|Kzz|Kd|Kp|Kpp|Kt|KT|KTO|KTR|KTN|KTM|KTI|KO|KOK|KP|P|Pž|Ps|Gž|Rev|PKR|PP|PPR|PPN|PN"
    "|NOHD|DP|К|Кж|Кжм|Кв|Ки|Ким|Км|Кр|Кзз|Кд|Кт|КТ|КТО|КТР|КТИ|КО|КОК|КОП|КП|П|Пж|Пс|Гж|Рев|ПП"
    "|НОХД|ВНОХД|НЧХД|ЧНД|ДП"
)
_MARKED: Final = re.compile(
    rf"(?<![\w/.-])(?:[IVX]+[ -])?(?:{_MARKS})(?:-?[a-zа-я]{{2}})?(?: ?\d(?![\d/]))?"
    rf"(?:[ .-]*{_NUMBER_WORD}\b)?[ .:№-]*\d{{1,6}}/{_YEAR}(?![\d/])"
)
_FILE_WORD: Final = re.compile(
    r"\b(?:case|file|criminal case|dosar|dosarul|predmet|spis|slučaj|zadeva|lënda|çështja|rasti|дело|делото"
    r"|предмет|случај|преписка)"
    rf" +(?:file +)?{_NUMBER_WORD}\b[.: №]*[\w.]{{0,6}}[ -]?\d{{1,6}}(?:/\d{{1,5}}){{1,2}}",
    re.IGNORECASE,
)
#: What stands directly before the number of a law, a gazette or a decision of a government.
_LAW: Final = re.compile(
    r"(?:law|act|gazette|journal|decision|decree|regulation|directive|article|art|zakon\w*|glasnik\w*|novin\w*"
    r"|list\w*|uredb\w*|član\w*"
    r"|ligj\w*|vkm|vendim\w*|neni\w*|lege\w*|hg|oug|monitorul|закон\w*|гласник\w*|весник\w*|вестник\w*|лист\w*"
    r"|уредб\w*|член\w*|чл|члан\w*|of RS|на РСМ|РС)"
    r"[ .,:()\"„“”»«]*$",
    re.IGNORECASE,
)

_MONTH: Final = r"[^\W\d_]{3,12}"
_DAY: Final = (
    rf"(?:\d{{1,2}}[./-] ?\d{{1,2}}[./-] ?(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d|\d{{1,2}}\.? {_MONTH} (?:19|20)\d\d)"
)
_BORN: Final = (
    r"(?:born|date of birth|d\.o\.b\.|DOB|rođen[ao]?|rodjen[ao]?|rojen[ao]?|datum rođenja|i lindur|e lindur"
    r"|lindur|datëlindja|născut[ăa]?"
    r"|nascut[a]?|data nașterii|рођен[ао]?|роден[ао]?|датум рођења|датум на раѓање|дата на раждане)"
)
_BIRTHDAY: Final = re.compile(rf"(?<!\w){_BORN}[^\n\d]{{0,25}}{_DAY}", re.IGNORECASE)
_NAME: Final = r"[^\W\d_a-zа-яёђјљњћџѓќѕ][^\W\d_]+"
_NAMED_AND_BORN: Final = re.compile(
    rf"(?:{_NAME}) (?:{_NAME}|[^\W\d_]\.)[ ,(]+(?:(?:was|is|je|е|је|është) )?(?i:{_BORN}|b\.|rođ\.|рођ\.|род\."
    rf"|nasc\.)[^\n\d]{{0,12}}(?:19|20)\d\d"
)


def personal_data_in(text: str) -> frozenset[PersonalKind]:
    """Return what kinds of personal data a text seems to hold."""
    found = {
        PersonalKind.EMAIL: bool(_EMAIL.search(text)),
        PersonalKind.PHONE: bool(_ABROAD.search(text) or _AFTER_WORD.search(text)),
        PersonalKind.ID_NUMBER: bool(
            _ALBANIAN_ID.search(text)
            or _ID_AFTER_WORD.search(text)
            or any(_is_id_number(match[0]) for match in _DIGITS.finditer(text))
        ),
        PersonalKind.CASE_NUMBER: bool(_FILE_WORD.search(text)) or any(map(_is_file, _MARKED.finditer(text))),
        PersonalKind.BIRTH: bool(_BIRTHDAY.search(text) or _NAMED_AND_BORN.search(text)),
    }
    return frozenset(kind for kind, is_there in found.items() if is_there)


def _is_file(match: re.Match[str]) -> bool:
    return not _LAW.search(match.string[max(0, match.start() - 40) : match.start()])


def _is_id_number(digits: str) -> bool:
    """Tell whether digits make a number of identity of the region, as far as its day of birth and check digit tell."""
    values = [int(digit) for digit in digits]
    if len(values) == 13:  # noqa: PLR2004 - JMBG, EMBG, EMŠO; CNP; IDNP
        return _is_jmbg(digits, values) or _is_cnp(digits, values) or _is_idnp(digits, values)
    if len(values) == 11:  # noqa: PLR2004 - OIB
        return _is_oib(values)
    return len(values) == 10 and _is_egn(digits, values)  # noqa: PLR2004 - EGN


def _is_day(day: str, month: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12  # noqa: PLR2004 - days and months


def _is_jmbg(digits: str, values: list[int]) -> bool:
    if not _is_day(digits[:2], digits[2:4]) or digits[4] not in "089":
        return False
    rest = 11 - sum(w * v for w, v in zip((7, 6, 5, 4, 3, 2) * 2, values, strict=False)) % 11
    return values[12] == (0 if rest > 9 else rest)  # noqa: PLR2004 - one digit


def _is_cnp(digits: str, values: list[int]) -> bool:
    if digits[0] not in "12345678" or not _is_day(digits[5:7], digits[3:5]):
        return False
    rest = sum(w * v for w, v in zip((2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9), values, strict=False)) % 11
    return values[12] == (1 if rest == 10 else rest)  # noqa: PLR2004 - one digit


def _is_idnp(digits: str, values: list[int]) -> bool:
    rest = sum(w * v for w, v in zip(cycle((7, 3, 1)), values[:12], strict=False)) % 10
    return digits[:2] in ("09", "20") and values[12] == rest


def _is_oib(values: list[int]) -> bool:
    rest = 10
    for value in values[:10]:
        rest = ((rest + value) % 10 or 10) * 2 % 11
    return values[10] == (11 - rest) % 10


def _is_egn(digits: str, values: list[int]) -> bool:
    month = int(digits[2:4]) % 20
    if not _is_day(digits[4:6], str(month)):
        return False
    return values[9] == sum(w * v for w, v in zip((2, 4, 8, 5, 10, 9, 7, 3, 6), values, strict=False)) % 11 % 10
