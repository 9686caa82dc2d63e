import { pageQuery } from '@entrepot/platform-http';
import { z } from 'zod';

const device = z.object({ id: z.string(), name: z.string() });

/** A subnet, and how many machines of it are known. */
export const networkView = z.object({
  subnet: z.string(),
  /** Devices with a physical interface there. */
  inventoried: z.int(),
  /** Other hosts that agents found, and of which somebody has said what they are. */
  identified: z.int(),
  /** Other hosts that agents found. */
  unknown: z.int(),
  /** The devices elected to look for neighbours there. */
  agents: z.array(device.extend({ since: z.iso.datetime() })),
  lastSeenAt: z.iso.datetime().nullable(),
});

export const hostStatus = z.enum(['inventoried', 'identified', 'unknown']);

/** A host that an agent found on its network. */
export const hostView = z.object({
  mac: z.string(),
  ip: z.string(),
  name: z.string(),
  subnet: z.string(),
  status: hostStatus,
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  /** The device that saw it last; null when it no longer does. */
  foundBy: device.nullable(),
  /** The inventoried device that has this MAC. */
  device: device.nullable(),
  /** What somebody has said it is. */
  kind: z.string().nullable(),
  description: z.string().nullable(),
});

export const hostsQuery = pageQuery.extend({ status: hostStatus.optional() });

const text = (max: number): z.ZodString =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !/\p{Cc}/u.test(value) && value.isWellFormed(), 'must not have control characters');

/** What somebody says that a host is. */
export const hostIdentification = z.strictObject({
  /** Such as "printer" or "switch". */
  kind: text(64).min(1),
  description: text(255).default(''),
});

export type NetworkView = z.output<typeof networkView>;
export type HostView = z.output<typeof hostView>;
export type HostsQuery = z.output<typeof hostsQuery>;
export type HostIdentification = z.output<typeof hostIdentification>;
