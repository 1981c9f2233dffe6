/** The door of the posts room: what somebody wrote, its version per channel, and when it goes out. */
export { Posts, type Existing } from "./posts.ts";
export { PostRefused, VersionConflict } from "./errors.ts";
export { erasePosts } from "./erase-posts.ts";
export { forgetErasedWords } from "./search.ts";
export { buildDraft } from "./drafts.ts";
export { instantOf, wallTimeOf } from "./schedule.ts";
export type { Judging } from "./problems.ts";
export type { ChannelInput, FullPost, PostChannel, PostFilter, PostInput, PostProblem } from "./shapes.ts";
export { rowOf, type PostRowView } from "./pages/rows.ts";
export { titleOf } from "./pages/titles.ts";
export { postRoutes } from "./routes.ts";
