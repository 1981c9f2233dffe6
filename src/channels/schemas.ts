/** Forms of the channels room. */
import { z } from "zod";

export const connectForm = z.object({
  /** A channel that is to be signed in again. */
  channel: z.string().max(64).default(""),
  way: z.string().max(32).default(""),
});

const credential = (what: string) =>
  z
    .string()
    .trim()
    .min(1, `Enter the ${what}.`)
    .max(1000, `That is too long for a ${what}.`)
    .regex(/^[\x21-\x7e]+$/, `A ${what} has no spaces and no special letters; copy it again.`);

export const appForm = z.object({ clientId: credential("client id"), clientSecret: credential("client secret") });
