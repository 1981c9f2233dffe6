/** Guards of signing a channel in, and of what vendors and platforms are believed. */
import type { Theme } from "./guard.ts";

const mine =
  "state_hash = @stateHash AND session_id = @sessionId AND workspace_id = @workspaceId AND platform = @platform";

export const consent: Theme = {
  title: "The state of a consent",
  guards: [
    {
      name: "a callback in another session",
      file: "src/channels/flows.ts",
      from: mine,
      to: mine.replace("session_id = @sessionId", "@sessionId <> ''"),
      tests: "security/oauth",
    },
    {
      name: "one platform's flow finished at another",
      file: "src/channels/flows.ts",
      from: mine,
      to: mine.replace("platform = @platform", "@platform <> ''"),
      tests: "security/oauth",
    },
    {
      name: "a callback whose state is unknown",
      file: "src/channels/flows.ts",
      from: mine,
      to: mine.replace("state_hash = @stateHash", "@stateHash <> ''"),
      tests: "channels/consent",
    },
    {
      name: "the same callback twice",
      file: "src/channels/flows.ts",
      from: "WHERE ${mine} AND used_at IS NULL AND expires_at > @now`",
      to: "WHERE ${mine} AND expires_at > @now`",
      tests: "channels/consent",
    },
    {
      name: "a callback after ten minutes",
      file: "src/channels/flows.ts",
      from: "const LIFE_MS = 10 * 60_000;",
      to: "const LIFE_MS = 1000 * 60_000;",
      tests: "channels/consent",
    },
    {
      name: "a stranger's code in one's own callback",
      file: "src/channels/flows.ts",
      from: "const verifier = newVerifier();",
      to: 'const verifier = "v".repeat(64);',
      tests: "security/oauth",
    },
    {
      name: "the choice of destinations of another session",
      file: "src/channels/flows.ts",
      from: "WHERE id = @flowId AND session_id = @sessionId AND workspace_id = @workspaceId",
      to: "WHERE id = @flowId AND @sessionId <> '' AND @workspaceId <> ''",
      tests: "security/routes",
    },
    {
      name: "states that nobody guesses",
      file: "src/oauth/flow.ts",
      from: 'export function newState(): string {\n  return randomBytes(32).toString("base64url");',
      to: "export function newState(): string {\n  return String(Math.random());",
      tests: "security/source",
    },
    {
      name: "the sandbox's consent pages lead to registered addresses alone",
      file: "src/sandbox/registered.ts",
      from: "&& known && CALLBACK.test(url.pathname)",
      to: "&& CALLBACK.test(url.pathname)",
      tests: "security/sandbox",
    },
    {
      name: "the last gate before a redirect of the sandbox",
      file: "src/sandbox/registered.ts",
      from: 'if (world.isRegistered(location.replace(/[?#][\\s\\S]*$/, ""))) return payload;',
      to: 'if (location !== "") return payload;',
      tests: "security/sandbox",
    },
  ],
};

export const signatures: Theme = {
  title: "Signatures and seals",
  guards: [
    {
      name: "an address of a file that nobody signed",
      file: "src/media/public-routes.ts",
      from: "!isSigned(key, part, signatureOf(request)) || !name",
      to: "!name",
      tests: "media/signed",
    },
    {
      name: "a signed address after its time",
      file: "src/media/public-routes.ts",
      from: 'if (expires * 1000 <= house.clock.now()) throw closed(410, "This address has expired.");',
      to: "",
      tests: "media/signed",
    },
    {
      name: "a signed address that was withdrawn",
      file: "src/media/public-routes.ts",
      from: "epoch: row?.epoch ?? 0",
      to: "epoch: 0",
      tests: "media/signed",
    },
    {
      name: "a person's word that Meta did not sign",
      file: "src/platforms/shared/meta/signed-request.ts",
      from: " || !facts.secrets.some((one) => made(one, body, signature))",
      to: "",
      tests: "channels/taken-back",
    },
    {
      name: "news that TikTok did not sign",
      file: "src/platforms/tiktok/webhook.ts",
      from: "  checkSignature(request, facts);\n",
      to: "",
      tests: "webhooks/webhooks",
    },
    {
      name: "a sealed value that was moved to another place",
      file: "src/vault/vault.ts",
      from: "return `x1|${kid}|${at.table}|${at.id}|${at.column}`;",
      to: "return `x1|${kid}|${at.table.slice(0, 0)}`;",
      tests: "vault/vault",
    },
    {
      name: "another request under an idempotency key that was used",
      file: "src/api/idempotency.ts",
      from: "if (known && known.request_hash !== hash) throw otherRequest();",
      to: "",
      tests: "api/idempotency",
    },
    {
      name: "who may throw the sandbox's switches",
      file: "src/sandbox/control.ts",
      from: 'if (request.headers["x-sandbox-token"] !== world.controlToken) return reply.code(403).send(noToken);',
      to: "if (reply.sent) return reply.code(403).send(noToken);",
      tests: "sandbox/control",
    },
  ],
};
