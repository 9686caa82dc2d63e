import { AppError, type Branded } from '@entrepot/kernel';
import { z } from 'zod';
import { INVENTORY_ERRORS } from '../errors.js';

export type RegistryQueryId = Branded<'RegistryQueryId'>;

const text = (max: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((value) => !/\p{Cc}/u.test(value) && value.isWellFormed(), 'must not have control characters');

/** What an administrator says of a question to the registry of Windows machines (OCS-PROTOCOL.md §2.6). */
export const registryQueryFields = z.strictObject({
  /** What the answers are called in the section REGISTRY. */
  label: text(255),
  /** 0 HKEY_CLASSES_ROOT, 1 HKEY_CURRENT_USER, 2 HKEY_LOCAL_MACHINE, 3 HKEY_USERS, 4 HKEY_CURRENT_CONFIG, 5 HKEY_DYN_DATA. */
  tree: z.int().min(0).max(5),
  /** Below the tree, with backslashes. */
  key: text(2_048),
  /** The name of one value, or `*` for all of the key. */
  value: text(255).default('*'),
});

export const registryQuery = z.object({ id: z.uuid(), ...registryQueryFields.shape });

export type RegistryQueryFields = z.output<typeof registryQueryFields>;

export interface RegistryQuery extends RegistryQueryFields {
  readonly id: RegistryQueryId;
}

/** What is thrown when a query is asked for that does not exist. */
export function registryQueryNotFound(id: RegistryQueryId): AppError {
  return new AppError(
    INVENTORY_ERRORS.INVENTORY_REGISTRY_QUERY_NOT_FOUND,
    'There is no registry query of that id.',
    { registryQueryId: id },
  );
}
