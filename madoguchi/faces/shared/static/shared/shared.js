// After htmx has put in a part of the page: say where one is, and what the page is called now.
// Nothing needs this: without scripts every form is sent and answered as a whole page.
document.addEventListener("htmx:afterSettle", (event) => {
  const part = document.getElementById(event.detail.target.id);
  if (!part || part.dataset.title === undefined) return;
  const site = document.title.slice(document.title.lastIndexOf("｜"));
  document.title = part.dataset.title + site;
  // The list of errors stands before the question; otherwise the question itself is read out.
  const first = part.querySelector("#errors") || part.querySelector("h1[tabindex]");
  if (first) first.focus({ preventScroll: true });
});
