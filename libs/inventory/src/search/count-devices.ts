import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CompileFilter, type DeviceFilter } from './device-filter.js';
import { countOf } from './page-statements.js';
import { SearchTransactions } from './search-transactions.js';

/** How many devices a search finds. */
export const deviceCount = z.object({ total: z.int() });

export type DeviceCount = z.output<typeof deviceCount>;

/** Counts the devices that a search finds, however many there are. */
@Injectable()
export class CountDevices {
  constructor(
    private readonly filters: CompileFilter,
    private readonly transactions: SearchTransactions,
  ) {}

  /** @throws AppError INVENTORY_SEARCH_TOO_SLOW */
  async execute(filter: DeviceFilter): Promise<DeviceCount> {
    const resolved = await this.filters.resolve(filter);
    const total = await this.transactions.run((manager) => countOf(manager, resolved.write('scan')));
    return { total };
  }
}
