import { formatTable } from './table.js';
import { formatTime } from './time.js';

/** What is shown of a delivery. */
export interface DeliveryView {
  readonly id: string;
  readonly assignmentId: string;
  readonly deviceId: string;
  readonly deviceName: string | null;
  readonly attempt: number;
  readonly state: string;
  readonly code: string | null;
  readonly createdAt: string;
  readonly notifiedAt: string | null;
  readonly endedAt: string | null;
}

export interface StatisticsView {
  readonly counts: {
    readonly waiting: number;
    readonly notified: number;
    readonly succeeded: number;
    readonly failed: number;
  };
  readonly total: number;
}

export interface PackageStatus {
  readonly statistics: StatisticsView;
  readonly deliveries: readonly DeliveryView[];
}

/** Whether nothing is expected any more: there are deliveries and all have a result. */
export function hasEnded({ statistics: { counts, total } }: PackageStatus): boolean {
  return total > 0 && counts.waiting + counts.notified === 0;
}

/** The table of deliveries with the counts below. */
export function formatStatus({ statistics: { counts, total }, deliveries }: PackageStatus): string {
  const rows = deliveries.map((delivery) => [
    delivery.deviceName ?? delivery.deviceId,
    delivery.attempt,
    delivery.state,
    delivery.code,
    formatTime(delivery.endedAt ?? delivery.notifiedAt ?? delivery.createdAt),
  ]);
  const { waiting, notified, succeeded, failed } = counts;
  const sums = `${total} in all: ${waiting} waiting, ${notified} notified, ${succeeded} succeeded, ${failed} failed`;
  return `${formatTable(['DEVICE', 'ATTEMPT', 'STATE', 'CODE', 'SINCE'], rows)}${sums}\n`;
}
