"""The national report as a Word file. Only makers import this."""

from collections.abc import Mapping
from typing import Any

from tracker.papers.making import Progress
from tracker.papers.wordfile import WordFile

Data = Mapping[str, Any]


def write(data: Data, progress: Progress) -> bytes:
    """Return the report."""
    file = WordFile(title=data["title"], author=data["network"], language=data["language"], day=data["day"])
    file.header(data["title"], data["watermark"] or data["product"])
    file.footer([f"* {note}" for note in data["footnotes"]], data["as_of"], data["page_words"])
    for words in (data["sample"], data["watermark"]):
        if words:
            file.notice(words)
    file.title(data["title"], over=data["network"], under=data["subtitle"])
    file.facts(data["facts"])
    for words in data["about"]:
        file.quiet(words)
    file.contents(data["contents_title"])
    _summary(file, data)
    total = sum(len(group["items"]) for group in data["groups"])
    done = 0
    for group in data["groups"]:
        file.heading(group["title"], 1)
        for item in group["items"]:
            _item(file, item)
            done += 1
            progress(done, total, item["code"])
    if data["figures"]:
        _figures(file, data["figures"])
    return file.bytes()


def _figures(file: WordFile, figures: Data) -> None:
    file.heading(figures["title"], 1)
    if figures["note"]:
        file.quiet(figures["note"])
    for part in figures["tables"]:
        file.heading(part["title"], 2, in_contents=False)
        file.table(part["heads"], [_indented(row) for row in part["rows"]], (6, *[2] * (len(part["heads"]) - 1)))


def _indented(row: Data) -> list[str]:
    first, *others = row["cells"]
    return [f"    {first}" if row["is_part"] else first, *others]


def _summary(file: WordFile, data: Data) -> None:
    file.heading(data["summary_title"], 1, new_page=True)
    headline = data["headline"]
    file.text(f"{headline['number']} {headline['words']}").runs[0].bold = True
    file.quiet(" ".join(filter(None, [headline["beside"], data["headline_note"]])))
    for part in data["bar"]:
        file.status(part["status"], part["words"])
    file.status_table(data["overview"]["heads"], data["overview"]["rows"])
    for part in data["exchange"]:
        file.heading(part["title"], 2)
        for row in part["rows"]:
            file.label(" · ".join(filter(None, [row["code"], row["kind"]])))
            file.text(row["text"])


def _item(file: WordFile, item: Data) -> None:
    file.heading(f"{item['code']}  {item['title']}", 2)
    file.status(item["status"], item["status_words"], item["marks"])
    file.text(f"{item['text']} ({item['binds']})", "Tracker Quote")
    if item["redacted"]:
        file.notice(item["redacted"])
    for part in item["texts"]:
        file.label(part["heading"])
        for paragraph in part["paragraphs"]:
            file.text(paragraph)
    if item["facts"]:
        file.facts(item["facts"])
    if item["steps"]:
        file.label(item["steps"]["title"])
        file.table(item["steps"]["heads"], item["steps"]["rows"], (4, 3, 1.6, 1.6))
    if item["documents"]:
        file.label(item["documents"]["title"])
        for row in item["documents"]["rows"]:
            restricted = f" ({row['restricted']})" if row["restricted"] else ""
            file.text(f"{row['title']}, {row['version']}{restricted}", "Tracker Small")
            file.link(row["where"], row["link"])
            file.code(f"SHA-256 {row['sha256']}")
    if item["missing"]:
        file.quiet(item["missing"])
