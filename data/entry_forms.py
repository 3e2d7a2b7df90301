"""The entry forms by the key that stands in the address, in the order they are offered."""

from __future__ import annotations

FORMS = {
    "appeal": "诉求登记",
    "step": "诉求办理",
    "visit": "走访",
    "points": "党员积分",
    "service": "服务时长",
    "checkup": "党性体检",
    "signin": "活动签到",
    "indicator": "指标上报",
}
