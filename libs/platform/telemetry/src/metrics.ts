import type { Meter } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  MetricReader,
} from '@opentelemetry/sdk-metrics';

/**
 * Gives OpenTelemetry meters: `constructor(metrics: Metrics) { this.seen = metrics.meter('inventory').createCounter('inventory_prologs') }`.
 * Names are Prometheus names with their unit (`_seconds`, `_bytes`); counters get `_total` by themselves.
 */
export abstract class Metrics {
  abstract meter(name: string): Meter;

  /** All metrics in the text format of Prometheus. */
  abstract collect(): Promise<string>;

  abstract shutdown(): Promise<void>;
}

/** The content type of the text format that `collect` answers. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Makes the metrics of a program, collected when somebody asks; nothing listens and nothing is sent. */
export function createMetrics(program: string): Metrics {
  return new CollectedMetrics(program);
}

class CollectedMetrics extends Metrics {
  private readonly reader = new PullReader();
  private readonly serializer = new PrometheusSerializer('', false, undefined, false, true);
  private readonly provider: MeterProvider;

  constructor(program: string) {
    super();
    this.provider = new MeterProvider({
      resource: resourceFromAttributes({ 'service.name': program }),
      readers: [this.reader],
    });
  }

  override meter(name: string): Meter {
    return this.provider.getMeter(name);
  }

  override async collect(): Promise<string> {
    const { resourceMetrics } = await this.reader.collect();
    return this.serializer.serialize(resourceMetrics);
  }

  override shutdown(): Promise<void> {
    return this.provider.shutdown();
  }
}

/** The exporter's own reader would bring an http server with it. */
class PullReader extends MetricReader {
  constructor() {
    super({
      aggregationSelector: () => ({ type: AggregationType.DEFAULT }),
      aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE,
    });
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}
