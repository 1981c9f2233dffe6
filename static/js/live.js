// The post page: which channel's likeness is shown. What moves arrives by itself (hx-sse).
document.getElementById("previews")?.addEventListener("change", (event) => {
  for (const one of document.querySelectorAll("[data-preview]")) {
    one.classList.toggle("away", one.dataset.preview !== event.target.value);
  }
});
