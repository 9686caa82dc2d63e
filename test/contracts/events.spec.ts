import * as contracts from '@entrepot/contracts';
import { describe, expect, it } from 'vitest';

const definitions = Object.entries(contracts).flatMap(([name, value]) =>
  typeof value === 'object' && 'subject' in value ? [[name, value] as const] : [],
);

describe('what contexts say to each other', () => {
  it('has one definition for each subject', () => {
    const subjects = definitions.map(([, { subject }]) => subject);
    expect(subjects.length).toBeGreaterThan(7);
    expect(new Set(subjects).size).toBe(subjects.length);
  });

  it.each(definitions)('%s refuses an empty payload', (_name, { schema }) => {
    expect(schema.safeParse({}).success).toBe(false);
  });
});
