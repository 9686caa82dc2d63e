import type { ModuleParts } from '@entrepot/platform-database';

/** Whether what is stored is what was published. */
export const integrityParts: ModuleParts = {
  controllers: [],
  providers: [],
};
