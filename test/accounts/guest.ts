/** A visitor with a cookie jar in plain sight: for replaying, planting and leaving out what a browser would send by itself. */
import type { TestServer } from "../support/server.ts";
import { textOf } from "../support/robot.ts";

export interface Answer {
  status: number;
  headers: Headers;
  html: string;
  /** What a person reads. */
  text: string;
}

export class Guest {
  readonly server: TestServer;
  cookies = new Map<string, string>();
  csrf = "";
  userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

  constructor(server: TestServer) {
    this.server = server;
  }

  /** Opens a page; its CSRF token is remembered for the next form. Redirects are not followed. */
  async get(path: string): Promise<Answer> {
    const answer = await this.#ask(path, { method: "GET" });
    this.csrf = /name="_csrf" value="([^"]+)"/.exec(answer.html)?.[1] ?? this.csrf;
    return answer;
  }

  /** Sends a form. `headers` replace what an own page would send; an empty value leaves a header out. */
  async post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const sent = { origin: this.server.url, "content-type": "application/x-www-form-urlencoded", ...headers };
    const body = new URLSearchParams({ _csrf: this.csrf, ...fields }).toString();
    return this.#ask(path, { method: "POST", body, headers: sent });
  }

  async signIn(email: string, password: string, next = ""): Promise<Answer> {
    await this.get("/sign-in");
    return this.post("/sign-in", { email, password, next });
  }

  async signUp(person: { name: string; email: string; password: string }, invite = ""): Promise<Answer> {
    await this.get(`/sign-up${invite ? `?invite=${invite}` : ""}`);
    return this.post("/sign-up", { ...person, timeZone: "Europe/Paris", invite });
  }

  /** Whether /settings lets this browser in. */
  async isIn(): Promise<boolean> {
    const { status, headers } = await this.get("/settings");
    if (status === 200) return true;
    if (status === 303 && headers.get("location")?.startsWith("/sign-in")) return false;
    throw new Error(`/settings answered ${status}`);
  }

  async #ask(path: string, init: { method: string; body?: string; headers?: Record<string, string> }): Promise<Answer> {
    const headers = new Headers({ accept: "text/html", "user-agent": this.userAgent });
    for (const [name, value] of Object.entries(init.headers ?? {})) if (value) headers.set(name, value);
    if (this.cookies.size)
      headers.set("cookie", [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const reply = await fetch(this.server.url + path, { ...init, headers, redirect: "manual" });
    for (const line of reply.headers.getSetCookie()) this.#keep(line);
    const html = await reply.text();
    return { status: reply.status, headers: reply.headers, html, text: textOf(html) };
  }

  #keep(line: string): void {
    const pair = line.split(";")[0]!;
    const at = pair.indexOf("=");
    if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.cookies.delete(pair.slice(0, at));
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}
