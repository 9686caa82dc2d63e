import { SECTIONS } from '@entrepot/ocs-wire';
import type { Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { FREE_PERCENT } from './section-fields.js';

const fieldView = z.object({
  name: z.string(),
  /** `text` too for what the protocol does not know. */
  type: z.enum(['text', 'integer', 'number', 'date', 'moment']),
  /** Whether some device ever had a value in it. */
  seen: z.boolean(),
});

/** A section that can be asked for, with its fields. */
export const sectionFields = z.object({
  section: z.string(),
  /** Whether the protocol knows it; the others are what agents and plugins send besides. */
  known: z.boolean(),
  multi: z.boolean(),
  fields: z.array(fieldView),
});

export type SectionFields = z.output<typeof sectionFields>;
type FieldView = z.output<typeof fieldView>;

const TYPES = {
  text: 'text',
  longtext: 'text',
  int: 'integer',
  bigint: 'integer',
  date: 'date',
  datetime: 'moment',
} as const;

/** Lists what can be asked of the rows of sections: what the protocol knows and what was seen in the fleet. */
@Injectable()
export class ListFields {
  constructor(private readonly database: DataSource) {}

  async execute(): Promise<Page<SectionFields>> {
    const [seen, ofSoftware] = await Promise.all([
      this.database.query<{ section: string; field: string }[]>(
        'SELECT section, field FROM search_field ORDER BY section, field',
      ),
      this.database.query<{ section: string; field: string }[]>(SOFTWARE_FIELDS),
    ]);
    const fields = new Map<string, Map<string, FieldView>>();
    for (const { name, fields: known } of SECTIONS.values()) {
      const views = [...known].map(([field, { kind }]): [string, FieldView] => [
        field,
        { name: field, type: TYPES[kind], seen: false },
      ]);
      fields.set(name, new Map(views));
    }
    fields.get('DRIVES')?.set(FREE_PERCENT, { name: FREE_PERCENT, type: 'number', seen: true });
    for (const { section, field } of [...seen, ...ofSoftware]) {
      const views = fields.get(section) ?? new Map<string, FieldView>();
      views.set(field, { name: field, type: views.get(field)?.type ?? 'text', seen: true });
      fields.set(section, views);
    }
    const items = [...fields].map(([section, views]) => ({
      section,
      known: SECTIONS.has(section),
      multi: SECTIONS.get(section)?.multi ?? true,
      fields: [...views.values()],
    }));
    items.sort((a, b) => (a.section < b.section ? -1 : 1));
    return { items, total: items.length, next: null };
  }
}

/** Fields of the newest variants: what agents send of software hardly ever changes. */
const SOFTWARE_FIELDS = `
  SELECT DISTINCT 'SOFTWARES' AS section, jsonb_object_keys(v.details) AS field
  FROM (SELECT details FROM software_variant ORDER BY id DESC LIMIT 1000) v
  UNION ALL
  SELECT 'SOFTWARES', unnest(ARRAY['NAME', 'PUBLISHER', 'VERSION', 'INSTALLDATE'])
  WHERE EXISTS (SELECT FROM software)`;
