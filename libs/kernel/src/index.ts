export * from './app-error.js';
export * from './clock.js';
export * from './coalescer.js';
export * from './digest.js';
export * from './gate.js';
export * from './generational-map.js';
export * from './ids.js';
