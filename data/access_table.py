"""Who may do what, where: the one table that every check of access reads."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = {
    "admin": "管理员",
    "leader": "领导",
    "secretary": "书记/社区",
    "worker": "网格员",
    "display": "大屏",
}
GRANTED = ("admin", "leader", "secretary", "worker")  # a display has a key, not an account


@dataclass(frozen=True)
class Rule:
    """What an action is called, and how far each role's grant reaches for it.

    own: the granted unit itself; below: it and everything below it; any: everywhere, also
    what belongs to no unit; mine: below, but only rows that the account itself recorded;
    self: the account's own affairs; "": not at all.
    ``everyone``: whoever has any live login may, about himself.  ``visitor``: nobody need
    be logged in.
    """

    label: str
    admin: str = "any"
    leader: str = ""
    secretary: str = ""
    worker: str = ""
    display: str = ""
    everyone: bool = False
    visitor: bool = False


def _entry(label: str) -> Rule:
    """Entered by whoever works there."""
    return Rule(label, secretary="below", worker="below")


def _undo(label: str) -> Rule:
    """Taken back by the office, or by the grid worker who recorded it."""
    return Rule(label, secretary="below", worker="mine")


def _office(label: str) -> Rule:
    """The community's own business: dispatching, approving, correcting."""
    return Rule(label, secretary="below")


def _admin(label: str) -> Rule:
    return Rule(label)


def _personal(label: str) -> Rule:
    """Full names, for those who work with these people or lead there."""
    return Rule(label, leader="below", secretary="below", worker="below")


def _self(label: str) -> Rule:
    return Rule(label, admin="", everyone=True)


def _public(label: str) -> Rule:
    return Rule(label, visitor=True)


ACCESS: dict[str, Rule] = {
    # entry
    "record_appeal": _entry("登记诉求"),
    "record_appeal_step": _entry("办理诉求"),
    "record_visit": _entry("登记走访"),
    "record_points": _entry("登记党员积分"),
    "record_service": _entry("登记服务时长"),
    "record_activity": _entry("登记活动"),
    "record_activity_signin": _entry("活动签到"),
    "record_indicator": _entry("上报指标"),
    "record_checkup_part": _entry("登记党性体检"),
    "save_draft": _self("保存草稿"),
    "clear_draft": _self("清除草稿"),
    # taking back
    "reverse_points": _undo("冲正积分"),
    "reverse_service": _undo("冲正服务时长"),
    "reverse_visit": _undo("冲正走访"),
    "reverse_indicator": _undo("更正指标"),
    "reverse_signin": _undo("撤销签到"),
    "reverse_checkup_part": _undo("更正党性体检"),
    "withdraw_entries": Rule("撤回待审核的记录", admin="mine", secretary="mine", worker="mine"),
    "withdraw_appeal": _undo("撤回误登的诉求"),
    # the community office
    "direct_appeal": _office("派单、退回、延期、重办或不予受理诉求"),
    "record_decisions": _office("审核积分和时长"),
    "record_checkup": _office("登记党性体检总评"),
    "spend_points": _office("兑换时间银行积分"),
    "give_points": _office("转赠时间银行积分"),
    "reverse_spend": _office("冲正时间银行兑换"),
    # importing: units and the calendar belong to no unit, so only an administrator reaches them
    "apply_import": _office("导入数据"),
    "undo_import": _office("撤销导入"),
    # running the product
    "set_up_street": _admin("初始设置"),
    "create_units": _admin("增加单位"),
    "adopt_method": _admin("启用工作法"),
    "set_calendar_days": _admin("修改工作日历"),
    "seed_calendar": _admin("导入工作日历"),
    "set_public_display": _admin("设置大屏是否免登录"),
    "make_backup": _admin("立即备份"),
    "restore_database": _admin("恢复备份"),
    # accounts
    "create_account": _admin("增加账号"),
    "reset_password": _admin("重置密码"),
    "disable_account": _admin("停用账号"),
    "enable_account": _admin("启用账号"),
    "grant_role": _admin("授予角色"),
    "revoke_role": _admin("收回角色"),
    "create_display_key": _admin("增加大屏密钥"),
    "revoke_display_key": _admin("停用大屏密钥"),
    "revoke_session": _admin("结束他人的登录"),
    "fetch_accounts": _admin("查看账号"),
    "fetch_sessions": _admin("查看登录"),
    "fetch_display_keys": _admin("查看大屏密钥"),
    "fetch_audit": _admin("查看操作日志"),
    "fetch_account_phone": _admin("查看账号电话"),
    # one's own login
    "create_first_account": _public("建立首个管理员"),
    "open_session": _public("登录"),
    "open_demo_session": _public("体验登录"),
    "open_oidc_session": _public("统一身份认证登录"),
    "close_session": _self("退出登录"),
    "close_other_sessions": _self("结束自己的其他登录"),
    "change_password": _self("修改密码"),
    # personal reads
    "fetch_member_file": _personal("查看党员档案"),
    "fetch_member_names": _personal("查看党员姓名"),
    "fetch_volunteer_names": _personal("查看志愿者姓名"),
    "fetch_post_names": _personal("查看岗位人员姓名"),
    "fetch_pending_names": _personal("查看待审核人员姓名"),
    "fetch_named_rows": _personal("查看明细里的姓名"),
    "export_named_rows": Rule("导出带姓名的明细", leader="below", secretary="below"),
    "export_kind": Rule("导出整类数据", secretary="below"),
    # figures without names
    "view_board": Rule(
        "查看看板", leader="below", secretary="below", worker="below", display="below"
    ),
}
