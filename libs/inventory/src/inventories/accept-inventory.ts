import { deviceRegistered, inventoryAccepted } from '@entrepot/contracts';
import { Clock, type DeviceId } from '@entrepot/kernel';
import type { AccountValue, InventoryRequest } from '@entrepot/ocs-wire';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Peer } from '../agents/peer.js';
import { accountUpdate, initialAccountFields } from './account-fields.js';
import { canonicalSection } from './canonical-section.js';
import { DeviceTurns } from './device-turns.js';
import { contactOf, differs, listedColumns, withRealUser, type InventoryWork } from './inventory-work.js';
import { isDataRefused, isWorthRetrying } from './postgres-failure.js';
import { prepareInventory } from './prepare-inventory.js';
import { SoftwareDictionary } from './software-dictionary.js';
import { packSoftware, type PackedSoftware, type SoftwareList } from './software-list.js';
import { storeContents } from './store-contents.js';
import { lockDevice, readDevice } from './stored-device.js';
import { insertDevice, recordInventoryContact, updateDevice, type DeviceColumns } from './write-device.js';
import { refusedByPostgres } from './write-sections.js';

/** What came of an inventory. */
export interface AcceptedInventory {
  readonly deviceId: DeviceId;
  readonly registered: boolean;
  readonly changedSections: readonly string[];
  /** All account fields, when the agent has to be told (OCS-PROTOCOL.md §3.6); else null. */
  readonly accountUpdate: readonly AccountValue[] | null;
}

const ATTEMPTS = 3;

/** Stores an inventory: only what changed, in one transaction with the events (OCS-PROTOCOL.md §3). */
@Injectable()
export class AcceptInventory {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly dictionary: SoftwareDictionary,
    private readonly turns: DeviceTurns,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Resolves after the commit; whatever it throws, nothing of the inventory is stored. */
  async execute(request: InventoryRequest, peer: Peer): Promise<AcceptedInventory> {
    const prepared = prepareInventory(request);
    const software = await this.packed(prepared.software);
    return this.turns.take(request.deviceId, () => {
      const now = this.clock.now();
      return this.attempt({ request, prepared, software, peer, now, refused: new Set() }, 1);
    });
  }

  /** Packed even when it turns out to be unchanged: later, it would keep a lock and a connection waiting. */
  private async packed(software: SoftwareList | null): Promise<PackedSoftware | null> {
    return software && packSoftware(software, await this.dictionary.idsOf(software));
  }

  private async attempt(work: InventoryWork, attempt: number): Promise<AcceptedInventory> {
    try {
      return await this.outbox.transaction((tx) => this.store(tx, work));
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error;
      if (isWorthRetrying(error)) return this.attempt(work, attempt + 1);
      if (!isDataRefused(error) || work.refused.size > 0) throw error;
      const refused = await this.findRefused(work);
      if (refused.size === 0) throw error;
      this.log.warn(
        { agentDeviceId: work.request.deviceId, sections: [...refused], err: error },
        'The database refused sections of an inventory; the others are stored',
      );
      return this.attempt({ ...work, refused }, attempt + 1);
    }
  }

  private async store(tx: Transaction, sent: InventoryWork): Promise<AcceptedInventory> {
    const { request } = sent;
    await lockDevice(tx.manager, request.deviceId);
    const stored = await readDevice(tx.manager, request.deviceId);
    const work = withRealUser(sent, stored);
    const columns = listedColumns(work, stored);
    const deviceId = stored === null ? await this.register(tx, work, columns) : stored.id;
    if (stored !== null) {
      if (differs(columns, stored)) await updateDevice(tx.manager, deviceId, columns);
      await recordInventoryContact(tx.manager, deviceId, contactOf(work, stored.checksum));
    }
    const changedSections = await storeContents(tx.manager, work, deviceId, stored);
    tx.publish(
      inventoryAccepted,
      {
        deviceId,
        agentDeviceId: stored?.agentDeviceId ?? request.deviceId,
        name: columns.name,
        at: work.now.toISOString(),
        changedSections,
        changes: [],
      },
      deviceId,
    );
    const update = stored === null ? null : accountUpdate(stored.accountFields, request.accountInfo);
    this.log.debug(
      { deviceId, sections: changedSections, software: work.software?.ids.length ?? 0 },
      'An inventory is stored',
    );
    return { deviceId, registered: stored === null, changedSections, accountUpdate: update };
  }

  private async register(tx: Transaction, work: InventoryWork, columns: DeviceColumns): Promise<DeviceId> {
    const { request, now } = work;
    const id = uuidv7() as DeviceId;
    const accountFields = initialAccountFields(request.accountInfo);
    const device = { id, agentDeviceId: request.deviceId, accountFields, ...columns };
    await insertDevice(tx.manager, device, contactOf(work, 0));
    tx.publish(
      deviceRegistered,
      {
        deviceId: id,
        agentDeviceId: request.deviceId,
        name: columns.name,
        osName: columns.osName,
        tag: accountFields.TAG ?? null,
        at: now.toISOString(),
      },
      id,
    );
    return id;
  }

  private findRefused({ prepared }: InventoryWork): Promise<Set<string>> {
    const others = [canonicalSection('JOURNALLOG', prepared.journal)];
    if (prepared.hardware) others.push(canonicalSection('HARDWARE', [prepared.hardware]));
    return refusedByPostgres(this.database, [...others, ...prepared.sections]);
  }
}
