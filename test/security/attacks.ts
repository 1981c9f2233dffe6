/** How each attack is carried out on a route; the expectations are in routes.ts. */
import { STRINGS } from "./hostile.ts";
import { type Attack } from "./routes.ts";
import { MARK, type Site, type Things } from "./site.ts";
import { Visitor, type Answer, type Sending } from "./visitor.ts";

/** One way of carrying it out: what to call it and what came. */
export interface Blow {
  name: string;
  answer: Answer;
}

type Strike = (site: Site, route: Route) => Promise<Blow[]>;

export interface Route {
  /** "POST /posts/:id/delete" */
  name: string;
  method: string;
  pattern: string;
  /** With Ada's ids. */
  path: string;
}

export function routeOf(name: string, things: Things): Route {
  const [method = "", pattern = ""] = name.split(" ");
  return { name, method, pattern, path: fill(pattern, (param) => idFor(pattern, param, things)) };
}

function fill(pattern: string, value: (param: string) => string): string {
  const path = pattern.replace(/:(\w+)/g, (_all, param: string) => value(param)).replace("*", () => value("*"));
  if (pattern === "/calendar/move") return `${path}?postId=${value("id")}`;
  return pattern === "/posts/several" ? `${path}?do=call-off&post=${value("id")}` : path;
}

function idFor(pattern: string, param: string, things: Things): string {
  if (param === "*") return "icon.svg";
  if (param === "platform") return pattern.startsWith("/auth/") ? "facebook" : "tiktok";
  if (param === "code") return "nobodys";
  if (param === "flow") return things.flow;
  if (pattern.endsWith("/receipt")) return things.gone;
  if (param === "publicationId") return things.publication;
  if (param === "file") return `${things.media}.jpg?e=1&s=x`;
  const kinds: ReadonlyArray<[RegExp, keyof Things]> = [
    [/\/channels\//, "channel"],
    [/\/media\/uploads\//, "upload"],
    [/\/media\//, "media"],
    [/\/publications\//, "publication"],
    [/\/sessions\//, "session"],
    [/\/api-keys\//, "apiKey"],
    [/\/invites\//, "invite"],
    [/^/, "post"],
  ];
  return things[kinds.find(([place]) => place.test(pattern))![1]];
}

const api = (route: Route): boolean => route.pattern.startsWith("/api/v1/") && !route.pattern.endsWith(".json");

/** A body of the right kind for the route, about Ada's things. */
function bodyFor(route: Route, things: Things): Sending {
  if (route.method === "GET") return {};
  if (api(route)) return jsonFor(route, things);
  if (route.pattern.startsWith("/media/uploads")) {
    const headers = { "tus-resumable": "1.0.0" };
    if (route.method !== "PATCH") return { headers: { ...headers, "upload-length": "10" } };
    return {
      headers: { ...headers, "upload-offset": "0", "content-type": "application/offset+octet-stream" },
      body: "0123456789",
    };
  }
  if (route.pattern === "/media") return { body: fileForm("sea.txt") };
  const { post, channel, media } = things;
  return {
    form: { id: post, post, postId: post, version: "1", channels: channel, media, act: "draft", do: "call-off" },
  };
}

function jsonFor(route: Route, { channel, media }: Things): Sending {
  if (route.pattern.endsWith("/media")) return { body: fileForm("sea.txt") };
  const about: Readonly<Record<string, object>> = {
    "POST /api/v1/posts": { text: "x", media: [media], channels: [{ channelId: channel }] },
    "POST /api/v1/posts/validate": { text: "x", media: [media], channels: [{ channelId: channel }], publish: "now" },
    "PATCH /api/v1/posts/:id": { text: "x" },
    "PATCH /api/v1/media/:id": { title: "x" },
    "POST /api/v1/media/import": { url: "http://127.0.0.1:9/a.jpg" },
    "POST /api/v1/publications/:id/confirm": { landed: true },
  };
  const body = about[route.name];
  return body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {};
}

function fileForm(name: string): FormData {
  const form = new FormData();
  form.append("file", new Blob(["only words"]), name);
  return form;
}

const withKey = (key: string, sending: Sending): Sending => ({
  ...sending,
  headers: { ...sending.headers, authorization: `Bearer ${key}` },
});

async function blow(who: Visitor, name: string, route: Route, sending: Sending): Promise<Blow> {
  return { name, answer: await who.send(route.method, route.path, sending) };
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
  async hostile(site, route) {
    const blows: Blow[] = [];
    for (const text of stringsFor(route.name)) {
      const path = fill(route.pattern, () => (text.isWellFormed() ? encodeURIComponent(text) || "%20" : "%ED%A0%80"));
      const there = {
        ...route,
        path: `${path}${path.includes("?") ? "&" : "?"}q=${encodeURIComponent(text.toWellFormed())}`,
      };
      blows.push(await blow(site.ada, JSON.stringify(text.slice(0, 60)), there, hostileBody(site, route, text)));
    }
    return blows;
  },
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

const FIELDS =
  "id post postId name email password text title url grace timeZone workspaceName clientId media channels date time";

function hostileBody(site: Site, route: Route, text: string): Sending {
  if (api(route)) {
    const body = JSON.stringify({ text, title: text, url: text, channels: [{ channelId: text }], landed: true });
    const sent = withKey(site.key("ada"), {});
    return route.method === "GET" ? sent : { headers: { ...sent.headers, "content-type": "application/json" }, body };
  }
  if (route.method === "GET") return {};
  if (route.pattern === "/media") {
    const form = fileForm(text.toWellFormed());
    return { body: form };
  }
  if (route.pattern.startsWith("/media/uploads")) return bodyFor(route, site.things);
  return { form: Object.fromEntries(FIELDS.split(" ").map((name) => [name, text])) };
}

/** Each route gets a few of them; over all routes each is sent several times. */
function stringsFor(name: string): string[] {
  const start = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7);
  return [0, 1, 2].map((n) => STRINGS[(start + n * 13) % STRINGS.length]!);
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
      return /<script>alert|<img src=x|<%=/.test(text) ? "the string came back as markup" : null;
    default:
      return status === expected ? null : `${status} instead of ${expected}`;
  }
}
