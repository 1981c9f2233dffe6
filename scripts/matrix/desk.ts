/** A person at the page of the channels: signs in by consent and choice, and what the panel has of a platform after that. */
import { textOf } from "../../test/support/robot.ts";
import type { Panel } from "../../test/support/panel.ts";
import type { SignInFlow } from "./sign-ins.ts";

export interface ChannelFacts {
  id: string;
  remote_id: string | null;
  state: string;
  access_token_sealed: string | null;
  refresh_token_sealed: string | null;
  scopes: string;
}

/** The last page's status, and what it says in its flash. */
export interface Told {
  status: number;
  words: string;
}

/** Sessions end, too, as the days pass. */
export async function openChannels({ robot, url }: Panel): Promise<void> {
  await robot.open(`${url}/channels`);
  if (robot.page.url.includes("/sign-in"))
    await robot.press("Sign in", { email: "ada@example.org", password: "a long enough password" });
}

/** From the button to wherever it ends; of several destinations every one is taken that can be. */
export async function signIn(panel: Panel, flow: SignInFlow): Promise<Told> {
  const { robot } = panel;
  await openChannels(panel);
  await robot.press(flow.button);
  await robot.press("Allow", flow.account ? { account: flow.account } : {});
  if (robot.page.url.includes("/channels/choose/")) await robot.press("Connect");
  const { status, html } = robot.page;
  return { status, words: textOf(/<p class="flash[^>]*>([\s\S]*?)<\/p>/.exec(html)?.[1] ?? "") };
}

/** The connected channels of a platform, and points the panel's publications at the first. */
export function connected(panel: Panel, platform: string): ChannelFacts[] {
  const rows = panel.server.wired.house.db.all<ChannelFacts>(
    `SELECT id, remote_id, state, access_token_sealed, refresh_token_sealed, scopes FROM channels
     WHERE platform = ? AND disconnected_at IS NULL ORDER BY created_at, id`,
    [platform],
  );
  if (rows[0]) panel.channels.set(platform, rows[0].id);
  return rows;
}

/** Begins anew: no channel of this platform is left. */
export async function leave(panel: Panel, platform: string): Promise<void> {
  const { channels, house } = panel.server.wired;
  const { id } = house.db.get<{ id: string }>("SELECT id FROM workspaces")!;
  for (const row of connected(panel, platform)) await channels.disconnect(id, row.id);
}
