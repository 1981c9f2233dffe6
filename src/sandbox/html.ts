/** The sandbox's own small pages: plain, escaped, no script. */

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** A whole page; `body` is HTML that the caller escaped. The stylesheet is Postern's own. */
export function sandboxPage(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="stylesheet" href="/static/postern.css"></head>
<body class="sandbox-world"><div class="sandbox">This is the sandbox: a stand-in for the platform. Nothing leaves this machine.</div>
<main class="page narrow">${body}</main></body></html>`;
}
