// The wall: shows one scene after another, hears of news, and mends itself.  It never leaves
// its page while the server is away, so the last picture stays until there is a better one.
const wall = (() => {
  const $ = (id) => document.getElementById(id);
  const told = JSON.parse($("told").textContent);
  const words = told.words;
  const say = (text, value) => text.replace("{}", value);
  const SILENCE = 6000, RETRY = 1500, SLOW = 20000, PAGE = 9000, SEEN = 300;  // milliseconds; ids remembered

  const state = {
    scenes: [], scene: "", turns: {}, since: 0, last: 0, focus: "", paused: told.present,
    ahead: 0, offset: told.offset, heard: 0, asOf: 0, lost: false, failed: false, beat: "", drawn: "", behind: 0, turned: 0,
  };
  let view = null, socket = null, timer = 0, line = Promise.resolve(), waiting = null, queue = [];
  const seen = [];

  const query = (more) => {
    const all = new URLSearchParams(location.search);
    if (state.focus) all.set("unit", state.focus);
    for (const key in more) all.set(key, more[key]);
    return all.toString();
  };

  const ask = async (path, more) => {
    const stop = AbortSignal.timeout(SLOW);
    return fetch(`${path}?${query(more)}`, { cache: "no-store", signal: stop });
  };

  // --- Time, by the server's clock: the box a display hangs on may be wrong by hours.
  const serverTime = () => Date.now() + state.ahead;
  const local = (at) => new Date(at + state.offset * 60000);
  const two = (n) => String(n).padStart(2, "0");
  const hms = (at) => { const d = local(at); return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`; };
  const day = (d) => `${d.getUTCFullYear()}年${d.getUTCMonth() + 1}月${d.getUTCDate()}日`;
  const set = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  const showTime = () => {
    const now = local(serverTime());
    const clock = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}`;
    set(document.querySelector("#clock b"), `${day(now)} 星期${"日一二三四五六"[now.getUTCDay()]} ${clock}`);
    set($("as-of"), state.asOf ? hms(state.asOf) : "—");
    const silent = Date.now() - state.heard > SILENCE;
    if (state.drawn === state.beat) state.behind = 0;
    else state.behind ||= Date.now();
    const late = state.lost || state.failed || (state.behind && Date.now() - state.behind > SILENCE);
    const mode = silent ? "lost" : late ? "late" : "live";
    $("state").className = mode;
    set(document.querySelector("#state em"), { live: words.LIVE, late: words.LATE, lost: words.LOST }[mode]);
    const fault = silent ? words.LOST_NOTE : state.lost || state.failed ? words.LATE_NOTE : "";
    $("fault").hidden = !fault;
    if (fault) set($("fault"), say(fault, hms(state.asOf)));
    showQuiet(now, clock);
    if (view && Date.now() - state.turned > PAGE) {
      state.turned = Date.now();
      wallDraw.turn(view);
    }
  };

  const showQuiet = (now, clock) => {
    const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
    const inside = ([a, b]) => (a < b ? minute >= a && minute < b : minute >= a || minute < b);
    const quiet = told.schedule.length > 0 && !told.schedule.some(inside);
    $("quiet").hidden = !quiet;
    if (!quiet) return;
    const starts = told.schedule.map(([a]) => a).sort((a, b) => (a - minute + 1440) % 1440 - (b - minute + 1440) % 1440);
    set(document.querySelector("#quiet b"), clock);
    set(document.querySelector("#quiet p"), say(words.QUIET, `${two(Math.floor(starts[0] / 60))}:${two(starts[0] % 60)}`));
  };

  // --- Boards
  const show = (answer, fresh) => {
    const { html, maps } = answer.board;
    const stage = $("stage");
    const same = !fresh && view && answer.scene === state.scene && wallDraw.update(view, html, maps);
    if (!same) state.turned = Date.now();
    if (!same) view = wallDraw.change(stage, html || `<p class="scene nothing">${words.NOTHING}</p>`, maps);
    Object.assign(state, { scenes: answer.scenes, scene: answer.scene, since: answer.at, last: answer.last });
    state.drawn = `${answer.revision}/${answer.at}`;
    state.failed = false;
    state.asOf = Math.max(state.asOf, answer.at);
    set($("title"), answer.title);
    set($("note"), answer.note);
    $("note").hidden = !answer.note;
    showTabs();
    showTicker(answer.ticker);
    $("takeover").dataset.more = answer.more;
    for (const alert of answer.alerts) takeOver(alert);
  };

  const showTabs = () => {
    const text = JSON.stringify([state.scenes, state.scene]);
    if ($("tabs").dataset.text === text) return;
    $("tabs").dataset.text = text;
    $("tabs").replaceChildren(...state.scenes.map(([key, name]) => {
      const tab = document.createElement("b");
      tab.textContent = name;
      tab.dataset.scene = key;
      if (key === state.scene) tab.setAttribute("aria-current", "page");
      return tab;
    }));
  };

  // Whole events only, as many as there is room for; the others get their turn.
  const showTicker = (events) => {
    const html = events.length ? events.map((e) => `<span>${e}</span>`).join("") : words.NO_EVENTS;
    const line = $("ticker");
    if (line.source !== html) { line.source = html; line.innerHTML = html; line.from = 0; }
    turnTicker(0);
  };

  const turnTicker = (by) => {
    const line = $("ticker"), all = [...line.children];
    if (by) line.from = line.until < all.length ? line.until : 0;
    for (const one of all) one.hidden = false;
    all.slice(0, line.from).forEach((one) => { one.hidden = true; });
    const edge = line.getBoundingClientRect().right + 1;
    line.until = all.findIndex((one, i) => i > line.from && one.getBoundingClientRect().right > edge);
    if (line.until < 0) line.until = all.length;
    all.slice(line.until).forEach((one) => { one.hidden = true; });
    if (by) line.animate([{ opacity: 0 }, { opacity: 1 }], 400);
  };

  // One board at a time, and one more after it for whoever asked meanwhile.  News ask for the
  // scene that stands by then ("" for it): they never bring back one that is being left.
  const refresh = (scene = "", fresh = false) => {
    if (waiting) {
      waiting.scene = scene || waiting.scene;
      waiting.fresh ||= fresh;
      return waiting.done;
    }
    const mine = waiting = { scene, fresh };
    mine.done = line = line.then(() => {
      waiting = null;
      return fetchBoard(mine.scene || state.scene, mine.fresh).catch(() => { state.failed = true; });
    });
    return mine.done;
  };

  const fetchBoard = async (scene, fresh) => {
    const turn = state.turns[scene] || 0;
    const answer = await ask("/wall/board", { scene, turn, since: state.since, last: state.last });
    if (answer.ok) return show(await answer.json(), fresh);
    if (answer.status === 403 || answer.status === 400) return reload();  // the page says why
    state.failed = true;
  };

  const seconds = () => (state.scenes.find(([key]) => key === state.scene) || [0, 0, 20])[2];
  const plan = () => {
    clearTimeout(timer);
    if (!state.paused) timer = setTimeout(() => step(1), seconds() * 1000);
  };

  const step = async (by) => {
    clearTimeout(timer);
    const keys = state.scenes.map(([key]) => key);
    const here = keys.indexOf(state.scene);
    if (!$("takeover").hidden || Date.now() - state.heard > SILENCE) return plan();
    const next = keys[(here + by + keys.length) % keys.length] || state.scene;
    state.turns[next] = (state.turns[next] ?? -1) + 1;
    await refresh(next, true);
    plan();
  };

  // --- Take-over: one after another, each for a set time, then back to where the wall was.
  const takeOver = (alert) => {
    if (seen.includes(alert.id)) return;
    seen.push(alert.id);
    if (seen.length > SEEN) seen.shift();
    queue.push(alert);
    if ($("takeover").hidden) nextAlert();
    else sayWaiting();
  };

  const nextAlert = () => {
    const alert = queue.shift(), place = $("takeover");
    place.hidden = !alert;
    place.innerHTML = alert ? alert.html : "";
    if (!alert) return plan();
    place.firstElementChild.insertAdjacentHTML("beforeend", '<p class="alert-more"></p>');
    sayWaiting();
    setTimeout(nextAlert, told.takeover * 1000);
  };

  const sayWaiting = () => {
    const waiting = queue.length ? say(words.WAITING, queue.length) : "";
    const more = $("takeover").querySelector(".alert-more");
    set(more, [waiting, $("takeover").dataset.more].filter(Boolean).join("　"));
    more.hidden = !more.textContent;
  };

  // --- Ticks
  const reload = async () => {
    try {  // never onto the browser's own error page
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.ok || answer.status === 403 || answer.status === 400) location.reload();
    } catch { /* later */ }
  };

  const hear = ({ data }) => {
    const tick = JSON.parse(data);
    state.heard = Date.now();
    state.ahead = tick.at - Date.now();
    state.offset = tick.offset;
    if (tick.build !== told.build) return reload();
    state.lost = Boolean(tick.lost);
    if (!tick.lost) {
      state.beat = `${tick.revision}/${tick.beat}`;
      // what is drawn still holds at the moment of the tick, or is fetched anew
      if (state.beat === state.drawn) state.asOf = tick.at;
      else refresh();
    }
    showTime();
  };

  const listen = () => {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/wall/ticks${location.search}`);
    socket.onmessage = hear;
    socket.onclose = ({ code }) => {
      if (code === 4403) reload();
      setTimeout(listen, RETRY);
    };
  };
  // a line that is open but silent is no line: the next one may reach a server that is back
  setInterval(() => { if (Date.now() - state.heard > 2 * SILENCE && socket?.readyState === 1) socket.close(); }, 3000);

  const fitAll = () => { if (view) wallDraw.tidy(view); };
  const start = () => {
    const first = JSON.parse($("first").textContent);
    for (const id of ["told", "first"]) $(id).remove();
    $("help").hidden = !told.present;
    state.heard = Date.now();
    state.ahead = first.at - Date.now();
    state.asOf = first.at;
    state.beat = `${first.revision}/${first.at}`;
    state.turns[first.scene] = 0;
    show(first, true);
    showTime();
    listen();
    plan();
    setInterval(showTime, 1000);
    setInterval(() => turnTicker(1), PAGE);
    addEventListener("resize", fitAll);
    document.fonts?.ready.then(fitAll);
    if (told.present) wallPresent(wall, state, words, ask, refresh, plan);
  };
  addEventListener("DOMContentLoaded", start);

  return { step, state, refresh, plan, $ };
})();
