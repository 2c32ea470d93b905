"""Files people hand in: kept sealed, checked, counted, resumed and taken away again."""

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from jishiban.kernel.directory.crypto import CryptoError
from jishiban.kernel.papers import actions, content
from jishiban.kernel.papers.actions import Slot, WrongOffset
from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.models import Attachment, State
from jishiban.kernel.papers.queries import files_by_material, files_of
from jishiban.kernel.papers.tests import samples

AT = datetime(2026, 9, 30, 1, 30, tzinfo=UTC)
SLOT = Slot(holder="draft:7", material="licence", owner_kind="person", owner_id="3")


@pytest.fixture(autouse=True)
def _place(db: None, tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }


def handed_in(data: bytes, name: str = "执照.pdf", slot: Slot = SLOT) -> Attachment:
    return actions.receive(io.BytesIO(data), name, slot, at=AT)


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    assert refused.value.message.endswith("。")
    return refused.value.code


def stored_files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


# ---- taking in ----


@pytest.mark.parametrize("label", samples.EVERY)
def test_every_kind_comes_back_as_it_was(label: str) -> None:
    data = samples.EVERY[label]()
    attachment = handed_in(data, "a")
    assert content.read(Attachment.objects.get(pk=attachment.pk)) == data
    assert attachment.state == State.STORED
    assert attachment.size == attachment.received == len(data)


def test_the_type_comes_from_the_content_and_not_from_the_name() -> None:
    attachment = handed_in(samples.png(), "合同.pdf")
    assert attachment.media_type == "image/png"
    assert attachment.name == "合同.pdf.png"


def test_a_program_under_a_good_name_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        handed_in(b"MZ\x90\0", "执照.pdf")
    assert code_of(refused) == "type"
    assert not Attachment.objects.exists()
    assert stored_files(tmp_path) == []


def test_content_and_name_are_sealed_where_they_lie(tmp_path: Path) -> None:
    data = samples.pdf("370115199003070018")
    handed_in(data, "张三身份证.pdf")
    (path,) = stored_files(tmp_path)
    assert b"370115199003070018" not in path.read_bytes()
    assert "张三" not in str(path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM papers_attachment")
        assert "张三" not in cursor.fetchone()[0]


def test_the_path_is_made_of_hash_and_key_only(tmp_path: Path) -> None:
    attachment = handed_in(samples.pdf(), "../../../tmp/evil.pdf")
    (path,) = stored_files(tmp_path)
    assert path.name == f"{attachment.sha256}-{attachment.key.hex}"
    assert attachment.name == "evil.pdf"


def test_numbers_of_persons_are_hidden_in_the_shown_name() -> None:
    assert handed_in(samples.pdf(), "370115199003070018.pdf").shown_name == "**************0018.pdf"


def test_a_file_put_in_another_s_place_does_not_open(tmp_path: Path) -> None:
    one, two = handed_in(samples.pdf("1")), handed_in(samples.pdf("2"))
    paths = {path.name.partition("-")[0]: path for path in stored_files(tmp_path)}
    paths[one.sha256].write_bytes(paths[two.sha256].read_bytes())
    with pytest.raises(CryptoError):
        content.read(one)


def test_a_lost_file_says_so(tmp_path: Path) -> None:
    attachment = handed_in(samples.pdf())
    stored_files(tmp_path)[0].unlink()
    with pytest.raises(Refused, match="找不到"):
        content.read(attachment)


def test_the_same_file_twice_is_two_files_of_their_own() -> None:
    one, two = handed_in(samples.pdf()), handed_in(samples.pdf())
    assert one.sha256 == two.sha256
    content.drop(one.sha256, one.key)
    assert content.read(two) == samples.pdf()


# ---- limits ----


def test_a_file_over_twenty_megabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert actions.MAX_SIZE == 20 * 1024 * 1024
    monkeypatch.setattr(actions, "MAX_SIZE", 1024 * 1024)
    with pytest.raises(Refused, match="1MB") as refused:
        handed_in(samples.pdf() + b" " * 1024 * 1024)
    assert code_of(refused) == "size"


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        handed_in(b"")
    assert code_of(refused) == "empty"


def test_the_forty_first_file_is_refused_until_one_is_removed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert actions.MAX_FILES == 40
    files = [handed_in(samples.pdf(str(place))) for place in range(39)]
    actions.start_upload("b.pdf", 10, SLOT, at=AT)
    with pytest.raises(Refused, match="40") as refused:
        handed_in(samples.pdf())
    assert code_of(refused) == "count"
    with pytest.raises(Refused):
        actions.start_upload("c.pdf", 10, SLOT, at=AT)
    actions.remove(files[0])
    handed_in(samples.pdf())
    handed_in(samples.pdf(), slot=Slot(holder="draft:8"))


def test_the_database_itself_refuses_more_than_was_announced() -> None:
    attachment = actions.start_upload("a.pdf", 10, SLOT, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=attachment.pk).update(received=11)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=attachment.pk).update(state=State.STORED)


# ---- scanner ----


def finds_a_virus(data: bytes, media_type: str) -> str:
    return "Eicar" if b"virus" in data else ""


def is_down(data: bytes, media_type: str) -> str:
    raise ConnectionRefusedError


def test_what_the_scanner_finds_is_refused(settings: Settings) -> None:
    settings.ATTACHMENT_SCANNER = f"{__name__}.finds_a_virus"
    handed_in(samples.pdf("clean"))
    with pytest.raises(Refused, match="Eicar"):
        handed_in(samples.pdf("virus"))


def test_while_the_scanner_is_down_nothing_unchecked_comes_in(settings: Settings) -> None:
    settings.ATTACHMENT_SCANNER = f"{__name__}.is_down"
    with pytest.raises(Refused) as refused:
        handed_in(samples.pdf())
    assert code_of(refused) == "scanner_down"
    assert not Attachment.objects.exists()


# ---- resuming ----


def test_an_upload_in_chunks_is_the_file(
    tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    data = samples.pdf() + os.urandom(10_000)
    started = actions.start_upload("图纸.pdf", len(data), SLOT, at=AT)
    for offset in range(0, len(data), 4096):
        chunk = data[offset : offset + 4096]
        assert actions.append_chunk(started.key, offset, chunk) == offset + len(chunk)
    with django_capture_on_commit_callbacks(execute=True):
        finished = actions.finish_upload(started.key)
    assert content.read(finished) == data
    assert finished.name == "图纸.pdf"
    assert list((tmp_path / "partial").iterdir()) == []
    assert actions.finish_upload(started.key) == finished


def test_a_chunk_at_the_wrong_place_is_told_where_to_go_on() -> None:
    started = actions.start_upload("a.pdf", 100, SLOT, at=AT)
    actions.append_chunk(started.key, 0, b"%PDF-" + b" " * 35)
    for offset in (0, 39, 41, 100):
        with pytest.raises(WrongOffset) as wrong:
            actions.append_chunk(started.key, offset, b"x")
        assert wrong.value.expected == 40


def test_bytes_a_broken_attempt_left_behind_do_not_count(tmp_path: Path) -> None:
    data = samples.pdf()
    started = actions.start_upload("a.pdf", len(data), SLOT, at=AT)
    actions.append_chunk(started.key, 0, data[:10])
    with content.partial_path(started.key).open("ab") as file:  # written, then killed before the row was
        file.write(b"half a chunk that was never acknowledged")
    actions.append_chunk(started.key, 10, data[10:])
    assert content.read(actions.finish_upload(started.key)) == data


def test_more_than_announced_is_refused() -> None:
    started = actions.start_upload("a.pdf", 5, SLOT, at=AT)
    with pytest.raises(Refused) as refused:
        actions.append_chunk(started.key, 0, b"123456")
    assert code_of(refused) == "size"


def test_an_upload_with_bytes_missing_cannot_be_finished_but_goes_on() -> None:
    data = samples.pdf()
    started = actions.start_upload("a.pdf", len(data), SLOT, at=AT)
    actions.append_chunk(started.key, 0, data[:10])
    with pytest.raises(WrongOffset):
        actions.finish_upload(started.key)
    actions.append_chunk(started.key, 10, data[10:])
    assert actions.finish_upload(started.key).state == State.STORED


def test_an_upload_of_a_bad_type_is_gone_after_it_is_refused(tmp_path: Path) -> None:
    started = actions.start_upload("a.pdf", 4, SLOT, at=AT)
    actions.append_chunk(started.key, 0, b"MZ\x90\0")
    with pytest.raises(Refused):
        actions.finish_upload(started.key)
    assert not Attachment.objects.exists()
    assert list((tmp_path / "partial").iterdir()) == []


def test_an_upload_whose_chunks_were_lost_starts_anew() -> None:
    started = actions.start_upload("a.pdf", 4, SLOT, at=AT)
    actions.append_chunk(started.key, 0, b"%PDF")
    content.drop_partial(started.key)
    with pytest.raises(Refused, match="重新选择"):
        actions.finish_upload(started.key)


@pytest.mark.parametrize("size", [0, -1, 20 * 1024 * 1024 + 1])
def test_an_upload_of_an_impossible_size_is_not_started(size: int) -> None:
    with pytest.raises(Refused):
        actions.start_upload("a.pdf", size, SLOT, at=AT)


def test_an_upload_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        actions.append_chunk(uuid4(), 0, b"x")
    assert code_of(refused) == "unknown"
    with pytest.raises(Refused):
        actions.finish_upload(uuid4())


def test_a_finished_upload_takes_no_more_chunks() -> None:
    attachment = handed_in(samples.pdf())
    with pytest.raises(Refused):
        actions.append_chunk(attachment.key, 0, b"x")


def test_uploads_nobody_goes_on_with_are_swept_after_a_day(tmp_path: Path) -> None:
    old = actions.start_upload("a.pdf", 10, SLOT, at=AT)
    actions.append_chunk(old.key, 0, b"12345")
    new = actions.start_upload("b.pdf", 10, SLOT, at=AT + timedelta(hours=20))
    kept = handed_in(samples.pdf())
    assert actions.sweep_unfinished(AT + timedelta(hours=23)) == 0
    assert actions.sweep_unfinished(AT + timedelta(hours=25)) == 1
    assert set(Attachment.objects.all()) == {new, kept}
    assert list((tmp_path / "partial").iterdir()) == []


# ---- holders ----


def test_a_draft_s_files_become_the_case_s() -> None:
    one = handed_in(samples.pdf())
    other = handed_in(samples.pdf(), slot=Slot(holder="draft:8"))
    assert actions.hand_over("draft:7", "case:370115-20260930-00012-2") == 1
    assert list(files_of("case:370115-20260930-00012-2")) == [one]
    assert list(files_of("draft:8")) == [other]


def test_files_are_found_under_their_material() -> None:
    one = handed_in(samples.pdf("1"))
    two = handed_in(samples.pdf("2"))
    plan = handed_in(samples.pdf(), slot=Slot(holder="draft:7", material="plan"))
    actions.start_upload("a.pdf", 10, SLOT, at=AT)
    assert files_by_material("draft:7") == {"licence": [one, two], "plan": [plan]}


def test_a_removed_file_leaves_its_hash_and_nothing_else(
    tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    attachment = handed_in(samples.pdf())
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove(attachment)
        actions.remove(attachment)
    row = Attachment.objects.get()
    assert (row.state, row.name, row.sha256) == (State.REMOVED, "", attachment.sha256)
    assert stored_files(tmp_path) == []
    assert list(files_of("draft:7")) == []
    with pytest.raises(Refused, match="移除"):
        content.read(row)


def test_a_removal_that_is_rolled_back_keeps_the_content() -> None:
    attachment = handed_in(samples.pdf())
    with transaction.atomic():
        actions.remove(attachment)
        transaction.set_rollback(True)
    assert content.read(Attachment.objects.get()) == samples.pdf()


def test_an_unfinished_upload_can_be_taken_back() -> None:
    actions.remove(actions.start_upload("a.pdf", 10, SLOT, at=AT))
    assert not Attachment.objects.exists()
