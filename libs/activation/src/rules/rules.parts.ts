import type { ModuleParts } from '@entrepot/platform-database';

/** Assignments to groups and saved searches. */
export const rulesParts: ModuleParts = {
  controllers: [],
  providers: [],
};
