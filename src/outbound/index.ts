/** The only door to the internet. */
export { OutboundError } from "./errors.ts";
export { isPublicAddress } from "./addresses.ts";
export { createOutbound, type Outbound, type OutboundReply, type OutboundRequest } from "./outbound.ts";
