import { expect, it } from 'vitest';
import { ArchiveInspection } from './archive-inspection.js';

it('remembers no more symbolic links than fit into a little memory', () => {
  const inspection = new ArchiveInspection('linux', { kind: 'STORE', path: '/tmp' });
  const name = 'x'.repeat(4_000);
  const addMany = (): void => {
    for (let n = 0; n < 100_000; n++) inspection.addSymbolicLink(`${name}${n}`, 'target');
  };
  expect(addMany).toThrow(expect.objectContaining({ code: 'BUILDER_ARCHIVE_UNREADABLE' }));
});
