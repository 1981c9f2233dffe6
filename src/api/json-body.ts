/** Bodies are JSON and nothing else, and never deeper than anybody means. */
import type { FastifyInstance } from "fastify";
import { RequestRefused } from "./problem-json.ts";

/** The deepest body that the document describes has six; options of platforms may bring a few of their own. */
const DEEPEST = 32;

/** An empty body is no body, whatever its type says. */
export function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const text = String(body);
    if (text === "") return done(null, undefined);
    // Before it is parsed: what walks the value later calls itself, and a stack that runs out is not a refusal.
    if (isDeeper(text, DEEPEST)) return done(tooDeep());
    parse(request, text, done);
  });
}

/** Whether brackets and braces outside strings are open more than `levels` deep anywhere. */
export function isDeeper(text: string, levels: number): boolean {
  let open = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (token === "[" || token === "{") open += 1;
    else if (token === "]" || token === "}") open -= 1;
    if (open > levels) return true;
  }
  return false;
}

function tooDeep(): RequestRefused {
  const message = `The body is nested more than ${DEEPEST} levels deep.`;
  return new RequestRefused(400, "That request is not as expected", "Nothing was changed.", [{ path: "", message }]);
}
