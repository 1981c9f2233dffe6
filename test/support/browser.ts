/** A real Chromium for tests: pages that fail on console errors, on CSP violations and on requests to anywhere but this machine. */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { readFileSync } from "node:fs";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { findChromium } from "./chromium.ts";

const root = path.dirname(path.dirname(import.meta.dirname));
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const WIDE = { width: 1280, height: 860 };
export const PHONE = { width: 390, height: 844 };

const LOCAL_HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);

export interface PageOptions {
  viewport?: { width: number; height: number };
  dark?: boolean;
  javaScript?: boolean;
  /** Console errors that this test provokes on purpose (a 422, a 404). */
  expected?: RegExp;
}

export interface TestBrowser {
  bundled: boolean;
  /** A fresh context (cookies of its own) with one page. */
  newPage(options?: PageOptions): Promise<WatchedPage>;
  close(): Promise<void>;
}

export interface WatchedPage {
  page: Page;
  /** What went wrong so far: console errors, uncaught errors, CSP violations, requests that left this machine. */
  faults: string[];
  /** Saves .cache/screenshots/<name>.png. */
  screenshot(name: string): Promise<void>;
  /** Another page with the same cookies. */
  another(options?: Omit<PageOptions, "javaScript">): Promise<WatchedPage>;
  close(): Promise<void>;
}

/** Throws a sentence when no browser can be started: browser tests fail then, they are never left out. */
export async function openBrowser(): Promise<TestBrowser> {
  const program = findChromium();
  const browser = await chromium.launch({
    executablePath: program.executable,
    env: { ...(process.env as Record<string, string>), ...program.env },
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      // No name is looked up, so nothing can leave; what tries is reported by its page.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  });
  return {
    bundled: program.bundled,
    newPage: async (options = {}) => watch(await newContext(browser, options), options, true),
    close: () => browser.close(),
  };
}

function newContext(browser: Browser, options: PageOptions): Promise<BrowserContext> {
  return browser.newContext({
    viewport: options.viewport ?? WIDE,
    colorScheme: options.dark ? "dark" : "light",
    javaScriptEnabled: options.javaScript ?? true,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Paris",
  });
}

async function watch(context: BrowserContext, options: PageOptions, ownsContext: boolean): Promise<WatchedPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  if (!ownsContext) {
    await page.setViewportSize(options.viewport ?? WIDE);
    await page.emulateMedia({ colorScheme: options.dark ? "dark" : "light" });
  }
  const faults: string[] = [];
  page.on("console", (message) => {
    // Chromium reports CSP violations as console errors too.
    if (message.type() !== "error" || options.expected?.test(message.text())) return;
    faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => void faults.push(`uncaught: ${error.message} (${page.url()})`));
  // Watched rather than intercepted: intercepting switches the browser's cache off, and pages would behave as nobody sees them.
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (LOCAL_HOSTS.has(hostname) || ["data:", "blob:", "about:"].includes(protocol)) return;
    faults.push(`left this machine: ${request.url()}`);
  });
  return {
    page,
    faults,
    async screenshot(name) {
      const file = path.join(root, ".cache", "screenshots", `${name}.png`);
      mkdirSync(path.dirname(file), { recursive: true });
      await page.screenshot({ path: file });
    },
    another: (more = {}) => watch(context, { expected: options.expected, ...more }, false),
    close: () => (ownsContext ? context.close() : page.close()),
  };
}

export interface AxeViolation {
  rule: string;
  help: string;
  /** CSS selectors of at most five elements, each with what axe says about it. */
  where: string[];
}

/** "all": WCAG 2.2 A and AA, and axe's best practices for landmarks and headings; "colours": what changes with them. */
export async function axe(page: Page, rules: "all" | "colours" = "all"): Promise<AxeViolation[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axeSource);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const runOnly = rules === "all" ? { type: "tag", values: tags } : { type: "rule", values: ["color-contrast"] };
  const found = (await page.evaluate(
    `axe.run(document, ${JSON.stringify({ runOnly, resultTypes: ["violations"] })})`,
  )) as { violations: Array<{ id: string; help: string; nodes: Array<{ target: string[]; failureSummary: string }> }> };
  return found.violations.map((violation) => ({
    rule: violation.id,
    help: violation.help,
    where: violation.nodes
      .slice(0, 5)
      .map((node) => `${node.target.join(" ")}: ${node.failureSummary.replaceAll("\n", " ")}`),
  }));
}

/** Pixels by which the page is wider than the window; 0 when nothing scrolls sideways. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  ) as Promise<number>;
}
