import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Groups of devices, and the settings that a device or a group has of its own. */
export class Groups1795222800000 implements MigrationInterface {
  readonly name = 'Groups1795222800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(GROUPS);
    await runner.query(OVERRIDES);
    await runner.query(DELIVERIES);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

// `refers_to`: the groups whose members the criteria ask for. The origin is in both indexes, so that counts and the
// look-up at a PROLOG read nothing else; devices that do not count are few, and are subtracted.
const GROUPS = `
  CREATE TABLE inventory.device_group (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('static', 'dynamic', 'redistribution')),
    criteria jsonb,
    refers_to uuid[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    definition_changed_at timestamptz NOT NULL,
    evaluated_at timestamptz,
    CONSTRAINT device_group_criteria CHECK ((kind = 'dynamic') = (criteria IS NOT NULL))
  );
  CREATE UNIQUE INDEX device_group_name ON inventory.device_group (lower(name));

  CREATE TABLE inventory.group_member (
    group_id uuid NOT NULL REFERENCES inventory.device_group (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    origin text NOT NULL CHECK (origin IN ('matched', 'included', 'excluded')),
    since timestamptz NOT NULL,
    PRIMARY KEY (group_id, device_id) INCLUDE (origin)
  );
  CREATE INDEX group_member_device ON inventory.group_member (device_id, group_id) INCLUDE (origin);
  CREATE INDEX device_not_active ON inventory.device (id) WHERE state <> 'active';
`;

const OVERRIDES = `
  CREATE TABLE inventory.device_setting (
    device_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    key text NOT NULL,
    value jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (device_id, key)
  );
  CREATE TABLE inventory.group_setting (
    group_id uuid NOT NULL REFERENCES inventory.device_group (id) ON DELETE CASCADE,
    key text NOT NULL,
    value jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (group_id, key)
  );
`;

// What activation says of its deliveries, so that devices can be searched and grouped by it.
const DELIVERIES = `
  CREATE TABLE inventory.device_delivery (
    device_id uuid NOT NULL,
    assignment_id uuid NOT NULL,
    package_id uuid NOT NULL,
    file_id text NOT NULL,
    attempt integer NOT NULL,
    state text NOT NULL,
    code text,
    changed_at timestamptz NOT NULL,
    delivery_id uuid NOT NULL,
    PRIMARY KEY (device_id, assignment_id)
  );
  CREATE INDEX device_delivery_of ON inventory.device_delivery (delivery_id);
  CREATE INDEX device_delivery_package ON inventory.device_delivery (package_id, state);
`;
