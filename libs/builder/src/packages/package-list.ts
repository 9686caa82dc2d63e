import { pageQuery } from '@entrepot/platform-http';
import { z } from 'zod';
import type { PackageFilter } from './package.repository.js';
import { PACKAGE_STATES } from './package-state.js';

/** What can be asked of the list of packages. */
export const packageListQuery = pageQuery.extend({
  /** The exact name: all its versions. */
  name: z.string().max(255).optional(),
  state: z.enum(PACKAGE_STATES).optional(),
  /** Whether deleted ones are left out (the default), shown alone, or among the others. */
  deleted: z.enum(['false', 'true', 'all']).optional(),
});

export type PackageListQuery = z.output<typeof packageListQuery>;

/** Who asks for the state `deleted` sees deleted ones without saying so twice. */
export function packageFilter({ name, state, deleted }: PackageListQuery): PackageFilter {
  const shown = deleted ?? (state === 'deleted' ? 'true' : 'false');
  const states = PACKAGE_STATES.filter(
    (each) =>
      (state === undefined || each === state) &&
      (shown === 'all' || (each === 'deleted') === (shown === 'true')),
  );
  return { states, name };
}
