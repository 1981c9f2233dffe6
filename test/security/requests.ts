/** The request that fits each route, about Ada's things. */
import type { Things } from "./site.ts";
import type { Answer, Sending, Visitor } from "./visitor.ts";

/** One way of carrying it out: what to call it and what came. */
export interface Blow {
  name: string;
  answer: Answer;
}

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

export function fill(pattern: string, value: (param: string) => string): string {
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
    [/^\/api\/v1\/publications\//, "publication"],
    [/\/sessions\//, "session"],
    [/\/api-keys\//, "apiKey"],
    [/\/invites\//, "invite"],
    [/^/, "post"],
  ];
  return things[kinds.find(([place]) => place.test(pattern))![1]];
}

export const api = (route: Route): boolean => route.pattern.startsWith("/api/v1/") && !route.pattern.endsWith(".json");

/** A body of the right kind for the route, about Ada's things. */
export function bodyFor(route: Route, things: Things): Sending {
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

export function fileForm(name: string): FormData {
  const form = new FormData();
  form.append("file", new Blob(["only words"]), name);
  return form;
}

export const withKey = (key: string, sending: Sending): Sending => ({
  ...sending,
  headers: { ...sending.headers, authorization: `Bearer ${key}` },
});

export async function blow(who: Visitor, name: string, route: Route, sending: Sending): Promise<Blow> {
  return { name, answer: await who.send(route.method, route.path, sending) };
}
