/** The door of what every page shares. */
export { Views } from "./views.ts";
export { webFoundation } from "./foundation.ts";
export { pageOf, sendFragment, sendPage, type PageOptions } from "./page.ts";
export { flash, type Flash } from "./flash.ts";
export { Refusal, notFound, refuseForm } from "./refusals.ts";
export { visitorOf, visitorOrNull, setVisitor, type Visitor } from "./visitor.ts";
export { formFrom, type FormResult } from "./forms.ts";
export { staticRoutes } from "./static.ts";
export { healthRoutes, readiness, type Readiness } from "./health.ts";
export { lockedRoutes } from "./locked.ts";
export { allowFormTargets, answerUnreadable, protectRaw, securityHeaders } from "./headers.ts";
export { isHtmx, seeOther } from "./htmx.ts";
export * as words from "./words.ts";
