/** How an operator gets an app at TikTok, and where a creator takes access back. */
import type { AppGuide } from "../contract.ts";

export const MUSIC_URL = "https://www.tiktok.com/legal/page/global/music-usage-confirmation/en";
export const BRANDED_URL = "https://www.tiktok.com/legal/page/global/bc-policy/en";

// 2026-11: https://developers.tiktok.com/doc/getting-started-create-an-app, https://developers.tiktok.com/doc/add-a-sandbox
export const guide: AppGuide = {
  consoleUrl: "https://developers.tiktok.com/apps/",
  steps: [
    "Sign in at developers.tiktok.com and create an app under Manage apps.",
    "Add the products Login Kit and Content Posting API, and in the latter switch on Direct Post.",
    "Add the scopes user.info.basic, user.info.profile, video.list, video.publish and video.upload.",
    "In Login Kit, register the redirect address shown here exactly as it stands, with https and without a query.",
    "To try it before review, create a sandbox in the app and add your own TikTok account as a target user; this can take an hour.",
    "Copy the client key into TIKTOK_CLIENT_ID and the client secret into TIKTOK_CLIENT_SECRET, then restart Postern.",
    "For photo posts, add this install's public https address under URL properties and verify it.",
    "Under Webhooks, enter this install's public https address followed by /webhooks/tiktok: TikTok then says at once when a draft was finished or access was withdrawn. Without it Postern asks from time to time.",
    "Ask for app review: it wants a website with terms and privacy links and a video that shows every scope in use.",
    "Until TikTok has audited the app for Content Posting, direct posts go only to private accounts, as Only me, for at most five accounts a day. Drafts to the inbox are the way to post publicly meanwhile.",
    "Ask for that audit at developers.tiktok.com/application/content-posting-api. TikTok may refuse apps that serve only their owner.",
  ],
  withoutAddress:
    "TikTok fetches photos from this install, so photo posts cannot go out. Videos are sent to it and can.",
  manageAccessUrl: "https://www.tiktok.com/setting",
  legal: [
    { text: "TikTok Terms of Service", href: "https://www.tiktok.com/legal/page/global/terms-of-service/en" },
    { text: "TikTok Privacy Policy", href: "https://www.tiktok.com/legal/page/global/privacy-policy/en" },
    { text: "Music Usage Confirmation", href: MUSIC_URL },
    { text: "Branded Content Policy", href: BRANDED_URL },
  ],
};
