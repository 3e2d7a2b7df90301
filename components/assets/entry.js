// What is typed reaches the server while it is being typed, not only when a field is left:
// a phone that is locked or loses its network keeps nothing that was typed from the draft.
(() => {
  const PAUSE = 600; // milliseconds without a key
  const fields = ".st-key-entry_page textarea, .st-key-entry_page input:not([role=combobox])";
  const waiting = new Map();
  let composing = false; // a Chinese word half spelled is not text yet
  const send = (field) => {
    clearTimeout(waiting.get(field));
    waiting.delete(field);
    // Streamlit takes a field's text when the field is left; it need not be left for that
    if (field.isConnected) field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  };
  const sendAll = () => [...waiting.keys()].forEach(send);
  document.addEventListener("compositionstart", () => { composing = true; }, true);
  document.addEventListener("compositionend", () => { composing = false; }, true);
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.(fields)) return;
    clearTimeout(waiting.get(field));
    const later = () => (composing ? waiting.set(field, setTimeout(later, PAUSE)) : send(field));
    waiting.set(field, setTimeout(later, PAUSE));
  }, true);
  document.addEventListener("visibilitychange", () => { if (document.hidden) sendAll(); });
  addEventListener("pagehide", sendAll);
})();
