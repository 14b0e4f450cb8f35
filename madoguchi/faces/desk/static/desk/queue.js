/* A desk that goes on calling when the network drops. Without this file the page works by plain forms.

   Every five seconds the page says it is there and is told its share: who it may call by itself. When no answer comes,
   it waits as long as the city hall does before that share is its own (data.silent), then calls from it, writes down
   each act with an id and a time, and sends them when the network is back. An act sent twice is done once. */
"use strict";

(() => {
  const root = document.querySelector("[data-desk][data-catch-up]");
  if (!root) return;
  const STORE = `queue:${root.dataset.desk}`;
  const POLL = 5000;
  const PATIENCE = 6000;
  const SETTLES = 600;
  const cutOff = document.getElementById("cut-off");
  const $ = (name) => cutOff.querySelector(`[data-off-${name}]`);

  const blank = () => ({ acts: [], share: [], current: null, until: 0, heard: 0, silent: 15 });
  const load = () => {
    try { return { ...blank(), ...JSON.parse(localStorage.getItem(STORE) || "{}") }; } catch { return blank(); }
  };
  let state = load();
  const save = () => {
    try { localStorage.setItem(STORE, JSON.stringify(state)); } catch { /* kept until the page goes */ }
  };

  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

  /* Resolves with the answer, whatever its status; rejects only when none came. */
  const ask = (address, options) => {
    const gone = new AbortController();
    const timer = setTimeout(() => gone.abort(), PATIENCE);
    return fetch(address, { credentials: "same-origin", signal: gone.signal, ...options }).finally(() => clearTimeout(timer));
  };
  const isJson = (answer) => (answer.headers.get("Content-Type") || "").includes("json");

  /* ---------------------------------------------------------------- cut off */

  let isOff = false;
  const swapKeys = (off) => {
    const names = ["key", "wasKey"];
    const [from, to] = off ? names : names.reverse();
    document.querySelectorAll(`#console [data-${from === "key" ? "key" : "was-key"}]`).forEach((button) => {
      button.dataset[to] = button.dataset[from];
      delete button.dataset[from];
    });
    cutOff.querySelectorAll("[data-off-key]").forEach((button) => {
      if (off) button.dataset.key = button.dataset.offKey;
      else delete button.dataset.key;
    });
  };
  const turn = (off) => {
    if (off === isOff) return;
    isOff = off;
    const part = document.getElementById("console");
    part.inert = off;
    part.hidden = off;
    cutOff.hidden = !off;
    swapKeys(off);
    draw();
  };
  const draw = () => {
    if (!isOff) return;
    const now = Date.now();
    const isOurs = now - state.heard > state.silent * 1000;
    const isOver = now > state.until;
    const here = state.current;
    $("current").textContent = here ? here.label : "－";
    $("wanting").textContent = here ? here.wanting.join("・") : "";
    $("share").textContent = state.share.map((one) => [one.label, ...one.wanting].join(" ")).join("、") || "－";
    $("acts").textContent = String(state.acts.length);
    $("wait").hidden = isOurs || isOver;
    $("over").hidden = !isOver;
    cutOff.querySelectorAll("[data-off]").forEach((button) => {
      const kind = button.dataset.off;
      const fits = { call: !here && isOurs && !isOver && state.share.length > 0, start: here?.state === "called", no_show: here?.state === "called" };
      button.disabled = !(kind in fits ? fits[kind] : Boolean(here));
    });
  };
  const note = (kind, ticket, id) => {
    state.acts.push({ id: id || newId(), kind, ticket, at: new Date().toISOString() });
  };
  const doOffline = (kind, id) => {
    if (kind === "call") {
      const next = state.share.shift();
      state.current = { ...next, state: "called" };
      note("call", next.id);
    } else if (state.current) {
      note(kind, state.current.id, id);
      if (kind === "start") state.current.state = "serving";
      else if (kind !== "recall") state.current = null;
    }
    save();
    draw();
  };
  cutOff.addEventListener("click", (event) => {
    const button = event.target.closest("[data-off]");
    if (button && !button.disabled) doOffline(button.dataset.off);
  });

  /* ---------------------------------------------------------------- back again */

  const tellUnfit = (rows) => {
    if (!rows.length) return;
    const box = document.getElementById("unfit");
    const list = box.querySelector("[data-unfit]");
    for (const row of rows) {
      const line = document.createElement("li");
      line.textContent = `${row.label}：${row.why}`;
      list.append(line);
    }
    box.hidden = false;
  };
  const signedOut = (is) => { document.getElementById("signed-out").hidden = !is; };

  const catchUp = async () => {
    const sent = state.acts.slice();
    const answer = await ask(root.dataset.catchUp, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ acts: sent }),
    });
    if (answer.redirected || !isJson(answer)) { signedOut(true); return false; }
    const told = await answer.json();
    if (answer.ok) tellUnfit(told.unfit);
    else tellUnfit(sent.map((act) => ({ label: act.ticket, why: told.detail || told.title || "" })));
    state.acts = state.acts.filter((act) => !sent.some((one) => one.id === act.id));
    save();
    return true;
  };

  const isBeingUsed = (part) => {
    const focus = document.activeElement;
    return part.contains(focus) && focus.matches("select, input, textarea");
  };
  /* Who is at the desk stands on the page itself: known before the next poll, should the network go in between. */
  const learn = (part) => {
    const { current: id, label, state: is, wanting } = part.dataset;
    state.current = id ? { id, label, state: is, wanting: (wanting || "").split("|").filter(Boolean) } : null;
    state.share = state.share.filter((one) => one.id !== id);
    save();
  };
  const put = (html) => {
    const old = document.getElementById("console");
    const made = new DOMParser().parseFromString(html, "text/html").getElementById("console");
    if (!made) { location.reload(); return; }
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    old.replaceWith(made);
    learn(made);
    made.querySelectorAll("[data-settle]").forEach((keys) => {
      keys.inert = true;
      setTimeout(() => { keys.inert = false; if (focused) made.querySelector(`[data-key="${focused}"]`)?.focus(); }, SETTLES);
    });
  };
  const refresh = async () => {
    const answer = await ask(root.dataset.page, { headers: { "HX-Request": "true" } });
    if (answer.ok && !answer.redirected) put(await answer.text());
    else location.assign(root.dataset.list);
  };

  let isAsking = false;
  const poll = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      if (state.acts.length && !(await catchUp())) return;
      const at = Date.now();
      const answer = await ask(root.dataset.seen, { method: "POST", headers: { "X-CSRFToken": token() } });
      if (answer.redirected || !isJson(answer)) { signedOut(true); return; }
      signedOut(false);
      if (!answer.ok) { localStorage.removeItem(STORE); location.assign(root.dataset.list); return; }
      const told = await answer.json();
      state = { ...state, share: told.share, current: told.current, silent: told.silent, heard: at, until: at + told.seconds * 1000 };
      save();
      const part = document.getElementById("console");
      const wasOff = isOff;
      turn(false);
      if (wasOff || (Number(part.dataset.changes) !== told.changes && !isBeingUsed(part))) await refresh();
    } catch {
      turn(true);
      draw();
    } finally {
      isAsking = false;
    }
  };

  /* ---------------------------------------------------------------- the keys, while there is a network */

  const AT_DESK = new Set(["start", "done", "recall", "hold", "no_show"]);
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (isOff && form.matches("[data-needs-network]")) { event.preventDefault(); cutOff.scrollIntoView(); return; }
    if (!form.matches("#console form[data-act]")) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    const id = newId();
    const body = new FormData(form);
    body.append("said", id);
    try {
      const answer = await ask(form.action, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": token() } });
      if (answer.redirected) { location.assign(root.dataset.page); return; }
      put(await answer.text());
    } catch {
      /* Perhaps it arrived, perhaps not: under the same id it is done once. A call of somebody unknown to this screen
         is taken back by the city hall when the acts of this screen arrive. */
      delete form.dataset.sent;
      turn(true);
      if (AT_DESK.has(form.dataset.act) && state.current?.id === form.dataset.ticket) doOffline(form.dataset.act, id);
      if (form.dataset.act === "call" && body.has("finishing") && state.current) doOffline("done");
    }
  });

  if (!state.acts.length) learn(document.getElementById("console"));
  setInterval(poll, POLL);
  setInterval(draw, 1000);
  addEventListener("online", poll);
  poll();
})();
