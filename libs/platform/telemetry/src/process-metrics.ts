import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Metrics } from './metrics.js';

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** Tells what the process itself uses: memory, processor time, and how late its event loop is. */
@Injectable()
export class ProcessMetrics implements OnModuleInit, OnModuleDestroy {
  private readonly eventLoop = monitorEventLoopDelay({ resolution: 20 });

  constructor(private readonly metrics: Metrics) {}

  onModuleInit(): void {
    this.eventLoop.enable();
    const meter = this.metrics.meter('process');
    const gauge = (name: string, description: string, read: () => number): void => {
      meter.createObservableGauge(name, { description }).addCallback((result) => result.observe(read()));
    };
    gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
    gauge('process_heap_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed);
    gauge('process_uptime_seconds', 'Seconds since the process started.', () => process.uptime());
    meter
      .createObservableCounter('process_cpu_seconds', { description: 'Processor time, user and system.' })
      .addCallback((result) => {
        const { user, system } = process.cpuUsage();
        result.observe((user + system) / MICROSECONDS);
      });
    meter
      .createObservableGauge('process_event_loop_delay_seconds', {
        description: 'How late the event loop was since the metrics were last asked for.',
      })
      .addCallback((result) => {
        for (const quantile of [50, 99, 100]) {
          const delay = this.eventLoop.percentile(quantile) / NANOSECONDS;
          result.observe(delay, { quantile: String(quantile / 100) });
        }
        this.eventLoop.reset();
      });
  }

  onModuleDestroy(): void {
    this.eventLoop.disable();
  }
}
