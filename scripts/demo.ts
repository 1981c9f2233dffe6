/** Does the main job before your eyes, in the sandbox on a throw-away data folder (npm run demo, npm run demo -- --exit). */
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { platforms } from "../src/platforms/index.ts";
import { words } from "../src/web/index.ts";
import { DemoPanel, type DemoPost } from "./demo/panel.ts";

const DUE_IN_MS = 5000;
const PUBLISHED_WITHIN_MS = 60_000;
const LINKS_WITHIN_MS = 30_000;
const clip = path.join(import.meta.dirname, "..", "test", "fixtures", "media", "clip.mp4");

const { values: asked } = parseArgs({
  options: {
    exit: { type: "boolean", default: false },
    port: { type: "string", default: process.env["PORT"] ?? "3000" },
  },
});
let panel: DemoPanel | null = null;
let step = 0;

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void leave(0));
try {
  panel = await DemoPanel.start(Number(asked.port));
  await showTheMainJob(panel);
  if (asked.exit) await leave(0);
  console.log("\nIt stays up until you press Ctrl-C; then everything it made is removed.");
} catch (error) {
  console.error(`\nThe demo did not succeed: ${error instanceof Error ? error.message : String(error)}`);
  await leave(1);
}

async function showTheMainJob(demo: DemoPanel): Promise<void> {
  console.log("Postern, from sign-up to published. Everything happens on this machine, in the sandbox.\n");
  say("Postern is running", demo.url);
  console.log(`      Data folder ${demo.folder}, removed at the end`);
  await demo.signUp();
  say(`Account ${demo.email} is signed up`, `${demo.url}/settings`);
  for (const platform of platforms) {
    const name = await demo.connect(platform);
    say(`${platform.name} is connected as ${name}, through its consent page`, `${demo.url}/channels`);
  }
  const media = await demo.upload(clip);
  const facts = `${words.fileSize(media.bytes)}, ${media.width} × ${media.height}, ${words.playTime(media.durationMs)}`;
  say(`${media.name} is uploaded and measured: ${facts}`, `${demo.url}/media`);
  const post = await demo.schedule("Low tide at six, and the whole bay to ourselves", media, Date.now() + DUE_IN_MS);
  const names = platforms.map((platform) => platform.name).join(", ");
  say(`One post is scheduled on ${names}, due in ${DUE_IN_MS / 1000} seconds`, `${demo.url}/posts/${post.id}`);
  await watch(demo, post);
  report(demo, await withLinks(demo, post.id));
}

/** Prints every change of state until all are published. Throws a sentence when one is not, in time. */
async function watch(demo: DemoPanel, scheduled: DemoPost): Promise<void> {
  const seen = new Map(scheduled.publications.map((one) => [one.id, one.state]));
  const giveUpAt = Date.now() + DUE_IN_MS + PUBLISHED_WITHIN_MS;
  for (;;) {
    const post = demo.post(scheduled.id);
    for (const one of post.publications) {
      if (seen.get(one.id) === one.state) continue;
      seen.set(one.id, one.state);
      const { word } = words.stateWords(one.state as Parameters<typeof words.stateWords>[0]);
      console.log(`      ${new Date().toISOString().slice(11, 19)}  ${nameOf(one.platform)}: ${word}`);
    }
    if (post.publications.every((one) => one.state === "published")) return;
    const stuck = post.publications.find((one) => ["failed", "held", "unconfirmed", "cancelled"].includes(one.state));
    if (stuck) throw new Error(`${nameOf(stuck.platform)}: ${stuck.problem?.message} ${stuck.problem?.remedy}`);
    if (Date.now() > giveUpAt) {
      const late = post.publications.filter((one) => one.state !== "published").map((one) => nameOf(one.platform));
      throw new Error(`${late.join(", ")} had not published after ${PUBLISHED_WITHIN_MS / 1000} seconds.`);
    }
    await sleep(100);
  }
}

/** Some platforms say "published" first and give the link a little later. */
async function withLinks(demo: DemoPanel, id: string): Promise<DemoPost> {
  const giveUpAt = Date.now() + LINKS_WITHIN_MS;
  let told = false;
  for (;;) {
    const post = demo.post(id);
    const without = post.publications.filter((one) => one.url === null).map((one) => nameOf(one.platform));
    if (without.length === 0 || Date.now() > giveUpAt) return post;
    if (!told) console.log(`\n      Waiting for the link from ${without.join(" and ")}, which comes a little later`);
    told = true;
    await sleep(200);
  }
}

function report(demo: DemoPanel, post: DemoPost): void {
  console.log("\nPublished, as the platforms say:");
  for (const one of post.publications)
    console.log(`  ${nameOf(one.platform).padEnd(10)} ${one.url ?? "(its link comes a little later)"}`);
  if (asked.exit) return;
  console.log(`\nWhat the world would see  ${demo.url}/sandbox/`);
  console.log(`Look around yourself      ${demo.url}/sign-in`);
  console.log(`  Email     ${demo.email}\n  Password  ${demo.password}`);
}

function say(what: string, link: string): void {
  step += 1;
  console.log(`${String(step).padStart(3)}.  ${what}\n      ${link}`);
}

function nameOf(id: string): string {
  return platforms.find((platform) => platform.id === id)?.name ?? id;
}

async function leave(code: number): Promise<never> {
  await panel?.stop().catch(() => undefined);
  process.exit(code);
}
