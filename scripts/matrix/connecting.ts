/** One cell of signing in: a consent with one broken request, and the rule that it brings a whole channel or none. */
import type { Bench, Cell } from "./cell.ts";
import { connected, leave, signIn, type ChannelFacts, type Told } from "./desk.ts";
import type { MatrixFault } from "./faults.ts";
import type { Target } from "./line.ts";
import type { SignInFlow } from "./sign-ins.ts";
import { Watch } from "./watch.ts";

/** Signs in once; with a `target` its request is broken by `fault`. After a failure the person tries again at once. */
export async function connectCell(
  bench: Bench,
  flow: SignInFlow,
  aim: { target: Target; fault: MatrixFault } | null,
): Promise<Cell> {
  const { panel, line } = bench;
  line.begin(null);
  panel.sandbox.clock.push(150_000);
  await leave(panel, flow.platform);
  if (flow.again) await signedOut(bench, flow);
  const before = connected(panel, flow.platform);
  const watch = new Watch(panel);
  line.begin(aim);
  const startedAt = performance.now();
  const told = await signIn(panel, flow);
  const took = performance.now() - startedAt;
  const { hit } = line;
  const { calls } = line;
  line.begin(null);
  const after = connected(panel, flow.platform);
  const ready = after.filter((row) => row.state === "ready").length;
  const state = ready === 0 ? "not connected" : ready === flow.channels ? "connected" : "connected in part";
  const cell: Cell = { state, posts: 0, calls, took, words: ready === 0 ? told.words : "", hit, broken: "" };
  const faults =
    ready > 0
      ? [...ruleOfConnected(flow, told, after), ...(before[0] && before[0].id !== after[0]?.id ? ["another id"] : [])]
      : [...ruleOfNothing(told), ...leftovers(bench, before, after), ...(await tryAgain(bench, flow))];
  const leaked = watch.found();
  if (leaked) faults.push(`in clear: ${leaked}`);
  const proof = await bench.run(flow.proof, null).catch((error: Error) => error.message);
  if (typeof proof !== "string") cell.posts = proof.posts;
  if (typeof proof === "string") faults.push(`not usable: ${proof}`);
  else if (proof.broken || proof.state !== "published") faults.push(`not usable: ${proof.state} ${proof.words}`);
  return { ...cell, broken: faults.join("; ") };
}

/** The platform has ended the sign-in of the channel that is there. */
async function signedOut({ panel }: Bench, flow: SignInFlow): Promise<void> {
  await signIn(panel, flow);
  for (const { id } of connected(panel, flow.platform))
    panel.server.wired.channels.signOut(id, "The sign-in has ended.");
}

function ruleOfConnected(flow: SignInFlow, told: Told, rows: readonly ChannelFacts[]): string[] {
  const faults: string[] = [];
  if (told.status !== 200) faults.push(`the page answered ${told.status}`);
  if (!/ (is|are) connected\.$| is signed in at .* again\.$/.test(told.words))
    faults.push(`connected, and the page says “${told.words}”`);
  if (rows.length !== flow.channels) faults.push(`${rows.length} channels instead of ${flow.channels}`);
  const half = rows.filter((row) => row.access_token_sealed === null || !row.remote_id || row.scopes === "[]");
  if (half.length > 0) faults.push("half a channel");
  return faults;
}

/** What happened, that nothing was changed, and the next step. */
function ruleOfNothing(told: Told): string[] {
  const faults: string[] = [];
  if (told.status !== 200) faults.push(`the page answered ${told.status}`);
  if (!/nothing was (connected|changed)/i.test(told.words)) faults.push(`does not say what was kept: “${told.words}”`);
  if (!/again|try|open|ask|compare|wait/i.test(told.words)) faults.push(`does not say what to do: “${told.words}”`);
  return faults;
}

/** A failed sign-in changes no channel and keeps no tokens anywhere. */
function leftovers({ panel }: Bench, before: readonly ChannelFacts[], after: readonly ChannelFacts[]): string[] {
  const { db } = panel.server.wired.house;
  const kept = db.get("SELECT 1 FROM oauth_flows WHERE found_sealed IS NOT NULL");
  return [
    ...(JSON.stringify(before) === JSON.stringify(after) ? [] : ["the failure changed a channel"]),
    ...(kept ? ["tokens were kept"] : []),
  ];
}

async function tryAgain({ panel }: Bench, flow: SignInFlow): Promise<string[]> {
  const told = await signIn(panel, flow);
  return ruleOfConnected(flow, told, connected(panel, flow.platform)).map((fault) => `again: ${fault}`);
}
