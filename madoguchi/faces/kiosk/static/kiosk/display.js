// A wall that no longer hears from us says so: old numbers must not look like new ones.
const lost = document.getElementById("lost");
const SILENT = 15000;
let heard = Date.now();
document.addEventListener("htmx:afterRequest", (event) => {
  const status = event.detail.xhr ? event.detail.xhr.status : 0;
  if (status === 200 || status === 304) heard = Date.now();
});
setInterval(() => {
  const silent = Date.now() - heard > SILENT;
  lost.hidden = !silent;
  document.body.classList.toggle("is-lost", silent);
}, 1000);
