/** The door of the accounts room: people, their sessions and keys. */
export { accountRoutes } from "./routes.ts";
export { visitors } from "./visitors.ts";
export { audit, type AuditEntry } from "./audit.ts";
export { createApiKey, findApiKey, type ApiKey, type ApiScope } from "./api-keys.ts";
export {
  changePassword,
  createAccount,
  EmailTaken,
  findByEmail,
  isEmail,
  workspaceOf,
  type NewAccount,
} from "./accounts.ts";
export { endAccess, eraseAccountRows, handInstallTo } from "./erase.ts";
export { hashPassword, passwordProblem } from "./passwords.ts";
export { prove, provedLately } from "./proof.ts";
export { pruneSessions, revokeOtherSessions, sessionIsLive } from "./sessions.ts";
export { accountClocks } from "./upkeep.ts";
export { createInvite, listInvites, withdrawInvite } from "./invites.ts";
export { readSetting, signUpIsOpen, writeSetting } from "./instance.ts";
export { countUse } from "./throttles.ts";
