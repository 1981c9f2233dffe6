/** One cell of disconnecting: a channel that leaves with one broken request, and the rule that it is gone whatever is answered. */
import { setTimeout as sleep } from "node:timers/promises";
import { textOf } from "../../test/support/robot.ts";
import type { Panel } from "../../test/support/panel.ts";
import { tiktokStore } from "../../src/sandbox/tiktok/store.ts";
import { storeOf } from "../../src/sandbox/youtube/store.ts";
import { metaStore } from "../../src/sandbox/meta/store.ts";
import type { Bench, Cell } from "./cell.ts";
import { connected, leave, signIn, type ChannelFacts } from "./desk.ts";
import type { MatrixFault } from "./faults.ts";
import type { Target } from "./line.ts";
import type { SignInFlow } from "./sign-ins.ts";
import { Watch } from "./watch.ts";

/** Longer than the product waits for a platform to confirm, so that its own limit ends the waiting. */
const SILENCE_MS = 14_000;
const MOST_MS = 13_000;
const HOUR = 3_600_000;

interface Receipt {
  revoked: boolean;
  revocation: string;
  cancelledPublications: number;
}

/** Disconnects a channel with a post that waits; with a `target` its request is broken by `fault`. */
export async function disconnectCell(
  bench: Bench,
  flow: SignInFlow,
  aim: { target: Target; fault: MatrixFault } | null,
): Promise<Cell> {
  const { panel, line } = bench;
  const { db, clock } = panel.server.wired.house;
  line.begin(null);
  panel.sandbox.clock.push(150_000);
  await leave(panel, flow.platform);
  const watch = new Watch(panel);
  await signIn(panel, flow);
  const row = connected(panel, flow.platform)[0]!;
  const token = opened(panel, row, "access_token_sealed");
  const waiting = await postLater(bench, flow);
  if (flow.expired) db.run("UPDATE channels SET access_expires_at = ? WHERE id = ?", [clock.now() - 1, row.id]);
  line.begin(aim && { ...aim, fault: patient(aim.fault) });
  const page = await press(panel, row.id);
  const { hit } = line;
  const { calls } = line;
  const receipt = receiptOf(panel, row.id);
  const faults = [
    ...erased(panel, row, watch),
    ...truth(panel, flow, { token, row, receipt, page }),
    ...(page.took > MOST_MS ? [`took ${Math.round(page.took / 1000)} s`] : []),
    ...(await silent(bench, flow, row.id, waiting)),
  ];
  const state = receipt?.revoked ? "withdrawn" : "not withdrawn";
  const words = receipt?.revocation ?? "";
  return { state, posts: 0, calls, took: page.took, words, hit, broken: faults.join("; ") };
}

async function press({ robot, url }: Panel, id: string): Promise<{ status: number; text: string; took: number }> {
  const startedAt = performance.now();
  await robot.open(`${url}/channels/${id}/disconnect`);
  await robot.press("Disconnect and erase");
  const { status, html } = robot.page;
  return { status, text: textOf(html), took: performance.now() - startedAt };
}

/** No request gives up by itself before the product's own limit does. */
function patient({ name, arm }: MatrixFault): MatrixFault {
  return { name, arm: arm && (arm.ms === undefined ? arm : { ...arm, ms: SILENCE_MS }) };
}

/** Row and bytes, right after the page has come. */
function erased(panel: Panel, row: ChannelFacts, watch: Watch): string[] {
  const { db } = panel.server.wired.house;
  const left = db.get("SELECT 1 FROM channels WHERE id = ? AND access_token_sealed IS NULL AND remote_id IS NULL", [
    row.id,
  ]);
  const log = db.get<{ outcome: string }>(
    "SELECT outcome FROM audit_log WHERE action = 'platform.erased' AND target = ?",
    [row.id],
  );
  const sealed = [row.access_token_sealed, row.refresh_token_sealed].flatMap((secret) =>
    secret === null ? [] : [{ kind: "sealed token", secret }],
  );
  const found = watch.found(sealed);
  return [
    ...(left ? [] : ["the row still has tokens"]),
    ...(log?.outcome === "ok" ? [] : [`erased: ${log?.outcome ?? "not in the audit log"}`]),
    ...(found ? [`in the files: ${found}`] : []),
  ];
}

interface Ending {
  token: string;
  row: ChannelFacts;
  receipt: Receipt | null;
  page: { status: number; text: string };
}

/** Nobody is told of a withdrawal that did not happen; page, receipt and audit say the same. */
function truth(panel: Panel, flow: SignInFlow, { token, row, receipt, page }: Ending): string[] {
  if (page.status !== 200 || !receipt) return [`the page answered ${page.status}: ${page.text.slice(0, 200)}`];
  const line = panel.server.wired.house.db.get<{ outcome: string }>(
    "SELECT outcome FROM audit_log WHERE action = 'platform.disconnect' AND target = ?",
    [row.id],
  );
  const faults: string[] = [];
  const alive = lives(panel, flow.platform, token);
  if (receipt.revoked && alive) faults.push(`says “${receipt.revocation}”, and the grant lives`);
  if (!receipt.revoked && !alive && /not (yet )?withdrawn/i.test(page.text))
    faults.push(`says “${receipt.revocation}”, and the grant is dead`);
  if (line?.outcome !== (receipt.revoked ? "ok" : "not_withdrawn")) faults.push(`audit says ${line?.outcome}`);
  if (!page.text.includes(receipt.revocation)) faults.push("the page does not say it");
  if (!receipt.revoked && !/withdraw it/.test(receipt.revocation)) faults.push("does not say how to do it by hand");
  if (receipt.cancelledPublications !== 1) faults.push("the post that waited is not counted");
  return faults;
}

/** Whether the grant behind this access token still stands at the platform. */
function lives({ sandbox: { world } }: Panel, platform: string, token: string): boolean {
  if (platform === "tiktok") {
    const { access, grants } = tiktokStore(world);
    return grants.get(access.get(token)?.grantId ?? "")?.revoked === false;
  }
  if (platform === "youtube") return storeOf(world).tokens.get(token)?.revoked === false;
  return metaStore(world).tokens.get(token)?.revoked === false;
}

async function postLater({ panel }: Bench, flow: SignInFlow): Promise<string> {
  const text = "Matrix after the end";
  const post = await panel.api<{ publications: Array<{ id: string }> }>("POST", "/posts", {
    text,
    media: flow.proof.media.length > 0 ? [panel.mediaId] : [],
    publish: "schedule",
    timeZone: "UTC",
    scheduledAt: new Date(panel.sandbox.clock.now() + HOUR).toISOString(),
    channels: [{ channelId: panel.channels.get(flow.platform), options: optionsOf(flow) }],
  });
  return post.publications[0]!.id;
}

function optionsOf({ platform, proof }: SignInFlow): Record<string, unknown> {
  return platform === "instagram" ? { kind: "reel" } : proof.options("Matrix after the end");
}

/** Two hours later nothing has gone out and nothing was asked; a new post is refused. */
async function silent({ panel, line }: Bench, flow: SignInFlow, id: string, waiting: string): Promise<string[]> {
  const { runner } = panel.server.wired.house;
  const out = panel.sandbox.world.feed().length;
  const asked = line.calls.length;
  panel.sandbox.clock.push(2 * HOUR);
  runner.wake();
  await sleep(30);
  const refused = await postLater({ panel, line } as Bench, flow).then(
    () => false,
    (error: Error) => / (404|409|422) /.test(error.message),
  );
  const state = panel.row(waiting)?.state;
  const job = await jobLeft(panel, id);
  return [
    ...(state === "cancelled" ? [] : [`what waited is ${state}`]),
    ...(panel.sandbox.world.feed().length === out ? [] : ["something went out afterwards"]),
    ...(line.calls.length === asked ? [] : [`asked afterwards: ${line.calls.slice(asked).join(", ")}`]),
    ...(refused ? [] : ["a new post was taken"]),
    ...(job ? [`a job is left: ${job}`] : []),
  ];
}

/** One that runs may end: a renewal that was begun before waits for its answer. */
async function jobLeft({ server }: Panel, id: string): Promise<string | null> {
  for (let left = 100; ; left -= 1) {
    const job = server.wired.house.db.get<{ kind: string; state: string }>(
      "SELECT kind, state FROM jobs WHERE state IN ('queued', 'running') AND args LIKE ?",
      [`%${id}%`],
    );
    if (job?.state !== "running" || left === 0) return job ? `${job.kind}, ${job.state}` : null;
    await sleep(100);
  }
}

function receiptOf(panel: Panel, id: string): Receipt | null {
  const row = panel.server.wired.house.db.get<{ receipt: string | null }>("SELECT receipt FROM channels WHERE id = ?", [
    id,
  ]);
  return row?.receipt ? (JSON.parse(row.receipt) as Receipt) : null;
}

function opened(panel: Panel, row: ChannelFacts, column: "access_token_sealed"): string {
  return panel.server.wired.house.vault.open(row[column]!, { table: "channels", id: row.id, column });
}
