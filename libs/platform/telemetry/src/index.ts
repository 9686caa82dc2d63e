export type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  ObservableGauge,
  UpDownCounter,
} from '@opentelemetry/api';
export * from './log.js';
export * from './log-context.js';
export * from './metrics.js';
export * from './nest-log.js';
export * from './pino-log.js';
export * from './telemetry.module.js';
export * from './trace-context.js';
