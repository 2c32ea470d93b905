"""Writing very many rows: one prepared statement for all of them, where the ORM would build a text for each batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models, transaction

Convert = Callable[[Any], Any]

# Fields whose values a driver takes as they are; any other goes through the field's own preparation.
_AS_IS = frozenset(
    {
        models.AutoField, models.BigAutoField, models.SmallIntegerField, models.IntegerField, models.BigIntegerField,
        models.PositiveIntegerField, models.PositiveSmallIntegerField, models.CharField, models.TextField,
        models.FloatField, models.BooleanField, models.ForeignKey, models.OneToOneField,
    }
)  # fmt: skip


class Column(NamedTuple):
    """One column of a table and how a value becomes what the driver takes (None: it is that already)."""

    attname: str
    name: str
    convert: Convert | None


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows, in the caller's transaction; those without a key are given one. Related rows come first."""
    if not rows:
        return
    _relate(model, rows)
    if isinstance(model._meta.pk, models.AutoField | models.BigAutoField):
        bare = [row for row in rows if row.pk is None]
        for row, key in zip(bare, fresh_keys(model, len(bare)), strict=True):
            row.pk = key
    columns = columns_of(model)
    names = ", ".join(column.name for column in columns)
    places = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", values(rows, columns))  # noqa: S608  # names of our own
    for row in rows:
        row._state.adding = False  # noqa: SLF001  # documented by Django
        row._state.db = connection.alias  # noqa: SLF001  # documented by Django


def update(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write every column of saved rows by their key, in the caller's transaction."""
    if not rows:
        return
    key, *columns = sorted(columns_of(model), key=lambda column: column.attname != _key(model).attname)
    places = ", ".join(f"{column.name} = %s" for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        sql = f"UPDATE {table} SET {places} WHERE {key.name} = %s"  # noqa: S608  # names of our own
        cursor.executemany(sql, values(rows, [*columns, key]))


def values(rows: Iterable[models.Model], columns: Sequence[Column]) -> list[list[Any]]:
    """What the driver takes, row by row."""
    return [
        [
            value if convert is None else convert(value)
            for value, convert in ((getattr(row, a), c) for a, _n, c in columns)
        ]
        for row in rows
    ]


@cache
def columns_of(model: type[models.Model]) -> tuple[Column, ...]:
    """Every column of a table, in the order of its model."""
    quote = connection.ops.quote_name
    return tuple(
        Column(str(one.attname), quote(str(one.column)), _converter(one))
        for one in model._meta.concrete_fields
    )


def _converter(one: Any) -> Convert | None:
    if type(one) in _AS_IS:
        return None
    if type(one) is models.DateTimeField:  # the commonest: spared the field's own questions
        return connection.ops.adapt_datetimefield_value

    def convert(value: Any) -> Any:
        return one.get_db_prep_save(value, connection)

    return convert


def _key(model: type[models.Model]) -> Any:
    return model._meta.pk


def _relate(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """A row that was tied to another before that one had a key learns it now."""
    relations = [one for one in model._meta.concrete_fields if isinstance(one, models.ForeignKey)]
    for one in relations:
        for row in rows:
            if getattr(row, one.attname) is None and one.is_cached(row):
                related = one.get_cached_value(row)
                setattr(row, one.attname, related.pk if related else None)


def fresh_keys(model: type[models.Model], wanted: int) -> list[int]:
    """So many keys nobody else will be given."""
    if not wanted:
        return []
    table, column = model._meta.db_table, str(_key(model).column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, column, wanted],
            )
            return [int(key) for (key,) in cursor.fetchall()]
        # SQLite has one writer, and we are it: the sequence follows the largest key by itself.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    last = int(found[0]) if found else 0
    return list(range(last + 1, last + wanted + 1))


@dataclass(slots=True)
class Shelf:
    """Rows made or changed since the last writing, each once, by their table."""

    _rows: dict[type[models.Model], dict[int, models.Model]] = field(default_factory=dict)

    def put(self, *rows: models.Model) -> None:
        for row in rows:
            self._rows.setdefault(type(row), {})[id(row)] = row

    @transaction.atomic
    def write(self, first: Sequence[type[models.Model]]) -> None:
        """Insert what is new, update what is not; tables of `first` in their order, then the others."""
        for model in dict.fromkeys((*first, *self._rows)):
            rows = list(self._rows.get(model, {}).values())
            old = [row for row in rows if not row._state.adding]  # noqa: SLF001  # documented by Django
            insert(model, [row for row in rows if row._state.adding])  # noqa: SLF001
            update(model, old)
        self._rows.clear()
