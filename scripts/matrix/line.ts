/** The line between a panel and its sandbox: records every request, and breaks the one that is aimed at. */
import { createOutbound, type Outbound, type OutboundRequest } from "../../src/outbound/index.ts";
import { freePort } from "../crash/install.ts";
import type { Panel } from "../../test/support/panel.ts";
import type { MatrixFault } from "./faults.ts";

/** The n-th (from 1) request with this name. */
export interface Target {
  name: string;
  nth: number;
}

export class Line {
  /** Names of the requests since `begin`, in order. */
  calls: string[] = [];
  hit = false;
  #aim: { target: Target; fault: MatrixFault } | null = null;
  readonly #panel: Panel;
  readonly #closed: Outbound;

  private constructor(panel: Panel, closed: Outbound) {
    this.#panel = panel;
    this.#closed = closed;
  }

  static async tap(panel: Panel): Promise<Line> {
    const url = `http://127.0.0.1:${await freePort()}/sandbox`;
    const closed = createOutbound({
      mode: "sandbox",
      sandboxUrl: url,
      sandboxBrowserUrl: url,
      log: { debug: () => undefined },
    });
    const line = new Line(panel, closed);
    const { outbound } = panel.server.wired.house;
    const platform = outbound.platform.bind(outbound);
    outbound.platform = (request) => line.#pass(request, platform);
    const download = outbound.download.bind(outbound);
    outbound.download = (address, limits) => line.#passPicture(address, limits, download);
    return line;
  }

  begin(aim: { target: Target; fault: MatrixFault } | null): void {
    this.#panel.sandbox.world.faults.clear();
    this.calls = [];
    this.hit = false;
    this.#aim = aim;
  }

  async #pass(request: OutboundRequest, on: Outbound["platform"]): ReturnType<Outbound["platform"]> {
    const fault = this.#met(nameOf(request, this.#panel.sandbox.url));
    if (!fault) return on(request);
    const broken = fault.timeout === undefined ? request : { ...request, timeout: fault.timeout };
    return fault.arm === null ? this.#closed.platform(broken) : on(broken);
  }

  /** The picture of a channel, which is fetched while it is connected. */
  async #passPicture(
    address: string,
    limits: Parameters<Outbound["download"]>[1],
    on: Outbound["download"],
  ): ReturnType<Outbound["download"]> {
    const fault = this.#met(nameOf({ method: "GET", url: address }, this.#panel.sandbox.url));
    if (!fault) return on(address, limits);
    const ends = [limits.signal, fault.timeout === undefined ? undefined : AbortSignal.timeout(fault.timeout)];
    const broken = { ...limits, signal: AbortSignal.any(ends.filter((one) => one !== undefined)) };
    return fault.arm === null ? this.#closed.download(address, broken) : on(address, broken);
  }

  /** Notes the request; arms and returns the fault when it is the one that is aimed at. */
  #met(name: string): MatrixFault | null {
    this.calls.push(name);
    const aim = this.#aim;
    const aimed = aim?.target.name === name && this.calls.filter((one) => one === name).length === aim.target.nth;
    if (!aim || !aimed || this.hit) return null;
    this.hit = true;
    if (aim.fault.arm) this.#panel.sandbox.world.faults.arm({ request: "*", ...aim.fault.arm });
    return aim.fault;
  }

  close(): Promise<void> {
    return this.#closed.close();
  }
}

/** "POST graph.facebook.com/v26.0/<id>/videos start": method, real host, path with ids left out, and what tells phases apart. */
export function nameOf(request: OutboundRequest, sandboxUrl: string): string {
  const address = request.url.startsWith(sandboxUrl) ? `https:/${request.url.slice(sandboxUrl.length)}` : request.url;
  const url = new URL(address);
  const path = url.pathname.replace(/\/[^/]*\d{6,}[^/]*/g, "/<id>").replace(/\/[^/.]{24,}/g, "/<id>");
  const fields = String(request.query?.["fields"] ?? url.searchParams.get("fields") ?? request.query?.["part"] ?? "");
  const phase =
    request.form?.["upload_phase"] ??
    request.form?.["grant_type"] ??
    request.query?.["grant_type"] ??
    request.headers?.["content-range"];
  const asks = fields ? ` (${fields.replaceAll(/[{}]/g, "").slice(0, 40)})` : "";
  return `${request.method} ${url.host}${path}${phase ? ` ${String(phase).replace(/\d+/g, "n")}` : ""}${asks}`;
}
