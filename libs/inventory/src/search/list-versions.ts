import type { Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { storableText } from '../storable-text.js';
import type { installedSoftware } from './list-software.js';
import { SearchTransactions } from './search-transactions.js';

const MAX_TEXT = 255;

/** The query of the versions of one software. */
export const versionsQuery = z.object({
  /** The whole name; letter case does not matter. */
  name: z.string().min(1).max(MAX_TEXT),
});

export type VersionsQuery = z.output<typeof versionsQuery>;

/** Lists the versions of one software that active devices have, the newest first. */
@Injectable()
export class ListVersions {
  constructor(private readonly transactions: SearchTransactions) {}

  /** @throws AppError INVENTORY_SEARCH_TOO_SLOW */
  async execute({ name }: VersionsQuery): Promise<Page<z.output<typeof installedSoftware>>> {
    const items: z.output<typeof installedSoftware>[] = await this.transactions.run((manager) =>
      manager.query(VERSIONS, [storableText(name, MAX_TEXT)]),
    );
    return { items, total: items.length, next: null };
  }
}

const VERSIONS = `
  SELECT s.name, s.publisher, s.version, n.devices
  FROM software s CROSS JOIN LATERAL (
    SELECT count(*)::int AS devices FROM device_software w JOIN device d ON d.id = w.device_id AND d.state = 'active'
    WHERE w.software_ids @> ARRAY[s.id]
  ) n
  WHERE lower(coalesce(s.name, '')) = lower($1) AND n.devices > 0
  ORDER BY s.version_order DESC, s.version DESC, s.publisher, s.id`;
