/** A browser's side of a session: cookies, the CSRF token of the last page, and headers that may be forged. */

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

export interface Sending {
  headers?: Record<string, string | undefined>;
  /** Sent url-encoded. */
  form?: Record<string, string>;
  body?: string | FormData;
  /** Instead of the own token; null = none. */
  token?: string | null;
}

export class Visitor {
  static #sent = 0;
  readonly #url: string;
  readonly #cookies = new Map<string, string>();
  token = "";

  constructor(url: string) {
    this.#url = url;
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.send("GET", "/sign-in");
    const answer = await this.send("POST", "/sign-in", { form: { email, password, next: "/" } });
    if (answer.status !== 303) throw new Error(`${email} could not sign in: ${answer.status} ${answer.text}`);
    await this.send("GET", "/settings");
  }

  /** Never follows a redirect. A header that is undefined is not sent. */
  async send(method: string, path: string, sending: Sending = {}): Promise<Answer> {
    const token = sending.token === undefined ? this.token : sending.token;
    const headers: Record<string, string> = { cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; ") };
    if (method !== "GET" && token) headers["x-csrf-token"] = token;
    if (method !== "GET") headers["origin"] = this.#url;
    // From another address each time, so that counters by address are not what is met.
    headers["x-forwarded-for"] = `10.${(++Visitor.#sent >> 8) & 255}.${Visitor.#sent & 255}.1`;
    for (const [name, value] of Object.entries(sending.headers ?? {})) {
      if (value === undefined) delete headers[name];
      else headers[name] = value;
    }
    const stop = new AbortController();
    const reply = await fetch(this.#url + path, {
      method,
      headers,
      body: sending.form ? new URLSearchParams(sending.form) : (sending.body ?? null),
      redirect: "manual",
      signal: stop.signal,
    });
    this.#keep(reply.headers.getSetCookie());
    // A page that goes on and on is looked at no further.
    const live = reply.headers.get("content-type")?.startsWith("text/event-stream");
    const text = live ? "" : await reply.text();
    if (live) stop.abort();
    this.token = /x-csrf-token":"([^"]+)"/.exec(text)?.[1] ?? this.token;
    return { status: reply.status, headers: reply.headers, text };
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0/i.test(line)) this.#cookies.delete(pair.slice(0, at));
      else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }
}
