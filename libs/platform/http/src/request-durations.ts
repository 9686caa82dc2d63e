import { Inject, Injectable } from '@nestjs/common';
import { type Histogram, Metrics } from '@entrepot/platform-telemetry';

const BOUNDARIES_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** How long requests took, by method, route (never the URL: its values are endless) and status. */
@Injectable()
export class RequestDurations {
  private readonly histogram: Histogram;

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.histogram = metrics.meter('http').createHistogram('http_server_request_duration_seconds', {
      description: 'Seconds from the head of a request to the end of its answer.',
      advice: { explicitBucketBoundaries: BOUNDARIES_SECONDS },
    });
  }

  record(seconds: number, labels: { method: string; route: string; status: number }): void {
    this.histogram.record(seconds, labels);
  }
}
