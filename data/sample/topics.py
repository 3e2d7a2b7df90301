"""What appeals are about: titles, how common and how seasonal a category is.

A category is matched by words of its key and name, so any method's categories
find their titles; one that matches nothing gets titles made of its own name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from data.method import Category
from data.sample.names import listed

Season = Callable[[int], float]


def _even(_month: int) -> float:
    return 1.0


def _winter(month: int) -> float:
    return 3.2 if month in (11, 12, 1, 2) else 1.3 if month in (3, 10) else 0.6


def _summer(month: int) -> float:
    return 2.3 if month in (7, 8) else 1.5 if month in (6, 9) else 0.7


def _outdoors(month: int) -> float:
    return 1.35 if 4 <= month <= 10 else 0.75


@dataclass(frozen=True)
class Topic:
    """Titles of one theme, how often it comes and its season."""

    words: tuple[str, ...]
    weight: float
    season: Season
    titles: tuple[str, ...]
    on_the_spot: bool = True  # something to be seen at a place


TOPICS = (
    Topic(
        ("danger", "safety", "险情", "隐患"),
        4,
        _summer,
        listed(
            "外墙瓷砖脱落 燃气管道有异味 电线垂落路面 大树倾斜靠近窗户 楼道堆物堵塞消防通道 "
            "电动车飞线充电 挡土墙出现裂缝 围墙歪斜 广告牌松动 雨后路面塌陷 地下车库倒灌"
        ),
    ),
    Topic(
        ("utilit", "水电", "气暖", "供暖"),
        9,
        _winter,
        listed(
            "暖气不热 家中停水 水压太低 楼栋停电 供暖管道漏水 阀门井漏水 燃气表不走字 暖气片漏水 "
            "自来水发黄 电表箱跳闸 换热站噪声大 水管冻裂"
        ),
    ),
    Topic(
        ("sanit", "环境", "卫生", "environment"),
        12,
        _outdoors,
        listed(
            "垃圾清运不及时 小广告乱贴 公厕异味大 绿化带有积存垃圾 下水道堵塞返味 楼道久未清扫 "
            "垃圾桶破损 建筑垃圾无人清理 雨后路面积水 蚊虫多需消杀 污水外溢 宠物粪便无人清理"
        ),
    ),
    Topic(
        ("noise", "噪"),
        6,
        _summer,
        listed("夜间施工噪声 广场舞音量过大 商铺外放喇叭 空调外机噪声 夜间装卸货扰民 装修不按时段"),
    ),
    Topic(
        ("consult", "咨询"),
        8,
        _even,
        listed(
            "咨询医保缴费 咨询老年证办理 咨询公租房申请 咨询入学登记 咨询加装电梯补贴 "
            "咨询养老认证 咨询居住证办理 咨询残疾人补贴 咨询失业登记"
        ),
        on_the_spot=False,
    ),
    Topic(
        ("facilit", "设施"),
        17,
        _outdoors,
        listed(
            "楼道照明不亮 污水井盖缺失 路灯损坏 健身器材损坏 单元门损坏 路面坑洼 无障碍坡道破损 "
            "雨水篦子破损 休闲座椅缺失 楼道扶手松动 宣传栏玻璃破碎 电梯停运"
        ),
    ),
    Topic(
        ("property", "物业"),
        16,
        _even,
        listed(
            "物业维修不及时 物业费收支不公示 门禁失灵 电梯维保不到位 绿化养护不到位 保洁频次不够 "
            "监控探头损坏 公共收益去向不明 保安夜间脱岗 单元门禁卡收费有异议"
        ),
    ),
    Topic(
        ("parking", "停车", "道路"),
        15,
        _even,
        listed(
            "车辆占用消防通道 地桩锁占车位 路口停车挡视线 非机动车乱停 车位划线不清 "
            "僵尸车长期占位 人行道被占 货车夜间占道 充电桩车位被占"
        ),
    ),
    Topic(
        ("assist", "hardship", "救助", "困难", "生活"),
        6,
        _winter,
        listed(
            "申请临时救助 申请适老化改造 申请慰问走访 申请冬季取暖补助 申请助餐服务 需要上门理发"
        ),
        on_the_spot=False,
    ),
    Topic(
        ("complaint", "投诉"),
        5,
        _even,
        listed("窗口等候时间长 热线答复不清楚 上门服务迟到 办理材料反复要 收费与公示不一致"),
        on_the_spot=False,
    ),
    Topic(
        ("errand", "代办"),
        9,
        _even,
        listed(
            "代办医保报销 代办老年优待证 代缴水电费 代办高龄补贴 代取药品 代办养老认证 "
            "代办证件换领 代寄材料"
        ),
        on_the_spot=False,
    ),
    Topic(
        ("family", "家庭"),
        3,
        _even,
        listed("家庭琐事请求调解 赡养安排请求协调 家务分工请求调解"),
        on_the_spot=False,
    ),
    Topic(
        ("neighbour", "邻里", "纠纷", "dispute"),
        13,
        _even,
        listed(
            "楼上漏水请求协调 楼道堆物起争执 加装电梯意见不一 公共晾晒区分配 共用下水道维修分摊 "
            "养犬扰民请求协调 增设充电棚选址 阳台滴水请求协调 楼院花池改造商议"
        ),
        on_the_spot=False,
    ),
    Topic(
        ("suggest", "意见", "建议"),
        9,
        _even,
        listed(
            "建议增设休闲座椅 建议增加充电桩 建议调整垃圾投放点 建议开设老年课堂 建议增设减速带 "
            "建议延长阅览室开放时间 建议增设晾衣架 建议组织消防演练"
        ),
        on_the_spot=False,
    ),
)

PLACES = listed(
    "东门 西门 南门 北侧围墙 中心花园 1号楼前 2号楼前 3号楼旁 地下车库 主路中段 快递柜旁 "
    "活动广场 停车场入口 垃圾投放点 配电室旁 社区服务站附近"
)
CONTENTS = (
    "居民反映{place}{title}，希望尽快处理。",
    "{place}{title}已有几天，请派人查看。",
    "巡查时发现{place}{title}，已拍照登记。",
    "多位居民提到{title}（{place}），请协调解决。",
    "{title}，位置在{place}，请答复办理时间。",
    "{place}附近{title}，影响出行，盼处理。",
)
REMOTE_CONTENTS = (
    "{title}，请答复。",
    "居民提出{title}，希望工作人员联系说明。",
    "{title}，已登记，请按流程办理。",
    "走访时居民提出：{title}。",
    "{title}，希望尽快有结果。",
)
REPLIES = {
    "open": (
        "已到现场核实，正在处理",
        "已联系维修人员，约定上门时间",
        "已查看现场，需与物业共同处理",
        "正在协调相关单位",
        "材料已备齐，进入办理",
    ),
    "waiting": ("已转责任单位，请按时签收", "已派至网格，请接单", "已通知责任人", "已排入今日任务"),
    "closed": (
        "已处理完毕，现场已恢复",
        "已修复并请居民确认",
        "已向居民说明政策和办理渠道",
        "已清理干净并加强巡查",
        "已协调解决，双方认可",
        "已更换损坏部件",
    ),
    "rejected": (
        "不属于受理范围，已告知办理渠道",
        "与在办事项重复，合并办理",
        "反映内容经核实不存在",
    ),
    "return": ("非本单位职责，退回重新派单", "地址不清，退回补充", "需由其他部门牵头，退回"),
    "extend": ("等待配件到货，申请延期", "需多部门会商，申请延期", "天气影响施工，申请延期"),
    "redo": ("居民反映问题未彻底解决，重新办理", "回访不满意，重新办理", "问题反复，再次派单"),
}


def topic_of(category: Category) -> Topic:
    """The theme whose words stand in the category's key or name."""
    for topic in TOPICS:
        if any(word in category.key or word in category.name for word in topic.words):
            return topic
    titles = tuple(f"{lead}{category.name}问题" for lead in ("反映", "请求解决", "再次反映"))
    return Topic((), 6, _even, titles, on_the_spot=False)
