import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import type { QueryRunner } from 'typeorm';

type Value = string | number | null;

/** What was deflated into `packed_software.details`: by known field a column, other fields by place. */
interface PackedDetails {
  readonly columns: Readonly<Record<string, readonly Value[]>>;
  readonly others: Readonly<Record<number, Readonly<Record<string, Value>>>>;
}

interface PackedRow {
  readonly deviceId: string;
  readonly softwareIds: readonly number[];
  readonly details: Buffer;
}

interface Software {
  readonly id: number;
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
}

interface Installed {
  readonly softwareId: number;
  readonly key: string;
  readonly details: string;
  readonly at: string | null;
}

const DEVICES_AT_ONCE = 200;
const VARIANTS_REMEMBERED = 500_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const TIMESTAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

const READ = `
  SELECT device_id AS "deviceId", software_ids AS "softwareIds", details
  FROM inventory.packed_software WHERE device_id > $1 ORDER BY device_id LIMIT ${DEVICES_AT_ONCE}`;

const INSERT_VARIANTS = `
  INSERT INTO inventory.software_variant (software_id, key, details)
  SELECT * FROM unnest($1::int[], $2::uuid[], $3::jsonb[]) ON CONFLICT (key) DO NOTHING`;

const FIND_SOFTWARE = `
  SELECT id, name, publisher, version FROM inventory.software WHERE id = ANY ($1::int[])`;

const FIND_VARIANTS = 'SELECT id, key FROM inventory.software_variant WHERE key = ANY ($1::uuid[])';

const INSERT_LISTS = `
  INSERT INTO inventory.device_software (device_id, updated_at, digest, software_ids, variant_ids, installed_at)
  SELECT p.device_id, p.updated_at, decode(l.digest, 'hex'), p.software_ids, l."variantIds", l."installedAt"
  FROM json_to_recordset($1::json)
    AS l ("deviceId" uuid, digest text, "variantIds" int[], "installedAt" timestamp[])
  JOIN inventory.packed_software p ON p.device_id = l."deviceId"`;

/** Turns the packed details of every device's software into variants and times of installation. */
export async function convertPackedSoftware(runner: QueryRunner): Promise<void> {
  const variants = new Map<string, number>();
  let after = FIRST_ID;
  for (;;) {
    const rows = (await runner.query(READ, [after])) as PackedRow[];
    const last = rows.at(-1);
    if (last === undefined) return;
    const software = await softwareOf(runner, rows);
    const lists = rows.map((row) => ({ deviceId: row.deviceId, installed: unpack(row, software) }));
    if (variants.size > VARIANTS_REMEMBERED) variants.clear();
    await learnVariants(
      runner,
      lists.flatMap(({ installed }) => installed),
      variants,
    );
    const converted = lists.map(({ deviceId, installed }) => convert(deviceId, installed, variants));
    await runner.query(INSERT_LISTS, [JSON.stringify(converted)]);
    after = last.deviceId;
  }
}

async function softwareOf(
  runner: QueryRunner,
  rows: readonly PackedRow[],
): Promise<ReadonlyMap<number, Software>> {
  const ids = new Set(rows.flatMap(({ softwareIds }) => softwareIds));
  const found = (await runner.query(FIND_SOFTWARE, [[...ids]])) as Software[];
  return new Map(found.map((one) => [one.id, one]));
}

async function learnVariants(
  runner: QueryRunner,
  installed: readonly Installed[],
  variants: Map<string, number>,
): Promise<void> {
  const missing = [
    ...new Map(installed.filter(({ key }) => !variants.has(key)).map((one) => [one.key, one])).values(),
  ];
  if (missing.length === 0) return;
  const keys = missing.map(({ key }) => key);
  await runner.query(INSERT_VARIANTS, [
    missing.map(({ softwareId }) => softwareId),
    keys,
    missing.map(({ details }) => details),
  ]);
  const rows = (await runner.query(FIND_VARIANTS, [keys])) as { id: number; key: string }[];
  for (const { id, key } of rows) variants.set(key, id);
}

function convert(deviceId: string, installed: Installed[], variants: ReadonlyMap<string, number>): object {
  const softwareIds = installed.map(({ softwareId }) => softwareId);
  const variantIds = installed.map(({ key }) => variants.get(key) ?? 0);
  const times = installed.map(({ at }) => at);
  const compared = `${softwareIds.join()};${variantIds.join()};${times.join()}`;
  return {
    deviceId,
    digest: createHash('sha256').update(compared).digest('hex'),
    variantIds,
    installedAt: times.some((at) => at !== null) ? times : null,
  };
}

function unpack({ softwareIds, details }: PackedRow, software: ReadonlyMap<number, Software>): Installed[] {
  const { columns, others } = JSON.parse(inflateRawSync(details).toString('utf8')) as PackedDetails;
  return softwareIds.map((softwareId, place) => {
    const fields = new Map<string, Value>(Object.entries(others[place] ?? {}));
    for (const [field, column] of Object.entries(columns)) fields.set(field, column[place] ?? null);
    const sent = fields.get('INSTALLDATE');
    const at = typeof sent === 'string' && TIMESTAMP.test(sent) ? sent : null;
    if (at !== null) fields.delete('INSTALLDATE');
    const kept = [...fields].filter(([, value]) => value !== null).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = JSON.stringify(Object.fromEntries(kept));
    return { softwareId, key: keyOf(software.get(softwareId), text), details: text, at };
  });
}

/** As the code of this day computes keys and digests, so that the next inventory finds everything as it was. */
function keyOf(software: Software | undefined, details: string): string {
  const { name = '', publisher = '', version = '' } = software ?? {};
  const text = [name, publisher, version, details].join('\0');
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
