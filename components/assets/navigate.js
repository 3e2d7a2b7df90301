// Links between our pages are followed as the browser's own Back is: without loading anything anew.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-page]");
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
  if (!link || !plain) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  dispatchEvent(new PopStateEvent("popstate"));
});
