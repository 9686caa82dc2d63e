import { z } from 'zod';
import { readCriteria } from './read-criteria.js';
import type { AbsenceTest, Test } from './operators.js';

/** What is asked of one row of a section. */
export type RowCriteria =
  | { readonly all: readonly RowCriteria[] }
  | { readonly any: readonly RowCriteria[] }
  | { readonly not: RowCriteria }
  | ({ readonly field: string } & Test);

/** The columns of a device that can be asked for. */
export const DEVICE_FIELDS = [
  ...['name', 'agentDeviceId', 'osName', 'userId', 'ipAddress', 'tag', 'userAgent'],
  ...['lastContact', 'lastInventory', 'registered', 'state'],
] as const;

export type DeviceField = (typeof DEVICE_FIELDS)[number];

/** Something that is asked of the rows of a section: of one and the same row, or of one field of any row. */
export type SectionCondition =
  | { readonly section: string; readonly row: RowCriteria }
  | ({ readonly section: string; readonly field: string } & (Test | AbsenceTest));

/** One thing that is asked of a device. */
export type Condition =
  | SectionCondition
  | ({ readonly device: DeviceField } & Test)
  | ({ readonly accountField: string } & Test)
  | { readonly group: string; readonly operator: 'member' | 'not-member' }
  | { readonly package: string; readonly operator: 'status'; readonly value: readonly string[] }
  | { readonly package: string; readonly operator: 'none' };

/** Which devices are meant, as data (OCS-PROTOCOL.md §8.4). */
export type Criteria =
  | { readonly all: readonly Criteria[] }
  | { readonly any: readonly Criteria[] }
  | { readonly not: Criteria }
  | Condition;

/**
 * The schema of criteria in a body. At most 8 levels and 64 conditions; an issue names the part that breaks a rule,
 * such as `all.0.operator`.
 */
export const criteria = z
  .unknown()
  .transform((value, context): Criteria => {
    const read = readCriteria(value);
    if (read.ok) return read.criteria;
    context.addIssue({ code: 'custom', path: [...read.path], message: read.rule });
    return z.NEVER;
  })
  .meta({
    description:
      'Which devices: {all: […]}, {any: […]}, {not: …} or a condition: {section, field, operator, value} (any row), ' +
      '{section, row: …} (one and the same row), {device, operator, value}, {accountField, operator, value}, ' +
      '{group, operator: member | not-member}, {package, operator: status, value: […]} or {package, operator: none}',
    example: {
      all: [
        { section: 'SOFTWARES', field: 'NAME', operator: 'like', value: 'Office*' },
        { device: 'tag', operator: 'equal', value: 'Paris' },
      ],
    },
  });
