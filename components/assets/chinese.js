// The few texts Streamlit writes itself, said in Chinese.  It offers no setting for them.
(() => {
  const words = {
    "No results": "没有匹配的选项", "Choose an option": "请选择", "Choose options": "请选择",
    "Select an option": "请选择", "Choose or add an option": "请选择或输入", "Selected values": "已选", "Clear value": "清除", "Clear all": "全部清除", "Close": "关闭",
    "Open": "打开", "Dismiss": "关闭", "Remove": "移除", "Running": "正在更新", "Connecting": "正在连接", "Stop": "停止",
    "Fullscreen": "全屏", "Connection error": "连接中断", "Press Enter to apply": "按回车确认",
    "Press Enter to submit form": "按回车提交", "Select all": "全选", "Copy": "复制",
    "Increment": "增加", "Decrement": "减少", "Increment value": "增加", "Decrement value": "减少",
    "Previous": "上一页", "Next": "下一页", "Skip to main content": "跳到正文",
    "Choose date": "选择日期", "Previous month": "上个月", "Next month": "下个月",
    "Use arrow keys to navigate dates. Enter to select. Escape to close":
      "用方向键选择日期，回车确认，退出键关闭", "streamlit_folium.st_folium": "网格地图",
    "Upload": "选择文件", "Add files": "再选文件", "Add file": "再选文件", "Drag and drop files here": "把文件拖到这里",
    "Drag and drop a file here": "把文件拖到这里", "Click to retry upload": "点击重新上传", "File size is too small": "文件是空的",
    "Too many files": "文件太多", "file upload": "上传文件", "add icon": "添加", "upload icon": "上传", "Error": "出错", "Error:": "出错：", "Upload failed": "上传失败", "Network Error": "网络中断，没有传完",
    "Failed to generate file for download": "没有生成文件，请刷新页面后重试", "Request timed out": "等得太久，没有生成文件",
    "Download failed": "没有下载成功，请重试",
  };
  const starts = { "year, ": "年，", "month, ": "月，", "day, ": "日，", "hour, ": "时，", "minute, ": "分，",
    "Choose date, ": "选择日期，", "Remove ": "移除 ", "Cancel upload of ": "取消上传 " };
  const patterns = [[/^(\d+) options? available$/, "$1 个选项"], [/^(\d+) – \w+$/, "$1月"],
    [/^Title text '(.*)'$/, "$1"], [/^([\d.]+ ?[KMG]?B) per file$/, "每个文件不超过 $1"],
    [/^File must be ([\d.]+ ?[KMG]?B) or smaller$/, "文件超过 $1，请分成几个文件"],
    [/^.* files are not allowed$/, "不能导入这种文件，请另存为 XLSX 或 CSV"], [/^Request failed with status code (\d+)$/, "没有传完（$1），请重试"],
    [/^AxiosError: .*$/, "没有传完，请检查网络后重试"]];
  const attributes = ["aria-label", "aria-valuetext", "title", "placeholder", "alt"];
  const say = (text) => {
    const plain = text.trim().replace(/\.+$/, "");
    if (words[plain]) return words[plain];
    for (const start in starts) if (plain.startsWith(start)) return starts[start] + plain.slice(start.length);
    for (const [pattern, said] of patterns) if (pattern.test(plain)) return plain.replace(pattern, said);
    return null;
  };
  const translateNode = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const said = say(node.data);
      if (said) node.data = said;
    } else if (node.getAttribute) {
      for (const name of attributes) {
        const said = say(node.getAttribute(name) || "");
        if (said) node.setAttribute(name, said);
      }
    }
  };
  // What we wrote ourselves is Chinese already.
  const ours = ".board, .stHtml";
  const foreign = (node) =>
    node.matches?.(ours) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
  const translate = (root) => {
    if ((root.closest ? root : root.parentElement)?.closest(ours)) return;
    const shown = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
    const walker = document.createTreeWalker(root, shown, foreign);
    for (let node = root; node; node = walker.nextNode()) translateNode(node);
  };
  // The first thing a keyboard or a screen reader meets may not wait for an idle moment.
  const greet = () => {
    const link = document.querySelector("[data-testid=stSkipToContent]");
    if (link?.firstChild) translateNode(link.firstChild);
  };
  // Done when the browser is idle: drawing the page comes first.
  const waiting = new Set();
  const later = window.requestIdleCallback || ((work) => setTimeout(work, 50));
  const work = () => {
    const nodes = [...waiting];
    waiting.clear();
    for (const node of nodes) if (node.isConnected) translate(node);
  };
  new MutationObserver((changes) => {
    greet();
    const idle = !waiting.size;
    for (const change of changes) {
      if (change.type !== "childList") waiting.add(change.target);
      for (const node of change.addedNodes) waiting.add(node);
    }
    if (idle && waiting.size) later(work, { timeout: 300 });
  }).observe(document.documentElement, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: attributes,
  });
})();
