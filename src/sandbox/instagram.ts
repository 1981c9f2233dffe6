/** Instagram as it behaves, on its own host and on Facebook's, on top of what Meta's platforms share. */
import type { SandboxPlatform } from "./contract.ts";
import { commentRoutes } from "./instagram/comments.ts";
import { consentRoutes } from "./instagram/consent.ts";
import { containerRoutes } from "./instagram/containers.ts";
import { publishRoutes } from "./instagram/publish.ts";
import { pictureRoutes, readRoutes } from "./instagram/read.ts";
import { uploadRoutes } from "./instagram/rupload.ts";
import { tokenRoutes } from "./instagram/tokens.ts";
import { graphRoutes } from "./meta/graph.ts";

const failures = ["2207003", "2207026", "2207050", "2207053", "2207057", "2207077", "2207082"];

export const instagramSandbox: SandboxPlatform = {
  id: "instagram",
  name: "Instagram",
  hosts: [
    "www.instagram.com",
    "api.instagram.com",
    "graph.instagram.com",
    "www.facebook.com",
    "graph.facebook.com",
    "rupload.facebook.com",
    "scontent.cdninstagram.com",
  ],
  behaviours: [
    {
      name: "processing",
      values: ["", "slow", "never", "stuck", ...failures.map((code) => `fail:${code}`)],
      about:
        "What becomes of a file before it is published; slow takes 20 seconds. Stuck: publishing is asked for, answered with an error, and goes on without end.",
    },
    {
      name: "publish",
      values: ["", "commit_then_500", "commit_then_spam", "spam"],
      about: "The next post is published and answered with an error; spam: nothing is published and it is called spam.",
    },
    { name: "reads", values: ["", "reads_100_33"], about: "Single objects cannot be read by their id; lists can." },
    { name: "status", values: ["", "text_only"], about: "A failure is told in a sentence only, without its code." },
    { name: "fetch", values: ["", "fail_once"], about: "The next file cannot be fetched." },
    { name: "quota", values: ["", "full"], about: "The day's posts are used up." },
    { name: "limit", values: ["", "busy"], about: "Every call is refused for a while (80002)." },
    {
      name: "token",
      values: ["", "expired", "revoked"],
      about: "Expired: the next call finds its token refused, once. Revoked: the sign-in is gone.",
    },
    { name: "envelope", values: ["", "data"], about: "In which of its two shapes a code is answered." },
  ],
  routes(app, world) {
    graphRoutes(app, world);
    consentRoutes(app, world);
    tokenRoutes(app, world);
    containerRoutes(app, world);
    publishRoutes(app, world);
    readRoutes(app, world);
    pictureRoutes(app);
    commentRoutes(app, world);
    uploadRoutes(app, world);
  },
};
