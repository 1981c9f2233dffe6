/** The door of the account-data room: everything held on an account, taken out or erased. */
export { accountDataRoutes } from "./routes.ts";
export { CannotErase, eraseAccount, type Erased } from "./erase-account.ts";
export type { Exported } from "./export-account.ts";
export { receiptOf, type ReceiptWords } from "./receipt.ts";
export { ExportError, pourExport, saveExport, type Saved } from "./save-export.ts";
export { standingOf } from "./standing.ts";
