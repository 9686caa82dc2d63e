import { expect, it } from 'vitest';
import { parseTicket } from './ticket.js';

const ACTIVATION = '019355aa-0000-7000-8000-00000000000a';

it('reads who was told, and by which activation', () => {
  expect(parseTicket('AbC-_9')).toEqual({ ticket: 'AbC-_9', activationId: null });
  expect(parseTicket(`AbC.${ACTIVATION}`)).toEqual({ ticket: 'AbC', activationId: ACTIVATION });
});

it.each([
  '',
  '.',
  `.${ACTIVATION}`,
  'a.b',
  'a/b',
  'a b',
  'é',
  'x'.repeat(65),
  `a.${'-'.repeat(36)}`,
  `a.${ACTIVATION}.b`,
])('takes "%s" for none', (text) => {
  expect(parseTicket(text)).toBeNull();
});
