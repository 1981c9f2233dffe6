/** How each attack is carried out on a route; the expectations are in routes.ts. */
import { hostile } from "./hostile-attack.ts";
import { api, blow, bodyFor, withKey, type Blow, type Route } from "./requests.ts";
import { type Attack } from "./routes.ts";
import { MARK, type Site } from "./site.ts";
import { Visitor, type Answer, type Sending } from "./visitor.ts";

type Strike = (site: Site, route: Route) => Promise<Blow[]>;

/** The neighbour's request, from the one whose things they are. */
export async function asOwner(site: Site, route: Route): Promise<Answer> {
  const sending = bodyFor(route, site.things);
  return site.ada.send(route.method, route.path, api(route) ? withKey(site.key("ada"), sending) : sending);
}

export const attacks: Readonly<Record<Attack, Strike>> = {
  async stranger(site, route) {
    const stranger = new Visitor(site.url);
    // With a token that fits, so that it is the missing session that is refused.
    if (!api(route)) await stranger.send("GET", "/sign-in");
    const sending = bodyFor(route, site.things);
    if (!api(route)) return [await blow(stranger, "nobody", route, sending)];
    return [
      await blow(stranger, "no key", route, sending),
      await blow(stranger, "a wrong key", route, withKey(`pst_${"x".repeat(49)}`, sending)),
      await blow(site.ada, "a session instead of a key", route, sending),
    ];
  },
  async neighbour(site, route) {
    const sending = bodyFor(route, site.things);
    const sent = api(route) ? withKey(site.key("eve"), sending) : sending;
    return [await blow(site.eve, "Eve", route, sent)];
  },
  async readKey(site, route) {
    return [await blow(site.ada, "read", route, withKey(site.key("ada", ["read"]), bodyFor(route, site.things)))];
  },
  async noToken(site, route) {
    const sending = bodyFor(route, site.things);
    return [
      await blow(site.ada, "none", route, { ...sending, token: null }),
      await blow(site.ada, "made up", route, { ...sending, token: "abcdefgh-0123456789abcdef" }),
    ];
  },
  async foreignToken(site, route) {
    return [await blow(site.ada, "Eve's", route, { ...bodyFor(route, site.things), token: site.eve.token })];
  },
  async crossSite(site, route) {
    const sending = bodyFor(route, site.things);
    const from = (name: string, headers: Record<string, string | undefined>) =>
      blow(site.ada, name, route, { ...sending, headers: { ...sending.headers, ...headers } });
    const blows = [await from("Sec-Fetch-Site: cross-site", { "sec-fetch-site": "cross-site" })];
    if (route.method === "GET") return blows;
    for (const [name, headers] of [
      ["Sec-Fetch-Site: same-site", { "sec-fetch-site": "same-site" }],
      ["Sec-Fetch-Site: none", { "sec-fetch-site": "none" }],
      ["another Origin", { origin: "https://evil.example" }],
      ["Origin: null", { origin: "null" }],
      ["another Referer", { origin: undefined, referer: "https://evil.example/a" }],
      ["neither", { origin: undefined }],
    ] as const) {
      blows.push(await from(name, headers));
    }
    return blows;
  },
  async wrongMethod(site, route) {
    const sending = api(route) ? withKey(site.key("ada"), {}) : {};
    return [await blow(site.ada, "PUT", { ...route, method: "PUT" }, sending)];
  },
  async tooLarge(site, route) {
    return [await blow(site.ada, "1.2 MB", route, tooMuch(site, route))];
  },
  hostile,
};

function tooMuch(site: Site, route: Route): Sending {
  const much = "x".repeat(1_200_000);
  const file = new FormData();
  file.append("_csrf", site.ada.token);
  file.append("file", new Blob([much]), "a.jpg");
  if (route.pattern.endsWith("/media")) return api(route) ? withKey(site.key("ada"), { body: file }) : { body: file };
  if (api(route)) {
    return withKey(site.key("ada"), {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ much }),
    });
  }
  if (!route.pattern.startsWith("/media/uploads")) return { form: { much } };
  const headers = { "tus-resumable": "1.0.0" };
  if (route.method === "POST") return { headers: { ...headers, "upload-length": "99000000" } };
  return {
    headers: { ...headers, "upload-offset": "0", "content-type": "application/offset+octet-stream" },
    body: much,
  };
}

/** Why this answer is not what the table expects; null when it is. */
export function fault(expected: number | "in" | "own" | "safe", attack: Attack, { answer }: Blow): string | null {
  const { status, headers, text } = answer;
  if ((attack === "neighbour" || attack === "stranger") && text.includes(MARK))
    return `${status}, and it shows Ada's things`;
  switch (expected) {
    case "in":
      return status === 303 && headers.get("location")?.startsWith("/sign-in")
        ? null
        : `${status} instead of the sign-in page`;
    case "own":
      return status < 400 ? null : `${status} instead of a good answer`;
    case "safe":
      if (status >= 500) return `${status}`;
      if (headers.has("x-injected")) return "the string became a header";
      // Ada's own file of everything she wrote, saved and not shown.
      if (headers.get("content-disposition")?.startsWith("attachment")) return null;
      if (/49\$\{|\}\}49/.test(text)) return "the string was calculated";
      return /<script>alert|<img src=x|<%=/.test(text) ? "the string came back as markup" : null;
    default:
      return status === expected ? null : `${status} instead of ${expected}`;
  }
}
