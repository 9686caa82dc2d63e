import type { BreakdownRow, PackageBreakdownReply, PackageBreakdownRequest } from '@entrepot/contracts';
import { parseUuid } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SearchTransactions } from '../search/search-transactions.js';
import { operatingSystemOf } from './operating-system.js';

/** Values of a dimension that are told at the most; those of most devices. */
const MOST_VALUES = 200;

type Counted = Omit<BreakdownRow, 'dimension'>;

/**
 * How the devices that have a package are spread over operating systems, TAGs and groups, by the state of the newest
 * attempt of each assignment. A device in several groups counts in each of them.
 */
@Injectable()
export class PackageBreakdown {
  constructor(private readonly searches: SearchTransactions) {}

  /** @throws AppError INVENTORY_SEARCH_TOO_SLOW, INVENTORY_BUSY */
  async execute({ packageId }: PackageBreakdownRequest): Promise<PackageBreakdownReply> {
    if (parseUuid(packageId) === null) return { rows: [] };
    return this.searches.run(async (manager) => {
      const ask = (text: string): Promise<Counted[]> => askFor(manager, text, packageId);
      return {
        rows: [
          ...label('operatingSystem', toFamilies(await ask(BY_OS_NAME))),
          ...label('tag', await ask(BY_TAG)),
          ...label('group', await ask(BY_GROUP)),
        ],
      };
    });
  }
}

function askFor(manager: EntityManager, text: string, packageId: string): Promise<Counted[]> {
  return manager.query(text, [packageId]);
}

function label(dimension: BreakdownRow['dimension'], rows: readonly Counted[]): BreakdownRow[] {
  return rows.map((row) => ({ dimension, ...row }));
}

function toFamilies(rows: readonly Counted[]): Counted[] {
  const families = new Map<string, { value: string; state: string; count: number }>();
  for (const { value: osName, state, count } of rows) {
    const value = operatingSystemOf(osName);
    const key = `${value} ${state}`;
    const known = families.get(key);
    if (known === undefined) families.set(key, { value, state, count });
    else known.count += count;
  }
  return [...families.values()];
}

const BY_OS_NAME = `
  SELECT d.os_name AS value, y.state, count(*)::int AS count
  FROM device_delivery y JOIN device d ON d.id = y.device_id
  WHERE y.package_id = $1 GROUP BY d.os_name, y.state ORDER BY d.os_name, y.state`;

/** @param rows SELECT of a value, a state and a count */
const largest = (rows: string): string => `
  WITH counted AS MATERIALIZED (${rows}), largest AS (
    SELECT value, sum(count) AS total FROM counted GROUP BY value ORDER BY total DESC, value LIMIT ${MOST_VALUES}
  )
  SELECT c.value, c.state, c.count FROM counted c JOIN largest l ON l.value = c.value
  ORDER BY l.total DESC, c.value, c.state`;

const BY_TAG = largest(`
  SELECT coalesce(d.tag, '') AS value, y.state, count(*)::int AS count
  FROM device_delivery y JOIN device d ON d.id = y.device_id
  WHERE y.package_id = $1 GROUP BY 1, 2`);

const BY_GROUP = largest(`
  SELECT g.name AS value, y.state, count(*)::int AS count
  FROM device_delivery y JOIN device d ON d.id = y.device_id
  JOIN group_member m ON m.device_id = d.id AND m.origin <> 'excluded' JOIN device_group g ON g.id = m.group_id
  WHERE y.package_id = $1 GROUP BY 1, 2`);
