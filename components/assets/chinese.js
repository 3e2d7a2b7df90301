// The few texts Streamlit writes itself, said in Chinese.  It offers no setting for them.
(() => {
  const words = {
    "No results": "没有匹配的选项", "Choose an option": "请选择", "Choose options": "请选择",
    "Select an option": "请选择", "Clear value": "清除", "Clear all": "全部清除", "Close": "关闭",
    "Running": "正在更新", "Connecting": "正在连接", "Stop": "停止", "Fullscreen": "全屏",
    "Connection error": "连接中断", "Press Enter to apply": "按回车确认",
    "Press Enter to submit form": "按回车提交", "Select all": "全选", "Copy": "复制",
    "Increment value": "增加", "Decrement value": "减少", "Previous": "上一页", "Next": "下一页",
  };
  const attributes = ["aria-label", "title", "placeholder", "alt"];
  const translate = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = root; node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        const said = words[node.data.trim().replace(/\.+$/, "")];
        if (said) node.data = said;
      } else if (node.getAttribute) {
        for (const name of attributes) {
          const said = words[(node.getAttribute(name) || "").trim()];
          if (said) node.setAttribute(name, said);
        }
      }
    }
  };
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) translate(node);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
