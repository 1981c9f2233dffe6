// What every page needs: confirm before what cannot be undone, and forms that are not sent twice.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const closes = form.method === "dialog" || event.submitter?.formMethod === "dialog";
    if (closes || form.hasAttribute("hx-post") || event.defaultPrevented) return;
    // A second press while the first is under way must not send the form again; going back must not leave it dead.
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  },
  true,
);
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
for (const field of document.querySelectorAll("[data-time-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
}
// Meta hangs an empty fragment on the address it sends people back to, and browsers carry it along.
if (/^#_(=_)?$/.test(location.hash)) history.replaceState(history.state, "", location.pathname + location.search);
