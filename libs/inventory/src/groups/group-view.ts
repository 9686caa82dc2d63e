import { z } from 'zod';
import { deviceSummary } from '../devices/device-view.js';

export const groupKind = z.enum(['static', 'dynamic', 'redistribution']);
export const memberOrigin = z.enum(['matched', 'included', 'excluded']);

/** A group as lists show it. */
export const groupSummary = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  kind: groupKind,
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  /** Matched and included ones; devices that are deleted, archived or merged do not count. */
  members: z.int(),
});

const words = z.object({ en: z.string(), fr: z.string() });

/** All that a group's page shows but the members themselves. */
export const groupDetails = groupSummary.extend({
  /** The definition of a dynamic group; null for the others. */
  criteria: z.record(z.string(), z.unknown()).nullable(),
  /** The definition in words. */
  words: words.nullable(),
  definitionChangedAt: z.iso.datetime(),
  /**
   * When all devices were last compared with the definition; null: not yet. Besides, each device is compared whenever
   * something about it changes.
   */
  evaluatedAt: z.iso.datetime().nullable(),
  counts: z.object({ matched: z.int(), included: z.int(), excluded: z.int() }),
  /** Settings that the group has of its own. */
  overrides: z.int(),
  /** Dynamic groups whose definitions ask for the members of this one; it cannot be deleted before they are. */
  usedBy: z.array(z.object({ id: z.uuid(), name: z.string() })),
});

/** A device of a group. */
export const groupMember = deviceSummary.extend({ origin: memberOrigin, since: z.iso.datetime() });

/** A group of a device. */
export const deviceGroup = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: groupKind,
  origin: memberOrigin,
  /** False when it is kept out. */
  member: z.boolean(),
  since: z.iso.datetime(),
});

/** What a change of members did. */
export const membersChanged = z.object({
  /** Devices that are members now and were not. */
  added: z.int(),
  /** Devices that were members and are not now. */
  removed: z.int(),
});

export type GroupSummary = z.output<typeof groupSummary>;
export type GroupDetails = z.output<typeof groupDetails>;
export type GroupMember = z.output<typeof groupMember>;
export type DeviceGroup = z.output<typeof deviceGroup>;
export type MembersChanged = z.output<typeof membersChanged>;
