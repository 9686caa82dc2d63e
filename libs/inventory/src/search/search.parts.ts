import type { ModuleParts } from '../module-parts.js';

/** The multicriteria search. */
export const searchParts: ModuleParts = { controllers: [], providers: [] };
