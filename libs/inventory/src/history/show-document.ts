import { AppError } from '@entrepot/kernel';
import { inflateBody } from '@entrepot/ocs-wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { deviceNotFound } from '../devices/show-device.js';
import { INVENTORY_ERRORS } from '../errors.js';
import { INVENTORY_OPTIONS, type InventoryOptions } from '../inventory-options.js';
import { fileNameOf } from './file-name.js';

/** An inventory as its agent sent it. */
export interface DeviceDocument {
  /** XML, in the encoding that it declares. */
  readonly bytes: Buffer;
  readonly fileName: string;
}

interface DocumentRow {
  readonly name: string;
  readonly body: Buffer | null;
  readonly receivedAt: Date | null;
}

/** Answers the last inventory of a device that changed something, as it was received. */
@Injectable()
export class ShowDocument {
  constructor(
    private readonly database: DataSource,
    @Inject(INVENTORY_OPTIONS) private readonly options: InventoryOptions,
  ) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_DOCUMENT_NOT_KEPT */
  async execute(deviceId: string): Promise<DeviceDocument> {
    const rows: DocumentRow[] = await this.database.query(DOCUMENT, [deviceId]);
    const row = rows[0];
    if (row === undefined) throw deviceNotFound(deviceId);
    if (row.body === null || row.receivedAt === null) {
      throw new AppError(
        INVENTORY_ERRORS.INVENTORY_DOCUMENT_NOT_KEPT,
        'No inventory of this device is kept as it was received.',
        { deviceId },
      );
    }
    const { bytes } = await inflateBody(row.body, this.options.maxInflatedBytes);
    return { bytes, fileName: fileNameOf(row.name, row.receivedAt, 'xml') };
  }
}

const DOCUMENT = `
  SELECT d.name, o.body, o.received_at AS "receivedAt"
  FROM device d LEFT JOIN device_document o ON o.device_id = d.id WHERE d.id = $1`;
