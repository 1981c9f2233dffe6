// Uploads files in pieces, with progress that is real. What arrived is never sent twice: after a dropped line, a closed
// page or a restarted server an upload goes on where it stopped.
const ENDPOINT = "/media/uploads";
const AT_A_TIME = 2;
// Small enough for proxies that limit a request, large enough to be fast.
const PIECE = 32 * 1024 * 1024;
const AGAIN_AFTER = [0, 1000, 3000, 5000, 10000, 20000, 30000];

const waiting = [];
let under = 0;
let script;

/**
 * Takes files from every input[data-upload] in `root`, from what is dropped on it and from what is pasted.
 * `onReady(media, target)` gets { id, name, kind, thumb, summary } and the input's data-upload ("" for dropped and pasted files).
 * Progress is shown in `list`, by default the first .uploads in `root`. Returns a function that takes files: (files, target).
 */
export function attachUploader(root, { onReady, list = root.querySelector(".uploads"), drop = root } = {}) {
  const take = (files, target = "") => {
    for (const file of files) begin(file, list, (media) => onReady?.(media, target), root.dataset.maxBytes);
  };
  root.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("input[type=file][data-upload]")) return;
    take([...input.files], input.dataset.upload);
    // The same file may be chosen again.
    input.value = "";
  });
  attachDrop(drop, take);
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || !root.isConnected) return;
    event.preventDefault();
    take(files);
  });
  return take;
}

function attachDrop(drop, take) {
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  const over = (on) => {
    depth = on ? depth + 1 : Math.max(0, depth - 1);
    drop.classList.toggle("dropping", depth > 0);
  };
  drop.addEventListener("dragenter", (event) => carries(event) && over(true));
  drop.addEventListener("dragleave", (event) => carries(event) && over(false));
  drop.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  drop.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    drop.classList.remove("dropping");
    take([...event.dataTransfer.files]);
  });
}

function begin(file, list, onReady, maxBytes) {
  const row = rowFor(file, list);
  if (file.size === 0) return row.refuse("The file is empty. Nothing of it was kept.");
  if (maxBytes && file.size > Number(maxBytes))
    return row.refuse(`It is larger than the ${size(Number(maxBytes))} that are taken here. Nothing was sent.`);
  let done = false;
  const job = { file, row, upload: null, onReady, end: () => !done && ((done = true), (under -= 1), next()) };
  row.onCancel(() => cancel(job));
  waiting.push(job);
  next();
}

function next() {
  while (under < AT_A_TIME && waiting.length > 0) {
    under += 1;
    start(waiting.shift());
  }
}

async function start(job) {
  const { file, row } = job;
  try {
    const tus = await load();
    if (job.cancelled) return;
    job.upload = new tus.Upload(file, {
      endpoint: ENDPOINT,
      chunkSize: PIECE,
      retryDelays: AGAIN_AFTER,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name },
      headers: { "x-csrf-token": token() },
      onProgress: (sent, total) => row.progress(sent, total),
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        const again = status === 0 || status >= 500 || status === 409 || status === 423 || status === 429;
        if (again) row.say("The line dropped. Trying again; what arrived is kept.");
        return again;
      },
      onError: (error) => stopped(job, error),
      onSuccess: () => void finish(job),
    });
    const [former] = await job.upload.findPreviousUploads();
    if (former) job.upload.resumeFromPreviousUpload(former);
    job.upload.start();
  } catch {
    row.pause("The upload could not begin.", () => start(job));
  }
}

function stopped(job, error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  if (status === 401)
    return end(job, "Your session has ended. Sign in and choose the file again; what arrived is kept.");
  if (status === 403)
    return end(job, "This page is too old. Reload it and choose the file again; what arrived is kept.");
  if (status === 413) return end(job, error.originalResponse.getBody() || "The file is too large.");
  if (status >= 400 && status < 500 && status !== 429)
    return end(job, "The upload was refused. Nothing was added; choose the file again.");
  const goOn = () => {
    removeEventListener("online", goOn);
    job.row.say("Going on");
    job.upload.start();
  };
  addEventListener("online", goOn, { once: true });
  job.row.pause("The line is gone. What arrived is kept.", goOn);
}

/** All bytes are there: the server measures, and says what it found. */
async function finish(job) {
  const { row, upload } = job;
  row.measuring();
  for (let tries = 0; tries < 400; tries += 1) {
    const answer = await fetch(upload.url, { headers: { accept: "application/json" } }).then(
      async (reply) => ({ status: reply.status, body: await reply.json().catch(() => ({})) }),
      () => ({ status: 0, body: {} }),
    );
    if (answer.body.state === "ready") {
      row.done();
      job.end();
      return job.onReady(answer.body.media);
    }
    if (answer.body.state === "refused") return end(job, `${answer.body.message} ${answer.body.next}`);
    if (answer.status >= 400 && answer.status < 500)
      return end(job, "It arrived, but cannot be shown here. Reload the page.");
    await new Promise((resolve) => setTimeout(resolve, answer.status === 202 ? 400 : 2000));
  }
  end(job, "It arrived and is still being measured. Reload the page in a while.");
}

function end(job, problem) {
  job.row.refuse(problem);
  job.end();
}

async function cancel(job) {
  const place = waiting.indexOf(job);
  if (place !== -1) waiting.splice(place, 1);
  job.cancelled = true;
  // Also tells the server to let go of what arrived.
  await job.upload?.abort(true).catch(() => undefined);
  job.row.remove();
  if (place === -1) job.end();
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["x-csrf-token"] ?? "";
}

/** The protocol's script comes with the first upload, so that pages without one stay light. */
function load() {
  if (window.tus) return Promise.resolve(window.tus);
  script ??= new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src: "/static/tus.min.js" });
    element.addEventListener("load", () => resolve(window.tus));
    element.addEventListener("error", () => {
      script = undefined;
      reject(new Error("tus"));
    });
    document.head.append(element);
  });
  return script;
}

// ---- one line per file
function rowFor(file, list) {
  const row = document.createElement("li");
  row.className = "upload";
  const name = Object.assign(document.createElement("b"), { textContent: file.name });
  const note = Object.assign(document.createElement("span"), { className: "small quiet n", textContent: "Waiting" });
  const bar = Object.assign(document.createElement("progress"), { className: "bar", max: 100, value: 0 });
  bar.setAttribute("aria-label", `Upload of ${file.name}`);
  const acts = Object.assign(document.createElement("span"), { className: "upload-acts" });
  const button = (label) =>
    Object.assign(document.createElement("button"), {
      type: "button",
      className: "button bare little",
      textContent: label,
    });
  const off = button("Cancel");
  acts.append(off);
  row.append(name, acts, note, bar);
  list?.append(row);
  off.addEventListener("click", () => row.cancel?.());
  row.cancel = () => row.remove();
  return {
    onCancel: (work) => (row.cancel = work),
    say: (text) => void (note.textContent = text),
    progress(sent, total) {
      acts.replaceChildren(off);
      bar.value = (100 * sent) / total;
      note.textContent = `${size(sent)} of ${size(total)}`;
    },
    pause(text, goOn) {
      note.textContent = text;
      const again = button("Go on");
      again.addEventListener("click", () => {
        acts.replaceChildren(off);
        goOn();
      });
      acts.replaceChildren(again, off);
    },
    measuring() {
      bar.value = 100;
      acts.replaceChildren();
      note.textContent = "Arrived. Being measured";
    },
    done() {
      note.textContent = "Added";
      row.classList.add("done");
      setTimeout(() => row.remove(), 1500);
    },
    refuse(text) {
      bar.remove();
      row.classList.add("refused");
      note.setAttribute("role", "alert");
      note.textContent = text;
      const away = button("Dismiss");
      away.addEventListener("click", () => row.remove());
      acts.replaceChildren(away);
    },
    remove: () => row.remove(),
  };
}

/** "52 MB", as people see it in their file manager. */
function size(bytes) {
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)} ${units[unit]}`;
}
