/** Renders pages and fragments with what the layout needs: visitor, navigation, CSRF token, flash, words and icons. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import { assetPath } from "./static.ts";
import { takeFlash } from "./flash.ts";
import { iconSheet, inlineIcons, type Icons } from "./icons.ts";
import { visitorOrNull } from "./visitor.ts";
import * as words from "./words.ts";

export interface PageOptions {
  /** What stands in the browser's tab. */
  title: string;
  /** Which entry of the rail is lit: "today", "calendar", "posts", "media", "channels", "settings"… */
  nav?: string;
  status?: number;
}

/** Everything templates can rely on as `it.page`. Templates get page builders' own data beside it. */
export function pageOf(
  house: House,
  request: FastifyRequest,
  reply: FastifyReply,
  options: PageOptions,
  icons: Icons = inlineIcons,
) {
  const visitor = visitorOrNull(request);
  return {
    ...options,
    visitor,
    sandbox: house.config.platformMode === "sandbox",
    // Pages outside the signed-in scope (a missing static file) have no form to protect.
    csrf: typeof reply.generateCsrf === "function" ? reply.generateCsrf() : "",
    flash: takeFlash(request, reply),
    needs: visitor ? needs(house, visitor.workspace.id) : 0,
    timeZone: visitor?.workspace.timeZone ?? "UTC",
    now: house.clock.now(),
    ...icons,
    asset: assetPath,
    words,
  };
}

/** A whole page from views/<template>.eta, which names its layout itself. */
export function sendPage(
  house: House,
  request: FastifyRequest,
  reply: FastifyReply,
  template: string,
  data: object,
  options: PageOptions,
): FastifyReply {
  // htmx may take a piece out of a whole page as well; it leaves the sheet behind.
  const icons = request.headers["hx-request"] === undefined ? iconSheet() : inlineIcons;
  return send(house, reply, template, { ...data, page: pageOf(house, request, reply, options, icons) }, options.status);
}

/** A piece of a page: the same partial that the full page includes. */
export function sendFragment(
  house: House,
  request: FastifyRequest,
  reply: FastifyReply,
  template: string,
  data: object,
  status = 200,
): FastifyReply {
  return send(house, reply, template, { ...data, page: pageOf(house, request, reply, { title: "" }) }, status);
}

function send(house: House, reply: FastifyReply, template: string, data: object, status = 200): FastifyReply {
  // As bytes, because a string would be measured first and then be turned into bytes all the same.
  const html = Buffer.from(house.views.render(template, data));
  return reply.code(status).type("text/html; charset=utf-8").send(html);
}

/** How many publications of the workspace wait for a person; bounded, from an index. */
function needs(house: House, workspaceId: string): number {
  const row = house.db.get<{ n: number }>(
    `SELECT COUNT(*) AS n FROM (SELECT 1 FROM publications
       WHERE workspace_id = ? AND state IN ('in_inbox', 'held', 'unconfirmed') LIMIT 100)`,
    [workspaceId],
  );
  return row?.n ?? 0;
}
