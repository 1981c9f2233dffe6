// The compose form while it is being written: derives what follows, saves as you go, never moves the caret.
const DERIVE_MS = 350;
const CHOICE_MS = 60;
const SAVE_MS = 1500;
const RETRY_MS = 6000;
const AGAIN_MS = 2000;

const form = document.getElementById("compose");
const derive = document.getElementById("derive");
const saved = document.getElementById("saved");
const mayAutosave = () => form.dataset.kind !== "planned";

// ---- what changed since when: an answer to an older form is dropped, because a newer question is on its way
let edits = 0;
let derivedEdits = 0;
let savedEdits = 0;
let savingUpTo = 0;
let saving = false;
let leaving = false;
let deriveTimer = 0;
let saveTimer = 0;

function changed(wait) {
  edits += 1;
  deriveIn(wait);
  clearTimeout(saveTimer);
  if (mayAutosave()) saveTimer = setTimeout(autosave, SAVE_MS);
}

function deriveIn(wait) {
  clearTimeout(deriveTimer);
  deriveTimer = setTimeout(() => htmx.trigger(derive, "derive"), wait);
}

form.addEventListener("input", (event) => {
  if (isPassive(event.target)) return;
  if (!event.target.matches("input[type=checkbox], input[type=radio], input[type=file], select")) changed(DERIVE_MS);
});
form.addEventListener("change", (event) => {
  const field = event.target;
  if (field.name === "preview") return showPreview(field.value);
  if (isPassive(field)) return;
  if (field.id.startsWith("own-text-") && field.checked) takeCommonText(field.id.slice("own-text-".length));
  changed(CHOICE_MS);
});

function isPassive(field) {
  return field.name === "preview" || field.type === "file";
}

function takeCommonText(id) {
  const own = document.getElementById(`text-${id}`);
  if (own && own.value.trim() === "") own.value = document.getElementById("text").value;
}

const sentAt = new WeakMap();
form.addEventListener("htmx:before:request", (event) => sentAt.set(event.detail.ctx, edits));
form.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const ask = new URL(ctx.request.action, location.href).searchParams.get("ask");
  if (ask) rememberAsked(ask);
  if (event.target === saved) return;
  if (sentAt.get(ctx) !== edits) {
    event.preventDefault();
    // The question under way does not know yet that the platform has answered.
    if (ask) deriveIn(CHOICE_MS);
    return;
  }
  derivedEdits = edits;
  // The asking line is gone after the swap, so its own events no longer reach the form: wait for the swap instead.
  setTimeout(settleChoices);
});

// An answer that was lost, or given up for one that never came: what is shown must not stay behind what is written.
derive.addEventListener("htmx:finally:request", () => {
  const asked = edits;
  setTimeout(() => asked === edits && derivedEdits !== edits && deriveIn(0), AGAIN_MS);
});

// Signed out in between: leaving for the sign-in page would lose what was typed since the last save.
form.addEventListener("htmx:after:request", (event) => {
  if (event.detail.ctx.response?.status !== 401) return;
  event.preventDefault();
  leaving = true;
  saved.textContent = " · not saved: you are signed out. Keep a copy of your text, then sign in again.";
});

// The platform was asked while this form is open: later answers must not ask again.
function rememberAsked(id) {
  if (form.querySelector(`input[name="asked"][value="${CSS.escape(id)}"]`)) return;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "asked", value: id });
  document.getElementById("asked").append(field);
}

// A merge sets attributes; what a person touched before keeps its old property unless it is set too.
function settleChoices() {
  for (const box of form.querySelectorAll("#versions input:is([type=checkbox], [type=radio])")) {
    if (box !== document.activeElement) box.checked = box.hasAttribute("checked");
  }
  for (const list of form.querySelectorAll("#versions select")) {
    const chosen = list.querySelector("option[selected]");
    if (list !== document.activeElement && chosen) list.value = chosen.value;
  }
}

// What the person opened or closed stays so, whatever an answer thinks of it.
htmx.registerExtension("compose", {
  htmx_before_morph_attr: (element, { attrName }) => !(element.tagName === "DETAILS" && attrName === "open"),
});

// ---- saving
function autosave() {
  if (!mayAutosave() || saving || leaving || savedEdits === edits) return;
  if (document.querySelector("#conflict .conflict")) return;
  saving = true;
  savingUpTo = edits;
  htmx.trigger(saved, "autosave");
}
saved.addEventListener("htmx:before:swap", (event) => {
  if (event.detail.ctx.response.status < 400) savedEdits = savingUpTo;
  else event.preventDefault();
});
saved.addEventListener("htmx:finally:request", () => {
  saving = false;
  if (savedEdits !== savingUpTo) saved.textContent = " · not saved just now; trying again";
  if (savedEdits !== edits && !leaving)
    saveTimer = setTimeout(autosave, savedEdits === savingUpTo ? SAVE_MS : RETRY_MS);
  document.dispatchEvent(new CustomEvent("compose:saved"));
});

function flush() {
  if (!mayAutosave() || leaving || saving || savedEdits === edits) return;
  savedEdits = edits;
  navigator.sendBeacon("/posts/autosave", new URLSearchParams(new FormData(form)));
  sessionStorage.setItem("flushed", `${form.elements.id.value} ${Date.now()}`);
}
addEventListener("pagehide", flush);
// A reload is answered before the last words arrive: once they have, this page is already old.
const [flushedId, flushedAt] = (sessionStorage.getItem("flushed") ?? "").split(" ");
sessionStorage.removeItem("flushed");
if (flushedId && flushedId === form.elements.id.value && Date.now() - flushedAt < 5000)
  setTimeout(() => location.reload(), 200);
// A page that comes back from the browser's memory holds an old version.
addEventListener("pageshow", (event) => event.persisted && location.reload());

setInterval(() => {
  const line = saved.querySelector("[data-saved-at]");
  if (!line) return;
  line.dataset.age = Number(line.dataset.age ?? 0) + 5;
  const age = Number(line.dataset.age);
  line.textContent =
    age < 60
      ? `saved ${age} seconds ago`
      : `saved ${Math.round(age / 60) === 1 ? "a minute" : `${Math.round(age / 60)} minutes`} ago`;
}, 5000);

// ---- sending
form.addEventListener("submit", (event) => {
  const button = event.submitter;
  // Enter in a field checks the form; it never sends it.
  if (!button || (button.value === "check" && button.tabIndex === -1)) {
    event.preventDefault();
    delete form.dataset.sent;
    return changed(0);
  }
  if (!event.defaultPrevented && saving) {
    event.preventDefault();
    delete form.dataset.sent;
    document.addEventListener("compose:saved", () => form.requestSubmit(button), { once: true });
    return;
  }
  if (!event.defaultPrevented) leaving = true;
  clearTimeout(saveTimer);
});

// ---- tabs, links to fields, previews
form.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (tab && form.contains(tab) && tab !== form) {
    event.preventDefault();
    return showTab(tab.dataset.tab);
  }
  const link = event.target.closest(":is(#settling, #sendbar) a[href^='#']");
  if (link) {
    event.preventDefault();
    goTo(link.getAttribute("href").slice(1));
  }
});

function showTab(id) {
  document.getElementById("tab").value = id;
  for (const tab of form.querySelectorAll("#tabs [data-tab]")) {
    if (tab.dataset.tab === id) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  document.getElementById("common").classList.toggle("away", id !== "all");
  for (const part of form.querySelectorAll(".version")) {
    const mine = part.id === `c-${id}`;
    part.classList.toggle("away", id !== "all" && !mine);
    part.querySelector(".own").classList.toggle("away", id === "all");
    if (mine) part.querySelector("details").open = true;
  }
  if (id !== "all") showPreview(id);
}

function showPreview(id) {
  const radio = document.getElementById(`preview-${id}`);
  if (radio) radio.checked = true;
  for (const one of form.querySelectorAll("[data-preview]")) one.classList.toggle("away", one.dataset.preview !== id);
}

function goTo(id) {
  const target = document.getElementById(id);
  if (!target) return;
  const part = target.closest(".version");
  const tab = document.getElementById("tab").value;
  if (part && tab !== "all" && part.id !== `c-${tab}`) showTab(part.id.slice(2));
  if (!part && target.closest("#common") && tab !== "all") showTab("all");
  target.closest("details")?.setAttribute("open", "");
  const field = target.matches("input, select, textarea")
    ? target
    : (target.querySelector("input:not([type=hidden], .unseen), select, textarea") ?? target);
  target.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
}

// The bar stands in while the buttons themselves are out of sight.
new IntersectionObserver(([seen]) => form.toggleAttribute("data-buttons-seen", seen.isIntersecting)).observe(
  document.getElementById("sending"),
);

if (form.dataset.tried) document.getElementById("settle")?.focus();
