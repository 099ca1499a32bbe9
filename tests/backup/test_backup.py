"""A backup made under load comes back whole; a damaged one is refused by the name of its part."""

import gzip
import hashlib
import json
import os
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Config
from tests.backup.conftest import NOON, Instance, fill
from tests.factories import PartyFactory
from tests.objectstore import object_store
from tracker import create_app
from tracker.accounts.models import SignInAttempt
from tracker.audit.models import AuditEvent
from tracker.audit.services import record, verify_chain
from tracker.backup.archive import MANIFEST, ArchiveRefused, open_archive
from tracker.core.database import Model, db, reading_only, set_reading_only

pytestmark = pytest.mark.processes


def same_but_for_the_restore(before: dict[str, list[bytes]], after: dict[str, list[bytes]]) -> None:
    """Compare all tables; a restore ends the sign-ins and leaves an entry, and a backup leaves one in its source."""
    count = len(before["audit_event"]) - 1
    assert before["audit_event"][:count] == after["audit_event"][:count]
    assert len(after["audit_event"]) == count + 1
    for name in before.keys() - {"audit_event", "sign_in"}:
        assert before[name] == after[name], name
    assert len(before["sign_in"]) == len(after["sign_in"])
    assert before.keys() == after.keys()


def test_everything_comes_back(source: Instance, target: Instance, tmp_path: Path) -> None:
    source.run("backup", str(tmp_path / "one.backup"))
    result = target.run("restore", str(tmp_path / "one.backup"))

    assert result.exit_code == 0, result.output
    same_but_for_the_restore(source.content(), target.content())
    files = {path.name: path.read_bytes() for path in target.storage.iterdir()}
    assert files == {path.name: path.read_bytes() for path in source.storage.iterdir()}
    assert "2 files are back. The log is whole" in result.output
    assert target.run("audit", "verify").exit_code == 0


@pytest.mark.parametrize("direction", ["from SQLite", "to SQLite"])
def test_it_comes_back_on_another_engine(
    make_instance: Callable[[str], Instance], new_database: Callable[[], str], tmp_path: Path, direction: str
) -> None:
    """With --database=postgresql this crosses the engines; with SQLite it stays on one."""
    urls = [f"sqlite:///{tmp_path / 'lite.db'}", new_database()]
    one, other = (make_instance(url) for url in (urls if direction == "from SQLite" else urls[::-1]))
    fill(one)
    one.run("backup", str(tmp_path / "one.backup"))

    result = other.run("restore", str(tmp_path / "one.backup"))

    assert result.exit_code == 0, result.output
    same_but_for_the_restore(one.content(), other.content())
    assert other.run("audit", "verify").exit_code == 0


def test_new_rows_are_numbered_after_those_that_came_back(target: Instance, archive: Path) -> None:
    target.run("restore", str(archive))

    with target.app.app_context():
        set_reading_only(False)
        party = PartyFactory.create(code="QQ")
        record("party.made", party, at=NOON, job="test")
        db.session.commit()
        assert verify_chain().faults == ()
        db.session.remove()


def test_a_backup_under_load_is_of_one_moment(source: Instance, target: Instance, tmp_path: Path) -> None:
    """Each writer adds a row and its entry in one transaction: at every moment there are as many of both."""
    stop, errors, written = threading.Event(), list[BaseException](), []
    threads = [threading.Thread(target=_write, args=(source.app, stop, errors, written)) for _ in range(4)]
    for thread in threads:
        thread.start()
    while len(written) < 20:
        time.sleep(0.01)

    before = _count(source, SignInAttempt)
    result = source.run("backup", str(tmp_path / "busy.backup"))
    after = _count(source, SignInAttempt)
    stop.set()
    for thread in threads:
        thread.join()

    assert result.exit_code == 0, result.output
    assert errors == []
    assert after > before, "nobody was kept from writing"
    restored = target.run("restore", str(tmp_path / "busy.backup"))
    assert restored.exit_code == 0, restored.output
    attempts = _count(target, SignInAttempt)
    assert attempts == _count(target, AuditEvent, AuditEvent.act == "test.wrote")
    assert before <= attempts <= after


def _count(instance: Instance, model: type[Model], *conditions: sa.ColumnElement[bool]) -> int:
    with instance.app.app_context(), reading_only():
        found = db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))
        db.session.remove()
    return found or 0


def _write(app: Flask, stop: threading.Event, errors: list[BaseException], written: list[int]) -> None:
    try:
        with app.app_context():
            set_reading_only(False)
            while not stop.is_set():
                db.session.add(SignInAttempt(account_hash="0" * 64, address="::1", at=NOON))
                record("test.wrote", None, at=NOON, job="test")
                db.session.commit()
                written.append(1)
                time.sleep(0.002)
            db.session.remove()
    except BaseException as error:
        errors.append(error)


def test_a_restore_wants_an_empty_database_and_an_empty_folder(
    source: Instance, target: Instance, archive: Path
) -> None:
    before = source.content()
    assert (
        "The database is not empty" in source.run("restore", str(archive)).output
        or "is not empty" in source.run("restore", str(archive)).output
    )
    assert source.content() == before

    target.storage.mkdir()
    (target.storage / "left").write_text("over")
    result = target.run("restore", str(archive))
    assert result.exit_code == 1
    assert "is not empty" in result.output


def test_a_backup_replaces_nothing(source: Instance, archive: Path) -> None:
    before = archive.read_bytes()

    result = source.run("backup", str(archive))

    assert result.exit_code == 1
    assert "exists" in result.output
    assert archive.read_bytes() == before
    assert [path.name for path in archive.parent.iterdir() if "partial" in path.name] == []


def test_an_archive_is_for_its_owner_only(source: Instance, tmp_path: Path) -> None:
    source.run("backup", str(tmp_path / "one.backup"))

    assert (tmp_path / "one.backup").stat().st_mode & 0o077 == 0


def test_a_file_that_is_lost_is_named(source: Instance, tmp_path: Path) -> None:
    data = (source.storage / "a1b2").read_bytes()
    (source.storage / "a1b2").unlink()
    result = source.run("backup", str(tmp_path / "one.backup"))
    (source.storage / "a1b2").write_bytes(data)

    assert result.exit_code == 1
    assert "The file a1b2 is named in the database and is not in the storage." in result.output
    assert (tmp_path / "one.backup").exists()


def test_a_file_that_was_altered_is_named(source: Instance, tmp_path: Path) -> None:
    data = (source.storage / "a1b2").read_bytes()
    (source.storage / "a1b2").write_bytes(data[:-1] + b"?")
    result = source.run("backup", str(tmp_path / "one.backup"))
    (source.storage / "a1b2").write_bytes(data)

    assert result.exit_code == 1
    assert "The file a1b2 is not what was stored" in result.output


def parts_of(archive: Path) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(archive) as opened:
        return opened.infolist()


def refused(idle: Instance, archive: Path) -> str:
    """Return what the restore says; nothing may have been written."""
    result = idle.run("restore", str(archive))
    assert result.exit_code == 1, result.output
    assert not idle.storage.exists()
    with idle.app.app_context():
        assert sa.inspect(db.engine).get_table_names() == []
        db.engine.dispose()
    return result.output


def test_a_flipped_byte_in_any_part_is_named(source: Instance, archive: Path, whole: bytes) -> None:
    for entry in parts_of(archive):
        start = entry.header_offset + 30 + len(entry.filename.encode()) + 20
        places = {start, start + entry.compress_size // 2, start + entry.compress_size - 1} if entry.file_size else ()
        for place in places:
            damaged = bytearray(whole)
            damaged[place] ^= 0x10
            archive.write_bytes(damaged)
            with pytest.raises(ArchiveRefused, match=f": {entry.filename} is damaged"):
                check(source, archive)


def test_a_flipped_byte_anywhere_is_noticed(source: Instance, archive: Path, whole: bytes) -> None:
    """Headers, table of contents and seal included: every 97th byte of the file, and each of its last 300."""
    size = len(whole)
    data = [range(e.header_offset + 200, e.header_offset + e.compress_size) for e in parts_of(archive)]
    places = [place for place in range(0, size, 97) if not any(place in inside for inside in data)]
    for place in [*places, *range(size - 300, size)]:
        damaged = bytearray(whole)
        damaged[place] ^= 0x01
        archive.write_bytes(damaged)
        with pytest.raises(ArchiveRefused):
            check(source, archive)


def check(source: Instance, archive: Path) -> None:
    with source.app.app_context(), open_archive(archive) as reader:
        reader.verify(lambda _: None)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.9999])
def test_a_truncated_archive_is_refused(idle: Instance, archive: Path, share: float) -> None:
    os.truncate(archive, int(archive.stat().st_size * share))

    assert "the table of contents at the end is damaged or missing" in refused(idle, archive)


def rewritten(archive: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    """Write the archive anew with parts changed, renamed or left out."""
    with zipfile.ZipFile(archive) as opened:
        parts = [(entry.filename, opened.read(entry)) for entry in opened.infolist()]
        comment = opened.comment
    with zipfile.ZipFile(archive, "w") as opened:
        for name, data in parts:
            kept = change(name, data)
            if kept is not None:
                opened.writestr(*kept)
        opened.comment = comment


def test_a_missing_part_is_named(idle: Instance, archive: Path) -> None:
    names = [entry.filename for entry in parts_of(archive)]
    whole = archive.read_bytes()
    for name in (MANIFEST, "tables/item.jsonl.gz", "files/a1b2", "tables/audit_event.jsonl.gz"):
        assert name in names
        archive.write_bytes(whole)
        rewritten(archive, lambda other, data, name=name: None if other == name else (other, data))  # type: ignore[misc]
        assert f"{name} is missing" in refused(idle, archive)


@pytest.mark.parametrize(
    "name", ["files/../../../etc/cron.d/x", "/etc/passwd", "files//etc/passwd", "files/..", "files\\..\\x", "x",
             "tables/../x.jsonl.gz", "files/a\x00b", "files/.ssh", "tables/Item.jsonl.gz", "files/" + "a" * 300]
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(idle: Instance, archive: Path, name: str) -> None:
    with zipfile.ZipFile(archive, "a") as opened:
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = entry.orig_filename = name
        opened.writestr(entry, b"harm")

    output = refused(idle, archive)

    assert "has a name that no part of a backup has" in output
    assert repr(name) in output


def test_a_part_that_the_manifest_does_not_name_is_refused(idle: Instance, archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr("files/extra", b"more")

    assert "files/extra is not in the manifest" in refused(idle, archive)


def test_a_changed_row_is_found_by_its_hash(idle: Instance, archive: Path) -> None:
    old = "tables/evidence.jsonl.gz"
    changed = gzip.compress(b"{}")
    rewritten(archive, lambda name, data: (name, changed if name == old else data))

    assert "tables/evidence.jsonl.gz is damaged" in refused(idle, archive)


@pytest.mark.parametrize("what", ["schema", "format"])
def test_an_archive_of_a_newer_version_is_refused_in_a_sentence(idle: Instance, archive: Path, what: str) -> None:
    old, new = {"schema": (b'"schema": "', b'"schema": "9'), "format": (b'"format": 1', b'"format": 2')}[what]
    rewritten(archive, lambda name, data: (name, data.replace(old, new) if name == MANIFEST else data))
    if what == "schema":
        seal_again(archive)

    assert "made by a newer version of the tracker" in refused(idle, archive)


def seal_again(archive: Path) -> None:
    data = archive.read_bytes()[:-64]
    archive.write_bytes(data + hashlib.sha256(data).hexdigest().encode())


def forged(archive: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change the rows of a part and make every hash again, as somebody would who means it."""
    with zipfile.ZipFile(archive) as opened:
        packed, manifest = opened.read(name), json.loads(opened.read(MANIFEST))
    new = gzip.compress(change(gzip.decompress(packed)))
    part = next(part for part in manifest["parts"] if part["name"] == name)
    part |= {"size": len(new), "sha256": hashlib.sha256(new).hexdigest(), "rows": gzip.decompress(new).count(b"\n")}
    changed = {name: new, MANIFEST: json.dumps(manifest).encode()}
    rewritten(archive, lambda other, data: (other, changed.get(other, data)))
    seal_again(archive)


def test_a_forged_log_is_found_even_where_every_hash_was_made_again(idle: Instance, archive: Path) -> None:
    forged(archive, "tables/audit_event.jsonl.gz", lambda rows: rows.replace(b"update.saved", b"update.savee", 1))

    assert "was changed" in refused(idle, archive)


def test_a_row_that_points_to_nothing_is_refused(target: Instance, archive: Path) -> None:
    forged(archive, "tables/revision.jsonl.gz", lambda rows: b"")

    result = target.run("restore", str(archive))

    assert result.exit_code == 1
    assert "not in the backup" in result.output
    assert not any(target.content().values())
    assert not target.storage.exists() or not any(target.storage.iterdir())


@pytest.mark.parametrize("row", [b"{}\n", b"\xff\n", b'{"code":"x"}\n'])
def test_a_row_that_fits_no_table_is_refused(target: Instance, archive: Path, row: bytes) -> None:
    forged(archive, "tables/theme.jsonl.gz", lambda rows: row)

    result = target.run("restore", str(archive))

    assert result.exit_code == 1
    assert "tables/theme.jsonl.gz does not fit its table" in result.output
    assert not any(target.content().values())


def test_checking_changes_nothing(idle: Instance, archive: Path) -> None:
    result = idle.run("restore", "--check", str(archive))

    assert result.exit_code == 0, result.output
    assert "The archive is whole" in result.output
    assert not idle.storage.exists()


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", os.urandom(5000)])
def test_what_is_no_archive_is_refused(idle: Instance, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "one.backup"
    path.write_bytes(content)

    assert "not a backup of the tracker" in refused(idle, path)


def test_an_archive_that_is_not_there(idle: Instance, tmp_path: Path) -> None:
    assert "cannot be read" in idle.run("restore", str(tmp_path / "none")).output


def test_files_of_a_bucket_are_copied_and_come_back(
    source: Instance, make_config: Callable[..., Config], new_database: Callable[[], str], tmp_path: Path
) -> None:
    archive, again = tmp_path / "one.backup", tmp_path / "two.backup"
    assert source.run("backup", str(archive)).exit_code == 0
    with object_store() as bucket:
        other = Instance(create_app(make_config(SQLALCHEMY_DATABASE_URI=new_database(), STORAGE_URL=bucket)), tmp_path)
        try:
            restored = other.run("restore", str(archive))
            assert restored.exit_code == 0, restored.output
            assert "2 files are back" in restored.output
            assert "is not empty" in other.run("restore", str(archive)).output
            copied = other.run("backup", str(again))
            assert copied.exit_code == 0, copied.output
        finally:
            with other.app.app_context():
                db.engine.dispose()

    with zipfile.ZipFile(archive) as one, zipfile.ZipFile(again) as two:
        for name in ("files/a1b2", "files/c3d4"):
            assert one.read(name) == two.read(name)
