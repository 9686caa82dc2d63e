export { IdentityModule } from './identity.module.js';
export type { IdentityOptions } from './identity.options.js';
