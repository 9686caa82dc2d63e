import type { DeviceId } from '@entrepot/kernel';
import type { EntityManager } from 'typeorm';
import { canonicalSection } from './canonical-section.js';
import { emptiedSections } from './emptied-sections.js';
import type { InventoryWork } from './inventory-work.js';
import type { StoredDevice } from './stored-device.js';
import { writeDownloadHistory } from './write-device.js';
import { appendJournal, deleteSections, writeSections, writeSoftware } from './write-sections.js';

/**
 * Writes what the inventory has changed of a device's sections, software, journal and download history.
 * @returns the names of the sections that changed
 */
export async function storeContents(
  manager: EntityManager,
  work: InventoryWork,
  deviceId: DeviceId,
  stored: StoredDevice | null,
): Promise<string[]> {
  const changed = await storeSections(manager, work, deviceId, stored);
  if (await storeSoftware(manager, work, deviceId, stored)) changed.push('SOFTWARES');
  if (await storeJournal(manager, work, deviceId)) changed.push('JOURNALLOG');
  const { downloadHistory } = work.request;
  if (!sameMembers(stored?.downloadHistory ?? [], downloadHistory)) {
    await writeDownloadHistory(manager, deviceId, downloadHistory);
  }
  return changed;
}

async function storeSections(
  manager: EntityManager,
  { request, prepared: { hardware, sections: others }, now, refused }: InventoryWork,
  deviceId: DeviceId,
  stored: StoredDevice | null,
): Promise<string[]> {
  const digests = new Map(Object.entries(stored?.sectionDigests ?? {}));
  const sections = hardware ? [canonicalSection('HARDWARE', [hardware]), ...others] : others;
  const changed = sections.filter(
    ({ name, digest }) => !refused.has(name) && digests.get(name) !== digest.toString('hex'),
  );
  const emptied = emptiedSections(request, digests.keys());
  await writeSections(manager, deviceId, changed, now);
  await deleteSections(manager, deviceId, emptied);
  return [...changed.map(({ name }) => name), ...emptied];
}

async function storeSoftware(
  manager: EntityManager,
  { software, now }: InventoryWork,
  deviceId: DeviceId,
  stored: StoredDevice | null,
): Promise<boolean> {
  if (software === null || stored?.softwareDigest === software.digest.toString('hex')) return false;
  await writeSoftware(manager, deviceId, software, now);
  return true;
}

async function storeJournal(
  manager: EntityManager,
  { prepared: { journal }, now, refused }: InventoryWork,
  deviceId: DeviceId,
): Promise<boolean> {
  if (journal.length === 0 || refused.has('JOURNALLOG')) return false;
  return (await appendJournal(manager, deviceId, journal, now)) > 0;
}

function sameMembers(stored: readonly string[], sent: readonly string[]): boolean {
  const known = new Set(stored);
  return known.size === sent.length && sent.every((fileId) => known.has(fileId));
}
