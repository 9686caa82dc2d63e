import { setImmediate as nextTurn } from 'node:timers/promises';
import { GenerationalMap } from '@entrepot/kernel';
import { coerceRow, readSoftwareRow, SECTIONS, type SentSoftware } from '@entrepot/ocs-wire';
import { Inject, Injectable } from '@nestjs/common';
import { INVENTORY_OPTIONS, type InventoryOptions } from '../inventory-options.js';
import { canonicalRow, type StoredRow } from './canonical-section.js';

import { SoftwareDictionary, type SoftwareVariant } from './software-dictionary.js';
import {
  installTime,
  softwareList,
  softwareVariant,
  storedInstallTime,
  type InstalledSoftware,
  type InstallTime,
  type SoftwareList,
} from './software-list.js';
import { SoftwareMemo, type SoftwareNumbers, type TextPieces } from './software-memo.js';

/** Software as it came: unread, or as coerced rows. */
export type UnresolvedSoftware = SentSoftware | readonly StoredRow[];

/** A row whose numbers are not known yet. */
interface Miss {
  readonly memo: SoftwareMemo;
  readonly text: TextPieces;
  readonly variant: SoftwareVariant;
}

interface PendingRow {
  readonly installed: InstallTime;
  readonly numbers: SoftwareNumbers | undefined;
  /** What names the row among the misses. */
  readonly miss: string;
}

const DATES_REMEMBERED = 20_000;
/** Rows after which others get their turn: about as much work as a PROLOG. */
const ROWS_AT_ONCE = 2_000;

/**
 * Turns rows of software into numbers of the dictionaries, most of them by their text alone: the same row is on many
 * devices, and on the same device at each inventory.
 */
@Injectable()
export class ResolveSoftware {
  /** By the text of a row as sent, without its INSTALLDATE. */
  private readonly sentRows: SoftwareMemo;
  /** By canonical row, for documents that had to be read as a whole. */
  private readonly readRows: SoftwareMemo;
  private readonly dates = new GenerationalMap<string, InstallTime>(DATES_REMEMBERED);

  constructor(
    private readonly dictionary: SoftwareDictionary,
    @Inject(INVENTORY_OPTIONS) { softwareCacheEntries }: InventoryOptions,
  ) {
    this.sentRows = new SoftwareMemo(softwareCacheEntries);
    this.readRows = new SoftwareMemo(softwareCacheEntries / 4);
  }

  /**
   * Resolves the software of several inventories at once.
   * @returns at the same places; null where a row is not as plain as it looked, and the inventory has to be read again
   */
  async execute(all: readonly UnresolvedSoftware[]): Promise<(SoftwareList | null)[]> {
    const misses = new Map<string, Miss>();
    const pending: (PendingRow[] | null)[] = [];
    let rows = 0;
    for (const one of all) {
      const found = isRead(one) ? this.lookUpRead(one, misses) : this.lookUpSent(one, misses);
      pending.push(found);
      rows += found?.length ?? 0;
      if (rows < ROWS_AT_ONCE) continue;
      rows = 0;
      await nextTurn();
    }
    const learned = await this.learn(misses);
    return pending.map((list) => list && softwareList(list.map((row) => installedOf(row, learned))));
  }

  private lookUpSent(sent: SentSoftware, misses: Map<string, Miss>): PendingRow[] | null {
    const rows = sent.rows();
    if (rows === null) return null;
    const { bytes } = rows;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const pending: PendingRow[] = [];
    for (let place = 0; place < rows.length; place++) {
      const text = {
        bytes,
        start: rows.start(place),
        gapStart: rows.dateStart(place),
        gapEnd: rows.dateEnd(place),
        end: rows.end(place),
      };
      const installed = this.timeOf(rows.installDate(place));
      const numbers = this.sentRows.find(view, text);
      const miss = numbers === undefined ? `sent ${rows.text(place)}` : '';
      if (numbers === undefined && !misses.has(miss)) {
        const row = readSoftwareRow(rows.text(place));
        if (row === null) return null;
        const variant = softwareVariant(coerceRow(SECTIONS.get('SOFTWARES'), row));
        misses.set(miss, { text, memo: this.sentRows, variant });
      }
      pending.push({ installed, numbers, miss });
    }
    return pending;
  }

  private lookUpRead(rows: readonly StoredRow[], misses: Map<string, Miss>): PendingRow[] {
    return rows.map((row) => {
      const canonical = canonicalRow({ ...row, INSTALLDATE: null });
      const bytes = Buffer.from(canonical);
      const text = { bytes, start: 0, gapStart: bytes.length, gapEnd: bytes.length, end: bytes.length };
      const numbers = this.readRows.get(text);
      const miss = numbers === undefined ? `read ${canonical}` : '';
      if (numbers === undefined && !misses.has(miss)) {
        misses.set(miss, { text, memo: this.readRows, variant: softwareVariant(row) });
      }
      return { installed: storedInstallTime(row), numbers, miss };
    });
  }

  private timeOf(sent: string): InstallTime {
    let time = this.dates.get(sent);
    if (time === undefined) {
      time = installTime(sent);
      this.dates.set(sent, time);
    }
    return time;
  }

  private async learn(misses: ReadonlyMap<string, Miss>): Promise<ReadonlyMap<string, SoftwareNumbers>> {
    const learned = new Map<string, SoftwareNumbers>();
    if (misses.size === 0) return learned;
    const numbers = await this.dictionary.numbersOf([...misses.values()].map(({ variant }) => variant));
    let place = 0;
    for (const [name, { text, memo }] of misses) {
      const one = numbers[place++] as SoftwareNumbers;
      learned.set(name, one);
      memo.set(text, one);
    }
    return learned;
  }
}

function isRead(software: UnresolvedSoftware): software is readonly StoredRow[] {
  return Array.isArray(software);
}

function installedOf(row: PendingRow, learned: ReadonlyMap<string, SoftwareNumbers>): InstalledSoftware {
  const { softwareId, variantId } = row.numbers ?? (learned.get(row.miss) as SoftwareNumbers);
  return { softwareId, variantId, installed: row.installed };
}
