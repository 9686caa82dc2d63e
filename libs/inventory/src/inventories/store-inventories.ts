import { deviceRegistered, inventoryAccepted } from '@entrepot/contracts';
import type { DeviceId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import type { EntityManager } from 'typeorm';
import { recordFieldChanges } from '../account-fields/record-field-changes.js';
import { differs, sentDigestOf, type AcceptedInventory } from './inventory-work.js';
import type { InventoryPlan } from './plan-inventory.js';
import { findChanges, recordChanges } from './record-changes.js';
import { toldChanges, type SectionChange } from './section-change.js';
import { insertDevices, recordInventoryContacts, updateDevices } from './write-devices.js';
import { appendJournal, writeDocuments, writeDownloadHistory } from './write-others.js';
import { deleteSections, writeSections } from './write-sections.js';
import { writeSentDigests, writeSoftware } from './write-software.js';

type KnownPlan = InventoryPlan & { readonly stored: NonNullable<InventoryPlan['stored']> };

/**
 * Writes what inventories have changed, each of another device whose lock is held, with the events of it: a few
 * statements, however many inventories there are.
 * @returns what came of them, at their places
 */
export async function storeInventories(
  tx: Transaction,
  plans: readonly InventoryPlan[],
  now: Date,
): Promise<AcceptedInventory[]> {
  const known = plans.filter((plan): plan is KnownPlan => plan.stored !== null);
  await storeDevices(tx, plans, known, now);
  const changes = await findKnownChanges(tx.manager, known);
  await storeSections(tx.manager, plans, now);
  await storeSoftware(tx.manager, plans, now);
  const journals = await storeJournals(tx.manager, plans, now);
  const accepted = plans.map((plan) => acceptedOf(plan, journals.has(plan.deviceId)));
  await recordChanges(
    tx.manager,
    known.map(({ deviceId }) => ({ deviceId, changes: changes.get(deviceId) ?? [] })),
    now,
  );
  await writeDocuments(
    tx.manager,
    plans
      .filter(({ stored }, place) => stored === null || accepted[place]?.changedSections.length !== 0)
      .map(({ deviceId, work: { document } }) => ({ deviceId, document })),
    now,
  );
  plans.forEach((plan, place) =>
    publish(tx, plan, accepted[place]?.changedSections ?? [], changes.get(plan.deviceId) ?? [], now),
  );
  return accepted;
}

async function storeDevices(
  tx: Transaction,
  plans: readonly InventoryPlan[],
  known: readonly KnownPlan[],
  now: Date,
): Promise<void> {
  const { manager } = tx;
  const added = plans.filter(({ stored }) => stored === null);
  await insertDevices(
    manager,
    added.map(({ deviceId, work, fields, columns, contact }) => ({
      id: deviceId,
      agentDeviceId: work.request.deviceId,
      accountFields: fields.fields,
      columns,
      contact,
    })),
    now,
  );
  const moved = known.filter(({ columns, stored }) => differs(columns, stored));
  await updateDevices(
    manager,
    moved.map(({ deviceId, columns }) => ({ id: deviceId, columns })),
  );
  await recordInventoryContacts(
    manager,
    known.map(({ deviceId, contact }) => ({ id: deviceId, contact })),
    now,
  );
  const fieldChanges = known.flatMap(({ deviceId, fields }) =>
    fields.changed.map((change) => ({ deviceId, ...change })),
  );
  await recordFieldChanges(tx, fieldChanges, now);
}

/** A first inventory has no changes: all of it is new. */
async function findKnownChanges(
  manager: EntityManager,
  known: readonly KnownPlan[],
): Promise<ReadonlyMap<DeviceId, readonly SectionChange[]>> {
  const contents = known.filter(
    ({ changed, emptied, software }) => changed.length + emptied.length > 0 || software !== null,
  );
  const changes = await findChanges(manager, contents);
  return new Map(contents.map(({ deviceId }, place) => [deviceId, changes[place] ?? []]));
}

async function storeSections(
  manager: EntityManager,
  plans: readonly InventoryPlan[],
  now: Date,
): Promise<void> {
  const changed = plans.flatMap(({ deviceId, changed: sections }) =>
    sections.map((section) => ({ deviceId, ...section })),
  );
  const emptied = plans.flatMap(({ deviceId, emptied: names }) => names.map((name) => ({ deviceId, name })));
  await writeSections(manager, changed, now);
  await deleteSections(manager, emptied);
}

async function storeSoftware(
  manager: EntityManager,
  plans: readonly InventoryPlan[],
  now: Date,
): Promise<void> {
  const changed = plans.flatMap(({ deviceId, software, work }) =>
    software === null ? [] : [{ deviceId, software, sentDigest: sentDigestOf(work) }],
  );
  await writeSoftware(manager, changed, now);
  const unnoted = plans.flatMap(({ deviceId, stored, software, work }) => {
    const sentDigest = sentDigestOf(work);
    const isUnnoted = stored?.sentSoftware === null && software === null && sentDigest !== null;
    return isUnnoted ? [{ deviceId, sentDigest }] : [];
  });
  await writeSentDigests(manager, unnoted);
}

/** Journals and download histories, of which an inventory rarely has anything new; answers which devices' journals had. */
async function storeJournals(
  manager: EntityManager,
  plans: readonly InventoryPlan[],
  now: Date,
): Promise<ReadonlySet<DeviceId>> {
  const appended = new Set<DeviceId>();
  for (const { deviceId, stored, work } of plans) {
    const { prepared, refused, request } = work;
    if (prepared.journal.length > 0 && !refused.has('JOURNALLOG')) {
      if ((await appendJournal(manager, deviceId, prepared.journal, now)) > 0) appended.add(deviceId);
    }
    if (!sameMembers(stored?.downloadHistory ?? [], request.downloadHistory)) {
      await writeDownloadHistory(manager, deviceId, request.downloadHistory);
    }
  }
  return appended;
}

function acceptedOf(plan: InventoryPlan, journal: boolean): AcceptedInventory {
  const { deviceId, stored, changed, emptied, software, fields } = plan;
  return {
    deviceId,
    registered: stored === null,
    changedSections: [
      ...changed.map(({ name }) => name),
      ...emptied,
      ...(software === null ? [] : ['SOFTWARES']),
      ...(journal ? ['JOURNALLOG'] : []),
    ],
    accountUpdate: fields.update,
  };
}

function publish(
  tx: Transaction,
  { deviceId, work, stored, columns, fields }: InventoryPlan,
  changedSections: readonly string[],
  changes: readonly SectionChange[],
  now: Date,
): void {
  const { name, osName } = columns;
  const agentDeviceId = stored?.agentDeviceId ?? work.request.deviceId;
  const facts = { deviceId, agentDeviceId, name, at: now.toISOString() };
  if (stored === null) {
    tx.publish(deviceRegistered, { ...facts, osName, tag: fields.fields.TAG ?? null }, deviceId);
  }
  const changed = { changedSections: [...changedSections], changes: toldChanges(changes) };
  tx.publish(inventoryAccepted, { ...facts, ...changed }, deviceId);
}

function sameMembers(stored: readonly string[], sent: readonly string[]): boolean {
  const known = new Set(stored);
  return known.size === sent.length && sent.every((fileId) => known.has(fileId));
}
