/** The door of what every page shares. */
export { Views } from "./views.ts";
export { webFoundation } from "./foundation.ts";
export { pageOf, sendFragment, sendPage, type PageOptions } from "./page.ts";
export { flash, type Flash } from "./flash.ts";
export { plainText } from "./plain-text.ts";
export { Refusal, notFound, refuseDisk, refuseForm, type RefusalWords } from "./refusals.ts";
export { visitorOf, visitorOrNull, setVisitor, type Visitor } from "./visitor.ts";
export { formFrom, type FormResult } from "./forms.ts";
export { staticRoutes } from "./static.ts";
export { securityText } from "./security-txt.ts";
export { healthRoutes, readiness, type Readiness } from "./health.ts";
export { lockedRoutes } from "./locked.ts";
export { allowFormTargets, answerUnreadable, protect, protectRaw, securityHeaders } from "./headers.ts";
export { CHALLENGE_HEADER, PROOF_HEADER, isProof, provesItself } from "./proof.ts";
export { requestLog } from "./request-log.ts";
export { isHtmx, seeOther } from "./htmx.ts";
export { endSlowTalk, usualPatience, type Patience } from "./patience.ts";
export * as words from "./words.ts";
