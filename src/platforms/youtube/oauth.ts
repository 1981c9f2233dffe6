/** How a YouTube channel is signed in: Google's flow with YouTube's scopes. */
import type { OAuthProfile } from "../contract.ts";
import { googleOAuth } from "../shared/google/index.ts";

const PREFIX = "https://www.googleapis.com/auth/";

/** The only scope here that may write to playlists. */
export const PLAYLIST_SCOPE = `${PREFIX}youtube.force-ssl`;

// 2026-11: youtube.upload reads nothing, not even its own video, so readonly is needed beside it.
// https://developers.google.com/youtube/v3/guides/auth/server-side-web-apps
export const oauth: OAuthProfile = {
  ...googleOAuth,
  scopes: [
    { id: `${PREFIX}youtube.upload`, words: "upload videos for you", required: true },
    { id: `${PREFIX}youtube.readonly`, words: "see your channel, your videos and their numbers", required: true },
    { id: PLAYLIST_SCOPE, words: "add your videos to your playlists", required: false },
  ],
};
