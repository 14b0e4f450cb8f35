/* J and K open the next and the previous doubt at once. All else that keys do here, desk.js does by data-key. Without this
   file the two links below the row do the same. */
"use strict";

document.addEventListener("keydown", (event) => {
  const step = { KeyJ: "next", KeyK: "prev" }[event.code];
  if (!step || event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.documentElement.dataset.keys !== "on" || document.querySelector("dialog[open]")) return;
  if (event.target.matches("textarea, select, input:not([type=radio])")) return;
  const link = document.querySelector(`.review a[rel=${step}]`);
  if (!link) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  link.click();
}, true);
