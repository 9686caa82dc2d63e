export { byteaArray, int4Array, jsonbArray, textArray, timestampArray, uuidArray } from './binary-array.js';
export { DatabaseModule } from './database.module.js';
export { openContextDatabase } from './open-context-database.js';
export { forwardOnly } from './migrations.js';
export type { ModuleParts } from './module-parts.js';
export { PeriodicWork } from './periodic-work.js';
export { PreparedStatement } from './prepared-statement.js';
export { DATABASE_SETTINGS, type ContextSchema, type DatabaseSettings } from './settings.js';
