import type { ModuleParts } from '../module-parts.js';

/** Recognises devices, merges and splits them. */
export const duplicatesParts: ModuleParts = { controllers: [], providers: [] };
