import type { ModuleParts } from '../module-parts.js';

/** Groups and who is in them. */
export const groupsParts: ModuleParts = { controllers: [], providers: [] };
