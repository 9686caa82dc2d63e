import { z } from 'zod';
import { storableText } from '../storable-text.js';
import { CompileCriteria, type ResolvedCriteria } from './compile-criteria.js';
import { criteria } from './criteria.js';
import { containsPattern } from './like-pattern.js';
import type { Form } from './software-condition.js';
import { SqlParameters } from './sql-parameters.js';
import { Injectable } from '@nestjs/common';

const MAX_TEXT = 255;

/** Which devices a search means; all that is given has to be true of them. */
export const deviceFilterShape = {
  /** Part of the name, the agent's id, the TAG or the address; letter case does not matter. */
  text: z.string().trim().max(MAX_TEXT).optional(),
  /** The whole TAG. */
  tag: z.string().max(MAX_TEXT).optional(),
  deviceIds: z.array(z.uuid()).max(1_000).optional(),
  /** Archived and deleted devices are only found when they are asked for. */
  state: z.enum(['active', 'archived', 'deleted']).default('active'),
  criteria: criteria.optional(),
};

const deviceFilter = z.strictObject(deviceFilterShape);
export { deviceFilter };

export type DeviceFilter = z.output<typeof deviceFilter>;

/** A filter in SQL. */
export interface SqlFilter {
  readonly parameters: SqlParameters;
  /** A boolean expression over `device d`. */
  readonly condition: string;
}

/** A filter of which the dictionaries have told what they know. */
export interface ResolvedFilter {
  write(form: Form): SqlFilter;
}

/** Makes SQL of a filter. */
@Injectable()
export class CompileFilter {
  constructor(private readonly compile: CompileCriteria) {}

  async resolve(filter: DeviceFilter): Promise<ResolvedFilter> {
    const resolved = filter.criteria === undefined ? null : await this.compile.resolve(filter.criteria);
    return { write: (form) => write(filter, resolved, form) };
  }
}

function write(filter: DeviceFilter, resolved: ResolvedCriteria | null, form: Form): SqlFilter {
  const parameters = new SqlParameters(1);
  const tests = [`d.state = ${parameters.add(filter.state)}`];
  if (filter.text) {
    const pattern = parameters.add(containsPattern(storableText(filter.text, MAX_TEXT)));
    const columns = ['d.name', 'd.agent_device_id', 'd.tag', 'd.ip_address'];
    tests.push(`(${columns.map((column) => `${column} ILIKE ${pattern}`).join(' OR ')})`);
  }
  if (filter.tag !== undefined) tests.push(`d.tag = ${parameters.add(storableText(filter.tag, MAX_TEXT))}`);
  if (filter.deviceIds) tests.push(`d.id = ANY(${parameters.add(filter.deviceIds)}::uuid[])`);
  if (resolved !== null) {
    const { condition, parameters: values } = resolved.render(form, parameters.next);
    for (const value of values) parameters.add(value);
    tests.push(condition);
  }
  return { parameters, condition: tests.join(' AND ') };
}
