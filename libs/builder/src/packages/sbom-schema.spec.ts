import { describe, expect, it } from 'vitest';
import { sbomSchema } from './sbom-schema.js';

const MINIMAL = { bomFormat: 'CycloneDX', specVersion: '1.6' };
const nested = (depth: number): unknown =>
  JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth)) as unknown;
const issuePath = (document: unknown): string | undefined =>
  sbomSchema.safeParse(document).error?.issues[0]?.path.join('.');

describe('sbomSchema', () => {
  it('keeps all members of a CycloneDX document', () => {
    const document = { ...MINIMAL, components: [{ type: 'library', name: 'zlib', version: '1.3' }] };
    expect(sbomSchema.parse(document)).toEqual(document);
  });

  it('refuses what is none', () => {
    expect(issuePath({ ...MINIMAL, bomFormat: 'SPDX' })).toBe('bomFormat');
    expect(issuePath({ bomFormat: 'CycloneDX' })).toBe('specVersion');
    expect(issuePath([MINIMAL])).toBe('');
  });

  it('refuses what is nested without end', () => {
    expect(issuePath({ ...MINIMAL, components: nested(90) })).toBeUndefined();
    expect(issuePath({ ...MINIMAL, components: nested(200_000) })).toBe('');
  });
});
