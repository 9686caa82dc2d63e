import type { ModuleParts } from '../module-parts.js';

/** What administrators note about devices. */
export const accountFieldsParts: ModuleParts = { controllers: [], providers: [] };
