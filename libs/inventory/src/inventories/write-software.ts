import type { DeviceId } from '@entrepot/kernel';
import {
  byteaArray,
  int4Array,
  PreparedStatement,
  timestampArray,
  uuidArray,
} from '@entrepot/platform-database';
import type { EntityManager } from 'typeorm';
import type { SoftwareList } from './software-list.js';

export interface DeviceSoftware {
  readonly deviceId: DeviceId;
  readonly software: SoftwareList;
  readonly sentDigest: Buffer | null;
}

/** Name, publisher and version of a software. */
export interface SoftwareName {
  readonly NAME: string;
  readonly PUBLISHER: string;
  readonly VERSION: string;
}

const PARAMETERS_OF_ROW = 6;

/** Writes the software of devices, whole. */
export async function writeSoftware(
  manager: EntityManager,
  devices: readonly DeviceSoftware[],
  at: Date,
): Promise<void> {
  if (devices.length === 0) return;
  await writeStatement(devices.length).run(manager, [at, ...devices.flatMap(rowOf)]);
}

/** Notes how software was sent that turned out to be what is stored, so that it need not be read the next time. */
export async function writeSentDigests(
  manager: EntityManager,
  devices: readonly { readonly deviceId: DeviceId; readonly sentDigest: Buffer }[],
): Promise<void> {
  if (devices.length === 0) return;
  await WRITE_SENT_DIGESTS.run(manager, [
    uuidArray(devices.map(({ deviceId }) => deviceId)),
    byteaArray(devices.map(({ sentDigest }) => sentDigest)),
  ]);
}

/** The numbers of the software that devices have, ascending; those that have none are left out. */
export async function readSoftwareIds(
  manager: EntityManager,
  deviceIds: readonly DeviceId[],
): Promise<Map<DeviceId, number[]>> {
  const rows = deviceIds.length === 0 ? [] : await READ_SOFTWARE_IDS.run(manager, [uuidArray(deviceIds)]);
  return new Map(rows.map(({ deviceId, ids }) => [deviceId, integersOf(ids)]));
}

/** What the numbers of software mean. */
export async function softwareNames(
  manager: EntityManager,
  ids: readonly number[],
): Promise<Map<number, SoftwareName>> {
  const rows = ids.length === 0 ? [] : await SOFTWARE_NAMES.run(manager, [int4Array(ids)]);
  return new Map(rows.map(({ id, ...name }) => [id, name]));
}

function rowOf({ deviceId, software, sentDigest }: DeviceSoftware): unknown[] {
  const { digest, softwareIds, variantIds, installed } = software;
  const times = installed.map(({ seconds }) => seconds);
  const installedAt = times.some((seconds) => seconds !== null) ? timestampArray(times) : null;
  return [deviceId, digest, sentDigest, int4Array(softwareIds), int4Array(variantIds), installedAt];
}

/** Reads what `array_send` makes of an `int4[]`: after twenty bytes of header each element has its length before it. */
function integersOf(array: Buffer): number[] {
  const integers: number[] = [];
  for (let at = 24; at < array.length; at += 8) integers.push(array.readInt32BE(at));
  return integers;
}

const statements = new Map<number, PreparedStatement>();

/** Arrays of arrays cannot be told apart by `unnest`, so that there is one statement for each number of devices. */
function writeStatement(count: number): PreparedStatement {
  let statement = statements.get(count);
  if (statement === undefined) {
    const rows = Array.from({ length: count }, (_, row) => {
      const [id, digest, sent, ids, variants, times] = Array.from(
        { length: PARAMETERS_OF_ROW },
        (_parameter, index) => `$${row * PARAMETERS_OF_ROW + index + 2}`,
      );
      return `(${id}::uuid, ${digest}::bytea, ${sent}::bytea, ${ids}::int[], ${variants}::int[], ${times}::timestamp[], $1::timestamptz)`;
    });
    statement = new PreparedStatement(
      `write-software-${count}`,
      WRITE_SOFTWARE.replace('$ROWS', rows.join(', ')),
    );
    statements.set(count, statement);
  }
  return statement;
}

const WRITE_SOFTWARE = `
  INSERT INTO device_software
    (device_id, digest, sent_digest, software_ids, variant_ids, installed_at, updated_at)
  VALUES $ROWS
  ON CONFLICT (device_id) DO UPDATE SET
    digest = excluded.digest, sent_digest = excluded.sent_digest, software_ids = excluded.software_ids,
    variant_ids = excluded.variant_ids, installed_at = excluded.installed_at, updated_at = excluded.updated_at`;

const WRITE_SENT_DIGESTS = new PreparedStatement(
  'write-sent-digests',
  `UPDATE device_software w SET sent_digest = n.digest
   FROM unnest($1::uuid[], $2::bytea[]) AS n (device_id, digest) WHERE w.device_id = n.device_id`,
);

const READ_SOFTWARE_IDS = new PreparedStatement<{ readonly deviceId: DeviceId; readonly ids: Buffer }>(
  'read-software-ids',
  `SELECT device_id AS "deviceId", array_send(software_ids) AS ids
   FROM device_software WHERE device_id = ANY ($1::uuid[])`,
);

const SOFTWARE_NAMES = new PreparedStatement<SoftwareName & { readonly id: number }>(
  'software-names',
  `SELECT id, name AS "NAME", publisher AS "PUBLISHER", version AS "VERSION"
   FROM software WHERE id = ANY ($1::int[])`,
);
