import { createHash } from 'node:crypto';

/** The page's only style sheet; the policy below names it by its digest. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: #c6ccd2; --mistake: #b3261e; --accent: #1f5fa8; }
@media (prefers-color-scheme: dark) { :root { --line: #4a5158; --mistake: #ff8a80; --accent: #8ab8f0; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.2rem; }
h3 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin: 1.2rem 0 0.3rem; font-size: 0.95rem; font-weight: 400; }
a { color: var(--accent); }
form { display: grid; grid-template-columns: 2fr 1fr 1fr; gap: 1rem; align-items: start; padding: 1rem; border: 1px solid var(--line); border-radius: 0.5rem; }
label { display: grid; gap: 0.25rem; font-size: 0.9rem; min-width: 0; }
.server, .check { grid-column: 1 / -1; }
select, input { font: inherit; width: 100%; padding: 0.4rem 0.5rem; border: 1px solid var(--line); border-radius: 0.3rem; }
label:has(select[name="kind"]) { grid-column: 2 / -1; }
.check { display: flex; gap: 0.5rem; align-items: center; }
.check input { width: auto; }
input[aria-invalid] { border-color: var(--mistake); }
em { color: var(--mistake); font-style: normal; }
button { justify-self: start; grid-column: 1 / -1; font: inherit; padding: 0.5rem 1.2rem; border: 0; border-radius: 0.3rem; color: #fff; background: #1f5fa8; cursor: pointer; }
code, pre { font: 0.85rem/1.45 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0; padding: 0.8rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 0.3rem; }
li { margin: 0.4rem 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { form { grid-template-columns: 1fr; } label:has(select[name="kind"]) { grid-column: auto; } }
`;

/** Nothing may be loaded or run: the page has its one style sheet, and a form that goes back to this server. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
