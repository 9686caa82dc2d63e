export { ActivationModule } from './activation.module.js';
export type { ActivationOptions } from './activation.options.js';
