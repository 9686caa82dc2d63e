import type { ModuleParts } from '@entrepot/platform-database';

/** Packages that are assigned together. */
export const setsParts: ModuleParts = {
  controllers: [],
  providers: [],
};
