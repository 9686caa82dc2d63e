import { setTimeout } from 'node:timers/promises';
import { inventoryRpc, type BreakdownRow, type InventoryRpc } from '@entrepot/contracts';
import type { PackageId } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { Inject, Injectable } from '@nestjs/common';
import type { Words } from '../words.js';
import type { Breakdown } from './statistics.schemas.js';
import { countsOf } from './summarise.js';

const DEADLINE_MS = 2_000;

const NO_ANSWER: Words = {
  en: 'The inventory did not answer: there are no counts by operating system, TAG and group now.',
  fr: "L'inventaire n'a pas répondu : pas de décompte par système, TAG et groupe pour l'instant.",
};

/** The counts that need to know what the devices are; null with a note when nobody can say. */
export interface Breakdowns {
  readonly byOperatingSystem: Breakdown | null;
  readonly byTag: Breakdown | null;
  readonly byGroup: Breakdown | null;
  readonly note: Words | null;
}

/** Asks the inventory how the deliveries of a package spread over operating systems, TAGs and groups. */
@Injectable()
export class PackageBreakdown {
  constructor(
    @Inject(inventoryRpc.token) private readonly inventory: InventoryRpc,
    private readonly log: Log,
  ) {}

  /** Never fails, and takes two seconds at the most. */
  async execute(packageId: PackageId): Promise<Breakdowns> {
    const deadline = new AbortController();
    try {
      const { rows } = await Promise.race([
        this.inventory.packageBreakdown({ packageId }),
        tooLate(deadline.signal),
      ]);
      const by = (dimension: BreakdownRow['dimension']): Breakdown =>
        group(rows.filter((row) => row.dimension === dimension));
      return { byOperatingSystem: by('operatingSystem'), byTag: by('tag'), byGroup: by('group'), note: null };
    } catch (error) {
      this.log.warn({ packageId, err: error }, 'The inventory did not break a package down');
      return { byOperatingSystem: null, byTag: null, byGroup: null, note: NO_ANSWER };
    } finally {
      deadline.abort();
    }
  }
}

/** Values in the order of their devices, most first. */
function group(rows: readonly BreakdownRow[]): Breakdown {
  const values = [...new Set(rows.map(({ value }) => value))];
  const devices = (value: string): number =>
    rows.filter((row) => row.value === value).reduce((total, row) => total + row.count, 0);
  return values
    .sort((a, b) => devices(b) - devices(a) || (a < b ? -1 : 1))
    .map((value) => ({ value, counts: countsOf(rows.filter((row) => row.value === value)) }));
}

async function tooLate(signal: AbortSignal): Promise<never> {
  await setTimeout(DEADLINE_MS, undefined, { signal, ref: false });
  throw new Error(`No answer within ${DEADLINE_MS} ms`);
}
