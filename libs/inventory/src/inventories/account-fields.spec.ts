import { describe, expect, it } from 'vitest';
import { accountUpdate, initialAccountFields } from './account-fields.js';

describe('account fields (OCS-PROTOCOL.md §3.6)', () => {
  it('of a new device are what its agent says, of fields that exist', () => {
    const sent = [
      { name: 'TAG', value: 'Paris' },
      { name: 'fields_3', value: 'x' },
      { name: 'TAG', value: 'second' },
    ];
    expect(initialAccountFields(sent)).toEqual({ TAG: 'Paris' });
  });

  it('of a new device without TAG are NA, never LOST', () => {
    expect(initialAccountFields([])).toEqual({ TAG: 'NA' });
    expect(initialAccountFields([{ name: 'TAG', value: '' }])).toEqual({ TAG: 'NA' });
  });

  it('are left alone and cut to what can be stored', () => {
    expect(initialAccountFields([{ name: 'TAG', value: 'x'.repeat(999) }]).TAG?.length).toBe(255);
  });

  const all = [{ name: 'TAG', value: 'Paris' }];
  it.each([
    ['the same value', [{ name: 'TAG', value: 'Paris' }], null],
    ['another value', [{ name: 'TAG', value: 'Lyon' }], all],
    ['no value', [], all],
    [
      'one value too many',
      [
        { name: 'TAG', value: 'Paris' },
        { name: 'X', value: '' },
      ],
      all,
    ],
    ['another field', [{ name: 'tag', value: 'Paris' }], all],
  ])('are sent to a known device that sent %s as they are on the server', (_, sent, update) => {
    expect(accountUpdate({ TAG: 'Paris' }, sent)).toEqual(update);
  });
});
