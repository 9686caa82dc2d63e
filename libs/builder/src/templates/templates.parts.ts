import type { ModuleParts } from '@entrepot/platform-database';

/** Templates that write commands and archives. */
export const templatesParts: ModuleParts = {
  controllers: [],
  providers: [],
};
