import { csvLine } from '@entrepot/platform-http';
import { Readable } from 'node:stream';
import { AppError } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { INVENTORY_ERRORS } from '../errors.js';
import { column, ReadColumns, type Cell } from './columns.js';
import { CompileFilter, deviceFilterShape, type SqlFilter } from './device-filter.js';
import { BY_NAME, deviceOrder, keyOf, type DeviceOrder } from './device-order.js';
import { SUMMARY_COLUMNS, type SummaryRow } from '../devices/device-view.js';
import { prepareSearch, tooSlow, wasCancelled } from './search-transactions.js';

/** What POST /api/v1/devices/search/export takes. */
export const deviceExport = z.strictObject({
  ...deviceFilterShape,
  columns: z
    .array(column)
    .min(1)
    .max(50)
    .default(['device.name', 'device.agentDeviceId', 'device.osName', 'device.userId', 'device.ipAddress'])
    .meta({ description: 'device.<column>, account.<field> or <SECTION>.<FIELD>, in this order' }),
  sort: deviceOrder.optional(),
});

export type DeviceExport = z.output<typeof deviceExport>;

/** Each holds a connection for as long as its reader takes. */
const AT_ONCE = 2;
const BATCH = 200;
const STATEMENT_MS = 60_000;
const SLOW_READER_MS = 60_000;

/** Writes a whole search result as CSV, batch by batch, as of one moment. */
@Injectable()
export class ExportDevices {
  private running = 0;

  constructor(
    private readonly database: DataSource,
    private readonly filters: CompileFilter,
    private readonly columns: ReadColumns,
  ) {}

  /**
   * Resolves when the first lines are there, so that a search that fails is answered as such.
   * @throws AppError INVENTORY_BUSY when two others are under way, INVENTORY_SEARCH_TOO_SLOW
   */
  async execute(search: DeviceExport): Promise<Readable> {
    if (this.running >= AT_ONCE) {
      throw new AppError(
        INVENTORY_ERRORS.INVENTORY_BUSY,
        `${AT_ONCE} exports are under way; try again later.`,
      );
    }
    this.running++;
    const lines = this.lines(search);
    try {
      const first = await lines.next();
      return Readable.from(afterFirst(first, lines), { objectMode: false });
    } catch (error) {
      throw wasCancelled(error) ? tooSlow(error) : error;
    }
  }

  private async *lines(search: DeviceExport): AsyncGenerator<string, void, void> {
    try {
      const filter = (await this.filters.resolve(search)).write('scan');
      const runner = this.database.createQueryRunner();
      try {
        await runner.startTransaction('REPEATABLE READ');
        await prepareSearch(runner.manager, STATEMENT_MS);
        await runner.query(`SELECT set_config('idle_in_transaction_session_timeout', $1, true)`, [
          String(SLOW_READER_MS),
        ]);
        await runner.query(declareCursor(filter, search.sort ?? BY_NAME), [...filter.parameters.values]);
        yield* this.batches(runner.manager, search.columns);
      } finally {
        await runner.rollbackTransaction().catch(() => undefined); // The connection may be gone, or nothing was begun.
        await runner.release();
      }
    } finally {
      this.running--;
    }
  }

  private async *batches(
    manager: EntityManager,
    columns: readonly string[],
  ): AsyncGenerator<string, void, void> {
    let header = csvLine(columns);
    for (;;) {
      const devices: SummaryRow[] = await manager.query(`FETCH ${BATCH} FROM found`);
      const cells = await this.columns.execute(devices, columns, manager);
      const lines = devices.map(({ id }) =>
        csvLine(columns.map((name) => textOf(cells.get(id)?.[name] ?? null))),
      );
      if (header !== '' || lines.length > 0) yield header + lines.join('');
      header = '';
      if (devices.length < BATCH) return;
    }
  }
}

async function* afterFirst(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void, void>,
): AsyncGenerator<string, void, void> {
  try {
    if (first.done === true) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}

function declareCursor({ condition }: SqlFilter, order: DeviceOrder): string {
  return `DECLARE found NO SCROLL CURSOR FOR
    SELECT ${SUMMARY_COLUMNS} FROM device d JOIN device_contact c ON c.device_id = d.id
    WHERE ${condition} ORDER BY ${keyOf(order).sql} ${order.order}, d.id ${order.order}`;
}

function textOf(cell: Cell): string {
  if (Array.isArray(cell)) return cell.map((value) => textOf(value)).join('; ');
  return cell === null ? '' : String(cell);
}
