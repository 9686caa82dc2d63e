import type { RowCriteria } from './criteria.js';
import { rowTest } from './row-test.js';
import { isInteger } from './section-fields.js';
import type { SqlParameters } from './sql-parameters.js';
import { valueTest, type ValueExpression } from './value-test.js';

/** Where a field of a software row is kept: with all that have its name, publisher and version; in the row; at the device. */
export type SoftwarePlace = 'software' | 'variant' | 'device';

/** Where a field of SOFTWARES is kept. */
export function placeOf(field: string): SoftwarePlace {
  if (field === 'NAME' || field === 'PUBLISHER' || field === 'VERSION') return 'software';
  return field === 'INSTALLDATE' ? 'device' : 'variant';
}

/** A field of SOFTWARES, for `software s`, `software_variant v` and a device's `x (installed_at)`. */
export function softwareField(field: string, parameters: SqlParameters): ValueExpression {
  switch (field) {
    case 'NAME':
      return { text: 's.name' };
    case 'PUBLISHER':
      return { text: 's.publisher' };
    case 'VERSION':
      return { text: 's.version', version: 's.version_order' };
    case 'INSTALLDATE':
      return { text: `to_char(x.installed_at, 'YYYY-MM-DD HH24:MI:SS')` };
    default: {
      const text = `(v.details ->> ${parameters.add(field)}::text)`;
      return isInteger('SOFTWARES', field) ? { text, number: `number_of(${text})` } : { text };
    }
  }
}

/**
 * Which entries of the dictionaries pass. What only the device itself can tell counts as passed, or below a not as failed:
 * no entry is missed.
 */
export function softwareTest(row: RowCriteria, parameters: SqlParameters): string {
  return rowTest(row, (leaf, positive) => {
    if (placeOf(leaf.field) === 'device') return positive ? 'true' : 'false';
    return valueTest(softwareField(leaf.field, parameters), leaf, parameters);
  });
}
