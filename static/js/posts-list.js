// Choosing several posts: a range with shift, all on the page, and how many they are. The form works without this.
const boxes = () => [...document.querySelectorAll(".choosing input[name=post]")];
let last = null;

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".choosing input[name=post]");
  if (box) {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    last = box;
    return count();
  }
  if (event.target.closest?.("[data-pick-none]")) {
    for (const one of boxes()) one.checked = false;
    count();
    boxes()[0]?.focus();
  }
});
// A range is chosen with shift, and shift also marks text: it must not.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest?.(".tick")) event.preventDefault();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-pick-all]")) return;
  for (const one of boxes()) one.checked = event.target.checked;
  count();
});
// Boxes keep their ticks when somebody comes back; a new list has none.
addEventListener("pageshow", count);
document.addEventListener("htmx:after:swap", count);

function count() {
  const all = boxes();
  const chosen = all.filter((one) => one.checked).length;
  const said = document.querySelector("[data-chosen]");
  if (said) said.textContent = chosen === 0 ? "" : `${chosen} chosen`;
  const whole = document.querySelector("[data-pick-all]");
  if (!whole) return;
  whole.checked = chosen > 0 && chosen === all.length;
  whole.indeterminate = chosen > 0 && chosen < all.length;
}
