/** What an operator does at Meta before Instagram works live, and where a creator takes access back. */
import type { AppGuide } from "../contract.ts";

// 2026-11: https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/get-started
export const guide: AppGuide = {
  consoleUrl: "https://developers.facebook.com/apps/",
  steps: [
    "Instagram lets apps post only for professional accounts (business or creator). In the Instagram app: Settings, Account type and tools, Switch to professional account.",
    "Create an app of the type Business at developers.facebook.com and add the use case Manage messaging and content on Instagram.",
    "Open API setup with Instagram login. Copy the Instagram app ID and the Instagram app secret shown there; they are not the same as the Facebook app's.",
    "Put them into INSTAGRAM_CLIENT_ID and INSTAGRAM_CLIENT_SECRET and restart Postern.",
    "Under Set up Instagram business login, add the redirect address shown here, letter for letter. Meta takes https addresses only.",
    "In the same place, enter this install's public https address followed by /auth/instagram/deauthorize as the deauthorize callback and by /auth/instagram/data-deletion as the data deletion request address, so that Postern hears when somebody removes the app.",
    "Add the permissions instagram_business_basic, instagram_business_content_publish, instagram_business_manage_comments and instagram_business_manage_insights.",
    "Until Meta has reviewed the app it works for its own people: add each account as Instagram tester under App roles, and accept the invitation in the Instagram app under Website permissions.",
    "Instagram fetches photos and videos from this install. Set PUBLIC_URL to an https address that answers from outside without a sign-in or a bot check; some tunnels are refused by Meta.",
    "To connect accounts through a Facebook Page as well, register the Facebook app (see Facebook) and add instagram_basic, instagram_content_publish, instagram_manage_comments, instagram_manage_insights, pages_show_list, pages_read_engagement and business_management. Videos then travel without a public address.",
    "To post for accounts of other people, ask Meta for Advanced Access: business verification, a privacy policy and a screen recording for each permission.",
  ],
  withoutAddress:
    "Instagram fetches photos and covers from this install, and videos too unless the account is connected through its Facebook Page. Those cannot go out.",
  manageAccessUrl: "https://www.instagram.com/accounts/manage_access/",
  legal: [
    { text: "Instagram Terms of Use", href: "https://help.instagram.com/581066165581870" },
    { text: "Instagram Community Guidelines", href: "https://help.instagram.com/477434105621119" },
    { text: "Meta Privacy Policy", href: "https://www.facebook.com/privacy/policy/" },
    { text: "Meta Platform Terms", href: "https://developers.facebook.com/terms/" },
  ],
};
