import type { DeviceId } from '@entrepot/kernel';
import { uuidOf } from '@entrepot/platform-http';
import { z } from 'zod';
import { groupId } from '../groups/group.js';

const MAX_BYTES = 2 ** 50;
const MAX_FRAGMENTS = 2 ** 31 - 1;
const MAX_DEVICES = 10_000;
/** Above it a package is sure to be meant for something else (OCS-PROTOCOL.md §5.2). */
const MAX_PRIORITY = 9;

/** What is to be downloaded, and by whom. */
export const estimateRequest = z
  .strictObject({
    /** Size of the archive; 0 for a package that is only a command. */
    bytes: z.int().min(0).max(MAX_BYTES),
    /** Either is computed from the other. */
    fragments: z.union([
      z.strictObject({ count: z.int().min(1).max(MAX_FRAGMENTS) }),
      z.strictObject({ sizeBytes: z.int().min(1).max(MAX_BYTES) }),
    ]),
    priority: z.int().min(0).max(MAX_PRIORITY),
    /** Of the package; agents differ in what they do with priority 0. Windows when it is not given. */
    operatingSystem: z.enum(['windows', 'linux', 'macos']).default('windows'),
    /** What the network gives a device; without it only the pauses of the agent count. */
    bytesPerSecond: z.int().min(1).max(MAX_BYTES).optional(),
    deviceIds: z.array(uuidOf<DeviceId>()).min(1).max(MAX_DEVICES).optional(),
    groupId: groupId.optional(),
  })
  .refine(
    ({ deviceIds, groupId: group }) => deviceIds === undefined || group === undefined,
    'must not have both deviceIds and groupId',
  );

const words = z.object({ en: z.string(), fr: z.string() });
const seconds = z.int().nullable();
export const neverReason = z.enum(['priority-above-period', 'switched-off']);

/** How long a package will take. Seconds are those from the agent's call until the package has run. */
export const downloadEstimate = z.object({
  plan: z.object({
    count: z.int(),
    /** Bytes of all fragments but the last, and of that; 0 without an archive. */
    sizeBytes: z.int(),
    lastSizeBytes: z.int(),
  }),
  /** By the settings that count for all devices. */
  global: z.object({ seconds, never: neverReason.nullable(), text: words }),
  /** By the settings of each device; null when none were asked for. */
  devices: z
    .object({
      /** Those that are active. */
      total: z.int(),
      /** Null when none of them ever downloads it. */
      fastestSeconds: seconds,
      medianSeconds: seconds,
      slowestSeconds: seconds,
      never: z.array(
        z.object({
          reason: neverReason,
          count: z.int(),
          /** The first twenty. */
          deviceIds: z.array(z.uuid()),
          text: words,
        }),
      ),
    })
    .nullable(),
  warnings: z.array(z.object({ code: z.string(), field: z.string(), text: words })),
});

export type EstimateRequest = z.output<typeof estimateRequest>;
export type DownloadEstimateView = z.output<typeof downloadEstimate>;
export type NeverReason = z.output<typeof neverReason>;
