import { createMessagingTables } from '@entrepot/platform-messaging';
import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Devices, their sections and software, what is known of their contacts, and the settings. */
export class InitialSchema1795132800000 implements MigrationInterface {
  readonly name = 'InitialSchema1795132800000';

  async up(runner: QueryRunner): Promise<void> {
    await createMessagingTables(runner, 'inventory');
    await runner.query(DEVICES);
    await runner.query(CONTENTS);
    await runner.query(SETTINGS);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

// What changes at each contact is in a table of its own, with room on its pages and no index on what changes, so that
// its updates stay within the page and touch no index of the device.
const DEVICES = `
  CREATE TABLE inventory.device (
    id uuid PRIMARY KEY,
    agent_device_id text NOT NULL,
    name text NOT NULL,
    os_name text NOT NULL,
    user_id text NOT NULL,
    ip_address text NOT NULL,
    account_fields jsonb NOT NULL,
    tag text GENERATED ALWAYS AS (account_fields ->> 'TAG') STORED,
    registered_at timestamptz NOT NULL
  );
  CREATE UNIQUE INDEX device_agent_device_id ON inventory.device (lower(agent_device_id));
  CREATE INDEX device_name ON inventory.device (name, id);
  CREATE INDEX device_tag ON inventory.device (tag);

  CREATE TABLE inventory.device_contact (
    device_id uuid PRIMARY KEY REFERENCES inventory.device (id) ON DELETE CASCADE,
    last_contact_at timestamptz NOT NULL,
    last_inventory_at timestamptz NOT NULL,
    inventory_date timestamptz NOT NULL,
    user_agent text NOT NULL,
    peer_address text NOT NULL,
    checksum bigint NOT NULL
  ) WITH (fillfactor = 70);
`;

const CONTENTS = `
  CREATE TABLE inventory.section (
    device_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    name text NOT NULL,
    digest bytea NOT NULL,
    rows jsonb NOT NULL,
    row_count integer NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (device_id, name)
  ) WITH (fillfactor = 90);

  CREATE TABLE inventory.software (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key uuid NOT NULL UNIQUE,
    name text NOT NULL,
    publisher text NOT NULL,
    version text NOT NULL
  );

  CREATE TABLE inventory.device_software (
    device_id uuid PRIMARY KEY REFERENCES inventory.device (id) ON DELETE CASCADE,
    digest bytea NOT NULL,
    software_ids integer[] NOT NULL,
    details bytea NOT NULL,
    updated_at timestamptz NOT NULL
  );
  ALTER TABLE inventory.device_software ALTER COLUMN details SET STORAGE EXTERNAL;
  CREATE INDEX device_software_ids ON inventory.device_software USING gin (software_ids) WITH (fastupdate = on);

  CREATE TABLE inventory.journal_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    digest bytea NOT NULL,
    entry jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    UNIQUE (device_id, digest)
  );

  CREATE TABLE inventory.download_result (
    device_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    file_id text NOT NULL,
    reported_at timestamptz NOT NULL,
    PRIMARY KEY (device_id, file_id)
  );

  CREATE TABLE inventory.download_history (
    device_id uuid PRIMARY KEY REFERENCES inventory.device (id) ON DELETE CASCADE,
    file_ids text[] NOT NULL
  );
`;

const SETTINGS = `
  CREATE TABLE inventory.setting (
    key text PRIMARY KEY,
    value jsonb NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
  );
`;
