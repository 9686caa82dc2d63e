export * from './config-error.js';
export * from './define-config.js';
export * from './known-variables.js';
export * from './load-config.js';
export * from './parts.js';
export * from './rules.js';
