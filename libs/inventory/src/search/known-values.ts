import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { RowLeaf } from './row-test.js';
import { isComputed, isInteger } from './section-fields.js';
import { LETTERS } from './letters.js';
import { SqlParameters } from './sql-parameters.js';
import { valueTest } from './value-test.js';

type Value = string | number;

/** A question to a field, with every value by which a row can pass it; null or absent when those are not known. */
export type KnownValues = ReadonlyMap<RowLeaf, readonly Value[] | null>;

/** A question and the section that it is put to. */
export interface SectionLeaf {
  readonly section: string;
  readonly leaf: RowLeaf;
}

interface FieldRow {
  readonly id: number;
  readonly section: string;
  readonly field: string;
  readonly letters: number;
  readonly open: boolean;
}

/** Asks the dictionary of values which of them pass, so that an index can find the rows that have one of those. */
@Injectable()
export class ReadKnownValues {
  constructor(private readonly database: DataSource) {}

  async execute(questions: readonly SectionLeaf[]): Promise<KnownValues> {
    const known = new Map<RowLeaf, readonly Value[] | null>();
    const asked = questions.filter(
      ({ section, leaf }) => !isComputed(section, leaf.field) && isPositive(leaf),
    );
    if (asked.length === 0) return known;
    const fields = await this.fields(asked);
    const listed: { leaf: RowLeaf; field: FieldRow }[] = [];
    for (const { section, leaf } of asked) {
      const field = fields.get(nameOf(section, leaf.field));
      if (field === undefined) continue;
      if (field.open) known.set(leaf, formsOf(section, leaf, field.letters));
      else listed.push({ leaf, field });
    }
    for (const [leaf, values] of await this.values(listed)) known.set(leaf, values);
    return known;
  }

  private async fields(asked: readonly SectionLeaf[]): Promise<ReadonlyMap<string, FieldRow>> {
    const rows: FieldRow[] = await this.database.query(
      `SELECT f.id, f.section, f.field, f.letters, f.open
       FROM unnest($1::text[], $2::text[]) AS a (section, field), search_field f
       WHERE f.section = a.section AND f.field = a.field`,
      [asked.map(({ section }) => section), asked.map(({ leaf }) => leaf.field)],
    );
    return new Map(rows.map((row) => [nameOf(row.section, row.field), row]));
  }

  private async values(
    listed: readonly { readonly leaf: RowLeaf; readonly field: FieldRow }[],
  ): Promise<[RowLeaf, Value[]][]> {
    if (listed.length === 0) return [];
    const parameters = new SqlParameters(1);
    const parts = listed.map(({ leaf, field }, place) => {
      const text = "(v.value #>> '{}')";
      const value = isInteger(field.section, field.field) ? { text, number: `number_of(${text})` } : { text };
      return `SELECT ${place} AS place, v.value FROM search_value v
        WHERE v.field_id = ${parameters.add(field.id)} AND ${valueTest(value, leaf, parameters)}`;
    });
    const rows: { place: number; value: Value }[] = await this.database.query(parts.join(' UNION ALL '), [
      ...parameters.values,
    ]);
    const found = listed.map(({ leaf }): [RowLeaf, Value[]] => [leaf, []]);
    for (const { place, value } of rows) found[place]?.[1].push(value);
    return found;
  }
}

function nameOf(section: string, field: string): string {
  return `${section}\n${field}`;
}

/** Whether only rows that have a value in the field can pass: the dictionary knows nothing of the others. */
function isPositive(leaf: RowLeaf): boolean {
  switch (leaf.operator) {
    case 'empty':
    case 'not-empty':
    case 'not-equal':
    case 'not-contains':
      return false;
    case 'equal':
    case 'contains':
    case 'like':
      return String(leaf.value).trim() !== '' && leaf.value !== '*';
    case 'in':
      return leaf.value.every((value) => String(value).trim() !== '');
    default:
      return true;
  }
}

/** The values that equal the operand without regard to case, given the forms that were ever seen in the field. */
function formsOf(section: string, leaf: RowLeaf, letters: number): Value[] | null {
  if (leaf.operator !== 'equal' && leaf.operator !== 'in') return null;
  const operands = leaf.operator === 'in' ? leaf.value : [leaf.value];
  if (isInteger(section, leaf.field)) {
    const numbers = operands.map(Number);
    return numbers.every((number) => Number.isFinite(number)) ? numbers : null;
  }
  if ((letters & LETTERS.both) !== 0 || operands.some((operand) => typeof operand === 'number')) return null;
  const forms = operands.flatMap((operand) => {
    const text = String(operand);
    return [text, text.toUpperCase(), text.toLowerCase()];
  });
  return [...new Set(forms)];
}
