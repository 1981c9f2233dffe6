/** Sends made-up requests to the API as a stranger who knows every id of somebody else, and judges each answer. */
import fc from "fast-check";
import { openDesk, type Desk } from "../api/desk.ts";
import { contractOf } from "../api/contract.ts";
import { createApiKey } from "../../src/accounts/index.ts";
import { hashSecret } from "../../src/ids.ts";
import { addChannel, addMedia } from "../posts/core/rows.ts";
import { anyRequest, type FuzzRequest } from "./fuzz-requests.ts";
import { KINDS, type Ids } from "./fuzz-values.ts";

export interface Figures {
  requests: number;
  seed: number;
  seconds: number;
  /** Status → answers. */
  statuses: Record<string, number>;
  /** Calls of the document that gave a good answer at least once. */
  reached: string[];
  faults: string[];
}

/** No answer that the stranger gets may hold it. */
const MARK = "marker-of-the-victim";
const BATCH = 100;
const SIDE_BY_SIDE = 6;
const MOST_FAULTS = 20;

export async function fuzz(
  t: { after(work: () => Promise<void>): void },
  wanted: {
    requests: number;
    seed: number;
    onBatch?: (done: number, faults: number) => void;
    /** Breaks something before the first request, to see whether it is noticed. */
    sabotage?: (desk: Desk) => void;
  },
): Promise<Figures> {
  const desk = await openDesk(t);
  const contract = await contractOf(desk.url);
  const victim = await victimOf(desk);
  const before = victim.state();
  wanted.sabotage?.(desk);
  const ids: Ids = { own: await furnish(desk), foreign: victim.ids };
  const requests = anyRequest(contract.document, () => ids);
  const figures: Figures = { requests: 0, seed: wanted.seed, seconds: 0, statuses: {}, reached: [], faults: [] };
  const reached = new Set<string>();
  const started = performance.now();
  while (figures.requests < wanted.requests && figures.faults.length < MOST_FAULTS) {
    const size = Math.min(BATCH, wanted.requests - figures.requests);
    ids.own = await furnish(desk);
    const key = keyIn(desk, desk.otherWorkspaceId);
    const batch = fc.sample(requests, { seed: wanted.seed + figures.requests, numRuns: size });
    const next = batch.values();
    const worker = async (): Promise<void> => {
      for (const request of next) {
        const answer = await send(desk, key, request);
        figures.requests += 1;
        figures.statuses[answer.status] = (figures.statuses[answer.status] ?? 0) + 1;
        if (answer.status < 300) reached.add(`${request.method} ${shape(request.target)}`);
        const fault = judge(request, answer, (given) => contract.fault(given));
        if (fault) figures.faults.push(`${fault}\n    ${said(request)}`);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
    // Limits of an hour must not hide the rest; what is scheduled stays in the future or becomes late.
    desk.clock.push(130_000);
    wanted.onBatch?.(figures.requests, figures.faults.length);
  }
  if (victim.state() !== before) figures.faults.push("Something of the victim was changed.");
  figures.seconds = Math.round((performance.now() - started) / 100) / 10;
  figures.reached = [...reached].sort();
  return figures;
}

interface Received {
  status: number;
  headers: Headers;
  text: string;
}

async function send(desk: Desk, key: string, request: FuzzRequest): Promise<Received> {
  const headers = { authorization: `Bearer ${key}`, ...request.headers };
  const reply = await fetch(`${desk.url}${request.target}`, { method: request.method, headers, body: request.body });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

function judge(
  request: FuzzRequest,
  answer: Received,
  contract: (given: { method: string; path: string } & Received) => string | null,
): string | null {
  if (answer.text.includes(MARK)) return `It shows what belongs to another workspace (${answer.status}).`;
  if (answer.status >= 500) return `It broke: ${answer.status} ${answer.text.slice(0, 300)}`;
  // Answered by the HTTP parser, before any route is looked for.
  if (request.method === "HEAD" || answer.status === 431) return null;
  return contract({ method: request.method, path: request.target, ...answer });
}

function shape(target: string): string {
  const path = target.replace(/\?.*$/s, "");
  return path.replace(/^(\/api\/v1\/(?:channels|media|posts|publications))\/(?!import$|validate$)[^/]+/, "$1/{id}");
}

function said({ method, target, headers, body }: FuzzRequest): string {
  const text = body === null ? "" : typeof body === "string" ? body : Buffer.from(body).toString("latin1");
  return `${method} ${target.slice(0, 300)} ${JSON.stringify(headers)} ${text.slice(0, 600)}`;
}

function keyIn(desk: Desk, workspaceId: string): string {
  const { accountId } = desk;
  return createApiKey(desk.wired.house, { accountId, workspaceId, name: "fuzz", scopes: ["read", "write"] }).secret;
}

/** What the stranger has: channels, files, posts and publications of their own, made up again when they were deleted. */
async function furnish(desk: Desk): Promise<Ids["own"]> {
  const { db } = desk.wired.house;
  const at = [desk.otherWorkspaceId];
  const ids = (sql: string): string[] => db.all<{ id: string }>(sql, at).map((row) => row.id);
  const connected = "SELECT id FROM channels WHERE workspace_id = ? AND disconnected_at IS NULL";
  const ready = "SELECT id FROM media WHERE workspace_id = ? AND state = 'ready'";
  if (ids(connected).length < 4)
    for (const id of PLATFORMS) addChannel(desk.wired.house, desk.otherWorkspaceId, id, "ready");
  if (ids(ready).length < 4) addFiles(desk);
  const [tiktok] = ids(`${connected} AND platform = 'tiktok' ORDER BY id DESC`);
  const video = ids(`${ready} AND kind = 'video'`).slice(0, 1);
  const channels = tiktok ? [{ channelId: tiktok, options: { mode: "inbox" } }] : [];
  const post = { text: "Mine", media: video, channels, publish: "schedule", scheduledAt: "2028-06-01T17:30:00Z" };
  for (const [state, fence, problem] of WAITING) {
    await desk.call("POST", "/v1/posts", post, { key: desk.strangerKey });
    // Where only the engine and the world would bring it.
    const latest =
      "SELECT id FROM publications WHERE workspace_id = ? AND state = 'scheduled' ORDER BY id DESC LIMIT 1";
    db.run(`UPDATE publications SET state = ?, fence = ?, problem = ? WHERE id IN (${latest})`, [
      state,
      fence,
      problem,
      ...at,
    ]);
  }
  const newest = (table: string): string[] =>
    ids(`SELECT id FROM ${table} WHERE workspace_id = ? ORDER BY id DESC LIMIT 6`);
  return { channels: ids(connected), media: ids(ready), posts: newest("posts"), publications: newest("publications") };
}

const PLATFORMS = ["tiktok", "youtube", "instagram", "facebook"];
const NO = JSON.stringify({ kind: "rejected", code: "x", message: "No.", remedy: "Change it." });
const WAITING = [
  ["unconfirmed", "committed", NO],
  ["failed", "open", NO],
  ["scheduled", "open", null],
] as const;

function addFiles(desk: Desk): void {
  const { house } = desk.wired;
  for (const kind of ["image", "video", "image", "video"] as const) {
    const id = addMedia(house, desk.otherWorkspaceId, kind, "ready");
    house.db.run("UPDATE media SET sha256 = ? WHERE id = ?", [hashSecret(id), id]);
  }
}

interface Victim {
  ids: Ids["foreign"];
  /** Everything that is theirs, as one text. */
  state(): string;
}

async function victimOf(desk: Desk): Promise<Victim> {
  const { db } = desk.wired.house;
  const [channelId, mediaId] = [desk.channel("tiktok"), desk.media("video")];
  db.run("UPDATE channels SET name = ?, handle = ? WHERE id = ?", [MARK, MARK, channelId]);
  db.run("UPDATE workspaces SET name = ? WHERE id = ?", [MARK, desk.workspaceId]);
  await desk.call("PATCH", `/v1/media/${mediaId}`, { title: MARK, altText: MARK, labels: [MARK] });
  const body = {
    text: MARK,
    media: [mediaId],
    publish: "schedule",
    scheduledAt: "2027-06-01T17:30:00Z",
    channels: [{ channelId, text: MARK, options: { title: MARK } }],
  };
  const post = await desk.call<{ id: string; publications: Array<{ id: string }> }>("POST", "/v1/posts", body);
  if (post.status !== 201) throw new Error(JSON.stringify(post.body));
  const state = (): string =>
    JSON.stringify(
      KINDS.map((table) => db.all(`SELECT * FROM ${table} WHERE workspace_id = ? ORDER BY id`, [desk.workspaceId])),
    );
  const { id, publications } = post.body;
  const ids = { channels: [channelId], media: [mediaId], posts: [id], publications: publications.map((one) => one.id) };
  return { ids, state };
}
