import type { ModuleParts } from '../module-parts.js';

/** What has happened to a device: contacts, changes, its last document. */
export const historyParts: ModuleParts = { controllers: [], providers: [] };
