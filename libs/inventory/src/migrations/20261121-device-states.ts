import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The life of a device after its registration, what it is recognised by, and how it was merged with others. */
export class DeviceStates1795219200000 implements MigrationInterface {
  readonly name = 'DeviceStates1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(STATES);
    await runner.query(IDENTITY);
    await runner.query(MERGES);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

const STATES = `
  ALTER TABLE inventory.device
    ADD COLUMN state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'archived', 'deleted', 'merged')),
    ADD COLUMN state_changed_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN merged_into uuid REFERENCES inventory.device (id) ON DELETE CASCADE,
    ADD CONSTRAINT device_merged_into CHECK ((state = 'merged') = (merged_into IS NOT NULL));
  CREATE INDEX device_merged_into ON inventory.device (merged_into) WHERE merged_into IS NOT NULL;
  CREATE INDEX device_deleted ON inventory.device (state_changed_at) WHERE state = 'deleted';
`;

// One array of "kind:value" for all criteria: a row and an index per device, and a single look-up for a whole batch.
const IDENTITY = `
  CREATE TABLE inventory.device_identity (
    device_id uuid PRIMARY KEY REFERENCES inventory.device (id) ON DELETE CASCADE,
    digest bytea NOT NULL,
    facts jsonb NOT NULL,
    keys text[] NOT NULL
  );
  CREATE INDEX device_identity_keys ON inventory.device_identity USING gin (keys) WITH (fastupdate = off);

  CREATE TABLE inventory.blacklisted_value (
    kind text NOT NULL CHECK (kind IN ('serial', 'mac', 'uuid', 'asset-tag')),
    pattern text NOT NULL,
    seeded boolean NOT NULL DEFAULT false,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, pattern)
  );
`;

const MERGES = `
  CREATE TABLE inventory.duplicate_pair (
    id uuid PRIMARY KEY,
    older_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    newer_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    score integer NOT NULL,
    reasons jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'merged', 'dismissed')),
    found_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by text,
    UNIQUE (older_id, newer_id)
  );
  CREATE INDEX duplicate_pair_open ON inventory.duplicate_pair (score DESC, id) WHERE state = 'open';
  CREATE INDEX duplicate_pair_newer ON inventory.duplicate_pair (newer_id);

  CREATE TABLE inventory.device_merge (
    id uuid PRIMARY KEY,
    survivor_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    absorbed_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    cause text NOT NULL CHECK (cause IN ('declared', 'detected', 'manual')),
    score integer NOT NULL,
    reasons jsonb NOT NULL,
    moved jsonb NOT NULL,
    merged_at timestamptz NOT NULL,
    merged_by text,
    undone_at timestamptz,
    undone_by text
  );
  CREATE INDEX device_merge_survivor ON inventory.device_merge (survivor_id);
  CREATE UNIQUE INDEX device_merge_absorbed ON inventory.device_merge (absorbed_id) WHERE undone_at IS NULL;
`;
