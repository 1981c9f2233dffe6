/** A browser without a screen or script: cookies, forms, redirects. What it can do, a person without JavaScript can do. */

export interface Seen {
  url: string;
  status: number;
  html: string;
}

interface Form {
  action: string;
  method: string;
  fields: Array<[string, string]>;
  html: string;
}

export class Robot {
  readonly #cookies = new Map<string, Map<string, string>>();
  page: Seen = { url: "", status: 0, html: "" };
  /** Every page that was ever shown, for searching secrets in them. */
  readonly seen: string[] = [];

  async open(url: string): Promise<Seen> {
    return this.#go("GET", new URL(url, this.page.url || undefined).href);
  }

  /** Fills and sends the form that holds a button with exactly this text. Lists send a field several times. */
  async press(button: string, values: Record<string, string | string[]> = {}): Promise<Seen> {
    const form = forms(this.page.html).find((candidate) =>
      buttonsOf(candidate.html).some((found) => found.text === button),
    );
    if (!form)
      throw new Error(
        `There is no button "${button}" on ${this.page.url} (${this.page.status}): ${textOf(this.page.html).slice(0, 600)}`,
      );
    const pressed = buttonsOf(form.html).find((found) => found.text === button)!;
    const fields = form.fields.filter(([name]) => !(name in values));
    for (const [name, value] of Object.entries(values)) for (const one of [value].flat()) fields.push([name, one]);
    if (pressed.name) fields.push([pressed.name, pressed.value]);
    const target = new URL(pressed.formaction ?? (form.action || this.page.url), this.page.url);
    if (form.method === "get") {
      target.search = new URLSearchParams(fields).toString();
      return this.#go("GET", target.href);
    }
    return this.#go("POST", target.href, new URLSearchParams(fields));
  }

  has(text: string): boolean {
    return textOf(this.page.html).includes(text);
  }

  async #go(method: string, url: string, body?: URLSearchParams): Promise<Seen> {
    const origin = new URL(this.page.url || url).origin;
    for (let hop = 0; hop < 10; hop += 1) {
      const headers: Record<string, string> = { cookie: this.#cookieHeader(url), accept: "text/html" };
      if (method === "POST") headers["origin"] = origin;
      const reply = await fetch(url, { method, headers, body: body ?? null, redirect: "manual" });
      this.#keep(url, reply.headers.getSetCookie());
      const location = reply.headers.get("location");
      const html = await reply.text();
      this.seen.push(html);
      if (!location || reply.status < 300 || reply.status > 399) {
        this.page = { url, status: reply.status, html };
        return this.page;
      }
      url = new URL(location, url).href;
      method = "GET";
      body = undefined;
    }
    throw new Error(`Too many redirects, last to ${url}`);
  }

  #keep(url: string, lines: string[]): void {
    const jar = this.#jar(url);
    for (const line of lines) {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const gone = attributes.some((attribute) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(attribute));
      if (gone) jar.delete(pair.slice(0, at).trim());
      else jar.set(pair.slice(0, at).trim(), pair.slice(at + 1));
    }
  }

  #cookieHeader(url: string): string {
    return [...this.#jar(url)].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  #jar(url: string): Map<string, string> {
    const host = new URL(url).hostname; // cookies know no ports
    let jar = this.#cookies.get(host);
    if (!jar) this.#cookies.set(host, (jar = new Map()));
    return jar;
  }
}

function forms(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, attributes = "", inner = ""]) => ({
    action: attribute(attributes, "action") ?? "",
    method: (attribute(attributes, "method") ?? "get").toLowerCase(),
    html: inner,
    fields: fieldsOf(inner),
  }));
}

function fieldsOf(html: string): Array<[string, string]> {
  const fields: Array<[string, string]> = [];
  for (const [tag] of html.matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(tag, "name");
    const type = (attribute(tag, "type") ?? "text").toLowerCase();
    if (!name || / disabled\b/i.test(tag) || ["submit", "button", "file"].includes(type)) continue;
    if ((type === "checkbox" || type === "radio") && !/\schecked\b/i.test(tag)) continue;
    fields.push([name, attribute(tag, "value") ?? (type === "checkbox" ? "on" : "")]);
  }
  for (const [, attributes = "", text = ""] of html.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/gi)) {
    const name = attribute(attributes, "name");
    if (name) fields.push([name, decode(text)]);
  }
  for (const [, attributes = "", inner = ""] of html.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/gi)) {
    const name = attribute(attributes, "name");
    const options = [...inner.matchAll(/<option\b[^>]*>/gi)].map(([option]) => option);
    const chosen = options.find((option) => /\sselected\b/i.test(option)) ?? options[0];
    if (name && chosen) fields.push([name, attribute(chosen, "value") ?? ""]);
  }
  return fields;
}

function buttonsOf(
  html: string,
): Array<{ text: string; name: string | undefined; value: string; formaction: string | undefined }> {
  return [...html.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)]
    .filter(([, attributes = ""]) => (attribute(attributes, "type") ?? "submit") === "submit")
    .map(([, attributes = "", inner = ""]) => ({
      text: textOf(inner),
      name: attribute(attributes, "name"),
      value: attribute(attributes, "value") ?? "",
      formaction: attribute(attributes, "formaction"),
    }));
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "i").exec(` ${tag}`);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : decode(value);
}

export function textOf(html: string): string {
  return decode(html.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, "").replace(/<[^>]+>/g, " "))
    .replace(/\s+/g, " ")
    .trim();
}

function decode(text: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_all, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (_all, name: string) => named[name]!);
}
