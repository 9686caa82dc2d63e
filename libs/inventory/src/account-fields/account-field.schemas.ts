import { z } from 'zod';
import { accountFieldPolicy, accountFieldType } from './account-field.js';
import { carriedText, MAX_VALUE } from './field-value.js';

const MAX_LABEL = 100;
const MAX_OPTIONS = 500;
const MAX_POSITION = 10_000;

const carried = (text: string): boolean => carriedText(text) === text;
const NOT_CARRIED = 'must not have blanks around it, control characters or halves of characters';

/** The name of a field, which is the KEYNAME of agents. */
export const accountFieldName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_]{0,29}$/,
    'must be a letter and at most 29 more letters, digits and underscores',
  );
const label = z.string().min(1).max(MAX_LABEL).refine(carried, NOT_CARRIED);
const options = z
  .array(z.string().min(1).max(MAX_VALUE).refine(carried, NOT_CARRIED))
  .max(MAX_OPTIONS)
  .refine((values) => new Set(values).size === values.length, 'must not have a value twice');
const position = z.int().min(0).max(MAX_POSITION);

/** What POST /api/v1/account-fields takes. */
export const newAccountField = z.strictObject({
  /** Letter case does not make another name. */
  name: accountFieldName,
  /** The name for people; the same unless told. */
  label: label.optional(),
  type: accountFieldType.default('text'),
  /** The values of a list. */
  options: options.default([]),
  policy: accountFieldPolicy.default('first-wins'),
  /** Fields are listed by it; the last one unless told. */
  position: position.optional(),
});

/** What PATCH /api/v1/account-fields/{name} takes; what is left out stays. */
export const accountFieldChanges = z.strictObject({
  label: label.optional(),
  /** Only while no device has a value. */
  type: accountFieldType.optional(),
  options: options.optional(),
  policy: accountFieldPolicy.optional(),
  position: position.optional(),
});

/** A field as it is listed. */
export const accountFieldView = z.object({
  name: z.string(),
  label: z.string(),
  type: accountFieldType,
  options: z.array(z.string()),
  policy: accountFieldPolicy,
  position: z.int(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});

export type NewAccountField = z.output<typeof newAccountField>;
export type AccountFieldChanges = z.output<typeof accountFieldChanges>;
export type AccountFieldView = z.output<typeof accountFieldView>;

/** A field as the driver answers it. */
export interface AccountFieldRow extends Omit<AccountFieldView, 'createdAt'> {
  readonly createdAt: Date;
}

/** The columns of a field, for `account_field`. */
export const FIELD_COLUMNS =
  'name, label, type, options, policy, position, created_at AS "createdAt", created_by AS "createdBy"';

/** Makes a view of a row. */
export function toAccountFieldView(row: AccountFieldRow): AccountFieldView {
  return { ...row, createdAt: row.createdAt.toISOString() };
}
