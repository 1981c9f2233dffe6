/** YouTube and Google's sign-in as they behave. */
import type { SandboxPlatform } from "./contract.ts";
import { consentRoutes } from "./youtube/consent.ts";
import { pictureRoutes, readRoutes } from "./youtube/read.ts";
import { thumbnailRoutes } from "./youtube/thumbnails.ts";
import { tokenRoutes } from "./youtube/tokens.ts";
import { uploadRoutes } from "./youtube/upload.ts";

const failures = ["conversion", "invalidFile", "emptyFile", "tooSmall", "codec", "uploadAborted"];
const rejections = [
  "copyright",
  "inappropriate",
  "duplicate",
  "termsOfUse",
  "uploaderAccountSuspended",
  "length",
  "claim",
  "uploaderAccountClosed",
  "trademark",
  "legal",
];

export const youtubeSandbox: SandboxPlatform = {
  id: "youtube",
  name: "YouTube",
  hosts: [
    "accounts.google.com",
    "oauth2.googleapis.com",
    "www.googleapis.com",
    "youtube.googleapis.com",
    "yt3.ggpht.com",
  ],
  behaviours: [
    {
      name: "processing",
      values: [
        "",
        "slow",
        "never",
        ...failures.map((reason) => `fail:${reason}`),
        ...rejections.map((reason) => `reject:${reason}`),
      ],
      about: "What becomes of a video once it is there; slow takes 20 seconds.",
    },
    { name: "store", values: ["", "less"], about: "The next piece is stored without its end." },
    { name: "range", values: ["", "none"], about: "The next unfinished upload loses all that was stored." },
    { name: "session", values: ["", "gone"], about: "Upload addresses are not known any more (404)." },
    { name: "privacy", values: ["", "forced_private"], about: "New videos become private whatever was asked." },
    { name: "thumbnail", values: ["", "forbidden"], about: "The channel may not set thumbnails." },
    { name: "shape", values: ["", "short"], about: "New videos are Shorts: no thumbnail before processing is over." },
    {
      name: "token",
      values: ["", "expired", "revoked"],
      about: "Access tokens are refused; revoked also ends renewal.",
    },
    {
      name: "quota",
      values: ["", "uploads_per_day", "units", "channel"],
      about: "The project's quota for the day is used up, or the channel may upload no more for a day.",
    },
  ],
  routes(app, world) {
    consentRoutes(app, world);
    tokenRoutes(app, world);
    readRoutes(app, world);
    pictureRoutes(app);
    uploadRoutes(app, world);
    thumbnailRoutes(app, world);
  },
};
