/** Every command of docs/api.md is run, in order, in one shell, against a real server. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { clip } from "../support/server.ts";
import { openDesk } from "./desk.ts";

const page = readFileSync(path.join(import.meta.dirname, "../../docs/api.md"), "utf8");

/** Stand-ins, for machines that have neither: the options that the page uses and no more. */
const TOOLS: Readonly<Record<string, string>> = {
  curl: `
    const args = process.argv.slice(2), headers = {};
    let method = "GET", body, url, given;
    for (let n = 0; n < args.length; n += 1) {
      const one = args[n];
      if (one === "-X") given = args[++n];
      else if (one === "-H") { const [name, value] = args[++n].split(/: (.*)/s); headers[name] = value; }
      else if (one === "-d") { const text = args[++n]; body = text[0] === "@" ? fs.readFileSync(text.slice(1), "utf8") : text; method = "POST"; }
      else if (one === "-F") { const file = args[++n].split("=@")[1]; body = new FormData(); body.append("file", new Blob([fs.readFileSync(file)]), file); method = "POST"; }
      else if (!one.startsWith("--")) url = one;
    }
    const reply = await fetch(url, { method: given ?? method, headers, body });
    process.stdout.write(await reply.text());
    process.exitCode = reply.ok ? 0 : 22;`,
  jq: `
    let value = JSON.parse(fs.readFileSync(0, "utf8"));
    for (const part of process.argv[3].split(/[.[\\]]+/).filter(Boolean)) value = value[part];
    console.log(value);`,
};

test("the commands of docs/api.md do what the page says", async (t) => {
  const desk = await openDesk(t);
  const folder = mkdtempSync(path.join(tmpdir(), "postern-examples-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tools = path.join(folder, "tools");
  mkdirSync(tools);
  for (const [name, program] of Object.entries(TOOLS)) {
    const file = path.join(tools, name);
    writeFileSync(`${file}.mjs`, `import fs from "node:fs";\n${program}`);
    writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${file}.mjs" "$@"\n`);
    chmodSync(file, 0o755);
  }
  copyFileSync(clip, path.join(folder, "clip.mp4"));
  desk.channel("tiktok");
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1]!);
  assert.ok(blocks.length >= 8);
  const script = blocks
    .map((block, n) => `echo "--- ${n}"\n${block}\necho`)
    .join("\n")
    .replace(/^export POSTERN=.*$/m, `export POSTERN=${desk.url}/api/v1`)
    .replace(/^export KEY=.*$/m, `export KEY=${desk.key}`);
  assert.ok(script.includes(desk.key), "the page shows where the key goes");
  const run = (await promisify(execFile)("sh", ["-e", "-c", script], {
    cwd: folder,
    env: { ...process.env, PATH: `${tools}:${process.env["PATH"]}` },
  }).catch((error: unknown) => error)) as { stdout: string; stderr: string; code?: number };
  assert.equal(run.code, undefined, `${run.stdout}\n${run.stderr}`);
  const said = run.stdout.split(/^--- \d+\n/m).slice(1);
  const holding = (text: string): string =>
    said.find((one) => one.includes(text)) ?? assert.fail(`${text}\n${run.stdout}`);
  assert.match(holding('"processing"'), /low-tide\.mp4/);
  assert.match(holding('"problems"'), /channels\.0\.options\.privacyLevel/, "the problems of the post");
  assert.match(holding("The sea, earlier"), /"Scheduled"/);
  assert.match(holding("409: it is not failed"), /urn:postern:conflict/);
  assert.match(said.at(-1)!, /"disconnectedAt"/);
  const { db } = desk.wired.house;
  assert.deepEqual(db.all("SELECT id FROM posts"), []);
  assert.equal(db.get<{ n: number }>("SELECT COUNT(*) AS n FROM media WHERE kind IS NOT NULL")?.n, 0);
});
