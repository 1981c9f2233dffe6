/** The sandbox's own small pages: plain, escaped, no script of their own. */

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/**
 * A whole page; `body` is HTML that the caller escaped. Stylesheet and script are Postern's own: without the render-blocking
 * script Chromium breaks off the transition from page to page with an uncaught error.
 */
export function sandboxPage(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="/static/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/static/postern.css">
<script src="/static/js/postern.js" type="module" blocking="render"></script></head>
<body class="sandbox-world"><aside class="sandbox" aria-label="Sandbox">This is the sandbox: a stand-in for the platform. Nothing leaves this machine.</aside>
<main class="page narrow">${body}</main></body></html>`;
}
