"""Whether a row's board is one of some: asked in the form in which each engine answers quickest."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, QuerySet, Subquery
from django.db.models.sql.compiler import SQLCompiler


class OnBoards(Func):
    """The row's board is among those of a subquery of ids, which doesn't depend on the row.

    No list shall be read by way of its boards, for each has a better index. SQLite takes no
    index for "board + 0". PostgreSQL would join with the subquery, and sort; it runs that
    of an array once, and knows from the column's statistics what to expect.
    """

    conditional = True

    def __init__(self, board_ids: QuerySet[Any]) -> None:
        super().__init__(F("board"), Subquery(board_ids), output_field=BooleanField())

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_args: Any, **_context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Return the comparison for either engine."""
        parts = [compiler.compile(expression) for expression in self.get_source_expressions()]
        (board, board_params), (ids, params) = parts
        is_postgresql = connection.vendor == "postgresql"
        sql = f"{board} = ANY(ARRAY{ids})" if is_postgresql else f"{board} + 0 IN {ids}"
        return sql, (*board_params, *params)
