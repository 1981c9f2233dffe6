/** What a key and a workspace may ask for: each limit is a 429 that says when to come back, and holds up nobody else. */
import assert from "node:assert/strict";
import http from "node:http";
import test from "node:test";
import { openSite } from "../security/site.ts";
import { openDesk, type Answer, type Desk, type Problem } from "./desk.ts";

function isLimit(answer: Answer<Problem>, longest: number): number {
  assert.equal(answer.status, 429, JSON.stringify(answer.body));
  const wait = Number(answer.headers.get("retry-after"));
  assert.ok(wait >= 1 && wait <= longest, String(wait));
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  return wait;
}

const files = (desk: Desk): number => desk.wired.house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM media")!.n;

test("a workspace imports 30 files an hour, whatever its keys, and another is not held up", async (t) => {
  const desk = await openDesk(t);
  const ask = (key: string, n: number) =>
    desk.call<Problem>("POST", "/v1/media/import", { url: `https://example.org/${n}.jpg` }, { key });
  const keys = [desk.key, desk.newKey()];
  for (let n = 0; n < 30; n += 1) assert.equal((await ask(keys[n % 2]!, n)).status, 202, String(n));
  const wait = isLimit(await ask(desk.newKey(), 30), 3600);
  assert.equal(files(desk), 30);
  assert.equal((await ask(desk.strangerKey, 1)).status, 202);
  // Addresses that are none do not count, and are told first.
  assert.equal((await desk.call("POST", "/v1/media/import", { url: "https://a:b@example.org/" })).status, 422);
  desk.clock.push(wait * 1000);
  assert.equal((await ask(desk.newKey(), 31)).status, 202);
});

test("what was refused for being too often works later under the same Idempotency-Key", async (t) => {
  const desk = await openDesk(t);
  const ask = (name: string) =>
    desk.call<Problem>(
      "POST",
      "/v1/media/import",
      { url: "https://example.org/a.jpg" },
      { key: desk.newKey(), headers: { "idempotency-key": name } },
    );
  for (let n = 0; n < 30; n += 1) await ask(`${n}`);
  isLimit(await ask("late"), 3600);
  desk.clock.push(3600_000);
  assert.equal((await ask("late")).status, 202);
});

interface Slow {
  answer: Promise<{ status: number; retryAfter: string | undefined }>;
  begin(): Promise<void>;
  end(): void;
}

/** An upload that stands still in the middle of its file. */
function slowUpload(desk: Desk, key: string): Slow {
  const request = http.request(`${desk.url}/api/v1/media`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "multipart/form-data; boundary=x" },
  });
  const answer = new Promise<{ status: number; retryAfter: string | undefined }>((resolve, reject) => {
    request.on("error", reject).on("response", (reply) => {
      reply.resume().on("end", () => resolve({ status: reply.statusCode!, retryAfter: reply.headers["retry-after"] }));
    });
  });
  return {
    answer,
    begin: () =>
      new Promise((resolve) => {
        request.write('--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n');
        request.write(Buffer.alloc(100_000, "x"), () => resolve());
      }),
    end: () => void request.end("\r\n--x--\r\n"),
  };
}

async function lanesTaken(desk: Desk, n: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const leave: Array<() => void> = [];
    try {
      for (let lane = 0; lane < 5 - n; lane += 1) leave.push(desk.wired.media.lanes.enter(desk.workspaceId));
    } catch {
      return;
    } finally {
      for (const one of leave) one();
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("The uploads did not begin.");
}

test("four uploads of a workspace run side by side, the fifth is told to wait, and places are given back", async (t) => {
  const desk = await openDesk(t);
  const running = Array.from({ length: 4 }, () => slowUpload(desk, desk.newKey()));
  for (const upload of running) await upload.begin();
  await lanesTaken(desk, 4);
  const form = () => {
    const data = new FormData();
    data.append("file", new Blob(["only words"]), "a.txt");
    return data;
  };
  isLimit(await desk.call<Problem>("POST", "/v1/media", form()), 60);
  // A large one is refused as clearly, while its bytes are still coming.
  const late = slowUpload(desk, desk.newKey());
  await late.begin();
  assert.deepEqual(await late.answer, { status: 429, retryAfter: "5" });
  late.end();
  assert.equal((await desk.call("POST", "/v1/media", form(), { key: desk.strangerKey })).status, 422);
  for (const upload of running) upload.end();
  for (const upload of running) assert.equal((await upload.answer).status, 422);
  assert.equal((await desk.call("POST", "/v1/media", form())).status, 422);
});

test("uploads from the pages take the same places", async (t) => {
  const site = await openSite(t);
  const { lanes } = site.wired.media;
  const { workspace_id: workspaceId } = site.wired.house.db.get<{ workspace_id: string }>(
    "SELECT workspace_id FROM media WHERE id = ?",
    [site.things.media],
  )!;
  const tus = { "tus-resumable": "1.0.0", "upload-length": "10", "upload-offset": "0" };
  const begin = () => site.ada.send("POST", "/media/uploads", { headers: tus });
  const go = () =>
    site.ada.send("PATCH", `/media/uploads/${site.things.upload}`, {
      headers: { "tus-resumable": "1.0.0", "upload-offset": "0", "content-type": "application/offset+octet-stream" },
      body: "01234",
    });
  const leave = Array.from({ length: 4 }, () => lanes.enter(workspaceId));
  for (const answer of [await begin(), await go()]) {
    assert.deepEqual([answer.status, answer.headers.get("retry-after")], [429, "5"]);
  }
  assert.equal((await site.eve.send("POST", "/media/uploads", { headers: tus })).status, 201);
  for (const one of leave) one();
  assert.equal((await begin()).status, 201);
  assert.equal((await go()).status, 204);
  for (const one of Array.from({ length: 4 }, () => lanes.enter(workspaceId))) one();
});
