/** Hostile strings in the address and the body of a route: one of every family. */
import { someFor } from "./hostile.ts";
import { api, blow, bodyFor, fileForm, fill, withKey, type Blow, type Route } from "./requests.ts";
import type { Site } from "./site.ts";
import type { Sending } from "./visitor.ts";

/** What some page or list reads from its address. */
const QUERY = "q search channel at view state cursor from to next invite part kind page use ask limit ref".split(" ");
const FIELDS =
  "id post postId name email password text title url grace timeZone workspaceName clientId media channels date time".split(
    " ",
  );
/** Node takes 16 KB of address and headers together. */
const LONGEST_ADDRESS = 12_000;

export async function hostile(site: Site, route: Route): Promise<Blow[]> {
  const blows: Blow[] = [];
  for (const text of someFor(route.name)) {
    const name = JSON.stringify(text.slice(0, 60));
    const sending = bodyOf(site, route, text);
    const id = route.pattern.includes(":") ? 1 : 0;
    const part = encoded(text, LONGEST_ADDRESS / (QUERY.length + id));
    const query = QUERY.map((one) => `${one}=${part}`).join("&");
    const hit = async (at: string, target: string): Promise<void> => {
      const path = `${target}${target.includes("?") ? "&" : "?"}${query}`;
      blows.push(await blow(site.ada, `${name}${at}`, { ...route, path }, sending));
    };
    await hit(
      "",
      fill(route.pattern, () => part || "%20"),
    );
    // A name that leads nowhere ends most requests; with Ada's own the rest is read, too.
    if (route.method === "GET" && id) await hit(" beside her id", route.path);
  }
  return blows;
}

/** Cut until it fits. */
function encoded(text: string, most: number): string {
  const written = [...text]
    .map((letter) => (letter.isWellFormed() ? encodeURIComponent(letter) : "%ED%A0%80"))
    .join("");
  return written.length <= most ? written : encoded(text.slice(0, text.length >> 1), most);
}

function bodyOf(site: Site, route: Route, text: string): Sending {
  if (api(route)) {
    const body = JSON.stringify({ text, title: text, url: text, channels: [{ channelId: text }], landed: true });
    const sent = withKey(site.key("ada"), {});
    return route.method === "GET" ? sent : { headers: { ...sent.headers, "content-type": "application/json" }, body };
  }
  if (route.method === "GET") return {};
  if (route.pattern === "/media") return { body: fileForm(text.toWellFormed()) };
  if (route.pattern.startsWith("/media/uploads")) return bodyFor(route, site.things);
  const whole = encoded(text, Infinity);
  return {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: FIELDS.map((name) => `${name}=${whole}`).join("&"),
  };
}
