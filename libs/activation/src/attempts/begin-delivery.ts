import { randomBytes } from 'node:crypto';
import type { AssignmentId, DeliveryId, DeviceId, PackageId } from '@entrepot/kernel';
import { WAITING } from '../deliveries/delivery.js';
import type { DeliveryEntity } from '../deliveries/delivery.entity.js';
import { newId } from '../new-id.js';

const TICKET_BYTES = 16;

/** What an attempt is of, how the package is to be installed, and by whose word. */
export interface Attempt {
  readonly assignmentId: AssignmentId;
  readonly packageId: PackageId;
  readonly deviceId: DeviceId;
  readonly attempt: number;
  readonly force: boolean;
  readonly schedule: string | null;
  readonly postCommand: string | null;
  readonly assignedBy: string;
}

/** What makes an attempt one for later: a retry, or a repetition. */
export type Later = Pick<DeliveryEntity, 'notBefore' | 'retry' | 'held'>;

const NOW: Later = { notBefore: null, retry: 0, held: null };

/** A new delivery, which waits, with a ticket of its own for its info location. */
export function beginDelivery(attempt: Attempt, createdAt: Date, later: Later = NOW): DeliveryEntity {
  return {
    ...WAITING,
    deliveryId: newId<DeliveryId>(),
    assignmentId: attempt.assignmentId,
    packageId: attempt.packageId,
    deviceId: attempt.deviceId,
    attempt: attempt.attempt,
    force: attempt.force,
    schedule: attempt.schedule,
    postCommand: attempt.postCommand,
    assignedBy: attempt.assignedBy,
    createdAt,
    setAside: false,
    notBefore: later.notBefore,
    retry: later.retry,
    held: later.held,
    ticket: randomBytes(TICKET_BYTES).toString('base64url'),
    infoFetchedAt: null,
    infoAddress: null,
    archiveId: null,
  };
}
