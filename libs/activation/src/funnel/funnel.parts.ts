import type { ModuleParts } from '@entrepot/platform-database';

/** How far downloads are, as the fragments program sees it. */
export const funnelParts: ModuleParts = {
  controllers: [],
  providers: [],
};
