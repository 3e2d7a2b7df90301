"""What people read while they import data, in one place."""

# Kind and files
KIND = "1 选择数据"
KIND_PICK = "导入哪一类数据"
TEMPLATE = "下载{}模板（XLSX）"
TEMPLATE_FILE = "{}模板.xlsx"
TEMPLATE_NOTE = "没有现成的表格时，下载模板照着填；已有表格不用改格式，下一步会对应各列。"
UPLOAD = "选择文件，或把文件拖到框里；可一次选几个"
UPLOAD_NOTE = "可用格式：XLSX、XLS、CSV、TSV、GeoJSON、TopoJSON、JSON"
FILE = "处理哪个文件"
FILE_DONE = "{}（已导入）"
CLEAR = "清空文件，重新选择"
READING = "正在读取文件……"

# What was read
READ = "2 读出的内容"
READ_KINDS = {
    "csv": "文本表格",
    "xlsx": "Excel 工作簿",
    "xls": "Excel 97-2003 工作簿",
    "geojson": "GeoJSON",
    "topojson": "TopoJSON",
    "json": "JSON 记录",
}
READ_LINE = "{}，{}，{} 列，{:,} 行"
ENCODING = "编码 {}"
TABLE = "文件里有 {} 个表，导入哪一个"
TABLE_ONE = "{}（{:,} 行）"
NOTHING_ODD = "读取时没有发现问题。"

# Columns
MAPPING = "3 列的对应"
MAPPING_NOTE = "* 为必填；右边是文件里的前三个值"
MAPPING_KNOWN = "已沿用上次导入同样列名的文件时的对应。"
MAPPING_AGAIN = "按列名重新对应"
MAPPING_SAVE = "保存对应（TOML）"
REQUIRED = "必填"
NO_COLUMN = "不导入这一列"
OTHERS = "文件里没有认出的字段（{} 个，可不填）"
SAMPLES_NONE = "（空）"
SAMPLE_SEPARATOR = " ｜ "
YES, NO = "是", "否"
LEFT_OUT = "文件里这些列没有用到：{}"

# Questions
QUESTIONS = "需要您确认"
SYSTEM = "文件里的坐标用哪种坐标系"
SYSTEM_WHY = "判断依据：{}"
SYSTEM_SUGGESTED = "{}（建议）"
SYSTEM_NEEDED = "请先选定坐标系，再核对"
SYSTEM_CRS = "文件写明的坐标系：{}"
ORDER = "日期里先写日还是先写月"
ORDERS = {"dmy": "日/月/年", "mdy": "月/日/年"}
WORDS = "“{}”里有 {} 个说法不在工作法里，请指明各是哪一个；不指明的行不会导入"
WORD = "{}（{:,} 行）"
WORD_LEFT = "不导入这些行"
WORDS_MORE = "另有 {} 个说法没有列出，请在文件里统一写法后再导入"

# Preview
PREVIEW = "4 核对"
PLANNING = "正在逐行核对……"
COUNTS = {"new": "新增", "changed": "更新", "same": "相同", "refused": "未通过"}
COUNT_NOTES = {
    "new": "写入新记录",
    "changed": "改动已有记录",
    "same": "已有，不再写入",
    "refused": "不写入，可改好再导",
}
ROWS_OF = "查看哪些行"
SHOWN = "先列前 {} 行，共 {:,} 行"
NUMBER = "行号"
REASON = "原因"
WHAT, BEFORE, AFTER = "内容", "原来", "改为"
MAP = "在地图上核对"
NONE_LEFT = "没有可以写入的行：全部相同或未通过。"

# Applying
APPLY = "导入 {:,} 行"
APPLY_NOTE = "全部写入或全部不写入；写入后可以整批撤销。"
ANOTHER_RUNS = "另一个导入正在进行，完成后才能再导入。"
STARTED = "正在导入“{}”"
CANCEL = "取消导入"
CANCELLING = "正在取消，已写入的部分会全部退回……"
STEP = "{} · {:.0%}"
WAITING = "正在准备"

# Report
REPORT = "导入结果"
DONE_NUMBER = "第 {} 次导入"
NOT_DONE = "没有导入：{}"
CANCELLED = "{}"
REFUSED_XLSX = "下载未通过的行（XLSX）"
REFUSED_XLSX_FILE = "{}_未通过.xlsx"
REFUSED_GEOJSON = "下载未通过的要素（GeoJSON）"
REFUSED_GEOJSON_FILE = "{}_未通过.geojson"
REFUSED_NOTE = "改好这份文件后可以直接再导入，对应关系已经记住。"
DISMISS = "继续导入"
NOTES = "说明"

# Past imports
HISTORY = "导入记录"
HISTORY_NOTE = "最近 {} 次"
HISTORY_NONE = "还没有导入过数据。"
HISTORY_COLUMNS = ("次序", "时间和人员", "数据和文件", "结果", "状态")
HISTORY_TAKEN = ("次序", "时间", "人员", "数据", "文件", *COUNTS.values(), "状态")
HISTORY_STANDS = "有效"
HISTORY_UNDONE = "已撤销"
HISTORY_UNDONE_BY = "{} {}：{}"
UNDO = "撤销整批"
UNDO_PICK = "撤销哪一次导入"
UNDO_ONE = "第 {} 次　{}　{}"
UNDO_REASON = "撤销原因"
UNDO_NONE = "没有可以撤销的导入。"
UNDO_MISSING = "没有选择要撤销的导入，请选择后再提交"
UNDONE = "已撤销第 {} 次导入，涉及 {:,} 条记录。"
