"""The words of the sample data: made up, and saying so. Keyed by theme and status; no fact about any party."""

from typing import Final

from tracker.progress.statuses import Status

#: Every text that is made up ends in this.
LABEL: Final = "(sample)"

#: Theme → what the answers are about.
SUBJECTS: Final = {
    "prevention": "the awareness programme",
    "demand": "the rules on knowing use of a victim's services",
    "technology": "the online investigation unit",
    "protection": "the identification procedure",
    "compensation": "the State compensation fund",
    "referral": "the transnational referral contact points",
    "prosecution": "the specialised prosecution team",
    "partnership": "the exchange with partners in the region",
    "data": "the yearly statistics",
    "governance": "the follow-up of the network's decisions",
    "crisis": "the information for people who arrive from Ukraine",
}

NARRATIVES: Final = {
    Status.NOT_STARTED: (
        "Nothing has been decided yet on {subject} {label}.",
        "No proposal has been made so far on {subject} {label}.",
    ),
    Status.IN_PREPARATION: (
        "A working group prepares a proposal on {subject} {label}. Two ministries have sent their opinions.",
        "The draft on {subject} was sent to the ministries for opinion {label}. The budget is being discussed.",
    ),
    Status.PARTLY_IN_PLACE: (
        "The law provides for {subject} {label}. The by-law with the details waits for adoption.",
        "Two of four regions have {subject} at work {label}. The other two follow once staff are trained.",
    ),
    Status.IN_PLACE: (
        "The by-law on {subject} was adopted and published {label}. Staff have been named.",
        "A decision of the Government set up {subject} {label}. Forms and contacts are published.",
    ),
    Status.IN_USE: (
        "Practice with {subject} is settled {label}. The responsible bodies report on it every year.",
        "Since it was set up, {subject} is used in several cases a year {label}. It was reviewed once.",
    ),
    Status.NOT_APPLICABLE: ("", ""),
}
REASON: Final = "The text addresses authorities that do not exist here {label}."
OBSTACLES: Final = (
    "No budget line for this year {label}.",
    "Staff change often, and training starts anew each time {label}.",
    "First-contact authorities rarely tell people about it {label}.",
    "",
)
NEXT_STEPS: Final = (
    "Adopt the by-law in the first half of next year {label}.",
    "Train thirty officers by the summer {label}.",
    "Publish the first report {label}.",
    "",
)
#: The same in scripts of the region, for parties whose people write so.
LOCAL_NARRATIVES: Final = {
    "RS": "Подзаконски акт је усвојен, примена почиње наредне године {label}. Обука је одржана у пет градова.",
    "BG": "Наредбата е приета и публикувана {label}. Обучени са тридесет служители.",
    "MK": "Подзаконскиот акт е донесен {label}. Обуката за органите на прв контакт продолжува.",
    "RO": "Hotărârea a fost adoptată și publicată {label}. Instruirea continuă în șase județe.",
    "HR": "Pravilnik je donesen i objavljen {label}. Provedba počinje u Šibeniku i Đakovu.",
    "AL": "Akti nënligjor u miratua dhe u botua {label}. Trajnimi vazhdon në pesë qarqe.",
    "SI": "Pravilnik je sprejet in objavljen {label}. Usposabljanje poteka v štirih območjih.",
}
HELP: Final = (
    ("training", "Trainers who know online investigations {label}."),
    ("legislation", "Texts of laws on State compensation that work in practice {label}."),
    ("data", "Advice on counting victims without counting them twice {label}."),
)
OFFERS: Final = (
    ("practice", "Our checklist for first-contact officers, in English {label}."),
    ("contact_point", "A contact point for urgent referrals, day and night {label}."),
    ("document", "The text of the by-law with a commentary {label}."),
)
RETURN_REASON: Final = "Please say which authority is responsible, and since when {label}."
NOTE: Final = "Please draft this one, and name the act and its date {label}."
STEPS: Final = (
    ("Adopt the by-law", "Ministry responsible for justice"),
    ("Inform people at first contact, in four languages", "Office of the National Coordinator"),
    ("Publish the first yearly report", "Ministry responsible for the interior"),
)
LEADS: Final = (
    "Ministry responsible for justice {label}",
    "Ministry responsible for the interior {label}",
    "Ministry responsible for social protection {label}",
    "Office of the National Coordinator {label}",
    "Labour inspectorate {label}",
)


def said(template: str, subject: str = "") -> str:
    """Return a text with its subject and its label; nothing for an empty one."""
    return template.format(subject=subject, label=LABEL) if template else ""


def sentence(text: str) -> str:
    """Return the text with a capital letter first."""
    return text[:1].upper() + text[1:]
