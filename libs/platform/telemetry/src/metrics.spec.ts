import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { createMetrics, Metrics, TelemetryModule } from './index.js';

describe('Metrics', () => {
  it('are told in the text format of Prometheus, counters and histograms with their labels', async () => {
    const metrics = createMetrics('test');
    const meter = metrics.meter('inventory');
    meter.createCounter('inventory_prologs', { description: 'PROLOG requests.' }).add(2, { answer: 'send' });
    meter
      .createHistogram('inventory_ingest_seconds', { advice: { explicitBucketBoundaries: [1] } })
      .record(0.5);
    const text = await metrics.collect();
    expect(text).toContain('target_info{service_name="test"');
    expect(text).toContain('# HELP inventory_prologs_total PROLOG requests.');
    expect(text).toContain('inventory_prologs_total{answer="send"} 2');
    expect(text).toContain('inventory_ingest_seconds_bucket{le="1"} 1');
    await metrics.shutdown();
  });

  it('include what the process uses', async () => {
    const module = TelemetryModule.forProgram({ name: 'test', logLevel: 'silent' });
    const context = await NestFactory.createApplicationContext(module, { logger: false });
    const text = await context.get(Metrics).collect();
    for (const name of [
      'resident_memory_bytes',
      'cpu_seconds_total',
      'event_loop_delay_seconds{quantile="0.99"}',
    ]) {
      expect(text).toMatch(new RegExp(`^process_${name.replace(/[{}.]/g, '\\$&')} [\\d.e-]+$`, 'm'));
    }
    await context.close();
  });
});
