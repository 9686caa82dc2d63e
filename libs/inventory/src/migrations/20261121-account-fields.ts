import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Account fields that administrators define, and the history of their values. */
export class AccountFields1795233600000 implements MigrationInterface {
  readonly name = 'AccountFields1795233600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DEFINITIONS);
    await runner.query(CHANGES);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

// A field whose values are being taken from the devices keeps its row until that is done, so that its name is not given
// to another one too early.
const DEFINITIONS = `
  CREATE TABLE inventory.account_field (
    name text PRIMARY KEY CHECK (name ~ '^[A-Za-z][A-Za-z0-9_]{0,29}$'),
    label text NOT NULL,
    type text NOT NULL CHECK (type IN ('text', 'list', 'date', 'checkbox')),
    options text[] NOT NULL DEFAULT '{}',
    policy text NOT NULL CHECK (policy IN ('server-wins', 'agent-wins', 'first-wins')),
    position integer NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    deleted_at timestamptz,
    CONSTRAINT account_field_options CHECK ((type = 'list') = (cardinality(options) > 0)),
    CONSTRAINT account_field_tag CHECK (name <> 'TAG' OR deleted_at IS NULL)
  );
  CREATE UNIQUE INDEX account_field_name ON inventory.account_field (lower(name));
  INSERT INTO inventory.account_field (name, label, type, policy, position, created_at, created_by)
  VALUES ('TAG', 'TAG', 'text', 'first-wins', 0, now(), 'system');
`;

const CHANGES = `
  CREATE TABLE inventory.account_field_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    field text NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    source text NOT NULL CHECK (source IN ('agent', 'api', 'merge')),
    by text,
    at timestamptz NOT NULL
  );
  CREATE INDEX account_field_change_device ON inventory.account_field_change (device_id, id);
`;
