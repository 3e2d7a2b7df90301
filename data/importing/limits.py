"""How much a file may hold; what is beyond is refused before it costs memory."""

from __future__ import annotations

from data.errors import RuleError

FIELD = "文件"
LARGEST_FILE = 200 * 2**20  # bytes
LARGEST_JSON = 64 * 2**20  # as objects it takes ten times as much
LARGEST_UNPACKED = 400 * 2**20
MOST_MEMBERS = 5_000  # files within one workbook
MOST_COLUMNS = 2_000
MOST_ROWS = 1_000_000
MOST_CELLS = 10_000_000
MOST_TABLES = 200  # in one sheet
MOST_POINTS = 5_000_000  # of all boundaries together


def refuse(message: str) -> RuleError:
    """The refusal of a whole file."""
    return RuleError(message, FIELD)


def check_size(rows: int, columns: int, where: str) -> None:
    """RuleError where a table of so many rows and columns is too large."""
    if columns > MOST_COLUMNS:
        raise refuse(f"{where}有 {columns} 列，最多 {MOST_COLUMNS} 列，请删去用不到的列再导入")
    if rows > MOST_ROWS:
        raise refuse(f"{where}有 {rows} 行，最多 {MOST_ROWS} 行，请分成几个文件导入")
    if rows * columns > MOST_CELLS:
        raise refuse(
            f"{where}有 {rows} 行 × {columns} 列，超过 {MOST_CELLS // 10_000} 万格，"
            "请删去空白的行列，或分成几个文件导入"
        )
