import { Metrics, type Counter, type Histogram } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';

export type RequestKind = 'PROLOG' | 'INVENTORY' | 'DOWNLOAD' | 'NOTIFY' | 'unreadable';
export type RequestOutcome = 'answered' | 'refused' | 'failed' | 'busy';

/** Counts what agents ask and how it ends. */
@Injectable()
export class AgentMetrics {
  private readonly requests: Counter;
  private readonly acceptance: Histogram;

  constructor(metrics: Metrics) {
    const meter = metrics.meter('inventory');
    this.requests = meter.createCounter('inventory_agent_requests', {
      description: 'Requests of agents by kind and outcome',
    });
    this.acceptance = meter.createHistogram('inventory_accept_duration_seconds', {
      description: 'Time from the decoded inventory to its commit',
      unit: 's',
      advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
    });
  }

  count(kind: RequestKind, outcome: RequestOutcome): void {
    this.requests.add(1, { kind, outcome });
  }

  /** Runs the storing of an inventory and records how long it took. */
  async timeAcceptance<Result>(work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.acceptance.record((performance.now() - start) / 1000);
    }
  }
}
