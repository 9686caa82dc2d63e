import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FreshCopy } from '../settings/fresh-copy.js';
import type { AccountFieldDefinition } from './account-field.js';

type Definitions = readonly AccountFieldDefinition[];

/** A short-lived copy of the fields that exist, for inventories. */
@Injectable()
export class AccountFieldStore {
  private readonly copy = new FreshCopy<Definitions>(() => this.database.query(DEFINITIONS));

  constructor(private readonly database: DataSource) {}

  /** Every field in its place, TAG among them; at most half a second old when another process changes one. */
  current(): Promise<Definitions> {
    return this.copy.current();
  }

  /** Makes the next reader of this process ask the database; call it after the commit of a change. */
  forget(): void {
    this.copy.forget();
  }
}

const DEFINITIONS = `
  SELECT name, type, options, policy FROM account_field WHERE deleted_at IS NULL ORDER BY position, name`;
