/** Guards against those who take long or send much. */
import type { Theme } from "./guard.ts";

const slow = "security/slow";
const redos = "security/redos";

export const slowTalk: Theme = {
  title: "Slow talk and too much of it",
  guards: [
    {
      name: "headers that never end",
      file: "src/web/patience.ts",
      from: "app.server.headersTimeout = patience.headers;",
      to: "app.server.headersTimeout = 0;",
      tests: slow,
    },
    {
      name: "a form that never ends",
      file: "src/web/patience.ts",
      from: "if (!mayBeLong(request)) endLate(request, patience.body);",
      to: "",
      tests: slow,
    },
    {
      name: "a body that goes on after its answer",
      file: "src/web/patience.ts",
      from: "    endUnread(request, reply, patience.body);\n",
      to: "",
      tests: slow,
    },
    {
      name: "a line without a byte",
      file: "src/web/patience.ts",
      from: "app.server.timeout = patience.idle;",
      to: "",
      tests: slow,
    },
    {
      name: "a body that is too large",
      file: "src/app.ts",
      from: "bodyLimit: 1024 * 1024",
      to: "bodyLimit: 100 * 1024 * 1024",
      tests: "security/routes",
    },
    {
      name: "a form that is too large",
      file: "src/web/foundation.ts",
      from: "bodyLimit: 1024 * 1024",
      to: "bodyLimit: 100 * 1024 * 1024",
      tests: slow,
    },
    {
      name: "JSON that is nested without end",
      file: "src/api/json-body.ts",
      from: "if (isDeeper(text, DEEPEST)) return done(tooDeep());",
      to: "",
      tests: "security/fuzz",
    },
  ],
};

export const patterns: Theme = {
  title: "Patterns",
  guards: [
    {
      name: "no pattern in the code can be kept busy",
      file: "src/web/words.ts",
      from: "/** The one that presses most",
      to: "export const careless = /^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$/;\n/** The one that presses most",
      tests: redos,
    },
    {
      name: "no pattern in a page can be kept busy",
      file: "views/posts/compose/preview.eta",
      from: "replace(/^@/, '')",
      to: "replace(/^(@+)+$/, '')",
      tests: redos,
    },
    {
      name: "no pattern is put together while running",
      file: "src/web/words.ts",
      from: "/** The one that presses most",
      to: "export const careless = (text: string): RegExp => new RegExp(text);\n/** The one that presses most",
      tests: redos,
    },
  ],
};
