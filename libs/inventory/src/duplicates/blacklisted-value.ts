import { AppError } from '@entrepot/kernel';
import { z } from 'zod';
import { INVENTORY_ERRORS } from '../errors.js';
import { BLACKLIST_KINDS, type BlacklistKind } from './worthless-values.js';

const CONTROL = /\p{Cc}/u;
const MAC_PATTERN = /^[0-9A-F:*?]+$/;

/** A value, or a pattern of values, by which machines are not recognised. */
export const blacklistedValue = z.object({
  id: z.uuid(),
  kind: z.enum(BLACKLIST_KINDS),
  pattern: z.string(),
  /** Whether it came with Entrepot. */
  seeded: z.boolean(),
  addedAt: z.iso.datetime(),
});

const pattern = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .refine((text) => !CONTROL.test(text), 'must not have control characters')
  .refine((text) => /[^*?]/.test(text), 'must have more than the wildcards * and ?');

/** What POST and PUT take. In a pattern `*` stands for any characters and `?` for one; letter case does not matter. */
export const blacklistedValueFields = z
  .strictObject({ kind: z.enum(BLACKLIST_KINDS), pattern })
  .transform(({ kind, pattern: text }) => ({
    kind,
    pattern: kind === 'mac' ? text.toUpperCase().replaceAll('-', ':') : text,
  }))
  .refine((fields) => fields.kind !== 'mac' || MAC_PATTERN.test(fields.pattern), {
    path: ['pattern'],
    message: 'must be a MAC address, in which * and ? may stand for digits',
  });

export type BlacklistedValue = z.output<typeof blacklistedValue>;
export type BlacklistedValueFields = z.output<typeof blacklistedValueFields>;

/** A blacklisted value as it is stored. */
export interface StoredValue {
  readonly id: string;
  readonly kind: BlacklistKind;
  readonly pattern: string;
  readonly seeded: boolean;
  readonly addedAt: Date;
}

export const VALUE_COLUMNS = 'id, kind, pattern, seeded, added_at AS "addedAt"';

/** Shows a blacklisted value. */
export function toBlacklistedValue({ addedAt, ...value }: StoredValue): BlacklistedValue {
  return { ...value, addedAt: addedAt.toISOString() };
}

/** What is thrown when a blacklisted value is asked for that does not exist. */
export function valueNotFound(id: string): AppError {
  return new AppError(
    INVENTORY_ERRORS.INVENTORY_BLACKLISTED_VALUE_NOT_FOUND,
    'There is no blacklisted value of that id.',
    { id },
  );
}
