/** The real server with a sandbox beside it, and a person who walks through consent step by step. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { createAccount, hashPassword } from "../../src/accounts/index.ts";
import type { ChannelView } from "../../src/channels/index.ts";
import { ada, signUp, startTestServer, type TestServer } from "../support/server.ts";
import { Robot, textOf } from "../support/robot.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const TIKTOK_TOKEN = "POST open.tiktokapis.com/v2/oauth/token/";
export const HARBOUR = "afd97af1-b87b-48b9-ac98-harbourclock";
export const KITCHEN = "1d0e4c7a-52f3-4a1e-9b1f-quietkitchen";

export interface Desk {
  server: TestServer;
  robot: Robot;
  /** Of the person the robot is signed in as. */
  workspaceId: string;
}

/** Opens everything and closes it with the test. */
export async function openDesk(t: TestContext): Promise<Desk> {
  const server = await startTestServer({ separateSandbox: true });
  t.after(() => server.close());
  const robot = await signUp(server);
  return { server, robot, workspaceId: workspaceOf(server, ada.email) };
}

export function workspaceOf(server: TestServer, email: string): string {
  return server.running.wired.house.db.get<{ id: string }>(
    "SELECT m.workspace_id AS id FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE a.email = ?",
    [email],
  )!.id;
}

/** A second person with a workspace of their own, signed in. */
export async function stranger(server: TestServer): Promise<Robot> {
  const passwordHash = await hashPassword(ben.password);
  createAccount(server.running.wired.house, { name: "Ben", email: ben.email, passwordHash, timeZone: "UTC" });
  return signedIn(server.url, ben);
}

export const ben = { email: "ben@example.org", password: "another long password" };

/** A browser of its own, signed in at this address of the server. */
export async function signedIn(url: string, person: { email: string; password: string }): Promise<Robot> {
  const robot = new Robot();
  await robot.open(`${url}/sign-in`);
  await robot.press("Sign in", { email: person.email, password: person.password });
  return robot;
}

/** Cookie and form token of a signed-in person, for requests whose answer is looked at more closely than a page. */
export async function credentials(url: string, person: { email: string; password: string } = ada) {
  const page = await fetch(`${url}/sign-in`);
  const first = cookieIn(page);
  const body = new URLSearchParams({
    _csrf: tokenIn(await page.text()),
    email: person.email,
    password: person.password,
  });
  const headers = { cookie: first, origin: url };
  const signedIn = await fetch(`${url}/sign-in`, { method: "POST", body, headers, redirect: "manual" });
  const cookie = cookieIn(signedIn);
  const own = await fetch(`${url}/channels`, { headers: { cookie } });
  return { csrf: tokenIn(await own.text()), headers: { cookie: cookieIn(own) || cookie, origin: url } };
}

function cookieIn(reply: Response): string {
  return reply.headers
    .getSetCookie()
    .map((line) => line.split(";")[0]!)
    .join("; ");
}

function tokenIn(html: string): string {
  return /name="_csrf" value="([^"]+)"/.exec(html)![1]!;
}

export interface Choice {
  account?: string;
  decision?: "allow" | "deny";
  without?: string[];
}

/** Presses a button on /channels, answers the consent page, and returns the callback's address without opening it. */
export async function consent(robot: Robot, server: TestServer, button: string, choice: Choice = {}): Promise<string> {
  await robot.open(`${server.url}/channels`);
  await robot.press(button);
  const { url, html } = robot.page;
  assert.match(html, /name="decision"/, `no consent page at ${url}: ${textOf(html).slice(0, 200)}`);
  const values = (name: string) =>
    [...html.matchAll(new RegExp(`name="${name}" value="([^"]+)"`, "g"))].map((m) => m[1]!);
  const form = new URLSearchParams({
    account: choice.account ?? values("account")[0]!,
    decision: choice.decision ?? "allow",
  });
  for (const scope of values("scope")) if (!choice.without?.includes(scope)) form.append("scope", scope);
  const reply = await fetch(url, { method: "POST", body: form, redirect: "manual" });
  return reply.headers.get("location")!;
}

/** The whole way; the robot is on /channels afterwards. */
export async function connect(desk: Pick<Desk, "robot" | "server">, name: string, choice: Choice = {}): Promise<void> {
  await desk.robot.open(await consent(desk.robot, desk.server, `Connect ${name}`, choice));
}

/** The only connected channel. */
export function only(desk: Desk): ChannelView {
  const channels = desk.server.running.wired.channels.list(desk.workspaceId);
  assert.equal(channels.length, 1);
  return channels[0]!;
}

/** What the page says after the redirect. */
export function flashOf(robot: Robot): string {
  return textOf(/<p class="flash[^>]*>([\s\S]*?)<\/p>/.exec(robot.page.html)?.[1] ?? "");
}

/** How many tokens of a kind the sandbox has handed out. */
export function issued(server: TestServer, kind: string): number {
  return server.world.secrets().filter((one) => one.kind === kind).length;
}
