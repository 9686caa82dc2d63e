import { pageOf } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { column, ReadColumns } from '../search/columns.js';
import { CompileFilter, deviceFilterShape, type ResolvedFilter } from '../search/device-filter.js';
import {
  BY_NAME,
  deviceOrder,
  readPosition,
  writePosition,
  type DeviceOrder,
  type Position,
} from '../search/device-order.js';
import { countOf, pageStatement, walkStatement, type PageRow } from '../search/page-statements.js';
import { SearchTransactions } from '../search/search-transactions.js';
import { deviceSummary, toSummary } from './device-view.js';

/** What POST /api/v1/devices/search takes. */
export const deviceSearch = z.strictObject({
  ...deviceFilterShape,
  /** More of each device, by the name of the column: `device.osName`, `BIOS.SMODEL`, `account.TAG`. */
  columns: z.array(column).max(50).optional(),
  sort: deviceOrder.optional(),
  limit: z.int().min(1).max(500).default(50),
  cursor: z.string().max(2_048).optional(),
});

const cell = z.union([z.string(), z.number(), z.null()]);

/** A device that was found; `columns` has what was asked for, as a list where a device may have several rows. */
export const foundDevice = deviceSummary.extend({
  columns: z.record(z.string(), z.union([cell, z.array(cell)])).optional(),
});

/** `total` is null, and `totalPending` true, when counting takes too long: POST /devices/search/count tells it. */
export const foundDevices = pageOf(foundDevice).extend({
  total: z.int().nullable(),
  totalPending: z.boolean(),
});

export type DeviceSearch = z.output<typeof deviceSearch>;
export type FoundDevices = z.output<typeof foundDevices>;

interface Found {
  readonly rows: readonly PageRow[];
  readonly total: number | null;
}

/** How long a page that is there may wait for its total, and what is left of that at least, in milliseconds. */
const PATIENCE_MS = 240;
const LEAST_COUNT_MS = 50;
/** Devices that are tried one after the other before all are looked at together. */
const WALK = 1_000;

/** Finds devices. */
@Injectable()
export class SearchDevices {
  constructor(
    private readonly filters: CompileFilter,
    private readonly transactions: SearchTransactions,
    private readonly columns: ReadColumns,
  ) {}

  /** @throws AppError HTTP_CURSOR_INVALID, INVENTORY_SEARCH_TOO_SLOW */
  async execute(search: DeviceSearch): Promise<FoundDevices> {
    const order = search.sort ?? BY_NAME;
    const position = readPosition(search.cursor, order);
    const filter = await this.filters.resolve(search);
    const { rows, total } = await this.find(search, filter, order, position);
    const shown = rows.slice(0, search.limit);
    const last = shown.at(-1);
    const next =
      rows.length > search.limit && last ? writePosition(order, { key: last.key, id: last.id, total }) : null;
    const cells = await this.columns.execute(shown, search.columns ?? []);
    const items = shown.map((row) => {
      const columns = cells.get(row.id);
      return { ...toSummary(row), ...(columns && { columns }) };
    });
    return { items, total, totalPending: total === null, next };
  }

  private async find(
    search: DeviceSearch,
    filter: ResolvedFilter,
    order: DeviceOrder,
    position: Position | null,
  ): Promise<Found> {
    const counted = position?.total ?? null;
    const startedAt = performance.now();
    if (search.criteria !== undefined && order.by === 'name') {
      const limit = search.limit + 1;
      const walk = walkStatement(filter.write('walk'), order, position, WALK, limit);
      const rows = await this.transactions.run((manager) => ask(manager, walk));
      if (rows.length === limit) {
        const left = PATIENCE_MS - Math.round(performance.now() - startedAt);
        return { rows, total: counted ?? (await this.countBriefly(filter, Math.max(left, LEAST_COUNT_MS))) };
      }
    }
    const page = pageStatement(filter.write('scan'), order, position, search.limit + 1);
    const rows = await this.transactions.run((manager) => ask(manager, page));
    return { rows: rows.filter(({ id }) => id !== null), total: counted ?? Number(rows[0]?.total ?? 0) };
  }

  private countBriefly(filter: ResolvedFilter, milliseconds: number): Promise<number | null> {
    return this.transactions.runBriefly(milliseconds, (manager) => countOf(manager, filter.write('scan')));
  }
}

function ask(
  manager: EntityManager,
  { text, parameters }: { readonly text: string; readonly parameters: readonly unknown[] },
): Promise<PageRow[]> {
  return manager.query(text, [...parameters]);
}
