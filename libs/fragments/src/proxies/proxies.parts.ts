import type { ModuleParts } from '@entrepot/platform-database';

/** Proxy caches between agents and this server. */
export const proxiesParts: ModuleParts = {
  controllers: [],
  providers: [],
};
