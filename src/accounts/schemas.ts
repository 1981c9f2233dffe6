/** The forms of this room, with the sentences people read beside a field. */
import { z } from "zod";
import { isEmail } from "./accounts.ts";

const email = z.string().trim().refine(isEmail, "Write the whole address, like ada@example.org.");
const name = z.string().trim().min(1, "Write a name; it is shown only here.").max(100, "Use at most 100 characters.");
const password = z.string().min(1, "Write your password.").max(1024, "That is too long for a password.");

export const signUpForm = z.object({
  name,
  email,
  password,
  timeZone: z.string().max(64).default("UTC"),
  invite: z.string().max(100).default(""),
});
export const signInForm = z.object({
  email: z.string().trim().min(1, "Write your address.").max(254),
  password,
  next: z.string().max(2000).default("/"),
  borrowed: z.string().max(3).optional(),
});
export const nameForm = z.object({ name });
export const emailForm = z.object({ email, currentPassword: password });
export const passwordForm = z.object({ currentPassword: password, password, endOthers: z.string().optional() });
export const apiKeyForm = z.object({
  name: z.string().trim().min(1, "Name it after what uses it.").max(100, "Use at most 100 characters."),
  access: z.enum(["read", "write"]).default("write"),
  /** Needed when the person has not proved lately who they are. */
  currentPassword: z.string().max(1024).default(""),
});
