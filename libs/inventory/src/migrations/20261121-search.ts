import { forwardOnly } from '@entrepot/platform-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What searches stand on, and the searches that people keep. */
export class Search1795230000000 implements MigrationInterface {
  readonly name = 'Search1795230000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FUNCTIONS);
    await runner.query(PARTITIONS);
    await runner.query(VALUES);
    await runner.query(SAVED);
  }

  down(): Promise<void> {
    forwardOnly();
  }
}

// number_of: a number, maybe with a unit behind it, such as "3200" or "1000 Mbps". version_order: as software.version_order.
// The last two never raise, whatever is in a row: an index stands on them, and would refuse the inventory.
const FUNCTIONS = `
  CREATE FUNCTION inventory.number_of(value text) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN value ~ '^\\s*[-+]?[0-9]{1,30}([.][0-9]{1,30})?\\s*[[:alpha:]%/]*\\s*$'
      THEN substring(value FROM '[-+]?[0-9]+(?:[.][0-9]+)?')::numeric END;

  CREATE FUNCTION inventory.version_order(value text) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
      SELECT array_agg(least(part::numeric, 2147483647)::integer ORDER BY place)
      FROM unnest((regexp_split_to_array(btrim(substring(regexp_replace(value, '^[0-9]+:', '') FROM '^[0-9.]*'), '.'),
        '[.]+'))[1:16]) WITH ORDINALITY AS p (part, place)
      WHERE part <> '');

  CREATE FUNCTION inventory.free_percent(drive jsonb) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN jsonb_typeof(drive -> 'TOTAL') = 'number' AND jsonb_typeof(drive -> 'FREE') = 'number' THEN
      CASE WHEN (drive ->> 'TOTAL')::double precision > 0
        THEN (drive ->> 'FREE')::double precision * 100 / (drive ->> 'TOTAL')::double precision END END;

  CREATE FUNCTION inventory.lowest_free_percent(drives jsonb) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
      SELECT min(inventory.free_percent(drive)) FROM jsonb_array_elements(drives) AS r (drive));
`;

/** The sections that are searched most have pages of their own: reading one of them for all devices is ten times faster. */
const OWN_PARTITIONS: readonly (readonly string[])[] = [
  ...[['HARDWARE'], ['BIOS'], ['CPUS'], ['MEMORIES'], ['STORAGES'], ['DRIVES'], ['NETWORKS'], ['REGISTRY']],
  ...[
    ['PRINTERS'],
    ['MONITORS'],
    ['VIDEOS'],
    ['CONTROLLERS'],
    ['VIRTUALMACHINES'],
    ['USBDEVICES'],
    ['PORTS'],
  ],
  ['SLOTS', 'INPUTS', 'SOUNDS', 'MODEMS'],
  ['LOCAL_USERS', 'LOCAL_GROUPS'],
];

const EACH_PARTITION = OWN_PARTITIONS.map((names) => {
  const values = names.map((name) => `'${name}'`).join(', ');
  return `CREATE TABLE inventory.section_${(names[0] ?? '').toLowerCase()} PARTITION OF inventory.section
    FOR VALUES IN (${values}) WITH (fillfactor = 90);`;
}).join('\n');

// The index answers "some row has these very values", for names of sections and fields that nobody knows beforehand too.
const PARTITIONS = `
  ALTER TABLE inventory.section RENAME TO section_before;
  ALTER INDEX inventory.section_pkey RENAME TO section_before_pkey;
  CREATE TABLE inventory.section (LIKE inventory.section_before INCLUDING DEFAULTS INCLUDING STORAGE)
    PARTITION BY LIST (name);
  ${EACH_PARTITION}
  CREATE TABLE inventory.section_other PARTITION OF inventory.section DEFAULT WITH (fillfactor = 90);
  INSERT INTO inventory.section SELECT * FROM inventory.section_before;
  DROP TABLE inventory.section_before;
  ALTER TABLE inventory.section
    ADD CONSTRAINT section_pkey PRIMARY KEY (device_id, name),
    ADD CONSTRAINT section_device_id_fkey FOREIGN KEY (device_id) REFERENCES inventory.device (id) ON DELETE CASCADE;
  CREATE INDEX section_rows ON inventory.section USING gin (rows jsonb_path_ops)
    WITH (fastupdate = on, gin_pending_list_limit = 1024);
  CREATE INDEX device_tag_lower ON inventory.device (lower(coalesce(tag, '')));
  CREATE INDEX software_name_lower ON inventory.software USING hash (lower(coalesce(name, '')));
  CREATE INDEX section_drives_free ON inventory.section_drives (inventory.lowest_free_percent(rows));
`;

// Each value of a field that has few, whoever has it; written before the inventory that brings a new one is committed.
// letters: which forms of text have been seen, 1 capitals, 2 small, 4 both in one value.
const VALUES = `
  CREATE TABLE inventory.search_field (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section text NOT NULL,
    field text NOT NULL,
    letters smallint NOT NULL DEFAULT 0,
    open boolean NOT NULL DEFAULT false,
    UNIQUE (section, field)
  );
  CREATE TABLE inventory.search_value (
    field_id integer NOT NULL,
    value jsonb NOT NULL,
    PRIMARY KEY (field_id, value)
  );
  INSERT INTO inventory.search_field (section, field, letters, open)
  SELECT s.name, f.key, 7, count(DISTINCT f.value) > 2000 OR max(length(f.value)) > 255
  FROM inventory.section s, jsonb_array_elements(s.rows) AS r (value), jsonb_each_text(r.value) AS f
  WHERE f.value <> ''
  GROUP BY s.name, f.key;
  INSERT INTO inventory.search_value (field_id, value)
  SELECT DISTINCT n.id, f.value
  FROM inventory.section s, jsonb_array_elements(s.rows) AS r (value), jsonb_each(r.value) AS f, inventory.search_field n
  WHERE n.section = s.name AND n.field = f.key AND NOT n.open AND f.value NOT IN ('null', '""');
`;

const SAVED = `
  CREATE TABLE inventory.saved_search (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    owner_id text NOT NULL,
    owner_name text NOT NULL,
    visibility text NOT NULL CHECK (visibility IN ('private', 'shared')),
    search jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
  );
  CREATE UNIQUE INDEX saved_search_name ON inventory.saved_search (owner_id, lower(name));
`;
