/** `npm start`: from a bare clone to a running server. */
import { ensureBuilt, ensureInstalled, requireNode } from './prepare-workspace.mjs';

requireNode();
ensureInstalled();
ensureBuilt();
await import('../dist/main.js');
