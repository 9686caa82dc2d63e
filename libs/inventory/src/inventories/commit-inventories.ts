import { Clock, type DeviceId } from '@entrepot/kernel';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AccountFieldStore } from '../account-fields/account-field-store.js';
import { IdentifyDevices, type Caller } from '../duplicates/identify-devices.js';
import { lockDevices } from '../duplicates/identity-lane.js';
import { FieldValueDictionary } from '../search/field-value-dictionary.js';
import { canonicalSection } from './canonical-section.js';
import {
  hasSameSoftware,
  type AcceptedInventory,
  type InventoryWork,
  type ReadyWork,
} from './inventory-work.js';
import { planInventory, type InventoryPlan, type PlacedWork } from './plan-inventory.js';
import { prepareInventory } from './prepare-inventory.js';
import { ResolveSoftware, type UnresolvedSoftware } from './resolve-software.js';
import { storeInventories } from './store-inventories.js';
import { findDevices, readDevices, type KnownDevice, type StoredDevice } from './stored-device.js';
import { refusedByPostgres } from './write-sections.js';

/** Where an inventory is stored: beside others, or by the one who finds out whose it is. */
export type Lane = 'ordinary' | 'identity';

/** What came of a batch, by the places of its inventories. */
export interface CommittedBatch {
  readonly accepted: readonly (AcceptedInventory | null)[];
  /** Those that have to be stored in another batch, with its lane. */
  readonly elsewhere: ReadonlyMap<number, Lane>;
  /** Those that are no inventories after all. */
  readonly refused: ReadonlyMap<number, unknown>;
}

interface Ready {
  readonly place: number;
  readonly work: ReadyWork;
  readonly known: KnownDevice | null;
}

/** Stores a batch of inventories of different devices in one transaction. */
@Injectable()
export class CommitInventories {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly software: ResolveSoftware,
    private readonly identify: IdentifyDevices,
    private readonly fields: AccountFieldStore,
    private readonly values: FieldValueDictionary,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Resolves after the commit; whatever it throws, nothing of any of them is stored. */
  async execute(lane: Lane, works: readonly InventoryWork[]): Promise<CommittedBatch> {
    const elsewhere = new Map<number, Lane>();
    const refused = new Map<number, unknown>();
    const known = lane === 'identity' ? [] : await this.find(works);
    if (lane === 'ordinary') {
      works.forEach((work, place) => {
        if (!isOrdinary(work, known[place] ?? null)) elsewhere.set(place, 'identity');
      });
    }
    const here = works
      .map((work, place) => ({ work, place, known: known[place] ?? null }))
      .filter(({ place }) => !elsewhere.has(place));
    const ready = await this.ready(here, refused);
    const accepted: (AcceptedInventory | null)[] = works.map(() => null);
    if (ready.length > 0) {
      const definitions = await this.fields.current();
      const results = await this.outbox.transaction(async (tx) => {
        const now = this.clock.now();
        const placed =
          lane === 'identity'
            ? await this.identified(tx, ready, now)
            : await this.ordinary(tx, ready, elsewhere);
        const plans = placed.map(({ place, ...one }) => ({ place, ...planInventory(one, definitions, now) }));
        const stored = await storeInventories(tx, plans, now);
        if (lane === 'identity') await this.recordIdentities(tx, plans);
        return stored.map((result, index) => ({ place: placed[index]?.place ?? 0, result }));
      });
      for (const { place, result } of results) accepted[place] = result;
    }
    this.log.debug({ lane, inventories: works.length, stored: ready.length }, 'Inventories are stored');
    return { accepted, elsewhere, refused };
  }

  /** The sections of an inventory that PostgreSQL refuses. */
  findRefused({ prepared }: InventoryWork): Promise<Set<string>> {
    const others = [canonicalSection('JOURNALLOG', prepared.journal)];
    if (prepared.hardware) others.push(canonicalSection('HARDWARE', [prepared.hardware]));
    return refusedByPostgres(this.database, [...others, ...prepared.sections]);
  }

  private find(works: readonly InventoryWork[]): Promise<(KnownDevice | null)[]> {
    return findDevices(
      this.database,
      works.map(({ request }) => request.deviceId),
    );
  }

  /** Looks up all software but what is known to be stored already. */
  private async ready(
    all: readonly { work: InventoryWork; place: number; known: KnownDevice | null }[],
    refused: Map<number, unknown>,
  ): Promise<Ready[]> {
    const ready: Ready[] = [];
    let unread = all;
    while (unread.length > 0) {
      const wanted = unread.map(({ work, known }) => wantedSoftware(work, known));
      const lists = await this.software.execute(wanted.filter((software) => software !== null));
      const again: (typeof unread)[number][] = [];
      let next = 0;
      unread.forEach((one, index) => {
        const software = wanted[index] === null ? null : (lists[next++] ?? null);
        if (wanted[index] === null || software !== null) {
          const { place, known } = one;
          ready.push({ place, known, work: { ...one.work, software } });
          return;
        }
        try {
          again.push({ ...one, work: readAgain(one.work) });
        } catch (error) {
          refused.set(one.place, error);
        }
      });
      for (const { work } of again) await this.values.learn(work.prepared.learnt);
      unread = again;
    }
    return ready;
  }

  private async ordinary(
    tx: Transaction,
    ready: readonly Ready[],
    elsewhere: Map<number, Lane>,
  ): Promise<(PlacedWork & { place: number })[]> {
    await lockDevices(
      tx.manager,
      ready.map(({ work }) => work.request.deviceId),
    );
    const asked = ready.map(({ work, known }) => ({
      deviceId: known?.id as DeviceId,
      agentDeviceId: work.request.deviceId,
    }));
    const read = await readDevices(tx.manager, asked);
    return ready.flatMap(({ place, work }, index) => {
      const stored = read[index] ?? null;
      if (stored !== null && isStillOrdinary(work, stored))
        return [{ place, work, stored, deviceId: stored.id }];
      // Somebody was faster, and it begins again with what is known now; or what was read again says who it is otherwise.
      elsewhere.set(place, stored !== null && !isOrdinary(work, stored) ? 'identity' : 'ordinary');
      return [];
    });
  }

  private async identified(
    tx: Transaction,
    ready: readonly Ready[],
    now: Date,
  ): Promise<(PlacedWork & { place: number })[]> {
    await this.identify.lock(tx.manager);
    const callers = ready.map(({ work }) => callerOf(work, now));
    const verdicts = await this.identify.execute(tx, callers);
    if (new Set(verdicts.map(({ deviceId }) => deviceId)).size < verdicts.length) {
      throw new Error('Two inventories of one batch belong to the same device.');
    }
    const asked = verdicts.map(({ deviceId }, index) => ({
      deviceId,
      agentDeviceId: (ready[index] as Ready).work.request.deviceId,
    }));
    const read = await readDevices(tx.manager, asked);
    return ready.map(({ place, work }, index) => {
      const { deviceId, register } = verdicts[index] as (typeof verdicts)[number];
      const stored = read[index] ?? null;
      if (register !== (stored === null)) throw new Error(`Device ${deviceId} is not what it was taken for.`);
      return { place, work, deviceId, stored };
    });
  }

  private async recordIdentities(tx: Transaction, plans: readonly InventoryPlan[]): Promise<void> {
    const devices = plans.flatMap(({ deviceId, work }) => {
      const { identity } = work.prepared;
      return identity === null ? [] : [{ deviceId, facts: identity.facts }];
    });
    if (devices.length > 0) await this.identify.record(tx, devices);
  }
}

/** Whether an inventory surely belongs to the device that has its agent's id. */
function isOrdinary({ request, prepared }: InventoryWork, known: KnownDevice | null): boolean {
  if (known === null || known.state === 'deleted' || known.state === 'merged') return false;
  if (previousIdOf(request) !== null) return false;
  return prepared.identity === null || known.identity?.equals(prepared.identity.digest) === true;
}

function isStillOrdinary(work: ReadyWork, stored: StoredDevice): boolean {
  const isSoftwareKnown =
    work.prepared.software === null || work.software !== null || hasSameSoftware(work, stored.sentSoftware);
  return stored.isAgents && isSoftwareKnown && isOrdinary(work, stored);
}

function wantedSoftware(work: InventoryWork, known: KnownDevice | null): UnresolvedSoftware | null {
  return hasSameSoftware(work, known?.sentSoftware ?? null) ? null : work.prepared.software;
}

/** @throws WireError when the document turns out to be none */
function readAgain(work: InventoryWork): InventoryWork {
  const { software } = work.request;
  if (software === null) throw new Error('Software that was read was not resolved.');
  const request = software.reread();
  return { ...work, request, prepared: prepareInventory(request) };
}

function callerOf({ request, prepared }: InventoryWork, at: Date): Caller {
  return {
    agentDeviceId: request.deviceId,
    oldDeviceId: previousIdOf(request),
    facts: prepared.identity?.facts ?? null,
    newId: uuidv7() as DeviceId,
    at,
  };
}

/** What the agent was before; agents that only repeat themselves were nothing else. */
function previousIdOf({ deviceId, oldDeviceId }: InventoryWork['request']): Caller['oldDeviceId'] {
  return oldDeviceId?.toLowerCase() === deviceId.toLowerCase() ? null : oldDeviceId;
}
