/** The library in a real browser: real progress, a line that drops, refusals, dropping and pasting, and all of it without script. */
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { axe, openBrowser, type WatchedPage } from "../support/browser.ts";
import { ada, startTestServer, type TestServer } from "../support/server.ts";
import { fixtures } from "./room.ts";

const file = (name: string): string => path.join(fixtures, name);

async function signIn({ page }: WatchedPage, server: TestServer): Promise<void> {
  await page.goto(`${server.url}/sign-up`);
  await page.getByLabel("Name").fill(ada.name);
  await page.getByLabel("Email").fill(ada.email);
  await page.getByLabel("Password").first().fill(ada.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.goto(`${server.url}/media`);
}

/** Hands files to the page the way a mouse or a clipboard does. */
function hand(page: WatchedPage["page"], kind: "drop" | "paste", name: string, colour: string): Promise<unknown> {
  return page.evaluate(
    `new Promise((resolve) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 60 });
      const brush = canvas.getContext("2d");
      brush.fillStyle = ${JSON.stringify(colour)};
      brush.fillRect(0, 0, 40, 60);
      canvas.toBlob((blob) => {
        const data = new DataTransfer();
        data.items.add(new File([blob], ${JSON.stringify(name)}, { type: "image/png" }));
        const event = ${kind === "drop"}
          ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
          : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
        document.querySelector("h1").dispatchEvent(event);
        resolve();
      });
    })`,
  );
}

test("files are uploaded with script, over a line that drops, several at once, and refused in words", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const browser = await openBrowser();
  t.after(() => browser.close());
  const watched = await browser.newPage({ expected: /422|ERR_CONNECTION/ });
  const { page } = watched;
  await signIn(watched, server);
  assert.equal(await page.locator("h1").textContent(), "Nothing here yet");

  let cut = 0;
  await page.route("**/media/uploads/*", (route) =>
    route.request().method() === "PATCH" && (cut += 1) === 1 ? route.abort("connectionreset") : route.continue(),
  );
  await page.locator("input[type=file]").setInputFiles([file("clip.mp4"), file("photo.jpg"), file("page.jpg")]);
  await page.locator("#uploader progress").first().waitFor();
  await page.locator(".tile").nth(1).waitFor();
  assert.ok(cut >= 3, "the first piece was sent again");
  await page.locator(".upload.refused", { hasText: "neither a picture nor a video" }).waitFor();
  await page.unroute("**/media/uploads/*");
  await page.getByRole("button", { name: "Dismiss" }).click();

  await hand(page, "drop", "dropped.png", "teal");
  await page.locator(".tile", { hasText: "dropped.png" }).waitFor();
  await hand(page, "paste", "pasted.png", "maroon");
  await page.locator(".tile", { hasText: "pasted.png" }).waitFor();
  assert.match((await page.locator("h1").textContent()) ?? "", /^4 files, \d+ kB$/);
  assert.equal(await page.evaluate("localStorage.length"), 0, "what is finished is forgotten");

  await page.getByLabel("Words in name, title or labels").fill("drop");
  await page.locator(".tile").nth(1).waitFor({ state: "detached" });
  assert.deepEqual(await page.locator(".tile b").allTextContents(), ["dropped.png"]);
  assert.match(page.url(), /search=drop/);
  assert.deepEqual(await axe(page), []);

  await page.goto(`${server.url}/media?kind=video`);
  await page.locator(".tile a").click();
  const playing = `new Promise((resolve) => {
    const video = document.querySelector("video");
    video.muted = true;
    video.addEventListener("timeupdate", () => video.currentTime > 0 && resolve(video.videoWidth + " × " + video.videoHeight));
    video.play();
  })`;
  await page.locator("video").waitFor();
  assert.equal(await page.evaluate(playing), "1080 × 1920");
  assert.deepEqual(await axe(page), []);
  page.on("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: "Delete file" }).click();
  await page.getByText("“clip.mp4” was deleted.").waitFor();
  assert.deepEqual(watched.faults, []);
  await watched.close();
});

test("without script the same page adds, refuses, filters and deletes", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const browser = await openBrowser();
  t.after(() => browser.close());
  const watched = await browser.newPage({ javaScript: false, expected: /422/ });
  const { page } = watched;
  await signIn(watched, server);
  await page.getByLabel("Upload files").setInputFiles([file("clip.mp4"), file("truncated.mp4")]);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("This file breaks off before its end.").waitFor();
  await page.getByText("The other file was added.").waitFor();
  await page.getByLabel("Kind").selectOption("image");
  await page.getByRole("button", { name: "Find" }).click();
  await page.getByText("No file fits what you asked for.").waitFor();
  await page.getByRole("link", { name: "Show all files" }).click();
  await page.getByRole("link", { name: /clip\.mp4/ }).click();
  await page.getByLabel("Title").fill("Dusk");
  await page.getByRole("button", { name: "Save" }).click();
  assert.equal(await page.locator("h1").textContent(), "Dusk");
  await page.getByRole("button", { name: "Delete file" }).click();
  await page.getByText("Bring in your first video").waitFor();
  assert.deepEqual(watched.faults, []);
  await watched.close();
});
