import { z } from 'zod';
import { pageQuery } from '@entrepot/platform-http';
import { criteria } from '../search/criteria.js';
import { oneWay, selectionShape } from './group-selection.js';
import { groupKind, memberOrigin } from './group-view.js';

const MAX_NAME = 255;
const MAX_DESCRIPTION = 2_000;
const IN_A_LINE = /[\p{Cc}\p{Cs}]/u;
const IN_A_TEXT = /[\0\p{Cs}]/u;

const name = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME)
  .refine((text) => !IN_A_LINE.test(text), 'must not have control characters or halves of characters');
const description = z
  .string()
  .trim()
  .min(1)
  .max(MAX_DESCRIPTION)
  .refine((text) => !IN_A_TEXT.test(text), 'must not have NUL or halves of characters');

/** What makes a group. A static one begins with the devices given, or with none; a dynamic one is what it asks for. */
export const newGroup = z
  .strictObject({ name, description, kind: groupKind, criteria: criteria.optional(), ...selectionShape })
  .superRefine((group, context) => {
    const refuse = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (group.kind === 'dynamic') {
      if (group.deviceIds !== undefined) refuse('deviceIds', 'must not be there for a dynamic group');
      if ((group.criteria === undefined) === (group.search === undefined))
        refuse('criteria', 'must be there, or search instead');
    } else {
      if (group.criteria !== undefined) refuse('criteria', 'must not be there unless the group is dynamic');
      if (group.deviceIds !== undefined && !oneWay(group))
        refuse('search', 'must not be there with deviceIds');
    }
  });

/** What changes a group; what is left out stays. Criteria are for dynamic groups. */
export const groupChange = z
  .strictObject({ name: name.optional(), description: description.optional(), criteria: criteria.optional() })
  .refine((given) => Object.values(given).some((value) => value !== undefined), 'must change something');

/** Which devices are put in, or kept out of a dynamic group. */
export const newMembers = z
  .strictObject({ ...selectionShape, origin: z.enum(['included', 'excluded']).default('included') })
  .refine(oneWay, 'must have either deviceIds or search');

/** Which groups are listed. */
export const groupQuery = pageQuery.extend({
  /** Part of the name or the description; letter case does not matter. */
  text: z.string().trim().max(MAX_NAME).optional(),
  kind: groupKind.optional(),
});

/** Which devices of a group are listed; without `origin`, its members. */
export const memberQuery = pageQuery.extend({ origin: memberOrigin.optional() });

export type NewGroup = z.output<typeof newGroup>;
export type GroupChange = z.output<typeof groupChange>;
export type NewMembers = z.output<typeof newMembers>;
export type GroupQuery = z.output<typeof groupQuery>;
export type MemberQuery = z.output<typeof memberQuery>;
