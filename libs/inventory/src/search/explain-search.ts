import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { conditionsOf } from './compile-criteria.js';
import { criteria, type Criteria } from './criteria.js';
import { dependenciesOf } from './dependencies.js';
import { describeCriteria, type Names } from './describe-criteria.js';
import { CompileFilter, deviceFilterShape } from './device-filter.js';
import { countOf } from './page-statements.js';
import { SearchTransactions } from './search-transactions.js';

/** What POST /api/v1/devices/search/explain takes: the filters of a search, of which criteria must be there. */
export const searchToExplain = z.strictObject({ ...deviceFilterShape, criteria });

export type SearchToExplain = z.output<typeof searchToExplain>;

const explained = {
  words: z.object({ en: z.string(), fr: z.string() }),
  /** Devices that pass by this alone; null when counting them took too long. */
  devices: z.int().nullable(),
};

/** What is searched, in words, and how many devices each condition finds by itself, in the order of the criteria. */
export const searchExplanation = z.object({ ...explained, conditions: z.array(z.object(explained)) });

export type SearchExplanation = z.output<typeof searchExplanation>;

const COUNT_MS = 5_000;
const ALL_COUNTS_MS = 20_000;

/** Says what criteria mean and which of their conditions finds what. */
@Injectable()
export class ExplainSearch {
  constructor(
    private readonly database: DataSource,
    private readonly filters: CompileFilter,
    private readonly transactions: SearchTransactions,
  ) {}

  async execute(search: SearchToExplain): Promise<SearchExplanation> {
    const names = await this.namesIn(search.criteria);
    const until = performance.now() + ALL_COUNTS_MS;
    const explain = async (
      part: Criteria,
    ): Promise<z.output<typeof searchExplanation.shape.conditions.element>> => ({
      words: describeCriteria(part, names),
      devices: performance.now() > until ? null : await this.count(search, part),
    });
    const whole = { words: describeCriteria(search.criteria, names), devices: await this.count(search) };
    const conditions = [];
    for (const condition of conditionsOf(search.criteria)) conditions.push(await explain(condition));
    return { ...whole, conditions };
  }

  /** One condition is counted among all devices of the state, the whole with the other filters too. */
  private async count(search: SearchToExplain, only?: Criteria): Promise<number | null> {
    const filter = only === undefined ? search : { state: search.state, criteria: only };
    const resolved = await this.filters.resolve(filter);
    return this.transactions.runBriefly(COUNT_MS, (manager) => countOf(manager, resolved.write('scan')));
  }

  private async namesIn(searched: Criteria): Promise<Names> {
    const ids = [...dependenciesOf(searched).groups];
    const rows: { id: string; name: string }[] =
      ids.length === 0
        ? []
        : await this.database.query('SELECT id, name FROM device_group WHERE id = ANY($1::uuid[])', [ids]);
    return { groups: new Map(rows.map(({ id, name }) => [id, name])) };
  }
}
