/** TikTok as it behaves: Login Kit, Content Posting and Display API, strict where the real one is. */
import type { SandboxPlatform } from "./contract.ts";
import { initRoutes } from "./tiktok/init.ts";
import { oauthRoutes } from "./tiktok/oauth.ts";
import { photoRoutes } from "./tiktok/photos.ts";
import { profileRoutes } from "./tiktok/profile.ts";
import { progressRoutes } from "./tiktok/progress.ts";
import { uploadRoutes } from "./tiktok/upload.ts";
import { videoRoutes } from "./tiktok/videos.ts";

const failures = [
  "file_format_check_failed",
  "duration_check_failed",
  "frame_rate_check_failed",
  "picture_size_check_failed",
  "internal",
  "video_pull_failed",
  "photo_pull_failed",
  "publish_cancelled",
  "auth_removed",
  "spam_risk_too_many_posts",
  "spam_risk_user_banned_from_posting",
  "spam_risk_text",
  "spam_risk",
];

export const tiktokSandbox: SandboxPlatform = {
  id: "tiktok",
  name: "TikTok",
  hosts: ["www.tiktok.com", "open.tiktokapis.com", "open-upload.tiktokapis.com", "p16-sign.tiktokcdn.com"],
  routes(app, world) {
    oauthRoutes(app, world);
    profileRoutes(app, world);
    initRoutes(app, world);
    photoRoutes(app, world);
    uploadRoutes(app, world);
    progressRoutes(app, world);
    videoRoutes(app, world);
  },
  behaviours: [
    {
      name: "processing",
      values: ["", "slow", "never", ...failures.map((reason) => `fail:${reason}`)],
      about: "How processing ends after the last byte: in a moment, after a minute, never, or with a reason.",
    },
    { name: "account", values: ["", "private"], about: "Whether the creators' accounts are public or private." },
    { name: "app", values: ["", "unaudited"], about: "Whether TikTok has audited the app." },
    {
      name: "creator",
      values: ["", "spam_risk_too_many_posts", "spam_risk_user_banned_from_posting", "reached_active_user_cap"],
      about: "A block on posting, told with status 200 by creator info and with 403 by the init calls.",
    },
    { name: "inbox", values: ["", "posted"], about: "Whether the creator has finished the drafts in the app." },
    {
      name: "token",
      values: ["", "expired", "revoked"],
      about: "Expired: the next call finds its access token dead, once. Revoked: renewing fails as well.",
    },
    {
      name: "webhook",
      values: [""],
      about: "Where webhooks are sent, as a whole address: <your panel>/webhooks/tiktok. Nowhere without one.",
    },
    {
      name: "webhook_delivery",
      values: ["", "twice", "late"],
      about: "TikTok sends at least once, and takes its time.",
    },
    {
      name: "webhook_secret",
      values: [""],
      about: "The client secret that signs webhooks; that of the app sandbox when empty.",
    },
    { name: "limits", values: ["", "off"], about: "Whether rate limits and daily caps are kept." },
  ],
};
