/** Facebook Pages as they behave, on top of what Meta's platforms share. */
import type { SandboxPlatform } from "./contract.ts";
import { chunkedRoutes } from "./facebook/chunked.ts";
import { commentRoutes } from "./facebook/comments.ts";
import { feedRoutes } from "./facebook/feed.ts";
import { hostedRoutes } from "./facebook/hosted.ts";
import { photoRoutes } from "./facebook/photos.ts";
import { readRoutes } from "./facebook/read.ts";
import { storyRoutes } from "./facebook/stories.ts";
import { graphRoutes } from "./meta/graph.ts";
import { pictureRoutes } from "./meta/pages.ts";

const failures = ["6000", "1363024", "1363025", "1363026", "1363040", "1363127", "1363128", "1363129", "1609010"];

export const facebookSandbox: SandboxPlatform = {
  id: "facebook",
  name: "Facebook",
  hosts: [
    "www.facebook.com",
    "graph.facebook.com",
    "graph-video.facebook.com",
    "rupload.facebook.com",
    "scontent.xx.fbcdn.net",
  ],
  behaviours: [
    {
      name: "processing",
      values: ["", "slow", "never", ...failures.map((code) => `fail:${code}`)],
      about: "What becomes of a video once it is there; slow takes 20 seconds.",
    },
    {
      name: "token",
      values: ["", "expired", "revoked", "password_changed"],
      about: "Tokens are refused. Expired concerns the person's own; Page tokens do not run out.",
    },
    { name: "tasks", values: ["", "lost"], about: "The person has lost their role on every Page." },
    {
      name: "answer",
      values: ["", "error_after_success"],
      about: "The next deciding request works and is answered with an error.",
    },
    { name: "limit", values: ["", "app", "page", "blocked"], about: "Posting is limited, or blocked for abuse." },
    { name: "link", values: ["", "unreadable"], about: "The page behind a link cannot be read." },
    { name: "list", values: ["", "empty"], about: "A Page's list of posts shows nothing." },
    { name: "reading", values: ["", "missing"], about: "Posts and videos cannot be read by their id." },
    { name: "upload", values: ["", "expired", "forgets"], about: "The next piece of a video is refused or forgotten." },
    { name: "pieces", values: ["", "unknown"], about: "Videos of the feed are taken whole only." },
    { name: "exchange", values: ["", "short"], about: "Sign-ins are not made long, so Page tokens run out." },
    { name: "use_case", values: ["", "posting_only"], about: "The app lacks permissions beyond posting." },
  ],
  routes(app, world) {
    graphRoutes(app, world);
    photoRoutes(app, world);
    feedRoutes(app, world);
    chunkedRoutes(app, world);
    hostedRoutes(app, world);
    storyRoutes(app, world);
    readRoutes(app, world);
    pictureRoutes(app);
    commentRoutes(app, world);
  },
};
