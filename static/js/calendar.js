// Moving an entry without leaving the page: one dialog for all of them, and dragging where a mouse points.
const calendar = document.querySelector("[data-calendar]");
const dialog = calendar?.querySelector("dialog.move");
const form = dialog?.querySelector("form");

function fill(entry) {
  form.elements.postId.value = entry.dataset.move;
  form.elements.date.value = entry.dataset.date;
  form.elements.time.value = entry.dataset.time;
  dialog.querySelector("[data-title]").textContent = entry.querySelector("a").textContent;
}

calendar?.addEventListener("click", (event) => {
  const mover = event.target.closest?.(".mover");
  if (!mover || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  fill(mover.closest("[data-move]"));
  dialog.showModal();
});

if (calendar && window.matchMedia("(hover: hover) and (min-width: 44rem)").matches) {
  for (const entry of calendar.querySelectorAll("[data-move]")) {
    entry.draggable = true;
    for (const link of entry.querySelectorAll("a")) link.draggable = false;
  }

  let dragged = null;
  let over = null;
  // An hour where the view has hours, else the day.
  const placeOf = (event) => {
    const place = event.target.closest?.("[data-hour], [data-day]");
    return place?.querySelector("[data-hour]") ? null : place;
  };
  const mark = (place) => {
    if (place === over) return;
    over?.removeAttribute("data-over");
    place?.setAttribute("data-over", "");
    over = place;
  };

  calendar.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-move]") ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.querySelector("a").textContent);
    dragged.setAttribute("data-dragged", "");
  });
  calendar.addEventListener("dragover", (event) => {
    const place = dragged ? placeOf(event) : null;
    mark(place && !place.contains(dragged) ? place : null);
    if (!over) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
  });
  calendar.addEventListener("drop", (event) => {
    if (!dragged || !over) return;
    event.preventDefault();
    fill(dragged);
    form.elements.date.value = over.closest("[data-day]").dataset.day;
    // To another hour its minutes go along: 17:30 dropped on 09 is 09:30.
    if (over.dataset.hour) form.elements.time.value = `${over.dataset.hour}:${dragged.dataset.time.slice(3)}`;
    // The form lies in a closed dialog, where a field that does not fit could not be shown: the server says it in words.
    form.noValidate = true;
    form.requestSubmit();
  });
  calendar.addEventListener("dragend", () => {
    dragged?.removeAttribute("data-dragged");
    dragged = null;
    mark(null);
  });
}
