import type { ModuleParts } from '../module-parts.js';

/** Registry queries, and the neighbours that agents find. */
export const networkParts: ModuleParts = { controllers: [], providers: [] };
