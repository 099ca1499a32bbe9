"""What looks like personal data in a text, and what only seems to: in the forms of the region."""

import pytest

from tracker.progress.personal_data import PersonalKind, personal_data_in

BIRTH, CASE, EMAIL, ID, PHONE = (
    PersonalKind.BIRTH,
    PersonalKind.CASE_NUMBER,
    PersonalKind.EMAIL,
    PersonalKind.ID_NUMBER,
    PersonalKind.PHONE,
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Write to ana.hoxha@ministria.example for the list.", EMAIL),
        ("Call +355 69 212 3456 for details.", PHONE),
        ("Her lawyer: +381 (0)64 123-45-67.", PHONE),
        ("00389 2 311 7777 is answered day and night.", PHONE),
        ("Контакт: тел. 064/123-4567.", PHONE),
        ("Telefon: 02 1234 567.", PHONE),
        ("The applicant, 0101006500006, was heard.", ID),
        ("ЈМБГ 0101006500006", ID),
        ("Жертвата с ЕГН 7523169263 получи помощ.", ID),
        ("OIB: 69435151530", ID),
        ("The person 69435151530 was compensated.", ID),
        ("Shtetasja J50101001A u strehua.", ID),
        ("CNP 1800101221144", ID),
        ("Passport no. 012345678 was taken from her.", ID),
        ("The judgment in K 123/2020 is final.", CASE),
        ("Awards were made in P-45/21 and P-46/21.", CASE),
        ("Предметот КП 12/19 е затворен.", CASE),
        ("Првостепена пресуда К.бр. 77/2018.", CASE),
        ("Kž 1 23/2019 confirmed it.", CASE),
        ("Case no. 1234/2019 shows how long it takes.", CASE),
        ("По НОХД № 123/2020 съдът присъди обезщетение.", CASE),
        ("Dosarul nr. 1234/215/2020 este pe rol.", CASE),
        ("Prokuroria, PP.nr. 45/2019.", CASE),
        ("The girl, born on 12 March 2009, was found in a hotel.", BIRTH),
        ("M. H., e lindur më 12.03.2004, u identifikua.", BIRTH),
        ("Оштећена, рођена 12. 3. 2004. године.", BIRTH),
        ("Пострадалата, родена на 12.03.2004 г.", BIRTH),
        ("Oštećena je rođena 1.1.2006.", BIRTH),
        ("Ana Petrović (b. 2004) received an award.", BIRTH),
        ("Date of birth: 2004-03-12", BIRTH),
    ],
)
def test_what_looks_like_a_person_is_found(text: str, kind: PersonalKind) -> None:
    assert kind in personal_data_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Law no. 12/2021 entered into force; it was published in Official Gazette 45/2019.",
        "Official Gazette of RS, no. 85/05, 88/05 and 107/05.",
        "Закон за бесплатна правна помош (Службен весник на РСМ бр. 101/2019).",
        "Закон о странцима, Службени гласник РС 24/2018 и 31/2019.",
        "Закон за борба с трафика на хора, обн. ДВ, бр. 46/2003.",
        "Zakon o novčanoj naknadi (NN 80/08, 27/11) i KZ (Sl. glasnik 85/2005).",
        "Ligji nr. 9/2020 dhe VKM nr. 582/2011.",
        "Legea nr. 678/2001, H.G. 88/2020 și O.U.G. 78/2004.",
        "Directive 2011/36/EU, as amended by Directive (EU) 2024/1712; OJ L 101/1.",
        "Article 12/2 and paragraph 4 of BRDO-2018-05; CM/Rec(2022)21; A/RES/55/25.",
        "The fund holds 1 200 000 000 MKD, 10,000,000.00 ALL and EUR 2500000000.",
        "Between 2019-2024 and in 2020/2021, 14 persons were paid; 1234567890 leaflets were printed.",
        "Children born in the shelter in 2020 stay with their mothers until 31.12.2026.",
        "The plan was born on paper and approved in 2021.",
        "The Minister signed on 12 March 2024 (Brdo, 16.03.2018).",
        "Call the helpline 116 006 or 112; the growth was +12 per cent and +10 000 000 EUR.",
        "Group of 12 prosecutors, 45/21 in favour.",
        "ISBN 9783161484100, invoice 1000000000000.",
        "https://www.gov.example/2021/12345678901/law.pdf",
    ],
)
def test_laws_gazettes_sums_and_dates_are_left_alone(text: str) -> None:
    assert personal_data_in(text) == frozenset()


def test_one_text_may_hold_several_kinds() -> None:
    found = personal_data_in("A. B., born 1.2.2003, +381 64 123 4567, K 12/2020")

    assert found == {BIRTH, PHONE, CASE}
