/** What an operator does at Meta before Facebook Pages work live. */
import type { AppGuide } from "../contract.ts";

export const guide: AppGuide = {
  consoleUrl: "https://developers.facebook.com/apps/",
  steps: [
    "Create an app in the Meta developer portal and choose the use case for managing everything on your Page. One app serves this install only.",
    "Under the use case's permissions, add pages_show_list, pages_read_engagement, pages_manage_posts, pages_manage_engagement, pages_read_user_content, read_insights and business_management. If one cannot be added, connect with the posting permissions only: Facebook's dialog fails when it is asked for a permission that the app lacks.",
    "Under Facebook Login, Settings, add the redirect address shown here, letter for letter, to the valid OAuth redirect URIs.",
    "If this install has a public https address, enter it followed by /auth/facebook/deauthorize as the deauthorize callback (Facebook Login, Settings) and by /auth/facebook/data-deletion as the data deletion request address, so that Postern hears when somebody removes the app.",
    "Under App settings, Basic, copy the app id and the app secret into this install's settings, and enter a privacy policy, an icon and a category.",
    "Switch the app to Live. While it is in development, its posts are seen only by people who have a role on the app.",
    "Pages of people who have a role on the app work at once and need no review.",
    "For Pages of other people Meta wants Advanced Access: verify the business, use every permission once, then hand in App Review with one screen recording for each permission, from sign-in to the live post.",
    "Once a year Meta asks for a Data Use Checkup; without an answer the app stops working.",
  ],
  withoutAddress:
    "Facebook takes most photos and all videos as they are, but fetches photos that must become JPEG first (such as WebP) from this install. Those cannot go out.",
  manageAccessUrl: "https://www.facebook.com/settings?tab=business_tools",
  legal: [
    { text: "Facebook Terms of Service", href: "https://www.facebook.com/legal/terms" },
    { text: "Meta Privacy Policy", href: "https://www.facebook.com/privacy/policy" },
    { text: "Pages terms", href: "https://www.facebook.com/policies_center/pages_groups_events" },
    { text: "Community Standards", href: "https://transparency.meta.com/policies/community-standards/" },
  ],
};
