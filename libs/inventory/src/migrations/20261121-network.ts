import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Registry queries, what agents find on their networks, and when devices called. */
export class Network1795237200000 implements MigrationInterface {
  readonly name = 'Network1795237200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CONTACTS);
    await runner.query(REGISTRY_QUERIES);
    await runner.query(NETWORKS);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

// No foreign key: each contact would lock and write the row of its device. What is left of a purged device grows old.
const CONTACTS = `
  ALTER TABLE inventory.device_contact
    ADD COLUMN fidelity integer NOT NULL DEFAULT 0,
    ADD COLUMN quality real NOT NULL DEFAULT 0;

  CREATE TABLE inventory.contact_log (
    device_id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    user_agent text NOT NULL
  );
  CREATE INDEX contact_log_device ON inventory.contact_log (device_id, at DESC);
`;

const REGISTRY_QUERIES = `
  CREATE TABLE inventory.registry_query (
    id uuid PRIMARY KEY,
    label text NOT NULL,
    tree smallint NOT NULL CHECK (tree BETWEEN 0 AND 5),
    key text NOT NULL,
    value text NOT NULL
  );
  CREATE UNIQUE INDEX registry_query_label ON inventory.registry_query (label);
`;

// A device calls from one subnet, in which it may be elected; its interfaces may be in several.
const NETWORKS = `
  CREATE TABLE inventory.network_member (
    device_id uuid PRIMARY KEY REFERENCES inventory.device (id) ON DELETE CASCADE,
    subnet text NOT NULL,
    elected_at timestamptz
  );
  CREATE INDEX network_member_subnet ON inventory.network_member (subnet);
  CREATE INDEX network_member_elected ON inventory.network_member (subnet) WHERE elected_at IS NOT NULL;

  CREATE TABLE inventory.network_interface (
    device_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    mac text NOT NULL,
    subnet text NOT NULL,
    PRIMARY KEY (device_id, mac, subnet)
  );
  CREATE INDEX network_interface_mac ON inventory.network_interface (mac);
  CREATE INDEX network_interface_subnet ON inventory.network_interface (subnet);

  CREATE TABLE inventory.netmap (
    mac text PRIMARY KEY,
    ip text NOT NULL,
    name text NOT NULL,
    subnet text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    found_by uuid REFERENCES inventory.device (id) ON DELETE SET NULL,
    kind text,
    description text
  );
  CREATE INDEX netmap_subnet ON inventory.netmap (subnet, mac);
  CREATE INDEX netmap_found_by ON inventory.netmap (found_by);
`;
