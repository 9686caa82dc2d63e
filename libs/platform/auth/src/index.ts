export * from './audit-change.js';
export * from './auth.module.js';
export * from './errors.js';
export * from './principal.js';
export * from './public.js';
