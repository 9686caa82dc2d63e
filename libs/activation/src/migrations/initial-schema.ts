import { forwardOnly } from '@entrepot/platform-database';
import { createMessagingTables } from '@entrepot/platform-messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InitialSchema1763640000000 implements MigrationInterface {
  readonly name = 'InitialSchema1763640000000';

  async up(runner: QueryRunner): Promise<void> {
    await createMessagingTables(runner, 'activation');
    await createProjections(runner);
    await createOwnTables(runner);
  }

  async down(): Promise<void> {
    forwardOnly();
  }
}

async function createProjections(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE package (
      package_id uuid PRIMARY KEY,
      file_id text NOT NULL UNIQUE,
      name text NOT NULL,
      priority smallint NOT NULL,
      operating_system text NOT NULL,
      protocol text NOT NULL
    )`);
  await runner.query(`
    CREATE TABLE device (
      device_id uuid PRIMARY KEY,
      name text NOT NULL,
      named_at timestamptz NOT NULL
    )`);
}

async function createOwnTables(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE activation (
      activation_id uuid PRIMARY KEY,
      package_id uuid NOT NULL REFERENCES package,
      info_location text NOT NULL,
      fragment_location text NOT NULL,
      created_at timestamptz NOT NULL,
      withdrawn_at timestamptz
    )`);
  await runner.query(`
    CREATE UNIQUE INDEX activation_place ON activation (package_id, info_location, fragment_location)
      WHERE withdrawn_at IS NULL`);
  await runner.query(`
    CREATE TABLE assignment (
      assignment_id uuid PRIMARY KEY,
      activation_id uuid NOT NULL REFERENCES activation,
      target_kind text NOT NULL CHECK (target_kind IN ('device')),
      target_id uuid NOT NULL,
      force boolean NOT NULL,
      schedule text,
      post_command text,
      attempt integer NOT NULL CHECK (attempt >= 1),
      created_at timestamptz NOT NULL,
      withdrawn_at timestamptz,
      UNIQUE (activation_id, target_kind, target_id)
    )`);
  await runner.query(`CREATE INDEX assignment_target ON assignment (target_id)`);
  await runner.query(`
    CREATE TABLE delivery (
      delivery_id uuid PRIMARY KEY,
      assignment_id uuid NOT NULL REFERENCES assignment,
      package_id uuid NOT NULL REFERENCES package,
      device_id uuid NOT NULL,
      attempt integer NOT NULL CHECK (attempt >= 1),
      force boolean NOT NULL,
      schedule text,
      post_command text,
      assigned_by text NOT NULL,
      state text NOT NULL
        CHECK (state IN ('waiting', 'notified', 'succeeded', 'failed', 'withdrawn', 'superseded')),
      code text,
      created_at timestamptz NOT NULL,
      notified_at timestamptz,
      ended_at timestamptz,
      reported_at timestamptz,
      retries integer NOT NULL DEFAULT 0,
      UNIQUE (assignment_id, attempt)
    )`);
  await runner.query(`
    CREATE INDEX delivery_open ON delivery (device_id) WHERE state IN ('waiting', 'notified')`);
  await runner.query(`CREATE INDEX delivery_device ON delivery (device_id, package_id)`);
  await runner.query(`CREATE INDEX delivery_package ON delivery (package_id, state)`);
  await runner.query(`
    CREATE TABLE report (
      report_id uuid PRIMARY KEY,
      delivery_id uuid NOT NULL REFERENCES delivery,
      code text NOT NULL,
      reported_at timestamptz NOT NULL
    )`);
  await runner.query(`CREATE INDEX report_delivery ON report (delivery_id, reported_at)`);
}
