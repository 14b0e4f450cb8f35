/* The keys of the desk. Everything they do is a link, a button or a field of the page: without this file nothing is missing.
   data-key="KeyE"      press (or enter) this when E is pressed; event.code, so that Japanese input does not matter
   data-go="KeyC"       the same after G
   data-row             one line J and K walk along; data-row-key acts inside the line one stands on
   .next, data-settles  do nothing for a second after the page came: the second press of a double click is not the next deed
   data-reloads         after this link was followed, the page is opened anew when one comes back to it
   data-guards          a form that asks before its page is left with something not yet kept
   data-prints          prints the page; shown only where this file runs
   data-with-path       the link takes the line's data-path along */
"use strict";

(() => {
  const root = document.documentElement;
  const SETTLES = 1000;
  const STORE = "desk-keys";
  const isOn = () => {
    try { return localStorage.getItem(STORE) !== "off"; } catch { return true; }
  };
  const keep = (on) => {
    try { localStorage.setItem(STORE, on ? "on" : "off"); } catch { /* a browser that keeps nothing: until the next page */ }
  };

  let waitsForLetter = false;
  let letterTimer = 0;

  const show = (on) => {
    root.dataset.keys = on ? "on" : "off";
    const bar = document.querySelector(".keys");
    if (!bar) return;
    bar.hidden = false;
    document.body.classList.add("keyed");
  };

  const isTyping = (target) =>
    target.isContentEditable ||
    target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=submit], [type=button])");

  const press = (element) => {
    if (element.matches("textarea, input[type=search], input[type=text], input[type=date]")) {
      element.focus();
      element.select?.();
      return;
    }
    if (element.matches("input[type=radio]")) {
      element.checked = true;
      element.focus();
      const then = document.getElementById(element.dataset.then);
      if (then) then.focus();
      return;
    }
    element.click();
  };

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const currentRow = () => document.activeElement?.closest?.("[data-row]") ?? document.querySelector("[data-row].here");

  const walk = (step) => {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(currentRow());
    const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    all.forEach((row) => row.classList.toggle("here", row === next));
    (next.querySelector("th a") ?? next).focus();
    next.scrollIntoView({ block: "nearest" });
  };

  const withPath = (link) => {
    const path = currentRow()?.dataset.path;
    if (path) link.search = new URLSearchParams({ path }).toString();
    if (path) link.hash = "f-" + path.replaceAll(".", "-");
  };

  const find = (attribute, code) => document.querySelector(`[${attribute}="${code}"]`);

  document.addEventListener("keydown", (event) => {
    if (event.repeat && event.code !== "KeyJ" && event.code !== "KeyK" && !isTyping(event.target)) {
      if (event.code === "Enter") event.preventDefault();
      return;
    }
    if (!isOn() || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (document.querySelector("dialog[open]")) return;
    if (isTyping(target)) {
      if (event.code === "Escape") target.blur();
      return;
    }
    /* 「?」 sits elsewhere on other keyboards: there the sign says more than the place. */
    const code = event.key === "?" ? "Shift+Slash" : event.shiftKey ? `Shift+${event.code}` : event.code;
    let element = null;
    if (waitsForLetter) {
      waitsForLetter = false;
      element = find("data-go", code);
    } else if (code === "KeyG") {
      waitsForLetter = true;
      clearTimeout(letterTimer);
      letterTimer = setTimeout(() => { waitsForLetter = false; }, 1500);
      return;
    } else if (code === "KeyJ" || code === "KeyK") {
      event.preventDefault();
      walk(code === "KeyJ" ? 1 : -1);
      return;
    } else if (code === "Enter" && target.closest("a, button, input, summary, [role=button]")) {
      return; /* the browser knows what Enter does there */
    } else {
      element = currentRow()?.querySelector(`[data-row-key="${code}"]`) ?? find("data-key", code);
    }
    if (!element || element.closest("[inert]")) return;
    event.preventDefault();
    if ("withPath" in element.dataset) withPath(element);
    press(element);
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  });

  /* Writing the other reason chooses it. */
  document.addEventListener("input", (event) => {
    const radio = document.querySelector(`[data-then="${event.target.id}"]`);
    if (radio) radio.checked = true;
  });

  const settle = () => {
    document.querySelectorAll(".next, [data-settles]").forEach((part) => {
      part.inert = true;
      setTimeout(() => { part.inert = false; }, SETTLES);
    });
  };
  settle();
  document.addEventListener("htmx:afterSwap", settle);

  document.addEventListener("click", (event) => {
    const away = event.target.closest?.("[data-reloads]");
    if (away) addEventListener("focus", () => location.assign(away.dataset.reloads), { once: true });
  });

  document.querySelectorAll("[data-guards]").forEach((form) => {
    let isTouched = Boolean(form.querySelector("[aria-invalid=true]"));
    form.addEventListener("input", () => { isTouched = true; });
    form.addEventListener("submit", () => { isTouched = false; });
    addEventListener("beforeunload", (event) => { if (isTouched) event.preventDefault(); });
  });

  document.querySelectorAll("[data-prints]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  show(isOn());
  const toggle = document.getElementById("keys-switch");
  if (toggle) {
    toggle.checked = isOn();
    toggle.addEventListener("change", () => { keep(toggle.checked); show(toggle.checked); });
  }
  document.getElementById("refusal")?.focus();
})();
