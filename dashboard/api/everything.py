"""The path of all that begins as the API does, whatever signs follow.

Starlette's own ``path`` ends at a line break, so that what comes with one would be answered by
nobody's sentence.
"""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor

__all__ = ["EVERYTHING"]


class _Everything(Convertor[str]):
    regex = r"(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("everything", _Everything())
EVERYTHING = "/api/v1/{rest:everything}"
