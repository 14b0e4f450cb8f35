/* The calendar of bookings: the arrows go from cell to cell of the table. Each cell with something to press is a link, so Tab goes there too. */
"use strict";

(() => {
  const isOn = () => document.documentElement.dataset.keys !== "off";
  const middle = (element) => {
    const box = element.getBoundingClientRect();
    return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, box };
  };
  /* Beside: in the same line of sight first, then the nearest. A booking of three hours stands beside each of its hours. */
  const DIRECTIONS = {
    ArrowLeft: (from, to) => [from.x - to.x, across(from, to, "top", "bottom")],
    ArrowRight: (from, to) => [to.x - from.x, across(from, to, "top", "bottom")],
    ArrowUp: (from, to) => [from.y - to.y, across(from, to, "left", "right")],
    ArrowDown: (from, to) => [to.y - from.y, across(from, to, "left", "right")],
  };
  const across = (from, to, since, until) =>
    Math.max(0, to.box[since] - from.box[until], from.box[since] - to.box[until]);

  document.addEventListener("keydown", (event) => {
    const direction = DIRECTIONS[event.code];
    const table = event.target.closest?.(".bk-grid");
    if (!direction || !table || !isOn() || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const from = middle(event.target.closest("td, th") ?? event.target);
    let best = null;
    let least = Infinity;
    for (const link of table.querySelectorAll("td a, th a")) {
      const [ahead, aside] = direction(from, middle(link.closest("td, th")));
      if (ahead < 1) continue;
      const cost = ahead + aside * 100;
      if (cost < least) [best, least] = [link, cost];
    }
    if (!best) return;
    event.preventDefault();
    best.focus();
    best.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
})();
