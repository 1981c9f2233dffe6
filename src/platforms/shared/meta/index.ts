/** What Meta's platforms share: the Graph and its refusals, sign-in through Facebook, Pages, uploads. */
export { appToken, call, decide, type GraphCall, type GraphReply } from "./client.ts";
export { faultIn, type GraphFault } from "./envelope.ts";
export { graphId, maybe, numeric, postIdOf } from "./ids.ts";
export { multipart, type FilePart, type Multipart } from "./multipart.ts";
export { barredLast, lastingToken, withdrawGrant, type PageSignIn } from "./lasting.ts";
export { listAll } from "./paging.ts";
export { appSecretProof } from "./proof.ts";
export { reasonFor, type Reason, type Reasons } from "./reasons.ts";
export { dataOf, metaCode, refusalOf, unreadable } from "./refusal.ts";
export { upload, type Upload } from "./rupload.ts";
export { usageOf, type Usage } from "./usage.ts";
export { videoProblem, videoReasons } from "./video-reasons.ts";
export { DIALOG, GRAPH, GRAPH_INSTAGRAM, GRAPH_VERSION, GRAPH_VIDEO, RUPLOAD_HOST } from "./version.ts";
export { reachablePages, type Page } from "./pages.ts";
export { facebookSignIn, grantedScopes, inspectToken, readTokens, type TokenFacts } from "./sign-in.ts";
export { readSignedRequest, takingBack } from "./signed-request.ts";
