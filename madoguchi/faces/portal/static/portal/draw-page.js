// The page of a drawn round: draws it again here, from the proof on the page or from a file somebody kept.
import { check, STEPS } from "./draw-check.js";

const section = document.getElementById("check-draw");
const all = (selector) => section.querySelectorAll(selector);
const one = (selector) => section.querySelector(selector);
const show = (element, on = true) => {
  if (element) element.hidden = !on;
};

const clear = () => {
  all("[data-verdict], [data-note], [data-says], [data-found]").forEach((element) => show(element, false));
  all("[data-step] .win").forEach((window) => (window.dataset.state = "todo"));
};

const tell = (report, noted) => {
  const held = new Map(report.steps);
  show(one("[data-steps]"));
  for (const step of STEPS) {
    if (!held.has(step)) continue;
    const line = one(`[data-step="${step}"]`);
    line.querySelector(".win").dataset.state = held.get(step) ? "done" : "now";
    show(line.querySelector(`[data-says="${held.get(step) ? "yes" : "no"}"]`));
  }
  const isStrange = report.verdict === "match" && noted !== "" && !Object.values(report.found).includes(noted);
  const verdict = isStrange ? "strange" : report.verdict;
  show(one(`[data-verdict="${verdict}"]`));
  section.dataset.says = verdict;
  for (const note of report.notes) show(one(`[data-note="${note}"]`));
  for (const row of all("[data-name]")) {
    const value = report.found[row.dataset.name];
    row.querySelector("dd").textContent = value ?? "";
    show(row, value !== undefined);
  }
  show(one("[data-found]"));
  // Who pressed the button, or gave a file further down, is taken to what came out.
  one("[data-verdicts]").focus();
};

const run = async (content) => {
  clear();
  const button = one("[data-check]");
  button.disabled = true;
  try {
    const { report } = await check(content);
    tell(report, one("#check-noted").value.trim().toLowerCase());
  } finally {
    button.disabled = false;
  }
};

if (section && globalThis.crypto && crypto.subtle) {
  show(one("[data-check]"));
  all("[data-needs-script]").forEach((element) => show(element));
  one("[data-check]").addEventListener("click", async () => {
    const answer = await fetch(section.dataset.proof);
    await run(new Uint8Array(await answer.arrayBuffer()));
  });
  one("#check-file").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (file) await run(new Uint8Array(await file.arrayBuffer()));
  });
}
