"""Making a Word file of what was said. Only ``tracker.making`` imports this."""

from collections.abc import Mapping
from typing import Any, Final

from tracker.papers.making import Made, Maker, Order, Progress
from tracker.papers.said.choices import Wanted
from tracker.papers.said.kinds import WORD
from tracker.papers.said.reading import read_said
from tracker.papers.wordfile import MEDIA_TYPE, WordFile


def gather(order: Order) -> Mapping[str, Any]:
    """Read what was asked for."""
    return read_said(Wanted.read(order.parameters), at=order.now)


def make_word(data: Mapping[str, Any], progress: Progress) -> Made:
    """Write it as a Word file: rounds and answers as headings, so that Word's outline leads through them."""
    file = WordFile(title=data["title"], author=data["network"], language=data["language"], day=data["day"])
    file.header(data["title"], data["product"])
    file.footer([f"* {note}" for note in data["footnotes"]], data["as_of"], data["page_words"])
    if data["sample"]:
        file.notice(data["sample"])
    file.title(data["title"], over=data["network"])
    for words in data["about"]:
        file.quiet(words)
    done = 0
    for round_ in data["rounds"]:
        file.heading(round_["title"], 1)
        for entry in round_["entries"]:
            _write(file, entry)
            done += 1
            progress(done, data["count"], entry["code"])
    name = f"said-{data['party']['code']}-{data['theme']}-{data['day']}.docx"
    return Made(content=file.bytes(), file_name=name, media_type=MEDIA_TYPE)


def _write(file: WordFile, entry: Mapping[str, Any]) -> None:
    file.heading(f"{entry['code']}  {entry['title']}", 2)
    file.status(entry["status"], entry["status_words"], [*entry["marks"], entry["submitted"]])
    file.quiet(entry["instrument"])
    for part in entry["texts"]:
        file.label(part["heading"])
        for paragraph in part["paragraphs"]:
            file.text(paragraph)


MAKERS: Final = {WORD.code: Maker(gather, make_word)}
