/** The key is rotated again and again while posts go out: none lost, none twice, every token readable, the former keys open nothing. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../src/config/index.ts";
import { openVault, readMasterKey, sealedColumns } from "../../src/vault/index.ts";
import { Panel } from "../support/panel.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const ROTATIONS = 3;
const options = {
  tiktok: { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true },
  youtube: { privacyStatus: "public", madeForKids: false },
};

test("rotate-key beside a server that publishes", async (t) => {
  const panel = await Panel.open(["TikTok", "YouTube"]);
  t.after(() => panel.close());
  panel.sandbox.world.setBehaviour("tiktok", "limits", "off");
  const dataDir = path.join(panel.folder, "data");
  const { db, vault } = panel.server.wired.house;
  const rotate = async (): Promise<string> => {
    const child = spawn(process.execPath, [main, "rotate-key", "--json"], {
      cwd: panel.folder,
      env: { PATH: process.env["PATH"], DATA_DIR: dataDir },
    });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    assert.equal(err, "");
    return (JSON.parse(out) as { kid: string }).kid;
  };
  // The clock runs ahead below; nothing is to be held for being late.
  db.run("UPDATE workspaces SET missed_grace_ms = 604800000");
  const before = vault.activeKid();
  const kids: string[] = [];
  let rotating = true;
  const rotations = (async () => {
    for (let n = 0; n < ROTATIONS; n += 1) kids.push(await rotate());
  })().finally(() => (rotating = false));
  const published: Array<{ id: string; title: string }> = [];
  while (rotating) {
    const title = `Tide ${published.length} end`;
    const platform = published.length % 2 === 0 ? "tiktok" : "youtube";
    const chosen = platform === "youtube" ? { ...options.youtube, title } : options.tiktok;
    published.push({ id: await panel.publish(platform, title, chosen), title });
    // Access tokens run out meanwhile and are renewed, under whichever key is active at that instant.
    panel.sandbox.clock.push(20 * 60_000);
    panel.server.wired.house.runner.wake();
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await rotations;
  assert.ok(published.length > 3, `${published.length} posts went out meanwhile`);
  for (const { id, title } of published) {
    const end = await panel.until(id, ["published", "failed", "held", "unconfirmed"], 500);
    assert.equal(end.state, "published", JSON.stringify(end));
    assert.equal(panel.landed(title), 1, title);
  }

  await t.test("tokens are readable afterwards, and work", async () => {
    const { channels } = panel.server.wired;
    for (const id of panel.channels.values()) {
      const session = await channels.session(id);
      assert.ok((await session.accessToken()).length > 10);
      await session.renew();
    }
    assert.equal(vault.activeKid(), kids.at(-1));
  });

  await t.test("everything is under the last key, and the former ones open none of it", async () => {
    // What a step was writing in the very moment of the last rotation is moved by the next one.
    const last = await rotate();
    const config = readConfig({ DATA_DIR: dataDir }, "/nowhere/.env");
    const fresh = openVault(db, readMasterKey(config, false), panel.sandbox.clock);
    let opened = 0;
    for (const { table, column } of sealedColumns(db)) {
      const rows = db.all<{ id: string; value: string }>(
        `SELECT id, ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`,
      );
      for (const { id, value } of rows) {
        assert.ok(value.startsWith(`x1.${last}.`), `${table}.${column}`);
        assert.notEqual(fresh.open(value, { table, id, column }), "");
        for (const former of [before, ...kids])
          assert.throws(() => fresh.open(value.replace(last, former), { table, id, column }), `${former} opens it`);
        opened += 1;
      }
    }
    assert.ok(opened >= 4, "two channels with their tokens at least");
    assert.equal(new Set([before, ...kids, last]).size, ROTATIONS + 2);
  });
  t.diagnostic(`${published.length} posts during ${ROTATIONS} rotations`);
});
