/** Out to the consent page, back through the callback, and the choice where consent brought several. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import { PlatformError, type Platform } from "../platforms/contract.ts";
import { flash, formFrom, notFound, seeOther, sendPage, visitorOf, visitorOrNull, type Visitor } from "../web/index.ts";
import { consentPage, redirectUri } from "./addresses.ts";
import { callbackWords, errorWords, landedWords, tooLate, usedBefore } from "./callback-words.ts";
import type { Channels } from "./channels.ts";
import { choicePage } from "./choice-page.ts";
import { ConsentProblem } from "./consent.ts";
import type { Whose } from "./flows.ts";
import { connectForm } from "./schemas.ts";

type OnPlatform = { Params: { platform: string } };
type OnFlow = { Params: { flow: string } };

export function connectRoutes(app: FastifyInstance, house: House, channels: Channels): void {
  app.post<OnPlatform>("/channels/connect/:platform", async (request, reply) => {
    const visitor = visitorOf(request);
    const platform = platformOf(channels, request.params.platform);
    const form = formFrom(connectForm, request.body);
    if (!form.ok) throw notFound("channel");
    try {
      const address = channels.consents.begin(whoseOf(visitor), {
        platform: platform.id,
        way: form.values.way,
        channelId: form.values.channel || null,
        redirectUri: redirectUri(house, request, platform.id),
      });
      return seeOther(request, reply, consentPage(house, request, address));
    } catch (error) {
      return explain(house, request, reply, platform, error);
    }
  });

  app.get<OnPlatform>("/channels/callback/:platform", async (request, reply) => {
    const platform = platformOf(channels, request.params.platform);
    const visitor = visitorOrNull(request);
    // The address holds the code: it must not travel on as the page to return to.
    if (!visitor) return reply.redirect("/sign-in?next=%2Fchannels", 303);
    return callback(house, channels, { platform, visitor, request, reply });
  });

  app.get<OnFlow>("/channels/choose/:flow", async (request, reply) => {
    const data = choicePage(channels, request.params.flow, whoseOf(visitorOf(request)));
    if (!data) return backTo(request, reply, tooLate);
    return sendPage(house, request, reply, "channels/choose", data, { title: data.title, nav: "channels" });
  });

  app.post<OnFlow>("/channels/choose/:flow", async (request, reply) => {
    const visitor = visitorOf(request);
    const data = choicePage(channels, request.params.flow, whoseOf(visitor));
    if (!data) return backTo(request, reply, tooLate);
    const chosen = chosenIn(request.body);
    if (chosen.length === 0) {
      const problem = "Choose at least one, or go back to your channels.";
      return sendPage(
        house,
        request,
        reply,
        "channels/choose",
        { ...data, problem },
        { title: data.title, nav: "channels", status: 422 },
      );
    }
    const done = channels.consents.choose(request.params.flow, whoseOf(visitor), chosen, visitor.account.id);
    if (!done) return backTo(request, reply, tooLate);
    flash(request, landedWords(data.platform, done.connected));
    return seeOther(request, reply, "/channels");
  });
}

interface Arrival {
  platform: Platform;
  visitor: Visitor;
  request: FastifyRequest;
  reply: FastifyReply;
}

async function callback(house: House, channels: Channels, arrival: Arrival): Promise<FastifyReply> {
  const { platform, visitor, request, reply } = arrival;
  const query = textsOf(request.query);
  const flow = channels.consents.take(query["state"] ?? "", whoseOf(visitor), platform.id);
  if (flow === "unknown") return backTo(request, reply, tooLate);
  if (flow === "used") return backTo(request, reply, usedBefore);
  const refused = callbackWords(platform, query);
  if (refused) return backTo(request, reply, refused);
  try {
    const landing = await channels.consents.land(flow, query, visitor.account.id);
    if ("choose" in landing) return reply.redirect(`/channels/choose/${landing.choose}`, 303);
    flash(request, landedWords(platform, landing.connected));
    return reply.redirect("/channels", 303);
  } catch (error) {
    return explain(house, request, reply, platform, error);
  }
}

/** Every end that is no channel is told on the channels page. */
function explain(
  house: House,
  request: FastifyRequest,
  reply: FastifyReply,
  platform: Platform,
  error: unknown,
): FastifyReply {
  if (error instanceof ConsentProblem) return backTo(request, reply, { text: error.message, tone: error.tone });
  if (!(error instanceof PlatformError)) throw error;
  house.log.warn({ platform: platform.id, kind: error.kind, code: error.code }, "a channel could not be connected");
  return backTo(request, reply, errorWords(platform, error));
}

function backTo(
  request: FastifyRequest,
  reply: FastifyReply,
  said: { text: string; tone: "plain" | "waiting" | "broken" },
): FastifyReply {
  flash(request, said.text, said.tone);
  return seeOther(request, reply, "/channels");
}

function platformOf(channels: Channels, id: string): Platform {
  const found = channels.platforms.find((platform) => platform.id === id);
  if (!found) throw notFound("platform");
  return found;
}

function whoseOf(visitor: Visitor): Whose {
  return { sessionId: visitor.sessionId, workspaceId: visitor.workspace.id };
}

/** The first value of each name; what is no text is left out, and so is the fragment that Meta hangs on and some clients send. */
function textsOf(query: unknown): Record<string, string> {
  const texts: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === "string") texts[name] = first.replace(/#_(=_)?$/, "");
  }
  return texts;
}

function chosenIn(body: unknown): string[] {
  const given = (body as { destination?: unknown } | null)?.destination ?? [];
  return [given].flat().filter((value): value is string => typeof value === "string");
}
