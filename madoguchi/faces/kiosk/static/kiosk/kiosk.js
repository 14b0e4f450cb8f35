// A screen in a public place: ask after a while without a touch, then wipe. Without scripts the page leaves of itself.
const body = document.body;
const dialog = document.getElementById("still");
const wipe = document.querySelector("form[data-wipe]");
const idle = Number(body.dataset.idle || 0) * 1000;
const grace = Number(body.dataset.grace || 0) * 1000;
const ends = Number(body.dataset.ends || 0) * 1000;
const REPORT = 10000;

// What comes back out of the browser's memory is asked for again: after a wipe that is the first screen.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

let touched = Date.now();
let told = Date.now();
let asked = 0;

// A card that was answered before the terminal was known has no form: it only leads back.
function leave() {
  if (wipe) wipe.submit();
  else location.assign(body.dataset.first);
}

// The server wipes too, by its own watch: it is told that somebody is still typing.
function tell() {
  told = Date.now();
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  fetch(body.dataset.here, { method: "POST", headers: { "X-CSRFToken": token, "X-Kiosk": "here" } })
    .then((answer) => { if (answer.status === 409) location.reload(); })
    .catch(() => {});
}

function touch() {
  if (!asked) touched = Date.now();
}

function stay() {
  asked = 0;
  dialog.close();
  touch();
  tell();
}

function tick() {
  const still = Date.now() - touched;
  if (ends) {
    if (still > ends) leave();
    return;
  }
  if (!idle || !dialog) return;
  if (!asked && still > idle + grace) { leave(); return; }
  if (!asked && still > idle) {
    asked = Date.now();
    dialog.showModal();
    dialog.querySelector("[data-stay]").focus();
  }
  if (asked) {
    const left = Math.ceil((grace - (Date.now() - asked)) / 1000);
    dialog.querySelectorAll("[data-count]").forEach((place) => { place.textContent = String(Math.max(left, 0)); });
    if (left <= 0) { asked = Date.now() + grace; leave(); }
  } else if (touched > told && Date.now() - told > REPORT) tell();
}

for (const what of ["pointerdown", "keydown", "input", "scroll", "wheel"]) {
  addEventListener(what, touch, { passive: true, capture: true });
}
if (dialog) {
  dialog.querySelector("[data-stay]").addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
}
if (idle || ends) setInterval(tick, 500);

// A second press of the same button waits for the answer to the first; the server bears it too.
const PATIENCE = 5000;
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, PATIENCE);
});

// 入力を見せる: without scripts the same button asks for the page again, uncovered.
document.querySelectorAll("[data-uncover]").forEach((button) => {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const covered = document.getElementById(button.dataset.uncover).classList.toggle("masked");
    const words = button.textContent;
    button.textContent = button.dataset.other;
    button.dataset.other = words;
    button.setAttribute("aria-pressed", String(!covered));
  });
});
