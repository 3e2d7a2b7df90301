// Presenter mode, for a laptop in a meeting: keys, a spotlight on one unit, and what is behind a figure.
const wallPresent = (wall, state, words, ask, refresh, plan) => {
  const $ = wall.$;
  document.documentElement.classList.add("present");

  const close = () => { $("detail").hidden = true; $("detail").replaceChildren(); };

  const open = async (key) => {
    const place = $("detail");
    place.hidden = false;
    place.innerHTML = `<article><p class="none">${words.LOADING}</p></article>`;
    let html = `<p class="none">${words.DETAIL_FAILED}</p>`;
    try {
      const turn = state.turns[state.scene] || 0;
      const answer = await ask("/wall/detail", { scene: state.scene, turn, open: key });
      if (answer.ok) html = await answer.text();
    } catch { /* said already */ }
    place.innerHTML = `<article tabindex="0"><button>${words.CLOSE}</button>${html}</article>`;
    place.querySelector("article").focus();
  };

  const focus = (code) => {
    state.focus = code;
    state.since = 0;  // another unit's news is no news here
    refresh("", true);
  };

  addEventListener("keydown", (event) => {
    const opened = !$("detail").hidden;
    if (event.key === "Escape") opened ? close() : state.focus && focus("");
    else if (opened) return;
    else if (event.key === "ArrowRight" || event.key === "PageDown") wall.step(1);
    else if (event.key === "ArrowLeft" || event.key === "PageUp") wall.step(-1);
    else if (event.key === " ") { state.paused = !state.paused; plan(); }
    else return;
    event.preventDefault();
  });

  addEventListener("click", ({ target }) => {
    if (target.closest("#detail button") || target === $("detail")) return close();
    if (target.closest("#detail")) return;
    const unit = target.closest("[data-code]"), opener = target.closest("[data-open]");
    const tab = target.closest("[data-scene]");
    if (unit) focus(unit.dataset.code);
    else if (opener) open(opener.dataset.open);
    else if (tab) refresh(tab.dataset.scene, true);
  });
};
