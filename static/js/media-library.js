// The library page: whatever is chosen, dropped or pasted is uploaded, and the list follows.
import { attachUploader } from "./upload.js";

const form = document.getElementById("uploader");
let refresh = 0;

attachUploader(form, {
  drop: document.getElementById("main"),
  onReady() {
    clearTimeout(refresh);
    // Several that arrive together ask once. The first file turns the empty page into a library: then all of it is new.
    refresh = setTimeout(() => {
      if (!document.getElementById("filters")) return location.reload();
      htmx.ajax("GET", location.pathname + location.search.replace(/([?&])cursor=[^&]*&?/, "$1"), { target: "#results", swap: "innerHTML" });
    }, 150);
  },
});
