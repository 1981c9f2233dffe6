/** How Facebook Pages are signed in: the person consents once, and every Page brings its own token. */
import type { OAuthProfile, Scope, SignInWay } from "../contract.ts";
import { facebookSignIn } from "../shared/meta/index.ts";

/** Needed for the first comment. */
export const COMMENT_SCOPE = "pages_manage_engagement";
/** Needed for views. */
export const INSIGHTS_SCOPE = "read_insights";

// 2026-11: https://developers.facebook.com/docs/permissions
const needed: readonly Scope[] = [
  { id: "pages_show_list", words: "see which Pages you manage", required: true },
  { id: "pages_read_engagement", words: "read your Pages' own posts, to know what was published", required: true },
  { id: "pages_manage_posts", words: "post to your Pages", required: true },
];

const useful: readonly Scope[] = [
  { id: "business_management", words: "find Pages that belong to a business portfolio", required: false },
  { id: COMMENT_SCOPE, words: "write the first comment under your posts", required: false },
  { id: "pages_read_user_content", words: "count the comments and reactions under your posts", required: false },
  { id: INSIGHTS_SCOPE, words: "count the views of your posts", required: false },
];

export const oauth: OAuthProfile = { ...facebookSignIn, scopes: [...needed, ...useful] };

// Facebook's dialog fails as a whole ("Invalid Scopes") when one permission is not among the app's use cases.
export const ways: readonly SignInWay[] = [
  {
    id: "posting",
    label: "with the posting permissions only",
    about:
      "Choose this when Facebook answers “Invalid Scopes”: this install's app lacks permissions for comments, numbers or business portfolios.",
    app: "facebook",
    oauth: { ...facebookSignIn, scopes: needed },
  },
];
