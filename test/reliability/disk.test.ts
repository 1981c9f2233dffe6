/** A full and a read-only disk under a panel: nothing is sent blindly, nothing is lost, and it goes on by itself. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import path from "node:path";
import test, { after, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Panel } from "../support/panel.ts";
import { forbidWrites, refuseWrite } from "./disk.ts";
import { smallDisk } from "./tmpfs.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const options = { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true };
const ends = ["published", "failed", "unconfirmed", "held", "cancelled"];

let opened: Promise<Panel> | undefined;
after(async () => (await opened)?.close());

async function panelOf(): Promise<Panel> {
  const panel = await (opened ??= Panel.open(["TikTok"]));
  panel.sandbox.world.setBehaviour("tiktok", "limits", "off");
  return panel;
}

/** Due while the disk takes nothing, published once when it does again. */
async function waitsOut(panel: Panel, words: string, fail: () => () => void, why: RegExp, meanwhile = async () => {}) {
  const id = await panel.publish("tiktok", words, options, 60_000);
  const mend = fail();
  try {
    panel.sandbox.clock.push(61_000);
    panel.server.wired.house.runner.wake();
    await sleep(300);
    assert.equal(panel.landed(words), 0, "nothing is sent that cannot be written down");
    const ready = await fetch(`${panel.url}/readyz`);
    const said = (await ready.json()) as { database: boolean; problem: string };
    assert.deepEqual([ready.status, said.database], [503, false]);
    assert.match(said.problem, why);
    assert.equal((await fetch(`${panel.url}/healthz`)).status, 200, "the process lives on");
    await meanwhile();
  } finally {
    mend();
  }
  const end = await panel.until(id, ends, 500);
  assert.equal(end.state, "published", JSON.stringify(end));
  assert.equal(panel.landed(words), 1);
  assert.equal((await fetch(`${panel.url}/readyz`)).status, 200);
}

test("read-only database: what is due waits, /readyz says why, and it is published once when writes are taken again", async () => {
  const panel = await panelOf();
  await waitsOut(panel, "Read-only end", () => forbidWrites(panel), /cannot be written/);
});

test("the database refuses each single write of a publication, for a moment: published once each time", async () => {
  const panel = await panelOf();
  for (let n = 1; n < 80; n += 1) {
    const words = `Refused write ${n} end`;
    const id = await panel.publish("tiktok", words, options, 60_000);
    const refusing = refuseWrite(panel, n, 40);
    panel.sandbox.clock.push(61_000);
    panel.server.wired.house.runner.wake();
    const end = await panel.until(id, ends, 700);
    assert.equal(end.state, "published", `write ${n}: ${JSON.stringify(end)}`);
    assert.equal(panel.landed(words), 1, `write ${n}`);
    if (!refusing.end()) {
      assert.ok(n > 8, `there were ${n - 1} writes to refuse`);
      return;
    }
  }
  assert.fail("it never ended");
});

test("full disk: words from /readyz and doctor, an upload refused, no post lost or sent twice, and on when there is room", async (t) => {
  const panel = await panelOf();
  const disk = smallDisk(24);
  if (!disk) return notHere(t, "full disk");
  const { folder } = panel;
  try {
    await move(panel, disk.folder);
    await waitsOut(
      panel,
      "Full disk end",
      () => disk.fill(),
      /disk is full.*[Ff]ree some space/,
      async () => {
        const form = new FormData();
        form.append("file", new Blob([Buffer.alloc(300_000, 7)], { type: "video/mp4" }), "clip.mp4");
        const headers = { authorization: `Bearer ${panel.key}` };
        const refused = await fetch(`${panel.url}/api/v1/media`, { method: "POST", headers, body: form });
        assert.equal(refused.status, 507, await refused.clone().text());
        assert.match(doctor(panel), /WRONG .*the disk of .* is full\n.*Free some space/);
      },
    );
    assert.equal(panel.server.wired.house.db.sqlite.pragma("integrity_check", { simple: true }), "ok");
  } finally {
    await move(panel, folder);
    disk.close();
  }
});

test("read-only disk at the start: refused with the reason, and started when it takes writes", async (t) => {
  const panel = await panelOf();
  const disk = smallDisk(24);
  if (!disk) return notHere(t, "read-only disk");
  const { folder } = panel;
  try {
    await panel.server.stop();
    cpSync(path.join(folder, "data"), path.join(disk.folder, "data"), { recursive: true });
    disk.readOnly();
    Object.assign(panel, { folder: disk.folder });
    await assert.rejects(panel.start(), /cannot be written/);
    assert.match(doctor(panel), /WRONG .*cannot be written/);
  } finally {
    Object.assign(panel, { folder });
    await panel.start();
    disk.close();
  }
  assert.equal((await fetch(`${panel.url}/readyz`)).status, 200);
});

/** Stops the panel, takes its data along and starts it there. */
async function move(panel: Panel, to: string): Promise<void> {
  await panel.server.stop();
  cpSync(path.join(panel.folder, "data"), path.join(to, "data"), { recursive: true, force: true });
  Object.assign(panel, { folder: to });
  await panel.start();
}

function doctor(panel: Panel): string {
  const env = { ...process.env, DATA_DIR: path.join(panel.folder, "data") };
  return spawnSync(process.execPath, ["src/cli/main.ts", "doctor"], { cwd: root, env, encoding: "utf8" }).stdout;
}

/** Said, not hidden: the parts that need no mounted disk have run. */
function notHere(t: TestContext, what: string): void {
  t.diagnostic(`${what}: this machine does not let us mount a disk, so only the database's own refusals were tested`);
}
