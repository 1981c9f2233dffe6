// The files of a post: picked from the library, uploaded, moved and removed. The list in the hidden field is the truth;
// a change of it is heard by compose.js, and everything shown follows from there.
const form = document.getElementById("compose");
const picker = document.getElementById("picker");
let pickInto = null;
let pickMany = false;

function put(field, ids) {
  field.value = ids.join(",");
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
const listed = (field) => field.value.split(",").filter(Boolean);
const add = (field, id) => put(field, [...listed(field).filter((one) => one !== id), id]);

form.addEventListener("click", (event) => {
  const mover = event.target.closest("button[name=do][value^='media.']");
  if (mover) {
    event.preventDefault();
    return move(mover.value);
  }
  const opener = event.target.closest("[data-pick]");
  if (opener) return openPicker(opener);
  const cleaner = event.target.closest("[data-clear]");
  if (cleaner) put(document.getElementById(cleaner.dataset.clear), []);
});

function move(act) {
  const [, verb, scope, place] = act.split(".");
  const field = document.getElementById(scope === "all" ? "media-ids" : `media-ids-${scope}`);
  const ids = listed(field);
  const [id] = ids.splice(Number(place), 1);
  if (verb !== "remove") ids.splice(verb === "up" ? Number(place) - 1 : Number(place) + 1, 0, id);
  put(field, ids);
}

function openPicker(opener) {
  pickInto = document.getElementById(opener.dataset.pick);
  pickMany = "many" in opener.dataset;
  const kind = opener.dataset.kind ? `?kind=${opener.dataset.kind}` : "";
  htmx.ajax("GET", `/media/pick${kind}`, { target: "#picker-body", swap: "innerHTML" });
  picker.showModal();
}

picker.addEventListener("click", (event) => {
  if (event.target === picker) return picker.close();
  const chosen = event.target.closest("[data-media-id]");
  if (!chosen || !pickInto) return;
  event.preventDefault();
  if (pickMany) add(pickInto, chosen.dataset.mediaId);
  else put(pickInto, [chosen.dataset.mediaId]);
  picker.close();
});

// ---- uploads: what was chosen beside a list goes into that list, what was dropped or pasted into the one that is open
import(form.dataset.uploader).then(({ attachUploader }) =>
  attachUploader(form, {
    list: document.getElementById("uploads"),
    onReady: (media, target) => add(document.getElementById(target) ?? openList(), media.id),
  }),
);

function openList() {
  const tab = document.getElementById("tab").value;
  const own = document.getElementById(`own-media-${tab}`);
  return document.getElementById(own?.checked ? `media-ids-${tab}` : "media-ids");
}
