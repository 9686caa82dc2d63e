import { z } from 'zod';
import { defineEvent } from './define-event.js';

const device = {
  deviceId: z.uuid(),
  agentDeviceId: z.string().max(255),
  name: z.string().max(255),
  at: z.iso.datetime(),
};

/** A machine sent its first inventory. */
export const deviceRegistered = defineEvent(
  'ocs.evt.inventory.device.registered.v1',
  z.object({ ...device, osName: z.string().max(255), tag: z.string().max(255).nullable() }),
);

/**
 * An inventory was committed, or a NOTIFY that changed NETWORKS; `changedSections` is empty when it said nothing new.
 */
export const inventoryAccepted = defineEvent(
  'ocs.evt.inventory.inventory.accepted.v1',
  z.object({ ...device, changedSections: z.array(z.string().max(64)).max(512) }),
);

/** An agent reported what became of a package; `result` is its word as sent (OCS-PROTOCOL.md §4.5). */
export const downloadReported = defineEvent(
  'ocs.evt.inventory.download.reported.v1',
  z.object({ ...device, fileId: z.string().max(32), result: z.string().max(255) }),
);
