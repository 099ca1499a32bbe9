"""Sample documents: small PDFs made here, and what is said about them. Each says on its page that it is a sample."""

import io
from datetime import date, datetime, timedelta
from typing import Final
from zlib import crc32

from tracker.accounts.models import User
from tracker.core.storage import storage
from tracker.demo.texts import LABEL
from tracker.parties.models import Party
from tracker.progress.models import Evidence, Update
from tracker.progress.services.evidence import attach, attached_to
from tracker.progress.services.keeping import Facts, NewFile, add_file

_MEGABYTES: Final = 100
#: Title, file name, days since its date, days until it ends (None: it does not), whether it is restricted.
_DOCUMENTS: Final = (
    ("Annual report of the national coordinator", "annual-report.pdf", 230, None, False),
    ("Agreement with the reception centres", "agreement.pdf", 330, 35, False),
    ("Standard operating procedures", "procedures.pdf", 900, None, False),
    ("Minutes of the working group", "minutes.pdf", 60, None, True),
)


def attach_document(update: Update, *, by: User, at: datetime) -> None:
    """Let some drafts name a document of their party, the same ones every time."""
    item = update.item
    lot = crc32(f"{item.commitment.code}{item.party.code}".encode())
    if item.party.is_country and lot % 3 == 0:
        evidence = _document(item.party, lot // 3 % len(_DOCUMENTS), by=by, at=at)
        attach(update, attached_to(update) | {evidence.id}, by=by, at=at)


def _document(party: Party, which: int, *, by: User, at: datetime) -> Evidence:
    title, file_name, age, left, is_restricted = _DOCUMENTS[which]
    today = at.date()
    facts = Facts(
        title=f"{title} {LABEL}",
        language="en",
        dated_on=_first_of_month(today - timedelta(days=age)),
        expires_on=today + timedelta(days=left) if left is not None else None,
        is_restricted=is_restricted,
    )
    blob = storage().put(io.BytesIO(sample_pdf(title, f"{party.code}: made up for the demonstration, says nothing.")))
    new = NewFile(blob=blob, file_name=file_name, media_type="application/pdf")
    # The bytes are the same each time, so a second item finds the document that the first one added.
    return add_file(party, facts, new, megabytes=_MEGABYTES, by=by, at=at)[0]


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def sample_pdf(*lines: str) -> bytes:
    """Return a page with some lines of plain English."""
    text = b" ".join(b"(%s) Tj 0 -28 Td" % line.encode("ascii", "replace") for line in (*lines, "SAMPLE"))
    content = b"BT /F1 18 Tf 72 760 Td " + text + b" ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    file, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        file
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(file))
    )
