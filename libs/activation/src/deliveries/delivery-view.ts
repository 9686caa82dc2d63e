import { reasonOf, type ReasonFacts } from './delivery-reason.js';
import { stageOf, stageSince } from './delivery-stage.js';
import type { ListedDelivery } from './delivery.queries.js';
import type { DeliveryView } from './delivery.schemas.js';
import type { ReportEntity } from './report.entity.js';

/**
 * A delivery as people see it. Its ticket is never shown.
 * @param infoLocation where this server serves info files: what is fetched elsewhere is not seen
 */
export function deliveryView(
  row: ListedDelivery,
  reports: readonly ReportEntity[],
  infoLocation: string,
  now: Date,
): DeliveryView {
  const facts = factsOf(row, infoLocation);
  const since = stageSince(facts);
  const { severity, text } = reasonOf(facts, now);
  return {
    ...identityOf(row),
    ...{ state: row.state, code: row.code, createdAt: row.createdAt.toISOString() },
    ...{ notBefore: time(row.notBefore), notifiedAt: time(row.notifiedAt), endedAt: time(row.endedAt) },
    ...{ reportedAt: time(row.reportedAt), retries: row.retries, retry: row.retry },
    ...{ stage: stageOf(facts), stageSince: since.toISOString() },
    stageAgeSeconds: Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1_000)),
    ...{ severity, reason: text, infoFetchedAt: time(row.infoFetchedAt) },
    fragments: fragmentsOf(row),
    archiveId: row.archiveId,
    reports: reports.map((report) => ({ at: report.reportedAt.toISOString(), code: report.code })),
  };
}

/** What the rules of stages and reasons read. */
export function factsOf(row: ListedDelivery, infoLocation: string): ReasonFacts {
  const { verifiedAt, damagedAt, damagedFiles } = row;
  return {
    ...row,
    infoSeen: row.hasTicket && row.infoLocation === infoLocation,
    copy: { verifiedAt, damagedAt, damagedFiles },
  };
}

type Identity = Pick<
  DeliveryView,
  | 'id'
  | 'assignmentId'
  | 'activationId'
  | 'packageId'
  | 'packageName'
  | 'fileId'
  | 'deviceId'
  | 'deviceName'
  | 'attempt'
  | 'force'
  | 'schedule'
  | 'postCommand'
  | 'assignedBy'
>;

function identityOf(row: ListedDelivery): Identity {
  const { assignmentId, activationId, packageId, packageName, fileId, deviceId, deviceName } = row;
  const { attempt, force, schedule, postCommand, assignedBy } = row;
  return {
    ...{ id: row.deliveryId, assignmentId, activationId, packageId, packageName, fileId },
    ...{ deviceId, deviceName, attempt, force, schedule, postCommand, assignedBy },
  };
}

/** What the address that fetched the info file has fetched; several machines may be behind it. */
function fragmentsOf({ fetched, fragments, infoAddress }: ListedDelivery): DeliveryView['fragments'] {
  if (fetched === 0 || infoAddress === null) return null;
  return {
    fetched: fragments === null ? fetched : Math.min(fetched, fragments),
    total: fragments,
    address: infoAddress,
  };
}

function time(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
