/** The second way in: through Facebook, for accounts that are linked to a Page. The Page's token never runs out. */
import type { OAuthProfile, SignInWay } from "../contract.ts";
import { facebookSignIn } from "../shared/meta/index.ts";
import { FACEBOOK_WAY } from "./ways.ts";

// 2026-11: https://developers.facebook.com/docs/permissions
const oauth: OAuthProfile = {
  ...facebookSignIn,
  scopes: [
    { id: "instagram_basic", words: "see your Instagram name, your picture and your posts", required: true },
    { id: "instagram_content_publish", words: "post to Instagram for you", required: true },
    { id: "pages_show_list", words: "see which Pages you manage, to find the linked account", required: true },
    { id: "pages_read_engagement", words: "read the Page that your Instagram account is linked to", required: true },
    { id: "instagram_manage_comments", words: "write the first comment under your posts", required: false },
    { id: "instagram_manage_insights", words: "see the numbers of your posts", required: false },
    { id: "business_management", words: "find Pages that belong to a business portfolio", required: false },
  ],
};

export const ways: readonly SignInWay[] = [
  {
    id: FACEBOOK_WAY,
    label: "through a Facebook Page",
    about:
      "Choose this when the account is linked to a Facebook Page: videos are then sent straight to Instagram, and the sign-in does not run out.",
    app: "facebook",
    oauth,
    manageAccessUrl: "https://www.facebook.com/settings?tab=business_tools",
  },
];
