export { BuilderModule } from './builder.module.js';
export type { BuilderOptions } from './builder.options.js';
