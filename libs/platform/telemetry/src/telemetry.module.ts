import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { DestinationStream } from 'pino';
import { Log, type LogLevel } from './log.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics, createMetrics } from './metrics.js';
import { createLog } from './pino-log.js';
import { ProcessMetrics } from './process-metrics.js';

export interface TelemetryOptions {
  /** The program, as log lines and metrics name it. */
  readonly name: string;
  readonly logLevel?: LogLevel;
  /** Where log lines go; standard output unless told. */
  readonly destination?: DestinationStream;
}

/** Gives `Log` and `Metrics` to the whole program and serves GET /metrics. */
@Module({})
export class TelemetryModule implements OnApplicationShutdown {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  static forProgram(options: TelemetryOptions): DynamicModule {
    const { name, logLevel = 'info', destination } = options;
    return {
      module: TelemetryModule,
      global: true,
      controllers: [MetricsController],
      providers: [
        {
          provide: Log,
          useFactory: () => createLog({ name, level: logLevel, ...(destination && { destination }) }),
        },
        { provide: Metrics, useFactory: () => createMetrics(name) },
        ProcessMetrics,
      ],
      exports: [Log, Metrics],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.metrics.shutdown();
  }
}
