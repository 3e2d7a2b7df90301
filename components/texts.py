"""What people read on the pages, in one place for whoever translates or corrects it.

Names of figures and their definitions are in data/metrics.py, page titles in
components/navigation.py, messages about wrong input beside the rule that gives them.
"""

# Shared
DETAIL = "口径"
DETAIL_HELP = "口径与明细"
DEFINITION_VALUE = "数值"
DEFINITION_FORMULA = "算法"
DEFINITION_NUMERATOR = "分子"
DEFINITION_DENOMINATOR = "分母"
DEFINITION_STANDARD = "标准"
DEFINITION_ROWS = "明细"
DEFINITION_UNITS = "范围"
DEFINITION_PERIOD = "期间"
DEFINITION_MADE = "数据截至"
EVERYWHERE = "全部单位"
AND_BELOW = "{}及以下"
AS_OF = "截至 {}"
ROWS = "共 {:,} 行，姓名按规定隐去。"
NO_ROWS = "这个范围内没有相关记录。"
TAKE = "下载"
TAKE_ROWS = "下载明细（{}）"
TAKE_TABLE = "下载表格（{}）"
TAKE_PICTURE = "下载图片（{}）"
TAKE_PLACE = "范围"
TAKE_MADE = "导出时间"
LIGHT_TAKEN = ("灯", "单位", "诉求", "超时（小时，未到时限为负）")
APPEAL_RATE_TAKEN = ("指标", "结果（%）", "分子", "分母", "目标（%）", "说明")
MEMBER_CHECKUP_LINES = "预警人数"
VOLUNTEER_LIST_TAKEN = ("名次", "志愿者", "队伍", "时长（小时）")
MAP_FIGURES = "各项指标"
MAP_FIGURES_TAKEN = ("指标", "数值", "单位")
WHICH_PAGE = "第几页"
TARGET_MET = "达标 {}"
TARGET_MISSED = "未达 {}"
TREND = "走势"
SMALL_SAMPLE = "样本不足10"
LATE_BY = "超 "
LEFT = "剩 "
NO_LIGHTS = "没有红灯和黄灯，都在时限内。"
NO_SERVICE = "这段时间还没有已审核的服务时长。"
NO_BOUNDARY = "尚无边界、未画在图上："
NO_DATA_HERE = "这个范围、这段时间还没有数据。"

# Starting up
BUILDING = (
    "正在准备示例数据",
    "第一次启动会生成一个虚构街道的两年数据，通常只需几秒，完成后自动进入看板。",
)
OPENING = ("正在打开数据库", "马上就好，完成后自动进入看板。")
PROBLEM_TITLE = "暂时不能使用"
PROBLEM_RETRY = "重新检查"
SETUP_TITLE = "数据库还是空的，先建起你的街道"
SETUP_TEXT = "选好工作法，写下社区和网格，就可以开始填报。这里不会生成任何示例数据。"
SETUP_METHOD = "工作法"
SETUP_START = "从哪天起执行"
SETUP_NAME = "单位名称（最上一级）"
SETUP_OUTLINE = "下级单位"
SETUP_OUTLINE_HELP = "一行一个；下一级在行首多空两格，例如：社区名称，换行空两格写网格名称。"
SETUP_SUBMIT = "建立并进入"
SETUP_EXAMPLE = "滨河社区\n  第一网格\n  第二网格"

# 总览
FUNNEL = "诉求漏斗"
LIGHT_LIST = "红黄灯督办"
MAP = "网格地图 · {}"
MAP_HINT = "点击网格查看其数据"
GRADES = "党员积分等次"
TOP_VOLUNTEERS = "志愿服务排行"
BELOW_COUNT = "列入“{}”跟进：{} 人"

# 网格地图
MAP_METRIC = "着色指标"
MAP_SEARCH = "查找单位"
MAP_SEARCH_HINT = "名称或拼音首字母"
MAP_POSTS = "岗位"
MAP_NO_POSTS = "还没有登记岗位人员。"
MAP_VACANT = "空缺"
MAP_CHILDREN = "下级单位"
MAP_COLUMNS = ("单位", "红灯", "黄灯")
SINCE = "任职时间"
POST = "岗位"
PERSON = "人员"

# 党员积分
MEMBER_DISTRIBUTION = "积分分布"
MEMBER_RANKING = "积分排行"
MEMBER_BY_UNIT = "单位比较"
MEMBER_BY_CLASS = "类别比较"
MEMBER_CHECKUPS = "季度党性体检"
MEMBER_FILE = "一人一档"
MEMBER_YEAR = "{} 年度"
MEMBER_PICK = "选择党员"
MEMBER_NO_POINTS = "现行工作法不设积分制，党员情况看季度党性体检。"
MEMBER_NO_CHECKUPS = "这段时间还没有党性体检结果。"
MEMBER_COLUMNS = ("名次", "党员", "编号", "所在单位", "类别", "积分")
MEMBER_LEDGER_COLUMNS = ("日期", "事由", "类型", "分值", "累计", "状态", "说明")
MEMBER_BELOW = "另有 {} 人等次为“{}”，只计人数、不列姓名。"
MEMBER_RANK_NOTE = "并列同名次，列前 {} 名"
MEMBER_SUM = "基础 {} + 履职 {} + 奖励 {} − 扣减 {} = {} 分"
ENTRY_KINDS = {"base": "基础分", "duty": "履职分", "award": "奖励分", "deduction": "扣减分"}
ENTRY_STATUSES = {"approved": "已生效", "pending": "待审核", "returned": "已退回"}
ENTRY_STATUSES |= {"withdrawn": "已撤回"}

# 诉求漏斗
APPEAL_WORKFLOW = "流程"
APPEAL_FUNNEL = "办理漏斗"
APPEAL_DURATIONS = "各环节用时"
APPEAL_RATES = "办理质量"
APPEAL_AGEING = "在办时长"
APPEAL_CATEGORIES = "诉求类别"
APPEAL_BY_UNIT = "按单位"
APPEAL_TIMELINE = "一件诉求的经过"
APPEAL_PICK = "输入编号查找，或从下列诉求中选择"
APPEAL_APART = (
    "另计：退单 {returned} 件、延期 {extended} 件、重办 {redone} 件、"
    "不予受理 {rejected} 件、误登撤回 {withdrawn} 件。"
)
APPEAL_UNTIMED = "导入时没有办结时间的 {} 件不在办结和按时办结之列。"
APPEAL_RATE_COLUMNS = ("指标", "结果", "分子", "分母", "目标")
EVENT_KINDS = {"advance": "进入", "return": "退单", "extend": "延期", "redo": "重办"}
EVENT_KINDS |= {"withdraw": "误登撤回", "import": "导入：", "unimport": "导入已撤销，原在"}
EVENT_UNTIMED = "时间不详（不早于 {}）"
EVENT_LIMIT = "时限 {}"
ORIGIN = "来自走访"
ORIGIN_VISITOR = "走访人 {}"
ORIGIN_UNDONE = "走访已撤回"
EVENT_TOOK = "历时 {}"
EVENT_HANDLER = "承办：{}"
EVENT_RESOLVED = {1: "诉求人答复：已解决", 0: "诉求人答复：未解决"}
EVENT_RATING = "评价：{} 分"
EVENTS_TAKEN = ("经过", "时间", "历时（小时）", "说明")

# 志愿排行
VOLUNTEER_PEOPLE = "个人排行"
VOLUNTEER_TEAMS = "队伍排行"
VOLUNTEER_UNITS = "按单位"
VOLUNTEER_TREND = "服务时长走势"
VOLUNTEER_STARS = "星级分布"
VOLUNTEER_ORDERS = "点单服务"
VOLUNTEER_BANK = "时间银行"
VOLUNTEER_COLUMNS = ("名次", "志愿者", "队伍", "所在单位", "星级", "时长（小时）", "服务次数")
VOLUNTEER_TEAM_COLUMNS = ("名次", "队伍", "时长（小时）", "服务次数", "参加人数")
VOLUNTEER_NOTE = "只计已审核的时长；并列同名次；选择不公开的志愿者不列名"
VOLUNTEER_BANK_LINES = ("累计发放", "志愿者持有", "已兑换", "转赠笔数")
VOLUNTEER_BANK_NOTE = "复式记账：发放 = 持有 + 已兑换，每笔收支相抵。"
NO_STAR = "未评星"

# Forms
ENTRY_SUBMIT = "提交"
ENTRY_NOT_SAVED = "没有保存：{}"
PICK_NONE = "请选择"

# 系统管理
ADMIN_METHOD = "现行工作法"
ADMIN_METHOD_SINCE = "{} · 自 {} 起执行 · 版本 {}"
ADMIN_HISTORY = "执行过的工作法"
ADMIN_HISTORY_COLUMNS = ("工作法", "版本", "开始执行")
ADMIN_PRESETS = "可选工作法"
ADMIN_PRESET_COLUMNS = ("工作法", "文件", "说明")
ADMIN_ADOPT = "更换工作法"
ADMIN_ADOPT_DAY = "从哪天起执行"
ADMIN_ADOPT_SUBMIT = "从这天起执行"
ADMIN_ADOPTED = "已登记：自 {} 起执行“{}”。此前的记录仍按当时的规则解释。"
ADMIN_HEALTH = "运行状况"
ADMIN_BACKUPS = "备份"
ADMIN_ROWS = "各类记录"
ADMIN_SETTINGS = "设置"
ADMIN_SETTING_COLUMNS = ("名称", "现值", "用途")
ADMIN_PENDING = "待审核"
ADMIN_PENDING_NONE = "没有待审核的记录。"
ADMIN_VERDICT = "审核结果"
ADMIN_VERDICTS = {"approved": "通过", "returned": "退回"}
ADMIN_REASON = "退回原因"
ADMIN_DECIDE = "提交审核"
ADMIN_DECIDED = "已审核 {} 条：{}。"
ADMIN_UNSET = "（未设置）"
SPECIAL_GRID = "专属网格"
HOUSEHOLDS = "{:,} 户 {:,} 人"
COUNT_UNITS = "{} 个"
MAP_OPEN_FIGURE = "查看某项数据的口径与明细"
DURATION_NOTE = "中位数与九成分位，小时"
QUARTER = "季度"
TOO_FEW = "党员不足 {} 人，为免对号入座，不单独公布。"
LINE_NOTE = "{}：{:g} 分至 {:g} 分，{}"
JOINED = "{}转入"
HOURS = "小时"

# Forms: what is missing, beside the rules' own messages
MOMENT_MISSING = "{}没有填完整，请补上日期和时间"
DATABASE_BUSY = "数据库暂时写不进去，内容还在，请稍后再点一次提交"

# The frame
APP = "网格治理看板"
BRAND = "党建引领网格治理"
PAGES = "页面"
BROKEN_PRESET = "工作法文件有误（不影响正在执行的工作法）：{}"
ADMIN_PENDING_COUNT = "共 {} 条待审核，先列最早的 {} 条。"
ADMIN_SUBJECTS = {"points_entry": "党员积分", "service_record": "服务时长"}
ADMIN_PENDING_PICK = "选择要审核的记录（可多选）"
APPEAL_UNKNOWN = "这个范围内没有编号为“{}”的诉求，请核对编号或换到上级单位再查。"
MEAN_OF = "{}（{} 人）"

# Filters
FILTER_UNIT = "单位"
FILTER_PERIOD = "期间"
FILTER_FIRST = "开始日期"
FILTER_LAST = "结束日期"
UNKNOWN_UNIT = "网址里的单位“{}”不存在，已改为显示全部"
WRONG_PERIOD = "期间没有选对"
UNKNOWN_CHOICE = "网址里的“{}”不是可选的{}，已改为“{}”，请核对后再填"
FUTURE_PERIOD = "开始日期不能晚于今天，请改为今天或更早的日期"

# What a screen reader says a chart is, by its builder
CHART_NAMES = {
    "ageing_chart": "在办时长柱状图",
    "checkup_chart": "季度党性体检柱状图",
    "distribution_chart": "积分分布图",
    "duration_chart": "各环节用时条形图",
    "funnel_chart": "漏斗图",
    "pareto_chart": "诉求类别排列图",
    "ranking_bars": "比较条形图",
    "star_chart": "星级分布图",
    "trend_chart": "走势图",
}

# Units side by side
COMPARE_LEVEL = "比较哪一级"
NO_UNITS_BELOW = "没有下级单位可以比较。"
RANK = "名次"
UNIT = "单位"
WORKING = "分子÷分母"
