import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules, sets, order, retries and repetitions of assignments; checks, funnel, verification and archives of deliveries. */
export class Depth1795305600000 implements MigrationInterface {
  readonly name = 'Depth1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(EXTENDED);
    await runner.query(ASSIGNMENTS);
    await runner.query(DELIVERIES);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

const EXTENDED = `
  ALTER TABLE package
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN fragments integer,
    ADD COLUMN size bigint,
    ADD COLUMN files jsonb,
    ADD COLUMN deleted_at timestamptz,
    ADD COLUMN released_at timestamptz,
    ADD COLUMN damaged_at timestamptz,
    ADD COLUMN verified_at timestamptz,
    ADD COLUMN damaged_files text[] NOT NULL DEFAULT '{}',
    -- When each file was last restored: older news of its damage may come later.
    ADD COLUMN restored_files jsonb NOT NULL DEFAULT '{}';
  ALTER TABLE activation
    ADD COLUMN forced boolean NOT NULL DEFAULT false,
    ADD COLUMN checks jsonb,
    ADD COLUMN checked_at timestamptz;
  ALTER TABLE assignment
    -- Given to the device itself; otherwise it is there because of rules, and goes with the last of them.
    ADD COLUMN direct boolean NOT NULL DEFAULT true,
    -- Offered only once this package has succeeded on the device.
    ADD COLUMN after_package_id uuid REFERENCES package,
    ADD COLUMN repeat jsonb;
  ALTER TABLE delivery
    ADD COLUMN not_before timestamptz,
    -- Automatic retries that led to this attempt.
    ADD COLUMN retry integer NOT NULL DEFAULT 0,
    -- Why a waiting delivery was last passed over at a PROLOG.
    ADD COLUMN held text,
    ADD COLUMN ticket text,
    ADD COLUMN info_fetched_at timestamptz,
    ADD COLUMN info_address text,
    ADD COLUMN archive_id uuid;
  CREATE UNIQUE INDEX delivery_ticket ON delivery (ticket) WHERE ticket IS NOT NULL;
  CREATE INDEX delivery_info_address ON delivery (info_address, package_id) WHERE info_address IS NOT NULL;
  CREATE INDEX delivery_archived ON delivery (archive_id) WHERE archive_id IS NOT NULL;
`;

const ASSIGNMENTS = `
  CREATE TABLE assignment_rule (
    rule_id uuid PRIMARY KEY,
    activation_id uuid NOT NULL REFERENCES activation,
    target_kind text NOT NULL CHECK (target_kind IN ('group', 'search')),
    target_id uuid NOT NULL,
    target_name text NOT NULL,
    force boolean NOT NULL,
    schedule text,
    post_command text,
    after_package_id uuid REFERENCES package,
    repeat jsonb,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    -- When it was last asked to be compared with its target.
    asked_at timestamptz NOT NULL,
    -- When the rule last had all devices that its target had at that moment, and how many these were.
    settled_at timestamptz,
    expected integer,
    -- Since when inventory has no such group or search any more.
    target_gone_at timestamptz
  );
  CREATE UNIQUE INDEX assignment_rule_target ON assignment_rule (activation_id, target_kind, target_id)
    WHERE withdrawn_at IS NULL;
  CREATE INDEX assignment_rule_of ON assignment_rule (target_id) WHERE withdrawn_at IS NULL;
  CREATE TABLE assignment_rule_member (
    rule_id uuid NOT NULL REFERENCES assignment_rule,
    -- Null when only the leaving was told of.
    assignment_id uuid REFERENCES assignment,
    -- The member that it is for, which may have been merged into the device that has the assignment.
    device_id uuid NOT NULL,
    left_at timestamptz,
    -- The time of the newest event that told of joining or leaving: these may come in the wrong order.
    told_at timestamptz,
    -- Somebody withdrew it from this device: the rule does not give it again.
    excluded boolean NOT NULL DEFAULT false,
    PRIMARY KEY (rule_id, device_id)
  );
  CREATE INDEX assignment_rule_member_assignment ON assignment_rule_member (assignment_id);
  CREATE TABLE package_set (
    set_id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    description text NOT NULL,
    in_order boolean NOT NULL,
    created_at timestamptz NOT NULL
  );
  CREATE TABLE package_set_item (
    set_id uuid NOT NULL REFERENCES package_set ON DELETE CASCADE,
    position integer NOT NULL,
    package_id uuid NOT NULL REFERENCES package,
    PRIMARY KEY (set_id, position),
    UNIQUE (set_id, package_id)
  );
  CREATE TABLE retry_policy (
    package_id uuid PRIMARY KEY REFERENCES package,
    policy jsonb NOT NULL,
    changed_at timestamptz NOT NULL
  );
`;

const DELIVERIES = `
  -- Which fragments of a package an address has fetched.
  CREATE TABLE fragment_progress (
    file_id text NOT NULL,
    address text NOT NULL,
    fetched int4multirange NOT NULL,
    bytes bigint NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (file_id, address)
  );
  CREATE INDEX fragment_progress_last ON fragment_progress (last_at);
  CREATE TABLE delivery_archive (
    archive_id uuid PRIMARY KEY,
    package_id uuid NOT NULL REFERENCES package,
    kind text NOT NULL CHECK (kind IN ('succeeded', 'reported', 'not-notified')),
    deliveries integer NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    restored_by text,
    restored_at timestamptz
  );
  CREATE INDEX delivery_archive_package ON delivery_archive (package_id);
`;
