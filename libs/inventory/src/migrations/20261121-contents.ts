import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { convertPackedSoftware } from './20261121-convert-packed-software.js';

/** How software, documents and changes of devices are kept. */
export class Contents1795226400000 implements MigrationInterface {
  readonly name = 'Contents1795226400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(VERSIONS);
    await runner.query(SOFTWARE);
    await convertPackedSoftware(runner);
    await runner.query(AFTER_CONVERSION);
    await runner.query(DOCUMENTS);
    await runner.query(CHANGES);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

// The numbers of a dotted version (OCS-PROTOCOL.md §3.5): an epoch dropped, cut at the first character that is neither
// digit nor dot, at most sixteen numbers, each at most what an integer holds. New entries get theirs from versionOrder().
const VERSIONS = `
  ALTER TABLE inventory.software ADD COLUMN version_order integer[] NOT NULL DEFAULT '{}';
  UPDATE inventory.software s SET version_order = numbers.found
  FROM (
    SELECT v.id, array_agg(least(part::numeric, 2147483647)::integer ORDER BY place) AS found
    FROM inventory.software v,
      unnest((regexp_split_to_array(btrim(substring(regexp_replace(v.version, '^[0-9]+:', '') from '^[0-9.]*'), '.'),
        '[.]+'))[1:16]) WITH ORDINALITY AS p (part, place)
    WHERE part <> ''
    GROUP BY v.id
  ) numbers
  WHERE numbers.id = s.id;
`;

// What all devices that have a very row share is kept once, as a variant of its software; a device keeps numbers. No
// foreign keys to the dictionaries: their entries are never removed, and a check for each row would be paid for nothing.
// The arrays are not compressed: it costs time at every write and saves a quarter.
const SOFTWARE = `
  CREATE TABLE inventory.software_variant (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    software_id integer NOT NULL,
    key uuid NOT NULL UNIQUE,
    details jsonb NOT NULL
  );
  CREATE INDEX software_variant_software ON inventory.software_variant (software_id);

  ALTER TABLE inventory.device_software RENAME TO packed_software;
  ALTER INDEX inventory.device_software_pkey RENAME TO packed_software_pkey;
  CREATE TABLE inventory.device_software (
    device_id uuid PRIMARY KEY REFERENCES inventory.device (id) ON DELETE CASCADE,
    updated_at timestamptz NOT NULL,
    digest bytea NOT NULL,
    sent_digest bytea,
    software_ids integer[] NOT NULL,
    variant_ids integer[] NOT NULL,
    installed_at timestamp[]
  );
  ALTER TABLE inventory.device_software ALTER COLUMN software_ids SET STORAGE EXTERNAL,
    ALTER COLUMN variant_ids SET STORAGE EXTERNAL, ALTER COLUMN installed_at SET STORAGE EXTERNAL;
`;

const AFTER_CONVERSION = `
  DROP TABLE inventory.packed_software;
  CREATE INDEX device_software_ids ON inventory.device_software USING gin (software_ids) WITH (fastupdate = on);
`;

// The last inventory that changed something, as it was received.
const DOCUMENTS = `
  CREATE TABLE inventory.device_document (
    device_id uuid PRIMARY KEY REFERENCES inventory.device (id) ON DELETE CASCADE,
    received_at timestamptz NOT NULL,
    encoding text NOT NULL CHECK (encoding IN ('zlib', 'gzip')),
    body bytea NOT NULL
  );
  ALTER TABLE inventory.device_document ALTER COLUMN body SET STORAGE EXTERNAL;
`;

// Rows that came and went. When there are more than are kept, the counts say how many.
const CHANGES = `
  CREATE TABLE inventory.section_change (
    id bigint GENERATED ALWAYS AS IDENTITY,
    device_id uuid NOT NULL REFERENCES inventory.device (id) ON DELETE CASCADE,
    section text NOT NULL,
    at timestamptz NOT NULL,
    added_count integer NOT NULL,
    removed_count integer NOT NULL,
    added jsonb NOT NULL,
    removed jsonb NOT NULL,
    PRIMARY KEY (device_id, at, id)
  );
  CREATE INDEX section_change_at ON inventory.section_change (at);
`;
