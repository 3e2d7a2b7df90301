"""Days and moments: every way of writing them, serials, zones; and the open question."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.importing.moments import as_day, as_moment
from data.importing.tables import Cell

HERE = ZoneInfo("Asia/Shanghai")
AFTERNOON = datetime(2023, 1, 5, 15, 20, tzinfo=HERE)
FIRST, LAST = datetime.fromisoformat("1992-01-01"), datetime.fromisoformat("2099-12-31")
MOMENTS = st.datetimes(FIRST, LAST).map(lambda at: at.replace(microsecond=0))


def read(cell: Cell, order: str | None = None, epoch: int = 1900) -> datetime | None:
    column = as_moment([cell], zone=HERE, order=order, epoch=epoch)
    assert column.problems == {}, column.problems
    return column.values[0]


@pytest.mark.parametrize(
    "cell",
    [
        "2023/1/5 下午3:20",
        "2023/1/5 3:20 PM",
        "2023-01-05 15:20",
        "2023-01-05 15:20:00",
        "2023/01/05 15:20:00",
        "2023-01-05T15:20:00+08:00",
        "2023-01-05T07:20:00Z",
        "2023-01-05 07:20:00 UTC",
        "20230105152000",
        "202301051520",
        "2023年1月5日 15时20分",
        "2023年01月05日15点20分00秒",
        "2023年1月5日（星期四） 下午3时20分",
        "2023.1.5 15:20",
        "２０２３／１／５　１５：２０",
        "Jan 5, 2023 3:20 pm",
        "5-Jan-2023 15:20",
        44931.638888888891,
        "44931.638888888891",
        20230105152000,
        datetime.fromisoformat("2023-01-05 15:20"),
    ],
)
def test_every_way_to_write_one_moment(cell: Cell) -> None:
    assert read(cell) == AFTERNOON


def test_a_moment_comes_back_in_utc() -> None:
    found = read("2023-01-05 15:20:11.250")
    assert found == datetime(2023, 1, 5, 7, 20, 11, 250_000, tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("cell", "hour"),
    [
        ("2023-1-5 12:30 AM", 0),
        ("2023-1-5 12:30 PM", 12),
        ("2023-1-5 上午12:30", 0),
        ("2023-1-5 中午12:30", 12),
        ("2023-1-5 中午1:30", 13),
        ("2023-1-5 晚上8:30", 20),
        ("2023-1-5 凌晨2:30", 2),
        ("2023-1-5 下午15:30", 15),
    ],
)
def test_halves_of_the_day(cell: str, hour: int) -> None:
    found = read(cell)
    assert found is not None
    assert found.astimezone(HERE).hour == hour


def test_24_o_clock_is_the_next_day() -> None:
    assert read("2023-01-05 24:00") == datetime(2023, 1, 6, tzinfo=HERE)


def test_serials_of_either_epoch() -> None:
    assert read(1) == datetime(1900, 1, 1, tzinfo=HERE)
    assert read(59) == datetime(1900, 2, 28, tzinfo=HERE)
    assert read(61) == datetime(1900, 3, 1, tzinfo=HERE)
    assert read(44931) == datetime(2023, 1, 5, tzinfo=HERE)
    assert read(44931 - 1462, epoch=1904) == datetime(2023, 1, 5, tzinfo=HERE)


def test_what_was_assumed_is_said() -> None:
    column = as_moment(["20230105", 44931, None, "2023-01-05 15:20"], zone=HERE)
    midnight = datetime(2023, 1, 5, tzinfo=HERE)
    assert column.values == [midnight, midnight, None, AFTERNOON]
    assert column.notes == [
        "有 1 格是 Excel 的日期序号，已换成日期",
        "有 2 格只有日期、没有时刻，按当天 0 点读取",
    ]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("23/1/5", "年份只有两位"),
        ("1月5日", "没有年份"),
        ("2023", "不是日期"),
        (2023, "只有年份"),
        (60, "不是日期"),  # 29 February 1900 was never
        ("2023-02-30", "不存在"),
        ("2023-13-01", "不存在"),
        ("31/31/2023", "不存在"),
        ("2023-01-05 25:00", "这个时刻不存在"),
        ("2023-01-05 上午15:00", "上午没有 15 点"),
        ("2023-01-05 晚上12:00", "分不清"),
        ("1823-01-05", "检查年份"),
        ("1823-01-05 10:00", "检查年份"),
        ("昨天", "不是日期"),
        ("2023-01-05 abc", "不是时刻"),
        (True, "不是日期"),
        (-1.0, "不是日期"),
        ("20231345", "不存在"),
        ("1672903211", "不是日期"),
    ],
)
def test_what_is_no_day_says_why(cell: Cell, why: str) -> None:
    column = as_moment([cell], zone=HERE)
    assert column.values == [None]
    assert why in column.problems[0]
    assert as_day([cell]).values == [None]


class TestOrder:
    """01/05/2023: the first of May or the fifth of January."""

    def test_where_both_readings_fit_a_person_is_asked(self) -> None:
        cells = ["01/05/2023 03:20:11 PM", "02/05/2023 08:00:00 AM", "2023-01-05 15:20"]
        column = as_moment(cells, zone=HERE)
        assert column.question is not None
        assert "日/月/年" in column.question
        assert column.values == [None, None, AFTERNOON]
        assert set(column.problems) == {0, 1}

    @pytest.mark.parametrize(("order", "month"), [("mdy", 1), ("dmy", 5)])
    def test_the_answer_settles_it(self, order: str, month: int) -> None:
        cells: list[Cell] = ["01/05/2023 03:20:11 PM"]
        column = as_moment(cells, zone=HERE, order=order)
        day = 5 if month == 1 else 1
        assert column.values == [datetime(2023, month, day, 15, 20, 11, tzinfo=HERE)]
        assert (column.problems, column.question) == ({}, None)

    def test_one_row_that_fits_only_one_reading_settles_it(self) -> None:
        column = as_day(["01/05/2023", "25/12/2022", None])
        assert column.values == [date(2023, 5, 1), date(2022, 12, 25), None]
        assert column.question is None
        assert column.notes == ["日期按“日/月/年”读取：“25/12/2022”只能这样读"]

    def test_a_february_settles_it_too(self) -> None:
        column = as_day(["01/05/2023", "02/13/2022"])
        assert column.values == [date(2023, 1, 5), date(2022, 2, 13)]

    def test_where_both_orders_are_mixed_nothing_is_guessed(self) -> None:
        column = as_day(["01/05/2023", "25/12/2022", "12/25/2022"])
        assert column.values == [None, date(2022, 12, 25), date(2022, 12, 25)]
        assert set(column.problems) == {0}
        assert column.notes == ["同一列里“日/月/年”和“月/日/年”两种写法都有"]

    def test_a_row_that_the_answer_does_not_fit_is_refused(self) -> None:
        column = as_day(["01/05/2023", "25/12/2022"], order="mdy")
        assert column.values == [date(2023, 1, 5), None]
        assert "读不通" in column.problems[1]

    def test_the_same_number_twice_needs_no_answer(self) -> None:
        column = as_day(["05/05/2023"])
        assert (column.values, column.question) == ([date(2023, 5, 5)], None)

    def test_the_year_in_front_needs_no_answer(self) -> None:
        assert as_day(["2023/01/05"]).question is None


class TestDay:
    def test_a_moment_is_its_day(self) -> None:
        eight = datetime.fromisoformat("2023-01-05 08:00")
        cells: list[Cell] = ["2023-01-05 23:59", eight, date(2023, 1, 5), 44931]
        assert as_day(cells).values == [date(2023, 1, 5)] * 4

    def test_a_zone_moves_the_day(self) -> None:
        cells: list[Cell] = ["2023-01-05T20:00:00Z"]
        assert as_day(cells, zone=HERE).values == [date(2023, 1, 6)]
        assert "时区" in as_day(cells).problems[0]


@given(MOMENTS)
def test_every_format_of_a_moment_reads_back(at: datetime) -> None:
    half = "上午" if at.hour < 12 else "下午"
    hour = at.hour % 12 or 12
    days = (at.date() - date(1899, 12, 30)).days
    clock = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    cells: list[Cell] = [
        at.isoformat(),
        at.replace(tzinfo=HERE).isoformat(),
        at.strftime("%Y%m%d%H%M%S"),
        f"{at.year}年{at.month}月{at.day}日 {at.hour}时{at.minute}分{at.second}秒",
        f"{at.year}/{at.month}/{at.day} {half}{hour}:{at:%M:%S}",
        f"{at.year}/{at.month}/{at.day} {hour}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}",
        days + clock / timedelta(days=1),
    ]
    column = as_moment(cells, zone=HERE)
    assert column.values == [at.replace(tzinfo=HERE)] * len(cells), column.problems


@given(st.lists(MOMENTS, min_size=1, max_size=20), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_an_order_is_either_right_or_asked(moments: list[datetime], style: str) -> None:
    days = [at.date() for at in moments]
    column = as_day([at.strftime(style) for at in moments])
    read = [(day, found) for day, found in zip(days, column.values, strict=True) if found]
    assert all(day == found for day, found in read)
    assert len(read) == len(days) or column.question


@given(st.text(max_size=30) | st.floats(allow_nan=False) | st.integers())
def test_nothing_raises(cell: Cell) -> None:
    column = as_moment([cell], zone=HERE)
    assert (column.values[0] is None) != (column.problems == {})
