/** Every guard that is tried, in the order of what it keeps out. */
import { consent, signatures } from "./consent.ts";
import type { Theme } from "./guard.ts";
import { headers } from "./headers.ts";
import { forms, workspaces } from "./ours.ts";
import { addresses, answers } from "./outside.ts";
import { sessions } from "./sessions.ts";
import { patterns, slowTalk } from "./slow.ts";
import { paths, texts } from "./texts.ts";
import { uploads } from "./uploads.ts";

export const themes: readonly Theme[] = [
  addresses,
  answers,
  uploads,
  sessions,
  consent,
  headers,
  paths,
  texts,
  slowTalk,
  patterns,
  forms,
  workspaces,
  signatures,
];
