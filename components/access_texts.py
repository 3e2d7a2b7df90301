"""What people read about logging in, accounts and access, in one place."""

# Logging in and out
LOGIN = "登录"
LOGOUT = "退出登录"
LOGIN_NAME = "账号"
PASSWORD = "密码"  # noqa: S105 (a label)
LOGIN_SUBMIT = "登录"
OPENING = "数据库正在打开，请稍候，好了会自动继续。"
TRY_AGAIN = "再试一次"
LOGIN_HELP = "忘记密码，请联系管理员重置。"
DEMO_TITLE = "体验账号"
DEMO_NOTE = "示例数据，点一下直接进入，不用密码"
DEMO_PLACE = "{} · {}"
PUBLIC_BACK = "不登录，看公开看板"

# Changing one's password
CHANGE = "修改密码"
CHANGE_FIRST = "第一次登录，请先换成自己的密码，换好后才能继续。"
CHANGE_NOTE = "改好后，这个账号在其他地方的登录都会退出。"
CHANGE_OLD = "原密码"
CHANGE_NEW = "新密码"
CHANGE_AGAIN = "再输一次新密码"
CHANGE_RULE = "至少 10 个字符，几个不相干的词连在一起最好记。"
CHANGE_DIFFERS = "两次输入的新密码不一样，请重新输入"
CHANGE_DEMO = "体验账号没有密码，不用修改。"
BACK = "返回"

# The first administrator
FIRST = "建立首个管理员"
FIRST_NOTE = "启用码显示在服务器的控制台上，只能用一次。"
FIRST_CODE = "启用码"
FIRST_CODE_HINT = "例如 ABCD-EFGH-JKMN"
FIRST_NAME = "姓名"
FIRST_LOGIN_HINT = "2 到 40 个汉字、字母或数字"
FIRST_PASSWORD = "设一个密码"  # noqa: S105 (a label)
FIRST_AGAIN = "再输一次密码"
FIRST_SUBMIT = "建立并登录"

# Refusals of the pages above
WAIT = "请 {} 秒后再试"
FOREIGN = "这次提交不是从本系统的页面发出的，没有执行。请回到登录页重新操作。"
TOO_MUCH = "提交的内容太长，没有执行。请回到登录页重新操作。"
BUSY = "同时登录的人太多，请稍候再试"
OIDC_DOWN = "暂时连不上统一身份认证，请稍候再试，或者先用账号密码登录"
OIDC_SET_UP = "统一身份认证没有设置好，请联系管理员查看服务器日志；可以先用账号密码登录"
OIDC_NO_CLAIM = "统一身份认证没有给出您的账号名，请联系管理员核对设置；可以先用账号密码登录"
OIDC_STALE = "这次登录已过期，或不是从这个浏览器开始的，请在下面重新登录"
OIDC_DECLINED = "统一身份认证没有同意这次登录，请重试，或者用账号密码登录"
DATABASE_LOST = "暂时读不到数据库，请稍候再试；若一直如此，请联系管理员"

# The corner of the band
CORNER = "我的账号"
CORNER_OUT = "退出"
DEMO_MARK = "体验"

# Gates
GATE_LOGIN = ("请先登录", "这里的数据只对登录的人开放。没有账号，请联系管理员开通。")
GATE_ENDED = ("登录已失效", "可能是太久没有操作、已在别处退出，或密码已修改。请重新登录。")
GATE_ROLE = ("没有权限打开“{}”", "您的账号不能打开这一页。如工作需要，请联系管理员授予相应角色。")
GATE_NO_ROLE = ("账号还没有角色", "您已登录，但账号还没有被授予任何角色，请联系管理员。")
GATE_PASSWORD = ("请先修改密码", "第一次登录须换成自己的密码，换好后就能使用各个页面。")
GATE_KEY = ("大屏密钥已停用", "网址里的密钥不能再用。请联系管理员重新生成大屏网址。")
GATE_DISPLAY = ("大屏不能打开“{}”", "大屏网址只能看看板。需要填报或管理，请用账号登录。")
GATE_SETUP = ("还没有管理员", "这是新的数据库。请用服务器控制台上的启用码，建立首个管理员账号。")
GATE_SETUP_LOGIN = ("数据库还是空的", "请用管理员账号登录，然后建立街道、社区和网格。")
GATE_SETUP_ROLE = ("数据库还是空的", "请用管理员账号登录来建立街道；您现在的账号没有这个权限。")
GATE_FIRST = "建立首个管理员"
GATE_AGAIN = "换个账号登录"

# 系统管理
ADMIN_TABS = ("工作法", "账号与访问", "大屏", "数据导入", "操作日志", "运行")

# 系统管理: accounts
ACCOUNTS = "账号与角色"
ACCOUNT_COUNT = "共 {} 个账号"
ACCOUNT_COLUMNS = ("账号", "姓名", "角色", "状态")
ACCOUNT_ACTIVE = "可用"
ACCOUNT_DISABLED = "已停用"
ACCOUNT_MUST_CHANGE = "待改密码"
ACCOUNT_DEMO = "体验账号"
ACCOUNT_NO_ROLE = "（无角色）"
WHOLE = "全部单位"
ACCOUNT_WHAT = "要做什么"
ACCOUNT_DO = {
    "create": "新增账号",
    "grant": "授予角色",
    "revoke": "收回角色",
    "reset": "重置密码",
    "disable": "停用",
    "enable": "启用",
}
ACCOUNT_PICK = "选择账号"
ACCOUNT_ROLE = "角色"
ACCOUNT_UNIT = "单位"
ACCOUNT_UNIT_HELP = "管理员管全部单位，不用选"
ACCOUNT_GRANT = "要收回的角色"
ACCOUNT_PHONE = "电话（可不填，加密保存）"
ACCOUNT_NONE = "没有可选的账号。"
ACCOUNT_NO_GRANTS = "没有可收回的角色。"
PICK = "请选择"
PICK_MISSING = "还没有选{}，请先选一个"
DONE_CREATED = "已新增账号 {}，首次密码：{}　只显示这一次，请转告本人，首次登录须修改。"
DONE_RESET = "已重置 {} 的密码：{}　只显示这一次，请转告本人，登录后须修改。"
DONE_GRANTED = "已授予 {}：{}。"
DONE_REVOKED = "已收回：{}。从现在起不再有效。"
DONE_DISABLED = "已停用 {}，其登录立即失效；已登记的记录保留。"
DONE_ENABLED = "已启用 {}。"

# 系统管理: sessions, displays
SESSIONS = "正在使用的登录"
SESSION_COUNT = "共 {} 个"
SESSION_COLUMNS = ("账号", "登录时间", "最近操作", "地址", "浏览器")
SESSION_PICK = "要结束的登录"
SESSION_END = "结束这次登录"
SESSION_ENDED = "已结束 {} 的登录，那边的下一次操作就会被拒绝。"
SESSION_NONE = "现在没有人登录。"
SESSION_ONE = "{}　{}　{}"
SESSION_OWN = "（本次）"
BROWSERS = {"Edg": "Edge", "MicroMessenger": "微信", "Firefox": "Firefox", "Chrome": "Chrome"}
BROWSERS |= {"Safari": "Safari"}
PHONES = {"Android": "安卓手机", "iPhone": "苹果手机", "iPad": "平板"}
BROWSER_OTHER = "其他"
DISPLAYS = "大屏密钥"
DISPLAY_COLUMNS = ("大屏", "单位", "生成时间", "状态")
DISPLAY_LIVE = "可用"
DISPLAY_DEAD = "已停用"
DISPLAY_NONE = "还没有大屏密钥。"
DISPLAY_NAME = "大屏名称"
DISPLAY_NAME_HINT = "例如：一楼大厅"
DISPLAY_UNIT = "显示哪个单位"
DISPLAY_CREATE = "生成带密钥的网址"
DISPLAY_CREATED = "已为“{}”生成大屏网址，只显示这一次，请在大屏上打开："
DISPLAY_PICK = "要停用的大屏"
DISPLAY_REVOKE = "停用"
DISPLAY_REVOKED = "已停用“{}”的密钥。"
PUBLIC_ON = "现在：看板不用登录就能看（姓名已隐去）。"
PUBLIC_OFF = "现在：看板要登录或凭大屏网址才能看。"
PUBLIC_OPEN = "改为免登录可看"
PUBLIC_SHUT = "改为登录才能看"
PUBLIC_DONE = "已改好。"

# 系统管理: the log
AUDIT = "操作日志"
AUDIT_WHO = "谁"
AUDIT_WHAT = "做了什么"
AUDIT_ALL = "全部"
AUDIT_COLUMNS = ("时间", "谁", "身份", "做了什么", "对象", "前 → 后", "地址")
AUDIT_NONE = "没有符合的记录。"
AUDIT_CHAIN_GOOD = "日志链完整，没有被改动。"
AUDIT_CHAIN_BAD = "日志链断在第 {} 条：这一条或它之前的记录被改动过，请立即查明。"
AUDIT_NUMBER = "第 {} 号"
AUDIT_CHECK = "核对日志链"
AUDIT_NOTE = "最近 {} 条"
AUDIT_GOOD = "成功"
AUDIT_BAD = "失败"
AUDIT_WHYS = {"wrong": "密码错误", "disabled": "账号已停用"}
AUDIT_WHYS |= {"unknown": "没有这个账号", "unproven": "身份没有通过核对"}
AUDIT_WAYS = {"oidc": "统一身份认证"}
AUDIT_MANY = "{} 条"
AUDIT_YES, AUDIT_NO = "是", "否"
AUDIT_WORDS = {"approved": "通过", "returned": "退回", "pending": "待审核", "withdrawn": "撤回"}
AUDIT_WORDS |= {"points_entry": "党员积分", "service_record": "服务时长"}
AUDIT_SYSTEM = "系统"
AUDIT_ROLES = {"system": "系统", "visitor": "访客", "display": "大屏", "account": "账号"}

# 系统管理: one's own
OWN = "我的账号"
OWN_LINE = "{} · {}"
OWN_OTHERS = "退出其他地方的登录"
OWN_OTHERS_DONE = "已退出其他地方的 {} 次登录。"

# Rows behind figures
ROWS_NAMED = "共 {:,} 行，含姓名，查看已记入日志。"
ROWS_NAMED_SHOWN = "共 {:,} 行，含姓名，查看已记入日志；下载的文件里姓名隐去。"
