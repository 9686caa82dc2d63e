import type { ModuleParts } from '@entrepot/platform-database';

/** How much each network may fetch at once. */
export const limitsParts: ModuleParts = {
  controllers: [],
  providers: [],
};
