/** The only door to the internet. */
export { OutboundError } from "./errors.ts";
export { isPublicAddress } from "./addresses.ts";
export { canBeFetchedFrom } from "./reachable.ts";
export type { OutboundReply, OutboundRequest } from "./exchange.ts";
export { createOutbound, type Outbound } from "./outbound.ts";
