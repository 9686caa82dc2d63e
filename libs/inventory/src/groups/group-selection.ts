import { uuidOf } from '@entrepot/platform-http';
import type { DeviceId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CompileCriteria } from '../search/compile-criteria.js';
import { criteria, type Criteria } from '../search/criteria.js';

const MAX_DEVICES = 10_000;
const MAX_TEXT = 255;

/** The filters of POST /api/v1/devices/search that say which devices are found. */
const filter = z
  .strictObject({
    text: z.string().trim().min(1).max(MAX_TEXT).optional(),
    tag: z.string().min(1).max(MAX_TEXT).optional(),
    criteria: criteria.optional(),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), 'must say which devices');

const FILTERS: ReadonlySet<string> = new Set(['text', 'tag', 'criteria']);

/** A whole search result: criteria, or the filters of a search; either way it is criteria afterwards. */
const search = z
  .unknown()
  .transform((value, context): Criteria => {
    const schema: z.ZodType<Criteria> = isFilter(value) ? filter.transform(toCriteria) : criteria;
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    for (const { path, message } of read.error.issues)
      context.addIssue({ code: 'custom', path: [...path], message });
    return z.NEVER;
  })
  .meta({
    description:
      'A whole search result: criteria, or {text?, tag?, criteria?} as in POST /api/v1/devices/search',
    example: { device: 'osName', operator: 'contains', value: 'Windows' },
  });

/** The two ways to say which devices; `oneWay` makes sure that it is one of them. */
export const selectionShape = {
  /** Ticked devices. Those that do not exist, or are deleted, archived or merged, are left out. */
  deviceIds: z.array(uuidOf<DeviceId>()).max(MAX_DEVICES).optional(),
  search: search.optional(),
};

/** Ticked devices or a whole search result. */
export const selection = z
  .strictObject(selectionShape)
  .refine(oneWay, 'must have either deviceIds or search');

export type Selection = z.output<typeof selection>;

/** For the `refine` of a body that extends `selectionShape`. */
export function oneWay(given: { readonly deviceIds?: unknown; readonly search?: unknown }): boolean {
  return (given.deviceIds === undefined) !== (given.search === undefined);
}

/** A condition over `device d` and its parameters. */
export interface SelectedDevices {
  readonly condition: string;
  readonly parameters: readonly unknown[];
}

/** Says in SQL which devices are meant. */
@Injectable()
export class SelectDevices {
  constructor(private readonly compile: CompileCriteria) {}

  /** @param firstParameter number of the first parameter in the condition */
  async execute(selected: Selection, firstParameter: number): Promise<SelectedDevices> {
    if (selected.search !== undefined) return this.compile.execute(selected.search, firstParameter);
    return {
      condition: `d.id = ANY($${firstParameter}::uuid[])`,
      parameters: [selected.deviceIds ?? []],
    };
  }
}

function isFilter(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).some((key) => FILTERS.has(key));
}

function toCriteria({ text, tag, criteria: asked }: z.output<typeof filter>): Criteria {
  const all: Criteria[] = [];
  if (text !== undefined) {
    const fields = ['name', 'agentDeviceId', 'tag', 'ipAddress'] as const;
    all.push({ any: fields.map((device) => ({ device, operator: 'contains', value: text })) });
  }
  if (tag !== undefined) all.push({ device: 'tag', operator: 'equal', value: tag });
  if (asked !== undefined) all.push(asked);
  const [only] = all;
  return all.length === 1 && only !== undefined ? only : { all };
}
