/** The consent page every sandbox platform shows: who you are there, what the app asks for, allow or refuse. */
import { escapeHtml, sandboxPage } from "./html.ts";

export interface ConsentAccount {
  id: string;
  name: string;
  handle: string;
}

/**
 * The form posts back to the same address (query kept) with `decision` (allow | deny), `account` and every left-on `scope`.
 * Buttons read "Allow" and "Cancel".
 */
export function consentPage(options: {
  platform: string;
  clientId: string;
  accounts: readonly ConsentAccount[];
  scopes: readonly string[];
  /** Scopes a person cannot switch off. */
  fixedScopes: readonly string[];
}): string {
  const accounts = options.accounts
    .map(
      (account, index) =>
        `<label class="choice"><input type="radio" name="account" value="${escapeHtml(account.id)}"${index === 0 ? " checked" : ""}> <span><b>${escapeHtml(account.name)}</b> <span class="quiet">${escapeHtml(account.handle)}</span></span></label>`,
    )
    .join("");
  const scopes = options.scopes
    .map((scope) =>
      options.fixedScopes.includes(scope)
        ? `<label class="choice"><input type="checkbox" checked disabled> ${escapeHtml(scope)}</label><input type="hidden" name="scope" value="${escapeHtml(scope)}">`
        : `<label class="choice"><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked> ${escapeHtml(scope)}</label>`,
    )
    .join("");
  return sandboxPage(
    `Sign in with ${options.platform}`,
    `<header class="head"><div><p class="quiet small">${escapeHtml(options.platform)}, in the sandbox</p><h1>Let Postern use your channel?</h1></div></header>
<form method="post" class="stack"><fieldset class="sheet choices"><legend>Sign in as</legend>${accounts}</fieldset>
<fieldset class="sheet choices"><legend>The app <code>${escapeHtml(options.clientId)}</code> asks to</legend>${scopes}</fieldset>
<p class="actions"><button class="button primary" name="decision" value="allow">Allow</button> <button class="button plain" name="decision" value="deny">Cancel</button></p></form>`,
  );
}
