import type { AccountValue } from '@entrepot/ocs-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountFieldDefinition, AccountFields } from './account-field.js';
import { applySentFields } from './apply-sent-fields.js';

const field = (
  name: string,
  policy: AccountFieldDefinition['policy'] = 'first-wins',
  type: AccountFieldDefinition['type'] = 'text',
  options: readonly string[] = [],
): AccountFieldDefinition => ({ name, type, options, policy });
const pairs = (values: Record<string, string>): AccountValue[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));
const tag = field('TAG');

describe('what an agent sends of a new device (OCS-PROTOCOL.md §3.6)', () => {
  it('is taken for fields that exist, the first value of each, and never answered', () => {
    const sent = [...pairs({ TAG: 'Paris', fields_3: 'x' }), { name: 'TAG', value: 'second' }];
    const applied = applySentFields([tag], null, sent);
    expect(applied).toEqual({ fields: { TAG: 'Paris' }, changed: [], update: null, refused: [] });
  });

  it.each([[{}], [{ TAG: '' }], [{ TAG: ' \t' }], [{ TAG: 'NA' }]])(
    'without a TAG is NA, never LOST: %j',
    (sent) => {
      expect(applySentFields([tag], null, pairs(sent)).fields).toEqual({ TAG: 'NA' });
    },
  );

  it('is cut to what can be stored and freed of what cannot be sent back', () => {
    const applied = applySentFields(
      [tag, field('ROOM')],
      null,
      pairs({ TAG: 'x'.repeat(999), ROOM: ' a\n\u0001b ' }),
    );
    expect([applied.fields.TAG?.length, applied.fields.ROOM]).toEqual([255, 'a b']);
  });

  it('is not taken by a field that is the server’s', () => {
    const mine = [field('TAG', 'server-wins'), field('ROOM', 'server-wins')];
    expect(applySentFields(mine, null, pairs({ TAG: 'Paris', ROOM: '1' })).fields).toEqual({ TAG: 'NA' });
  });
});

describe('what an agent sends of a known device (OCS-PROTOCOL.md §3.6)', () => {
  const told = (value: string): AccountValue[] => [{ name: 'TAG', value }];
  it.each([
    ['server-wins', 'Paris', 'Lyon', 'Paris', told('Paris')],
    ['server-wins', 'Paris', 'Paris', 'Paris', null],
    ['server-wins', 'NA', 'Lyon', 'NA', told('NA')],
    ['server-wins', '', 'Lyon', '', told('NA')],
    ['first-wins', 'Paris', 'Lyon', 'Paris', told('Paris')],
    ['first-wins', 'Paris', '', 'Paris', told('Paris')],
    ['first-wins', 'NA', 'Lyon', 'Lyon', null],
    ['first-wins', 'NA', 'NA', 'NA', null],
    ['first-wins', 'NA', '', 'NA', told('NA')],
    ['first-wins', '', 'Lyon', '', told('NA')],
    ['first-wins', '', 'NA', '', null],
    ['agent-wins', 'Paris', 'Lyon', 'Lyon', null],
    ['agent-wins', 'Paris', 'NA', 'Paris', told('Paris')],
    ['agent-wins', 'Paris', '', 'Paris', told('Paris')],
    ['agent-wins', '', 'Lyon', 'Lyon', null],
  ] as const)('with %s, %j here and %j there, becomes %j', (policy, stored, sent, after, update) => {
    const applied = applySentFields([field('TAG', policy)], { TAG: stored }, pairs({ TAG: sent }));
    expect(applied.fields).toEqual({ TAG: after });
    expect(applied.update).toEqual(update);
    expect(applied.changed).toEqual(after === stored ? [] : [{ field: 'TAG', before: stored, after }]);
  });

  it.each([
    ['none', [], true],
    ['one of no known name', pairs({ TAG: 'Paris', gone: 'x' }), false],
    ['another letter case', pairs({ tag: 'Paris' }), true],
    ['blanks around it', pairs({ TAG: ' Paris\n' }), false],
  ])('is answered with all fields when it has to be: %s', (_, sent, answered) => {
    const applied = applySentFields([tag, field('ROOM')], { TAG: 'Paris' }, sent);
    expect(applied.update).toEqual(answered ? pairs({ TAG: 'Paris', ROOM: '' }) : null);
  });

  it('empties a field that the server has emptied, and does not bring its old value back', () => {
    const applied = applySentFields(
      [tag, field('ROOM')],
      { TAG: 'P', ROOM: '' },
      pairs({ TAG: 'P', ROOM: 'old' }),
    );
    expect(applied).toMatchObject({
      fields: { ROOM: '' },
      changed: [],
      update: pairs({ TAG: 'P', ROOM: '' }),
    });
  });

  it.each([
    ['list', 'red', 'red'],
    ['list', 'pink', undefined],
    ['date', '2026-02-28', '2026-02-28'],
    ['date', '28/02/2026', '2026-02-28'],
    ['date', '30/02/2026', undefined],
    ['date', 'soon', undefined],
    ['checkbox', 'Yes', '1'],
    ['checkbox', '0', '0'],
    ['checkbox', 'perhaps', undefined],
  ] as const)('suits a %s or is ignored: %j', (type, sent, after) => {
    const definition = field('X', 'agent-wins', type, type === 'list' ? ['red', 'blue'] : []);
    const applied = applySentFields([tag, definition], { TAG: 'P' }, pairs({ TAG: 'P', X: sent }));
    expect(applied.fields.X).toBe(after);
    expect(applied.refused).toEqual(after === undefined ? [{ name: 'X', value: sent }] : []);
    expect(applied.update).toEqual(after === undefined ? pairs({ TAG: 'P', X: '' }) : null);
  });

  it('leaves values alone whose field it does not know, and takes no name for a value of JavaScript’s own', () => {
    const applied = applySentFields([tag, field('constructor')], { TAG: 'P', NEW: 'n' }, pairs({ TAG: 'P' }));
    expect(applied).toEqual({ fields: { TAG: 'P', NEW: 'n' }, changed: [], update: null, refused: [] });
  });
});

describe('an agent that has been told', () => {
  /** [U] replaces all that it had and drops what is empty; [W] replaces by name and keeps the rest. */
  const AGENTS: Readonly<
    Record<string, (had: AccountValue[], told: readonly AccountValue[]) => AccountValue[]>
  > = {
    Unix: (_, told) => told.filter(({ value }) => value !== ''),
    Windows: (had, told) => [...had.filter(({ name }) => !told.some((pair) => pair.name === name)), ...told],
  };
  const name = fc.constantFrom('TAG', 'ROOM', 'BOUGHT', 'KEPT', 'COLOUR', 'gone');
  const text = fc.oneof(
    fc.constantFrom('', 'NA', 'Paris', ' x', 'red', 'pink', '2026-11-21', '21/11/2026', '1', 'yes', 'a\nb'),
    fc.string({ unit: 'binary', maxLength: 300 }),
  );
  const policy = fc.constantFrom('server-wins', 'agent-wins', 'first-wins');
  const definitions = fc
    .tuple(policy, policy, policy, policy, policy)
    .map(([a, b, c, d, e]) => [
      field('TAG', a),
      field('ROOM', b),
      field('BOUGHT', c, 'date'),
      field('KEPT', d, 'checkbox'),
      field('COLOUR', e, 'list', ['red', 'blue']),
    ]);

  it.each(['Unix', 'Windows'])('is told nothing more, and nothing changes any more (%s)', (kind) => {
    const apply = AGENTS[kind] ?? ((had): AccountValue[] => had);
    fc.assert(
      fc.property(definitions, fc.array(fc.record({ name, value: text })), (fields, first) => {
        let sent: AccountValue[] = first;
        let stored: AccountFields | null = null;
        for (let inventory = 0; inventory < 2; inventory += 1) {
          const applied = applySentFields(fields, stored, sent);
          stored = applied.fields;
          if (applied.update !== null) sent = apply(sent, applied.update);
        }
        const settled = applySentFields(fields, stored, sent);
        expect(settled).toMatchObject({ fields: stored, changed: [], update: null });
      }),
      { numRuns: 1_000, seed: 20261121 },
    );
  });

  it.each(['Unix', 'Windows'])('settles after one answer, whatever people had set (%s)', (kind) => {
    const apply = AGENTS[kind] ?? ((had): AccountValue[] => had);
    const values = fc.dictionary(name, fc.constantFrom('', 'NA', 'Paris', 'red', '2026-11-21', '1'));
    fc.assert(
      fc.property(definitions, values, fc.array(fc.record({ name, value: text })), (fields, set, sent) => {
        const applied = applySentFields(fields, { TAG: 'NA', ...set }, sent);
        const next = applied.update === null ? sent : apply(sent, applied.update);
        const settled = applySentFields(fields, applied.fields, next);
        expect(settled).toMatchObject({ fields: applied.fields, changed: [], update: null });
      }),
      { numRuns: 1_000, seed: 20261121 },
    );
  });
});
