"""The meeting's papers as a Word file. Only makers import this."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tracker.papers.making import Progress
from tracker.papers.wordfile import WordFile

Data = Mapping[str, Any]


def write(data: Data, progress: Progress) -> bytes:
    """Return the papers."""
    file = WordFile(title=data["title"], author=data["network"], language=data["language"], day=data["day"])
    file.header(data["title"], data["watermark"] or data["product"])
    file.footer([f"* {note}" for note in data["footnotes"]], data["as_of"], data["page_words"])
    for words in (data["sample"], data["watermark"], data["redacted"]):
        if words:
            file.notice(words)
    file.title(data["title"], over=data["network"], under=data["subtitle"])
    file.facts(data["facts"])
    file.code(f"SHA-256 {data['sha256']}")
    file.quiet(data["about"])
    file.quiet(data["secretariat"])
    file.contents(data["contents_title"])
    for place, chapter in enumerate(data["chapters"]):
        progress(place, len(data["chapters"]), chapter["title"])
        is_wide = chapter["key"] == "matrix"
        if is_wide:
            file.turn(is_wide=True)
        file.heading(chapter["title"], 1, new_page=not is_wide)
        _WRITERS[chapter["key"]](file, chapter)
        if is_wide:
            file.turn(is_wide=False)
    return file.bytes()


def _said(file: WordFile, chapter: Data) -> None:
    """Print what stands above a chapter, or in its place."""
    for name in ("lede", "none"):
        if chapter.get(name):
            file.quiet(chapter[name])


def _reported(file: WordFile, chapter: Data) -> None:
    _said(file, chapter)
    file.table(chapter["heads"], chapter["rows"], (3, 1, 1.6, 1.6, 1.4))


def _matrix(file: WordFile, chapter: Data) -> None:
    _said(file, chapter)
    file.legend((each["status"], each["words"]) for each in chapter["legend"])
    rows: list[list[Any]] = []
    for group in chapter["groups"]:
        rows.append([group["title"]])
        rows += [
            [
                f"{row['code']} {row['title']}",
                *((cell["status"], cell["words"]) if cell["status"] else "–" for cell in row["cells"]),
                row["reported"],
            ]
            for row in group["rows"]
        ]
    heads = [chapter["head"], *(each["code"] for each in chapter["parties"]), chapter["total_head"]]
    file.sign_table(heads, rows, (7, *([1.1] * len(chapter["parties"])), 3))
    for other in chapter["others"]:
        file.heading(other["title"], 2)
        file.status_table([chapter["head"], "", ""], [{**row, "state": ""} for row in other["rows"]])


def _changes(file: WordFile, chapter: Data) -> None:
    _said(file, chapter)
    for group in chapter["groups"]:
        file.heading(group["title"], 2)
        file.table(
            chapter["heads"],
            [
                [f"{row['code']} {row['title']}", row["party"], row["before_words"], row["after_words"]]
                for row in group["rows"]
            ],
            (4, 2, 1.7, 1.7),
        )


def _themes(file: WordFile, chapter: Data) -> None:
    for group in chapter["groups"]:
        file.heading(group["title"], 2)
        for each in group["items"]:
            file.heading(f"{each['code']}  {each['title']}", 3)
            file.text(f"{each['text']} ({each['binds']}. {each['instrument']})", "Tracker Quote")
            file.quiet(f"{each['headline']}. {', '.join(part['words'] for part in each['bar'])}")
            for answer in each["answers"]:
                file.status(answer["status"], f"{answer['party']}: {answer['words']}", [answer["marks"]])
                for part in answer["texts"]:
                    file.text(f"{part['heading']}: " + "\n".join(part["paragraphs"]))
            if each["silent"]:
                file.quiet(each["silent"])


def _parties(file: WordFile, chapter: Data) -> None:
    _said(file, chapter)
    for each in chapter["pages"]:
        file.heading(each["party"], 2)
        file.quiet(f"{each['headline']}. {', '.join(part['words'] for part in each['bar'])}")
        for group in each["lists"]:
            file.label(group["title"])
            for row in group["rows"]:
                file.text(row, "List Bullet")


def _steps(file: WordFile, chapter: Data) -> None:
    _said(file, chapter)
    if chapter["rows"]:
        file.table(chapter["heads"], chapter["rows"], (2, 2, 4, 3, 2))


def _exchange(file: WordFile, chapter: Data) -> None:
    _said(file, chapter)
    if chapter["pairs"]:
        file.heading(chapter["pairs_title"], 2)
    for pair in chapter["pairs"]:
        file.label(f"{pair['code']} {pair['title']}")
        _entry(file, pair["need"], chapter["need_word"])
        for each in pair["offers"]:
            _entry(file, each, chapter["offer_word"])
    for title, rows, word in (
        (chapter["needs_title"], chapter["needs"], chapter["need_word"]),
        (chapter["offers_title"], chapter["offers"], chapter["offer_word"]),
    ):
        if rows:
            file.heading(title, 2)
        for each in rows:
            file.label(f"{each['code']} {each['title']}")
            _entry(file, each, word)


def _entry(file: WordFile, each: Data, word: str) -> None:
    kind = f" ({each['kind']})" if each["kind"] else ""
    file.text(f"{each['party']} {word}{kind}: {each['text']}")


def _figures(file: WordFile, chapter: Data) -> None:
    _said(file, chapter)
    for table in chapter["tables"]:
        file.heading(table["title"], 2)
        file.quiet(" · ".join(filter(None, [table["code"], table["unit"]])))
        file.table(table["heads"], table["rows"], (3, *([1.5] * (len(table["heads"]) - 1))))


def _decisions(file: WordFile, chapter: Data) -> None:
    _said(file, chapter)
    for group in chapter["groups"]:
        file.heading(group["title"], 2)
        for row in group["rows"]:
            file.text(f"{row['number']}. {row['text']}")
            if row["facts"]:
                file.quiet(row["facts"])


def _method(file: WordFile, chapter: Data) -> None:
    for words in chapter["paragraphs"]:
        file.text(words)
    for each in chapter["statuses"]:
        file.status(each["status"], each["words"])


_WRITERS: Final[Mapping[str, Callable[[WordFile, Data], None]]] = {
    "reported": _reported,
    "matrix": _matrix,
    "changes": _changes,
    "themes": _themes,
    "parties": _parties,
    "steps": _steps,
    "exchange": _exchange,
    "figures": _figures,
    "decisions": _decisions,
    "method": _method,
}
