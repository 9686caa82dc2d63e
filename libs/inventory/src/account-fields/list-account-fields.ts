import type { Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  FIELD_COLUMNS,
  toAccountFieldView,
  type AccountFieldRow,
  type AccountFieldView,
} from './account-field.schemas.js';

/** Lists the fields that exist, in their places. There are never more than fit on a page. */
@Injectable()
export class ListAccountFields {
  constructor(private readonly database: DataSource) {}

  async execute(): Promise<Page<AccountFieldView>> {
    const rows: AccountFieldRow[] = await this.database.query(FIELDS);
    return { items: rows.map(toAccountFieldView), total: rows.length, next: null };
  }
}

const FIELDS = `SELECT ${FIELD_COLUMNS} FROM account_field WHERE deleted_at IS NULL ORDER BY position, name`;
