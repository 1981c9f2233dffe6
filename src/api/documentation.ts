/** The OpenAPI 3.1 document and the page that shows it. Open to all: they hold no data. */
import type { FastifyInstance } from "fastify";
import type { House } from "../house.ts";
import { platforms } from "../platforms/index.ts";
import { sendPage } from "../web/index.ts";
import type { Call } from "./described.ts";
import type { Document } from "./document.ts";
import { showDocument, type ShownDocument } from "./docs-page.ts";
import { writeDocument } from "./openapi.ts";
import { optionsSchema } from "./platform-options.ts";

/** `calls` is complete once the app is ready; both are written when somebody asks for them first. */
export function documentation(app: FastifyInstance, house: House, calls: readonly Call[]): void {
  let written: { document: Document; json: string } | undefined;
  let shown: ShownDocument | undefined;
  const write = () => {
    if (written) return written;
    const document = writeDocument(calls, house.publicUrl);
    return (written = { document, json: JSON.stringify(document) });
  };
  app.get("/v1/openapi.json", (_request, reply) => reply.type("application/json; charset=utf-8").send(write().json));
  const options = platforms.map((one) => ({ name: one.name, schema: optionsSchema(one) }));
  for (const address of ["/docs", "/docs/"]) {
    app.get(address, (request, reply) => {
      shown ??= showDocument(write().document, options);
      return sendPage(house, request, reply, "api/docs", { doc: shown }, { title: "The API" });
    });
  }
}
