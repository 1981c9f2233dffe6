/** /admin/platforms: the app credentials of this install, for its owner. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { audit } from "../accounts/index.ts";
import type { House } from "../house.ts";
import type { Platform } from "../platforms/contract.ts";
import {
  flash,
  formFrom,
  notFound,
  Refusal,
  seeOther,
  sendPage,
  visitorOf,
  words,
  type Visitor,
} from "../web/index.ts";
import { redirectUri } from "./addresses.ts";
import type { AppCredentials } from "./apps.ts";
import type { Channels } from "./channels.ts";
import { appForm } from "./schemas.ts";

type OnPlatform = { Params: { platform: string } };

/** What a form that failed brings back: its values (never the secret) and a message beside each field. */
interface Failed {
  platform: string;
  clientId: string;
  errors: Record<string, string>;
}

export function platformRoutes(app: FastifyInstance, house: House, channels: Channels): void {
  app.get("/admin/platforms", async (request, reply) => {
    ownerOf(request);
    return show(house, channels, request, reply, null);
  });

  app.post<OnPlatform>("/admin/platforms/:platform", async (request, reply) => {
    const visitor = ownerOf(request);
    const platform = platformOf(channels, request.params.platform);
    const form = formFrom(appForm, request.body);
    if (!form.ok) {
      const clientId = form.values["clientId"] ?? "";
      return show(house, channels, request, reply, { platform: platform.id, clientId, errors: form.errors });
    }
    channels.setApp(platform.id, form.values.clientId, form.values.clientSecret);
    record(house, visitor, "platform.app_set", platform);
    flash(request, `The app for ${platform.name} is stored. Its secret is sealed and is not shown again.`);
    return seeOther(request, reply, `/admin/platforms#${platform.id}`);
  });

  app.post<OnPlatform>("/admin/platforms/:platform/remove", async (request, reply) => {
    const visitor = ownerOf(request);
    const platform = platformOf(channels, request.params.platform);
    channels.clearApp(platform.id);
    record(house, visitor, "platform.app_removed", platform);
    flash(
      request,
      `The app for ${platform.name} is removed. Its channels stay connected until their tokens run out.`,
      "plain",
    );
    return seeOther(request, reply, `/admin/platforms#${platform.id}`);
  });
}

function show(
  house: House,
  channels: Channels,
  request: FastifyRequest,
  reply: FastifyReply,
  failed: Failed | null,
): FastifyReply {
  const entries = channels.platforms.map((platform) => entryOf(house, channels, request, platform, failed));
  const live = house.config.platformMode === "live";
  const title = titleOf(entries.map((entry) => entry.source));
  return sendPage(
    house,
    request,
    reply,
    "channels/platforms",
    { title, entries, live },
    { title, nav: "settings", status: failed ? 422 : 200 },
  );
}

function titleOf(sources: ReadonlyArray<AppCredentials["source"] | null>): string {
  const ready = sources.filter((source) => source !== null).length;
  if (sources.every((source) => source === "sandbox")) return "The sandbox needs no apps";
  if (ready === sources.length) return "Every platform is set up";
  return ready === 0 ? "No platform is set up yet" : `${ready} of ${sources.length} platforms are set up`;
}

function entryOf(house: House, channels: Channels, request: FastifyRequest, platform: Platform, failed: Failed | null) {
  const app = channels.app(platform.id);
  const enteredAt = channels.appEnteredAt(platform.id);
  const users = waysThrough(channels, platform);
  const addresses = [...new Set(users.map((user) => redirectUri(house, request, user.platform)))];
  const mine = failed?.platform === platform.id ? failed : null;
  return {
    platform,
    source: app?.source ?? null,
    clientId: app && app.source !== "sandbox" ? app.clientId : "",
    entered: enteredAt === null ? null : words.fullDate(enteredAt, visitorOf(request).workspace.timeZone),
    redirectUris: addresses,
    notPublic: addresses.some((address) => !address.startsWith("https:")),
    scopes: [...new Set(users.flatMap((user) => user.scopes))],
    // Without an app, the steps are what is wanted next.
    open: app === null || mine !== null,
    value: mine?.clientId ?? "",
    errors: mine?.errors ?? {},
  };
}

/** Every way to sign in that uses this platform's app, other platforms' ways included: each comes back to its own address. */
function waysThrough(channels: Channels, platform: Platform): Array<{ platform: string; scopes: string[] }> {
  return channels.platforms.flatMap((one) =>
    [{ app: one.id, oauth: one.oauth }, ...(one.ways ?? [])]
      .filter((way) => way.app === platform.id)
      .map((way) => ({ platform: one.id, scopes: way.oauth.scopes.map((scope) => scope.id) })),
  );
}

function ownerOf(request: FastifyRequest): Visitor {
  const visitor = visitorOf(request);
  if (visitor.account.isOwner) return visitor;
  throw new Refusal(403, {
    title: "This page is for the owner of this install",
    message: "App credentials belong to the whole install. Nothing was changed.",
    next: "Ask the owner to set the platform up.",
  });
}

function platformOf(channels: Channels, id: string): Platform {
  const found = channels.platforms.find((platform) => platform.id === id);
  if (!found) throw notFound("platform");
  return found;
}

function record(house: House, visitor: Visitor, action: string, platform: Platform): void {
  audit(house, { action, workspaceId: visitor.workspace.id, accountId: visitor.account.id, target: platform.id });
}
