import { PreparedStatement } from '@entrepot/platform-database';
import { SECTIONS } from '@entrepot/ocs-wire';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { StoredRow } from '../inventories/canonical-section.js';
import { LETTERS, lettersOf } from './letters.js';

/** Fields that are written down; agents may make up as many as they like. */
const MAX_FIELDS = 5_000;
/** A field with more values than this is open: its values are not written down any more. */
const MAX_VALUES = 2_000;
/** The same for sections that the protocol does not know. */
const MAX_UNKNOWN_VALUES = 500;
/** Names and values remembered together; then everything is forgotten and asked for anew. */
const MAX_REMEMBERED = 300_000;
const MAX_NAME = 64;
const MAX_VALUE = 255;

type Value = string | number;

interface Field {
  /** Null until the database has told. */
  id: number | null;
  open: boolean;
  letters: number;
  readonly values: Set<Value>;
}

interface News {
  readonly section: string;
  readonly name: string;
  readonly field: Field;
  readonly values: Set<Value>;
  letters: number;
  open: boolean;
}

/** A section with its rows as they are stored. */
export interface LearntSection {
  readonly name: string;
  readonly rows: readonly StoredRow[];
}

interface FieldRow {
  readonly id: number;
  readonly section: string;
  readonly field: string;
  readonly letters: number;
  readonly open: boolean;
}

/**
 * Writes down which values the fields of sections have, for suggestions and so that searches know which values to look
 * for. What is known already costs a look-up in memory.
 */
@Injectable()
export class FieldValueDictionary {
  private sections = new Map<string, Map<string, Field>>();
  private remembered = 0;

  constructor(private readonly database: DataSource) {}

  /**
   * Takes note of rows that are about to be stored. Has to be resolved before their transaction commits, and must not
   * run inside of it: searches rely on every stored value being known, and a rollback would take it back.
   * @returns undefined when there is nothing new, which is nearly always
   */
  learn(sections: Iterable<LearntSection>): Promise<void> | undefined {
    if (this.remembered > MAX_REMEMBERED) this.forget();
    const news = new Map<Field, News>();
    for (const { name, rows } of sections) {
      if (name.length > MAX_NAME || name === '') continue;
      const fields = this.fieldsOf(name);
      for (const row of rows) {
        for (const field in row) {
          const value = row[field] ?? null;
          if (value !== null && value !== '') this.look(name, fields, field, value, news);
        }
      }
    }
    return news.size === 0 ? undefined : this.write([...news.values()]);
  }

  private forget(): void {
    this.sections = new Map();
    this.remembered = 0;
  }

  private fieldsOf(section: string): Map<string, Field> {
    let fields = this.sections.get(section);
    if (fields === undefined) {
      fields = new Map();
      this.sections.set(section, fields);
      this.remembered++;
    }
    return fields;
  }

  private look(
    section: string,
    fields: Map<string, Field>,
    name: string,
    value: Value,
    news: Map<Field, News>,
  ): void {
    let field = fields.get(name);
    if (field === undefined) {
      if (name.length > MAX_NAME) return;
      field = { id: null, open: false, letters: 0, values: new Set() };
      fields.set(name, field);
      this.remembered++;
    }
    if (field.open ? (field.letters & LETTERS.both) !== 0 : field.values.has(value)) return;
    const letters = lettersOf(value);
    if (field.open && (letters & ~field.letters) === 0) return;
    let found = news.get(field);
    if (found === undefined) {
      found = { section, name, field, values: new Set(), letters: 0, open: field.open };
      news.set(field, found);
    }
    found.letters |= letters;
    if (typeof value === 'string' && (value.length > MAX_VALUE || !value.isWellFormed())) found.open = true;
    else if (!found.open) found.values.add(value);
  }

  private async write(news: readonly News[]): Promise<void> {
    const sorted = news.toSorted((a, b) => (a.section + a.name < b.section + b.name ? -1 : 1));
    const rows = await this.fields(sorted);
    const known = sorted.flatMap((one) => {
      const row = rows.get(`${one.section}\n${one.name}`);
      return row === undefined ? [] : [{ one, row }];
    });
    const listed = known.filter(({ row }) => !row.open);
    await INSERT_VALUES.run(this.database, [
      listed.flatMap(({ one, row }) => Array<number>(one.values.size).fill(row.id)),
      listed.flatMap(({ one }) => [...one.values].map((value) => JSON.stringify(value))),
    ]);
    const counts = new Map(
      (await COUNT_VALUES.run(this.database, [listed.map(({ row }) => row.id)])).map(({ id, count }) => [
        id,
        count,
      ]),
    );
    const states = known.map(({ one, row }) => ({
      one,
      row,
      letters: row.letters | one.letters,
      open: row.open || one.open || (counts.get(row.id) ?? 0) > mostValues(one.section),
    }));
    const changed = states.filter(({ row, letters, open }) => row.letters !== letters || row.open !== open);
    if (changed.length > 0) {
      await UPDATE_FIELDS.run(this.database, [
        changed.map(({ row }) => row.id),
        changed.map(({ letters }) => letters),
        changed.map(({ open }) => open),
      ]);
    }
    for (const { one, row, letters, open } of states) {
      remember(one, row.id, letters, open);
      this.remembered += one.values.size;
    }
    // There is no room for the others: nothing is ever asked of them again.
    for (const one of sorted)
      if (!rows.has(`${one.section}\n${one.name}`)) remember(one, 0, LETTERS.both, true);
  }

  private async fields(news: readonly News[]): Promise<Map<string, FieldRow>> {
    const names = [news.map(({ section }) => section), news.map(({ name }) => name)];
    const unknown = news.filter(({ field }) => field.id === null);
    if (unknown.length > 0) {
      await INSERT_FIELDS.run(this.database, [
        unknown.map(({ section }) => section),
        unknown.map(({ name }) => name),
        MAX_FIELDS,
      ]);
    }
    const rows = await FIND_FIELDS.run(this.database, names);
    return new Map(rows.map((row) => [`${row.section}\n${row.field}`, row]));
  }
}

function mostValues(section: string): number {
  return SECTIONS.has(section) ? MAX_VALUES : MAX_UNKNOWN_VALUES;
}

function remember(one: News, id: number, letters: number, open: boolean): void {
  const { field } = one;
  field.id = id;
  field.letters |= letters;
  field.open ||= open;
  if (field.open) field.values.clear();
  else for (const value of one.values) field.values.add(value);
}

const FIND_FIELDS = new PreparedStatement<FieldRow>(
  'find-search-fields',
  `SELECT f.id, f.section, f.field, f.letters, f.open
   FROM unnest($1::text[], $2::text[]) AS a (section, field), search_field f
   WHERE f.section = a.section AND f.field = a.field`,
);

const INSERT_FIELDS = new PreparedStatement(
  'insert-search-fields',
  `INSERT INTO search_field (section, field)
   SELECT * FROM unnest($1::text[], $2::text[]) WHERE (SELECT count(*) FROM search_field) < $3::int
   ON CONFLICT (section, field) DO NOTHING`,
);

// In one order, so that two that bring the same values do not wait for each other in a circle.
const INSERT_VALUES = new PreparedStatement(
  'insert-search-values',
  `INSERT INTO search_value (field_id, value)
   SELECT field_id, value::jsonb FROM unnest($1::int[], $2::text[]) AS n (field_id, value) ORDER BY 1, 2
   ON CONFLICT DO NOTHING`,
);

const COUNT_VALUES = new PreparedStatement<{ id: number; count: number }>(
  'count-search-values',
  'SELECT field_id AS id, count(*)::int AS count FROM search_value WHERE field_id = ANY($1::int[]) GROUP BY field_id',
);

const UPDATE_FIELDS = new PreparedStatement(
  'update-search-fields',
  `UPDATE search_field f SET letters = f.letters | n.letters, open = f.open OR n.open
   FROM (
     SELECT n.* FROM unnest($1::int[], $2::smallint[], $3::boolean[]) AS n (id, letters, open), search_field l
     WHERE l.id = n.id ORDER BY l.id FOR UPDATE OF l
   ) n
   WHERE f.id = n.id`,
);
