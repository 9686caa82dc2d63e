import type { ModuleParts } from '@entrepot/platform-database';

/** Deliveries that were put away. */
export const archivesParts: ModuleParts = {
  controllers: [],
  providers: [],
};
