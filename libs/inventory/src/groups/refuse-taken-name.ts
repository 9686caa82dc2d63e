import { AppError } from '@entrepot/kernel';
import { INVENTORY_ERRORS } from '../errors.js';

const UNIQUE_VIOLATION = '23505';

/**
 * Does work that names a group; names differ by more than letter case.
 * @throws AppError INVENTORY_GROUP_NAME_TAKEN
 */
export async function refuseTakenName<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    throw new AppError(
      INVENTORY_ERRORS.INVENTORY_GROUP_NAME_TAKEN,
      `name: there is a group named “${name}” already.`,
      { field: 'name' },
      { cause: error },
    );
  }
}

function isNameTaken(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)) return false;
  return 'constraint' in error && error.constraint === 'device_group_name';
}
