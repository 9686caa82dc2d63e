import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { WORTHLESS_VALUES } from './20261121-worthless-values.js';

/** The life of a device after its registration, what it is recognised by, and how it was merged with others. */
export class DeviceStates1795219200000 implements MigrationInterface {
  readonly name = 'DeviceStates1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(STATES);
    await runner.query(IDENTITY);
    for (const [kind, patterns] of Object.entries(WORTHLESS_VALUES))
      await runner.query(SEED, [kind, patterns]);
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

// A row for each value that a device can be looked up by, and no more than that: the look-up reads the index alone and
// can stop at a few. Only devices that can be found have keys; whoever changes their state sees to that, so that no
// foreign key has to be checked for each of them.
const IDENTITY = `
  CREATE TABLE inventory.device_identity (
    device_id uuid PRIMARY KEY REFERENCES inventory.device (id) ON DELETE CASCADE,
    digest bytea NOT NULL,
    facts jsonb NOT NULL
  );
  CREATE TABLE inventory.device_identity_key (
    key text COLLATE "C" NOT NULL,
    device_id uuid NOT NULL,
    PRIMARY KEY (key, device_id)
  );

  CREATE TABLE inventory.blacklisted_value (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('serial', 'mac', 'uuid', 'asset-tag')),
    pattern text NOT NULL,
    seeded boolean NOT NULL DEFAULT false,
    added_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE UNIQUE INDEX blacklisted_value_pattern ON inventory.blacklisted_value (kind, lower(pattern));
`;

const SEED = `
  INSERT INTO inventory.blacklisted_value (id, kind, pattern, seeded)
  SELECT gen_random_uuid(), $1, pattern, true FROM unnest($2::text[]) AS s (pattern)`;

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
