import type { Page, PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ListFieldChanges } from '../account-fields/list-field-changes.js';
import { ListSectionRows } from '../devices/list-section-rows.js';
import { ShowDevice } from '../devices/show-device.js';
import { fileNameOf } from './file-name.js';
import { ListChanges } from './list-changes.js';
import { ListContacts } from './list-contacts.js';
import { ListDeviceDeliveries } from './list-device-deliveries.js';

/** All that is known of a device, as one JSON document that is read while it is sent. */
export interface DeviceExport {
  readonly parts: AsyncIterable<string>;
  readonly fileName: string;
}

type ReadPage = (query: PageQuery) => Promise<Page<unknown>>;

const PAGE_SIZE = 500;
const CHANGES_PAGE_SIZE = 50;

/**
 * Exports a device. It is read page by page, so that neither a large device costs memory nor a slow reader a connection
 * to the database; what an inventory changes meanwhile may be in it or not.
 */
@Injectable()
export class ExportDevice {
  constructor(
    private readonly database: DataSource,
    private readonly show: ShowDevice,
    private readonly sectionRows: ListSectionRows,
    private readonly fieldChanges: ListFieldChanges,
    private readonly contacts: ListContacts,
    private readonly changes: ListChanges,
    private readonly deliveries: ListDeviceDeliveries,
  ) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND */
  async execute(deviceId: string, now: Date): Promise<DeviceExport> {
    const device = await this.show.execute(deviceId);
    const groups: unknown[] = await this.database.query(GROUPS, [deviceId]);
    const settings: unknown[] = await this.database.query(SETTINGS, [deviceId]);
    const { sections, ...overview } = device;
    const names = sections.map(({ name }) => name);
    const parts = this.write(deviceId, { exportedAt: now.toISOString(), overview, groups, settings }, names);
    return { parts, fileName: fileNameOf(device.name, now, 'json') };
  }

  private async *write(id: string, head: object, sections: readonly string[]): AsyncIterable<string> {
    yield `${JSON.stringify(head).slice(0, -1)},"sections":{`;
    for (const [index, section] of sections.entries()) {
      yield `${index === 0 ? '' : ','}${JSON.stringify(section)}:`;
      yield* list((query) => this.sectionRows.execute(id, section, query));
    }
    yield '},"accountFieldChanges":';
    yield* list((query) => this.fieldChanges.execute(id, query));
    yield ',"contacts":';
    yield* list((query) => this.contacts.execute(id, query));
    yield ',"changes":';
    yield* list((query) => this.changes.execute(id, query), CHANGES_PAGE_SIZE);
    yield ',"deliveries":';
    yield* list((query) => this.deliveries.execute(id, query));
    yield '}\n';
  }
}

async function* list(read: ReadPage, limit = PAGE_SIZE): AsyncIterable<string> {
  yield '[';
  let first = true;
  let cursor: string | undefined;
  do {
    const { items, next } = await read({ limit, ...(cursor !== undefined && { cursor }) });
    if (items.length > 0) yield (first ? '' : ',') + JSON.stringify(items).slice(1, -1);
    first &&= items.length === 0;
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  yield ']';
}

const GROUPS = `
  SELECT g.id, g.name, m.origin, m.since FROM group_member m JOIN device_group g ON g.id = m.group_id
  WHERE m.device_id = $1 ORDER BY g.name, g.id`;

const SETTINGS = `
  SELECT key, value, changed_at AS "changedAt" FROM device_setting WHERE device_id = $1 ORDER BY key`;
