/** Guards of what stands in headers, and of what they protect. */
import type { Theme } from "./guard.ts";

export const headers: Theme = {
  title: "Headers",
  guards: [
    {
      name: "a file's name in the header of its download",
      file: "src/media/serve-file.ts",
      from: 'name.replace(/[^\\x20-\\x7e]|["\\\\%]/g, "_")',
      to: "name",
      tests: "media/serving",
    },
    {
      name: "the way back after signing in leads to pages of our own",
      file: "src/accounts/sign-in.ts",
      from: 'if (!/^\\/(?![/\\\\])/.test(next)) return "/";',
      to: 'if (next !== "") return next;',
      tests: "accounts/sign-in",
    },
    {
      name: "a path that becomes an address only by being read",
      file: "src/accounts/sign-in.ts",
      from: 'return /^\\/(?![/\\\\])/.test(path) ? path : "/";',
      to: "return path;",
      tests: "accounts/next",
    },
    {
      name: "X-Forwarded-For from anybody",
      file: "src/app.ts",
      from: "trustProxy: house.config.trustProxy ?? false",
      to: "trustProxy: house.config.trustProxy ?? true",
      tests: "accounts/sign-in",
    },
    {
      name: "a name that is not ours",
      file: "src/web/foundation.ts",
      from: "refuseForeignHost(request, house.publicUrl);",
      to: "",
      tests: "security/headers",
    },
    {
      name: "pages in the frames of others",
      file: "src/web/headers.ts",
      from: "\"object-src 'none'\",\n    \"frame-ancestors 'none'\",",
      to: "\"object-src 'none'\",",
      tests: "security/headers",
    },
    {
      name: "files in the frames of others",
      file: "src/media/serve-file.ts",
      from: "sandbox; frame-ancestors 'none'",
      to: "sandbox",
      tests: "security/headers",
    },
    {
      name: "what the sandbox shows in the frames of others",
      file: "src/sandbox/control.ts",
      from: "sandbox; frame-ancestors 'none'",
      to: "sandbox",
      tests: "security/headers",
    },
    {
      name: "answers written by hand in the frames of others",
      file: "src/web/headers.ts",
      from: "default-src 'none'; frame-ancestors 'none'",
      to: "default-src 'none'",
      tests: "security/headers",
    },
    {
      name: "scripts inside a page",
      file: "src/web/headers.ts",
      from: "\"script-src 'self'\",",
      to: "\"script-src 'self' 'unsafe-inline'\",",
      tests: "security/headers",
    },
    {
      name: "what was sent is not guessed to be of another kind",
      file: "src/web/headers.ts",
      from: 'reply.header("x-content-type-options", "nosniff");',
      to: "",
      tests: "security/headers",
    },
    {
      name: "pages stay out of stores of others",
      file: "src/web/headers.ts",
      from: 'reply.header("cache-control", "no-store");',
      to: 'reply.header("cache-control", "public");',
      tests: "web/safety",
    },
    {
      name: "a carriage return in the line of news",
      file: "src/posts/pages/live.ts",
      from: ".split(/\\r\\n|[\\r\\n]/)",
      to: ".split(/\\n/)",
      tests: "security/injection",
    },
  ],
};
