import type { DeviceId } from '@entrepot/kernel';
import { int4Array, jsonbArray, PreparedStatement, textArray, uuidArray } from '@entrepot/platform-database';
import type { EntityManager } from 'typeorm';
import { comparedRows, type CanonicalSection } from './canonical-section.js';
import { changeOf, isChange, keptRows, MAX_CHANGED_ROWS, type SectionChange } from './section-change.js';
import type { SoftwareList } from './software-list.js';
import { readSections, type SectionName } from './write-sections.js';
import { readSoftwareIds, softwareNames, type SoftwareName } from './write-software.js';

/** What an inventory is about to change of a known device. */
export interface ContentChange {
  readonly deviceId: DeviceId;
  readonly changed: readonly Pick<CanonicalSection, 'name' | 'compared'>[];
  /** Sections of which nothing is left. */
  readonly emptied: readonly string[];
  /** Null when it stays as it is. */
  readonly software: SoftwareList | null;
}

interface NumberChange {
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

/** Finds out which rows come and go, at the places of the devices; call it before anything is written. */
export async function findChanges(
  manager: EntityManager,
  contents: readonly ContentChange[],
): Promise<SectionChange[][]> {
  const sections = await findSectionChanges(manager, contents);
  const software = await findSoftwareChanges(manager, contents);
  return contents.map((_, place) => {
    const change = software[place];
    return [...(sections[place] ?? []), ...(change ? [change] : [])].filter(isChange);
  });
}

/** Writes down which rows came and went. */
export async function recordChanges(
  manager: EntityManager,
  devices: readonly { readonly deviceId: DeviceId; readonly changes: readonly SectionChange[] }[],
  at: Date,
): Promise<void> {
  const all = devices.flatMap(({ deviceId, changes }) => changes.map((change) => ({ deviceId, ...change })));
  if (all.length === 0) return;
  await INSERT_CHANGES.run(manager, [
    uuidArray(all.map(({ deviceId }) => deviceId)),
    textArray(all.map(({ section }) => section)),
    int4Array(all.map(({ added }) => added.count)),
    int4Array(all.map(({ removed }) => removed.count)),
    jsonbArray(all.map(({ added }) => `[${added.rows.join(',')}]`)),
    jsonbArray(all.map(({ removed }) => `[${removed.rows.join(',')}]`)),
    at,
  ]);
}

async function findSectionChanges(
  manager: EntityManager,
  contents: readonly ContentChange[],
): Promise<SectionChange[][]> {
  const asked = contents.flatMap(({ deviceId, changed, emptied }): SectionName[] =>
    [...changed.map(({ name }) => name), ...emptied].map((name) => ({ deviceId, name })),
  );
  const before = new Map<string, readonly string[]>();
  for (const { deviceId, name, rows } of await readSections(manager, asked))
    before.set(`${deviceId} ${name}`, comparedRows(name, rows));
  return contents.map(({ deviceId, changed, emptied }) =>
    [...changed, ...emptied.map((name) => ({ name, compared: [] }))].map(({ name, compared }) =>
      changeOf(name, before.get(`${deviceId} ${name}`) ?? [], compared),
    ),
  );
}

async function findSoftwareChanges(
  manager: EntityManager,
  contents: readonly ContentChange[],
): Promise<(SectionChange | null)[]> {
  const asked = contents.filter(({ software }) => software !== null).map(({ deviceId }) => deviceId);
  const before = await readSoftwareIds(manager, asked);
  const numbers = contents.map(({ deviceId, software }): NumberChange | null => {
    if (software === null) return null;
    const known = before.get(deviceId) ?? [];
    return {
      added: difference(software.softwareIds, known),
      removed: difference(known, software.softwareIds),
    };
  });
  const wanted = numbers.flatMap((change) =>
    change === null
      ? []
      : [...change.added.slice(0, MAX_CHANGED_ROWS), ...change.removed.slice(0, MAX_CHANGED_ROWS)],
  );
  const names = await softwareNames(manager, [...new Set(wanted)]);
  return numbers.map(
    (change) =>
      change && {
        section: 'SOFTWARES',
        added: keptRows(namesOf(change.added, names), change.added.length),
        removed: keptRows(namesOf(change.removed, names), change.removed.length),
      },
  );
}

function namesOf(ids: readonly number[], names: ReadonlyMap<number, SoftwareName>): string[] {
  return ids.slice(0, MAX_CHANGED_ROWS).map((id) => JSON.stringify(names.get(id) ?? {}));
}

/** The numbers of one ascending list that the other one does not have. */
function difference(numbers: readonly number[], others: readonly number[]): number[] {
  let at = 0;
  return numbers.filter((number) => {
    while (at < others.length && (others[at] as number) < number) at++;
    return others[at] !== number;
  });
}

const INSERT_CHANGES = new PreparedStatement(
  'insert-section-changes',
  `INSERT INTO section_change (device_id, section, added_count, removed_count, added, removed, at)
   SELECT n.*, $7::timestamptz
   FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::jsonb[], $6::jsonb[]) AS n`,
);
