import type { DeviceId } from '@entrepot/kernel';
import type { AccountFieldDefinition } from '../account-fields/account-field.js';
import { applySentFields, type AppliedFields } from '../account-fields/apply-sent-fields.js';
import { canonicalSection, type CanonicalSection } from './canonical-section.js';
import { emptiedSections } from './emptied-sections.js';
import { contactOf, listedColumns, withRealUser, type ReadyWork } from './inventory-work.js';
import type { SoftwareList } from './software-list.js';
import type { StoredDevice } from './stored-device.js';
import type { DeviceColumns, InventoryContact } from './write-devices.js';

/** An inventory whose device is known. */
export interface PlacedWork {
  readonly work: ReadyWork;
  readonly deviceId: DeviceId;
  /** What is stored of it; null when it has to be registered. */
  readonly stored: StoredDevice | null;
}

/** What of an inventory has to be written: what differs from what is stored. */
export interface InventoryPlan extends PlacedWork {
  readonly columns: DeviceColumns;
  readonly contact: InventoryContact;
  readonly fields: AppliedFields;
  readonly changed: readonly CanonicalSection[];
  /** Sections of which nothing is left. */
  readonly emptied: readonly string[];
  /** Null when it stays as it is. */
  readonly software: SoftwareList | null;
}

/** Compares an inventory with what is stored. */
export function planInventory(
  placed: PlacedWork,
  definitions: readonly AccountFieldDefinition[],
  now: Date,
): InventoryPlan {
  const { deviceId, stored } = placed;
  const work = withRealUser(placed.work, stored);
  const { request, prepared, refused, software } = work;
  const digests = stored?.sectionDigests ?? {};
  const sections = prepared.hardware
    ? [canonicalSection('HARDWARE', [prepared.hardware]), ...prepared.sections]
    : prepared.sections;
  const isSameSoftware = software === null || stored?.softwareDigest?.equals(software.digest) === true;
  return {
    work,
    deviceId,
    stored,
    columns: listedColumns(work, stored),
    contact: contactOf(work, stored?.checksum ?? 0, now),
    fields: applySentFields(definitions, stored?.accountFields ?? null, request.accountInfo),
    changed: sections.filter(
      ({ name, digest }) => !refused.has(name) && !hasDigest(digests, name, digest.toString('hex')),
    ),
    emptied: emptiedSections(request, Object.keys(digests)),
    software: isSameSoftware ? null : software,
  };
}

/** Names of sections are what agents make up: `constructor` is one like others. */
function hasDigest(digests: Readonly<Record<string, string>>, name: string, digest: string): boolean {
  return Object.hasOwn(digests, name) && digests[name] === digest;
}
