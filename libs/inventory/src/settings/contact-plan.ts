import { z } from 'zod';
import { inventoryDue } from '../agents/prolog-decision.js';
import { deviceMaintenance, type DeviceMaintenance } from '../windows/group-windows-view.js';
import { effectiveSetting, type EffectiveSetting } from './effective-setting.js';
import type { BothLanguages } from './setting-definition.js';

const { origin, group } = effectiveSetting.shape;

/** When a device will call, and whether it is to send its inventory then. */
export const contactPlan = z.object({
  /** `after`: at the first contact later than that moment. */
  nextInventory: z.enum(['at-next-contact', 'never', 'after']),
  after: z.iso.datetime().nullable(),
  frequency: z.object({ days: z.int(), origin, group }),
  reason: z.object({ en: z.string(), fr: z.string() }),
  lastContactAt: z.iso.datetime(),
  lastInventoryAt: z.iso.datetime(),
  /** The last contact and PROLOG_FREQ; agents add up to as much when it has changed. */
  nextContactExpectedAt: z.iso.datetime(),
  maintenance: deviceMaintenance,
});

export type ContactPlan = z.output<typeof contactPlan>;

export interface PlanFacts {
  readonly lastContactAt: Date;
  readonly lastInventoryAt: Date;
  /** When the last inventory counts from. */
  readonly inventoryDate: Date;
  readonly prologFreqHours: number;
  readonly frequency: EffectiveSetting;
  /** Whether the device is asked to look for its neighbours at each contact, which brings an inventory. */
  readonly scans: boolean;
  /** Whether the device is deleted: its call counts as the first. */
  readonly deleted: boolean;
  readonly maintenance: DeviceMaintenance;
  readonly now: Date;
}

const HOUR_MS = 3_600_000;

/** Works out what the next contacts of a device will bring, by the rules of its PROLOG. */
export function planContact(facts: PlanFacts): ContactPlan {
  const days = Number(facts.frequency.value);
  const due = inventoryDue(days, facts.inventoryDate);
  const early = due.when !== 'never' && (facts.scans || facts.deleted);
  const waits = due.when === 'after' && !early && due.after >= facts.now;
  return {
    nextInventory: due.when === 'never' ? 'never' : waits ? 'after' : 'at-next-contact',
    after: waits ? due.after.toISOString() : null,
    frequency: { days, origin: facts.frequency.origin, group: facts.frequency.group },
    reason: reasonOf(facts, days),
    lastContactAt: facts.lastContactAt.toISOString(),
    lastInventoryAt: facts.lastInventoryAt.toISOString(),
    nextContactExpectedAt: new Date(
      facts.lastContactAt.getTime() + facts.prologFreqHours * HOUR_MS,
    ).toISOString(),
    maintenance: facts.maintenance,
  };
}

function reasonOf({ deleted, scans, frequency }: PlanFacts, days: number): BothLanguages {
  const from = originOf(frequency);
  if (days === -1) {
    return {
      en: `FREQUENCY is -1 (${from.en}): the device is never asked for an inventory, and is offered no package.`,
      fr: `FREQUENCY vaut -1 (${from.fr}) : la machine n’est jamais inventoriée et ne reçoit aucun paquet.`,
    };
  }
  if (deleted) {
    return {
      en: 'The device is deleted; if it calls, it is asked for an inventory, which restores it.',
      fr: 'La machine est supprimée ; si elle appelle, un inventaire lui est demandé et la rétablit.',
    };
  }
  if (scans) {
    return {
      en: 'The device looks for its neighbours, which are part of an inventory each time.',
      fr: 'La machine recherche ses voisines, et les transmet avec un inventaire à chaque fois.',
    };
  }
  if (days === 0) {
    return {
      en: `FREQUENCY is 0 (${from.en}): an inventory is asked for at each contact.`,
      fr: `FREQUENCY vaut 0 (${from.fr}) : un inventaire est demandé à chaque contact.`,
    };
  }
  return {
    en: `FREQUENCY is ${days} (${from.en}): an inventory is asked for at the first contact more than ${days} days after the last one.`,
    fr: `FREQUENCY vaut ${days} (${from.fr}) : un inventaire est demandé au premier contact plus de ${days} jours après le dernier.`,
  };
}

function originOf({ origin: from, group: by }: EffectiveSetting): BothLanguages {
  switch (from) {
    case 'device':
      return { en: 'of this device', fr: 'propre à cette machine' };
    case 'group':
      return { en: `of the group ${by?.name ?? ''}`, fr: `du groupe ${by?.name ?? ''}` };
    case 'global':
      return { en: 'for all devices', fr: 'pour toutes les machines' };
    case 'default':
      return { en: 'by default', fr: 'par défaut' };
  }
}
