import { z } from 'zod';

/** A device as lists show it. */
export const deviceSummary = z.object({
  id: z.uuid(),
  agentDeviceId: z.string(),
  name: z.string(),
  osName: z.string(),
  userId: z.string(),
  ipAddress: z.string(),
  tag: z.string().nullable(),
  userAgent: z.string(),
  registeredAt: z.iso.datetime(),
  lastContactAt: z.iso.datetime(),
  lastInventoryAt: z.iso.datetime(),
});

/** One kind of rows that a device has. */
export const sectionSummary = z.object({
  name: z.string(),
  rows: z.int(),
  /** SHA-256, lower-case hexadecimal; null for the journal, which only grows. */
  digest: z.string().nullable(),
  updatedAt: z.iso.datetime(),
});

/** What people look for first, from HARDWARE and BIOS; null when the agent did not say it. */
export const deviceHighlights = z.object({
  osVersion: z.string().nullable(),
  osComments: z.string().nullable(),
  architecture: z.string().nullable(),
  processor: z.string().nullable(),
  processors: z.int().nullable(),
  /** MiB */
  memory: z.int().nullable(),
  /** MiB */
  swap: z.int().nullable(),
  workgroup: z.string().nullable(),
  description: z.string().nullable(),
  uuid: z.string().nullable(),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  assetTag: z.string().nullable(),
  biosVersion: z.string().nullable(),
});

/** A device with all but the rows of its sections. */
export const deviceDetails = deviceSummary.extend({
  state: z.enum(['active', 'archived', 'deleted', 'merged']),
  stateChangedAt: z.iso.datetime(),
  /** The device that has absorbed this one; only while it is merged. */
  mergedInto: z.uuid().nullable(),
  peerAddress: z.string(),
  checksum: z.int(),
  /** Every field that exists; empty where the device has no value. */
  accountFields: z.record(z.string(), z.string()),
  downloadHistory: z.array(z.string()),
  highlights: deviceHighlights,
  /** How many groups it is a member of. */
  groups: z.int(),
  /** How many other devices may be the same machine, as far as nobody has decided it yet. */
  openDuplicates: z.int(),
  sections: z.array(sectionSummary),
});

export type DeviceSummary = z.output<typeof deviceSummary>;
export type SectionSummary = z.output<typeof sectionSummary>;
export type DeviceHighlights = z.output<typeof deviceHighlights>;
export type DeviceDetails = z.output<typeof deviceDetails>;

/** The columns of a summary, for `device d JOIN device_contact c`. */
export const SUMMARY_COLUMNS = `
  d.id, d.agent_device_id AS "agentDeviceId", d.name, d.os_name AS "osName", d.user_id AS "userId",
  d.ip_address AS "ipAddress", d.tag, c.user_agent AS "userAgent", d.registered_at AS "registeredAt",
  c.last_contact_at AS "lastContactAt", c.last_inventory_at AS "lastInventoryAt"`;

/** A summary as the driver answers it. */
export interface SummaryRow extends Omit<
  DeviceSummary,
  'registeredAt' | 'lastContactAt' | 'lastInventoryAt'
> {
  readonly registeredAt: Date;
  readonly lastContactAt: Date;
  readonly lastInventoryAt: Date;
}

/** Makes a summary of a row. */
export function toSummary(row: SummaryRow): DeviceSummary {
  return {
    id: row.id,
    agentDeviceId: row.agentDeviceId,
    name: row.name,
    osName: row.osName,
    userId: row.userId,
    ipAddress: row.ipAddress,
    tag: row.tag,
    userAgent: row.userAgent,
    registeredAt: row.registeredAt.toISOString(),
    lastContactAt: row.lastContactAt.toISOString(),
    lastInventoryAt: row.lastInventoryAt.toISOString(),
  };
}
