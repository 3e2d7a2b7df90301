"""What people read on the wall, on its gate and where its link is built."""

TITLE = "{} · 党建引领网格治理"
DOCUMENT = "网格治理大屏"
SCENES = {
    "overview": "总览",
    "map": "地图",
    "appeals": "诉求",
    "members": "党员",
    "volunteers": "志愿",
}
THEMES = {"dark": "深色", "light": "浅色"}

# Wrong options, beside which the address is repeated
WRONG_TITLE = "大屏网址需要改一处"
WRONG_OPTION = "网址里的“{}”不是大屏的选项，可用的有：{}"
WRONG_TWICE = "网址里的 {} 写了不止一次，请只留一个"
WRONG_SCENE = "网址里 scenes 的“{}”不是大屏的场景，可用的有：{}"
WRONG_SCENE_TWICE = "网址里 scenes 的“{}”写了两次，请只留一个"
WRONG_NO_SCENE = "网址里的 scenes 是空的，请至少写一个场景，可用的有：{}"
WRONG_SECONDS = "网址里 {} 的“{}”不对，请写 {} 至 {} 之间的整数秒"
WRONG_PERIOD = "网址里 period 的“{}”不对，可用的有：{}"
WRONG_METRIC = "网址里 metric 的“{}”不是地图指标，可用的有：{}"
WRONG_THEME = "网址里 theme 的“{}”不对，可用的有：{}"
WRONG_SCHEDULE = "网址里 schedule 的“{}”不对，请写成 7-22 或 7:30-12,14-22 这样的钟点"
WRONG_PRESENT = "网址里 present 的“{}”不对，演示时写 1，不演示就去掉"
WRONG_UNIT = "网址里 unit 的“{}”不是可以查看的单位，请核对单位编码"
OPTION_LISTED = "{}（{}）"

# The gate
GATE_TITLE = "这块大屏还不能打开"
GATE_TEXT = "网址里没有有效的大屏密钥。请管理员在“系统管理”里生成大屏网址，或先登录。"
GATE_LOGIN = "登录"
GATE_WAIT_TITLE = "系统正在准备"
GATE_WAIT_TEXT = "数据库准备好后，这里会自动显示大屏。"
GATE_LOST_TITLE = "暂时读不到数据库"
GATE_LOST_TEXT = "恢复后这里会自动显示大屏，不用操作。"

# The frame around every scene
DATA_AS_OF = "数据截至"
LIVE, LATE, LOST = "实时", "延迟", "中断"
LOST_NOTE = "与服务器的连接中断，画面停在 {}，恢复后自动更新"
LATE_NOTE = "暂时读不到数据库，画面停在 {}，恢复后自动更新"
NOTHING = "还没有可以显示的数据，有了填报会自动出现。"
CALENDAR_UNKNOWN = "{} 年放假安排尚未公布，暂按周一至周五计算工作日"
QUIET = "本时段不显示，{} 恢复"
OTHER_ALERTS = "另有 {} 件"
WAITING = "还有 {} 件待显示"
PRESENT_HELP = "← → 换场景　空格 自动轮播　点数字看口径和明细　点地图聚焦单位　Esc 返回"
CLOSE = "关闭"
LOADING = "正在取数…"
DETAIL_FAILED = "没有取到，请再点一次。"
ROWS = "共 {:,} 行，姓名按规定隐去。"
MORE_ROWS = "只列前 {} 行，全部明细在各页面的“口径”里。"
NO_TREND = "不足两个时点，还看不出走势。"

# Take-over
ALERT_RED = "红灯"
ALERT_URGENT = "急件"
ALERT_RED_TITLE = "诉求超过办理时限"
ALERT_URGENT_TITLE = "收到紧急类诉求"
ALERT_OVERDUE = "超期 {}"
ALERT_JUST_OVERDUE = "刚刚超期"
ALERT_LEFT = "还剩 {}"
ALERT_FACTS = ("单位", "类别", "时限", "当前环节", "责任岗位", "承办")

# Ticker
EVENT_RECEIVED = "收到诉求“{}”"
EVENT_STATE = "{}“{}”"
EVENT_CLOSED_ON_TIME = "按时"
EVENT_CLOSED_LATE = "超期办结"
EVENT_SERVICE = "{} {} {} 小时"
EVENT_VISIT = "走访 1 次"
EVENT_YESTERDAY = "昨天 {}"
NO_EVENTS = "近两天还没有动态。"

# Figures
SMALL_SAMPLE = "样本不足10"
OF = "{} ÷ {}"
N = "n={:,}"
PEOPLE = "{:,} 人"

# What stands beside a figure, named in fewer words than on the pages
SHORT = {
    "red_appeals": "红",
    "yellow_appeals": "黄",
    "mean_points": "人均积分",
    "active_volunteer_rate": "活跃率",
    "hours_per_volunteer": "人均",
    "closed_appeals": "办结",
}

# Scenes
FUNNEL = "诉求漏斗"
FUNNEL_NOTE = "{} · {} n={:,}"
LIGHTS = "红黄灯督办"
LIGHTS_NOTE = "红 {:,} · 黄 {:,}"
NO_LIGHTS = "没有红灯和黄灯，都在时限内。"
MAP = "网格地图 · {}"
GRADES = "党员积分等次"
GRADES_NOTE = "{} 年度 · {:,} 人"
VOLUNTEERS = "志愿服务排行"
HOURS_NOTE = "{} · 小时"
TOO_FEW = "党员不足 {} 人，为免对号入座，不单独公布。"
FOLLOWED = "列入跟进"
FOLLOWED_NOTE = "按往年年终等次"
PERSON = "人"
NO_GRADES = "现行工作法不设积分制。"
MAP_CALLED = "红黄灯网格"
MAP_COMPARED = "{}比较"
MAP_LEGEND_NONE = "无数据"
MAP_LEGEND_SMALL = "样本不足10"
MORE_CASES = "等 {} 件"
BOTTLENECK = "各环节用时"
BOTTLENECK_NOTE = "中位数 · 瓶颈在“{}”"
BOTTLENECK_MARK = "瓶颈"
AGEING = "在办时长"
RED_LIST = "超期督办"
RED_LIST_NOTE = "共 {:,} 件 · 按超期时长"
NO_RED = "没有超期的诉求。"
RESPONSIBLE = "责任：{}"
HANDLER = "承办：{}"
CATEGORIES = "诉求类别"
APART = "另计：退单 {returned} · 延期 {extended} · 重办 {redone} · 不予受理 {rejected}"
MEMBER_TREND = "人均积分走势"
NO_TIMES = "没有{}，不计算"
MEMBER_NUMBERS = "党员人数走势"
MEMBER_COUNTS = "党员分布"
MEMBER_COMPARE = "{}比较 · 等次与人均积分"
MEMBER_CHECKUPS = "季度党性体检"
MEMBER_CLASSES = "党员类别 · 等次与人均积分"
CHECKUP_NONE = "还没有党性体检结果。"
NOT_TOLD = "党员不足{}人，不单列"
TEAMS = "队伍排行"
STARS = "星级分布"
THANKS = "今日致谢"
THANKS_LAST = "{}致谢"
THANKS_NOTE = "{:,} 人次 · {} 小时"
NO_SERVICE = "这段时间还没有已审核的服务时长。"
NO_THANKS = "还没有已审核的服务。"
PRIVATE_PERSON = "一位志愿者"
VOLUNTEER_TREND = "服务时长走势"
TEAM_PEOPLE = "{:,} 人参加"

# The builder in 系统管理
BUILD_TITLE = "大屏网址"
BUILD_NOTE = (
    "选好后生成网址，填进大屏的浏览器，以后不用再动。"
    "带密钥的网址不用登录，只能看所选单位及以下的看板。"
)
BUILD_SCENES = "场景（按次序轮换）"
BUILD_SECONDS = "{}（秒）"
BUILD_TAKEOVER = "急件、红灯（秒）"
BUILD_PERIOD = "统计期间"
BUILD_METRICS = "地图指标（按次序轮换）"
BUILD_THEME = "配色"
BUILD_SCHEDULE = "显示钟点（留空为全天）"
BUILD_SCHEDULE_HINT = "如 7-22 或 7:30-12,14-22"
BUILD_PRESENT = "演示用（方向键换场景，点数字看口径）"
BUILD_PREVIEW = "预览"
BUILD_LINK = "登录后可用的网址（不含密钥）"
