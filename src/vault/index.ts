/** The door of the vault: seals and opens secrets; a locked vault opens nothing and says why. */
export { openVault, VaultLockedError, type Vault, type SealedAt } from "./vault.ts";
export { readMasterKey, masterKeyExists, type MasterKeySource } from "./master-key.ts";
export { rotateDataKey, sealedColumns } from "./rotation.ts";
