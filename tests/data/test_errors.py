from __future__ import annotations

import pytest

from data.errors import RuleError


def test_a_rule_error_reads_as_its_message_and_names_the_field() -> None:
    error = RuleError("标题不能为空，请填写", "标题")
    assert (str(error), error.message, error.field) == (
        "标题不能为空，请填写",
        "标题不能为空，请填写",
        "标题",
    )


def test_a_rule_error_about_no_field_in_particular_has_an_empty_one() -> None:
    assert RuleError("没有在用的工作法").field == ""


def test_a_rule_error_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="分值"):
        raise RuleError("分值须为 0.5 的整数倍", "分值")
