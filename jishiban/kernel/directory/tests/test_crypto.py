"""Sealed values open only where they belong, and the database never sees them."""

import os
import stat
import time
from pathlib import Path
from typing import ClassVar

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from jishiban.kernel.directory import crypto

PLAIN = "370115199003070018"


@pytest.fixture
def ring(tmp_path: Path, settings: Settings) -> Path:
    settings.KEY_DIR = tmp_path / "keys"
    return tmp_path / "keys"


class Secret(models.Model):
    """A table of the tests only."""

    objects: ClassVar[models.Manager["Secret"]] = models.Manager()

    text = crypto.EncryptedTextField(default="", blank=True)
    data = crypto.EncryptedJSONField(null=True)
    renamed = crypto.EncryptedTextField(default="", context="old.secret.name")

    class Meta:
        app_label = "crypto_tests"

    def __str__(self) -> str:
        return f"Secret {self.pk}"


@pytest.fixture
def table(db: None, ring: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE crypto_tests_secret (id BIGINT PRIMARY KEY, text TEXT, data TEXT, renamed TEXT)"
        )


def raw(column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM crypto_tests_secret")
        return str(cursor.fetchone()[0])


# ---- values ----


def test_a_value_comes_back_and_is_not_readable_in_between(ring: Path) -> None:
    sealed = crypto.encrypt(PLAIN, "a.b")
    assert PLAIN not in sealed
    assert crypto.is_sealed(sealed)
    assert crypto.decrypt(sealed, "a.b") == PLAIN


@given(st.text(max_size=200), st.text(max_size=20))
def test_every_text_comes_back(text: str, context: str) -> None:
    assert crypto.decrypt(crypto.encrypt(text, context), context) == text


def test_the_same_value_is_sealed_differently_each_time(ring: Path) -> None:
    assert crypto.encrypt(PLAIN) != crypto.encrypt(PLAIN)


def test_empty_stays_empty(ring: Path) -> None:
    assert crypto.encrypt("") == crypto.decrypt("") == crypto.reseal("") == crypto.blind_index("", "id") == ""


def test_a_value_of_another_field_does_not_open(ring: Path) -> None:
    with pytest.raises(crypto.Tampered, match="改动"):
        crypto.decrypt(crypto.encrypt(PLAIN, "person.phone"), "person.id_number")


@pytest.mark.parametrize("place", [0, 5, 20, -5, -1])
def test_one_altered_character_is_noticed(ring: Path, place: int) -> None:
    sealed = crypto.encrypt(PLAIN, "a.b")
    head, _colon, body = sealed.rpartition(":")
    letters = list(body)
    letters[place] = "A" if letters[place] != "A" else "B"
    with pytest.raises(crypto.CryptoError):
        crypto.decrypt(f"{head}:{''.join(letters)}", "a.b")


@pytest.mark.parametrize("stored", [PLAIN, "v2:abcdef12:AAAA", "v1:", "v1::", "张三"])
def test_a_plain_or_broken_value_is_refused(ring: Path, stored: str) -> None:
    with pytest.raises(crypto.CryptoError):
        crypto.decrypt(stored)


def test_the_bytes_of_a_file_come_back(ring: Path) -> None:
    data = os.urandom(100_000)
    sealed = crypto.seal_bytes(data, "file")
    assert data[:64] not in sealed
    assert crypto.open_bytes(sealed, "file") == data


@pytest.mark.parametrize("stored", [b"", b"%PDF-1.7\n...", b"v1:00000000\nabc"])
def test_a_replaced_file_is_refused(ring: Path, stored: bytes) -> None:
    with pytest.raises(crypto.CryptoError):
        crypto.open_bytes(stored)


def test_a_file_with_one_altered_byte_is_refused(ring: Path) -> None:
    sealed = bytearray(crypto.seal_bytes(b"content", "f"))
    sealed[-1] ^= 1
    with pytest.raises(crypto.Tampered):
        crypto.open_bytes(bytes(sealed), "f")


# ---- keys ----


def test_key_files_are_made_at_first_use_and_only_for_this_account(ring: Path) -> None:
    crypto.encrypt(PLAIN)
    assert stat.S_IMODE(ring.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in ring.iterdir()} == {0o600}
    assert len(list(ring.iterdir())) == 2


def test_a_second_start_reads_the_same_keys(ring: Path) -> None:
    sealed, found = crypto.encrypt(PLAIN), crypto.blind_index(PLAIN, "id")
    crypto._ring.cache_clear()
    assert crypto.decrypt(sealed) == PLAIN
    assert crypto.blind_index(PLAIN, "id") == found


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key(ring: Path) -> None:
    old, found = crypto.encrypt(PLAIN), crypto.blind_index(PLAIN, "id")
    new_id = crypto.rotate()
    assert crypto.decrypt(old) == PLAIN
    assert crypto.encrypt(PLAIN).startswith(f"v1:{new_id}:")
    assert not old.startswith(f"v1:{new_id}:")
    assert crypto.blind_index(PLAIN, "id") == found


def test_resealing_moves_a_value_to_the_current_key_once(ring: Path) -> None:
    old = crypto.encrypt(PLAIN, "a.b")
    new_id = crypto.rotate()
    moved = crypto.reseal(old, "a.b")
    assert moved.startswith(f"v1:{new_id}:")
    assert crypto.decrypt(moved, "a.b") == PLAIN
    assert crypto.reseal(moved, "a.b") == moved


def test_a_key_another_process_made_is_found(ring: Path) -> None:
    stale = crypto.key_ring()
    crypto.rotate()
    sealed = crypto.encrypt(PLAIN)
    crypto._ring.cache_clear()
    assert len(stale.keys) == 1
    assert crypto.decrypt(sealed) == PLAIN


def test_a_missing_key_is_named_with_what_to_do(ring: Path) -> None:
    sealed = crypto.encrypt(PLAIN)
    for path in ring.glob("data-*.key"):
        path.unlink()
    crypto._ring.cache_clear()
    with pytest.raises(crypto.KeyMissing, match=r"缺少密钥 [0-9a-f]{8}.*放回"):
        crypto.decrypt(sealed)


def test_a_broken_key_file_is_named(ring: Path) -> None:
    crypto.encrypt(PLAIN)
    next(ring.glob("data-*.key")).write_text("AES-256-GCM not*base64\n")
    crypto._ring.cache_clear()
    with pytest.raises(crypto.CryptoError, match="已损坏"):
        crypto.encrypt(PLAIN)


def test_a_key_file_others_can_read_is_warned_about(ring: Path, caplog: pytest.LogCaptureFixture) -> None:
    crypto.encrypt(PLAIN)
    next(ring.glob("data-*.key")).chmod(0o644)
    crypto._ring.cache_clear()
    crypto.encrypt(PLAIN)
    assert "chmod 600" in caplog.text


def test_sm4_can_be_chosen_and_both_kinds_open(ring: Path, settings: Settings) -> None:
    first = crypto.encrypt(PLAIN, "a.b")
    settings.KEY_CIPHER = crypto.SM4
    crypto.rotate()
    second = crypto.encrypt(PLAIN, "a.b")
    assert crypto.key_ring().current.cipher == crypto.SM4
    assert [crypto.decrypt(value, "a.b") for value in (first, second)] == [PLAIN, PLAIN]
    with pytest.raises(crypto.Tampered):
        crypto.decrypt(second, "a.c")
    with pytest.raises(crypto.Tampered):
        crypto.decrypt(second[:30] + "==", "a.b")


def test_an_unknown_cipher_is_refused(ring: Path, settings: Settings) -> None:
    settings.KEY_CIPHER = "DES"
    with pytest.raises(crypto.CryptoError, match="DES"):
        crypto.encrypt(PLAIN)


# ---- blind index ----


def test_equal_values_have_equal_indexes_for_one_purpose_only(ring: Path) -> None:
    assert crypto.blind_index(PLAIN, "id") == crypto.blind_index(PLAIN, "id")
    assert crypto.blind_index(PLAIN, "id") != crypto.blind_index(PLAIN, "phone")
    assert len(crypto.blind_index(PLAIN, "id")) == 64


def test_another_place_has_other_indexes(ring: Path, tmp_path: Path, settings: Settings) -> None:
    here = crypto.blind_index(PLAIN, "id")
    settings.KEY_DIR = tmp_path / "elsewhere"
    assert crypto.blind_index(PLAIN, "id") != here


# ---- fields ----


def test_the_raw_column_never_holds_the_plain_text(table: None) -> None:
    Secret.objects.create(pk=1, text=PLAIN, data={"name": "张三", "rows": [1, 2]}, renamed="李四")
    for column in ("text", "data", "renamed"):
        assert crypto.is_sealed(raw(column))
        assert not any(secret in raw(column) for secret in (PLAIN, "张三", "李四"))
    row = Secret.objects.get()
    assert (row.text, row.data, row.renamed) == (PLAIN, {"name": "张三", "rows": [1, 2]}, "李四")


def test_every_way_of_writing_seals(table: None) -> None:
    Secret.objects.bulk_create([Secret(pk=1, text=PLAIN)])
    assert PLAIN not in raw("text")
    Secret.objects.update(text="13800138000")
    assert "13800138000" not in raw("text")
    row = Secret.objects.get()
    row.text = PLAIN
    Secret.objects.bulk_update([row], ["text"])
    assert PLAIN not in raw("text")
    assert Secret.objects.values_list("text", flat=True).get() == PLAIN


def test_empty_and_absent_values_stay_what_they_are(table: None) -> None:
    Secret.objects.create(pk=1)
    assert raw("text") == ""
    assert Secret.objects.filter(data__isnull=True).get().data is None


def test_a_column_edited_in_the_database_does_not_open(table: None) -> None:
    Secret.objects.create(pk=1, text=PLAIN)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_tests_secret SET renamed = text")
    with pytest.raises(crypto.Tampered):
        Secret.objects.get()


def test_a_search_in_ciphertext_is_an_error_and_not_an_empty_answer(table: None) -> None:
    with pytest.raises(FieldError, match="exact"):
        Secret.objects.filter(text=PLAIN).count()


def test_a_fixed_context_is_part_of_the_migration() -> None:
    field = Secret._meta.get_field("renamed")
    assert field.deconstruct()[3]["context"] == "old.secret.name"
    assert "context" not in Secret._meta.get_field("text").deconstruct()[3]


def test_json_is_written_as_text_for_serializers() -> None:
    assert Secret._meta.get_field("data").value_to_string(Secret(data={"a": 1})) == '{"a":1}'


@pytest.mark.slow
def test_sealing_and_opening_take_less_than_fifteen_microseconds(ring: Path) -> None:
    sealed = crypto.encrypt(PLAIN, "a.b")

    def best(call: str) -> float:
        times = []
        for _round in range(7):
            start = time.perf_counter()
            for _value in range(500):
                crypto.encrypt(PLAIN, "a.b") if call == "seal" else crypto.decrypt(sealed, "a.b")
            times.append((time.perf_counter() - start) / 500)
        return min(times)

    assert best("seal") < 15e-6
    assert best("open") < 15e-6
