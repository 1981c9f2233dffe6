/** Which Graph version is spoken, and where. */

// 2026-11: v26.0 came on 2026-07-29 and has no end yet; a call without a version is served by whichever Meta likes.
// https://developers.facebook.com/docs/graph-api/changelog
export const GRAPH_VERSION = "v26.0";

/** Every Page, post, photo and comment; also the second step of sign-in. */
export const GRAPH = `https://graph.facebook.com/${GRAPH_VERSION}`;
/** The same edges for requests that carry a video's bytes. */
export const GRAPH_VIDEO = `https://graph-video.facebook.com/${GRAPH_VERSION}`;
/** Instagram accounts that signed in without a Page. */
export const GRAPH_INSTAGRAM = `https://graph.instagram.com/${GRAPH_VERSION}`;
export const DIALOG = `https://www.facebook.com/${GRAPH_VERSION}/dialog/oauth`;
/** The only host that may be given a token together with a file. */
export const RUPLOAD_HOST = "rupload.facebook.com";
