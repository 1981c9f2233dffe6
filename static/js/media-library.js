// The library page: whatever is chosen, dropped or pasted is uploaded, and the list follows.
import { attachUploader } from "./upload.js";

const form = document.getElementById("uploader");
let refresh = 0;

attachUploader(form, {
  drop: document.getElementById("main"),
  onReady() {
    clearTimeout(refresh);
    form.classList.remove("first");
    document.getElementById("filters").hidden = false;
    // Several that arrive together ask once.
    refresh = setTimeout(() => htmx.ajax("GET", firstPage(), { target: "#results", swap: "innerHTML" }), 150);
  },
});

/** What is shown now, from its first page. */
function firstPage() {
  const query = new URLSearchParams(location.search);
  query.delete("cursor");
  return `/media?${query}`;
}
