import { z } from 'zod';
import { defineEvent, defineJob } from './define-event.js';

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

const row = z.record(z.string().max(64), z.union([z.string(), z.number(), z.null()]));

/** Rows that an inventory brought or no longer has; of SOFTWARES the NAME, PUBLISHER and VERSION only. */
const sectionChange = z.object({
  section: z.string().max(64),
  added: z.array(row).max(500),
  removed: z.array(row).max(500),
});

/**
 * An inventory was committed, or a NOTIFY that changed NETWORKS; `changedSections` is empty when it said nothing new.
 * `changes` has the rows of those sections that are small enough; a first inventory has none there: all of it is new.
 */
export const inventoryAccepted = defineEvent(
  'ocs.evt.inventory.inventory.accepted.v1',
  z.object({
    ...device,
    changedSections: z.array(z.string().max(64)).max(512),
    changes: z.array(sectionChange).max(512).default([]),
  }),
);

/**
 * Two devices turned out to be one machine: what belonged to the absorbed one is the device's now. `deviceId` is the
 * survivor, which keeps its id for life.
 */
export const deviceMerged = defineEvent(
  'ocs.evt.inventory.device.merged.v1',
  z.object({
    ...device,
    mergeId: z.uuid(),
    absorbedId: z.uuid(),
    cause: z.enum(['declared', 'detected', 'manual']),
  }),
);

/** Somebody deleted a device; for a day it can be restored. */
export const deviceDeleted = defineEvent('ocs.evt.inventory.device.deleted.v1', z.object(device));

/**
 * A device is back: its deletion was taken back, it called again, or a merge was undone. In the last case `mergeId` is
 * that merge, and what had followed the survivor (`survivorId`) from this device goes back.
 */
export const deviceRestored = defineEvent(
  'ocs.evt.inventory.device.restored.v1',
  z.object({
    ...device,
    reason: z.enum(['undeleted', 'called', 'unmerged']),
    mergeId: z.uuid().nullable(),
    survivorId: z.uuid().nullable(),
  }),
);

const membership = {
  groupId: z.uuid(),
  groupName: z.string().max(255),
  deviceId: z.uuid(),
  name: z.string().max(255),
  at: z.iso.datetime(),
};

/** A device became a member of a group, by hand or because it fits the group's criteria. */
export const groupMemberAdded = defineEvent('ocs.evt.inventory.group.member-added.v1', z.object(membership));

/** A device is no longer a member of a group. */
export const groupMemberRemoved = defineEvent(
  'ocs.evt.inventory.group.member-removed.v1',
  z.object(membership),
);

/**
 * Asks to compare all devices with the definition of a dynamic group. With `cause` "definition" it is done once after
 * each change of the definition, whoever does it first.
 */
export const evaluateGroupJob = defineJob(
  'ocs.job.inventory.evaluate-group.v1',
  z.object({ groupId: z.uuid(), cause: z.enum(['definition', 'members']) }),
);

/**
 * Asks to compare devices with the dynamic groups that depend on what changed of them: `sections` by name, `device`
 * for what is not in a section (name, TAG and the other account fields …), `groups` whose members changed, or
 * `everything`, for devices that are there again or no more.
 */
export const evaluateDevicesJob = defineJob(
  'ocs.job.inventory.evaluate-devices.v1',
  z.object({
    deviceIds: z.array(z.uuid()).min(1).max(1_000),
    sections: z.array(z.string().max(64)).max(512),
    device: z.boolean(),
    groups: z.array(z.uuid()).max(100),
    everything: z.boolean(),
  }),
);

/** Asks to take the values of a deleted account field from some more devices, those after `after` in the order of ids. */
export const clearAccountFieldJob = defineJob(
  'ocs.job.inventory.clear-account-field.v1',
  z.object({ name: z.string().min(1).max(30), after: z.uuid().nullable() }),
);

/** An agent reported what became of a package; `result` is its word as sent (OCS-PROTOCOL.md §4.5). */
export const downloadReported = defineEvent(
  'ocs.evt.inventory.download.reported.v1',
  z.object({ ...device, fileId: z.string().max(32), result: z.string().max(255) }),
);
