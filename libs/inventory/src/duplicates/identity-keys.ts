import type { IdentityFacts } from './identity-facts.js';

/** What a value of a key is. Machines share models, so that they are compared but never looked up. */
export type KeyKind = 'hostname' | 'serial' | 'mac' | 'uuid' | 'asset-tag';

/** Every kind, the one that says most first. */
export const KEY_KINDS: readonly KeyKind[] = ['uuid', 'serial', 'mac', 'asset-tag', 'hostname'];

/** The values that a device has of a kind, as sent. */
export function valuesOf(facts: IdentityFacts, kind: KeyKind): readonly string[] {
  switch (kind) {
    case 'hostname':
      return present(facts.hostname);
    case 'serial':
      return present(facts.serial);
    case 'uuid':
      return present(facts.uuid);
    case 'asset-tag':
      return present(facts.assetTag);
    case 'mac':
      return facts.macs;
  }
}

/** A value in the form in which it is indexed and compared: letter case does not matter. */
export function keyOf(kind: KeyKind, value: string): string {
  return `${kind}:${value.toLowerCase()}`;
}

/** All keys of a device, or those of some kinds. Worthless values are among them. */
export function identityKeys(facts: IdentityFacts, kinds: readonly KeyKind[] = KEY_KINDS): string[] {
  return kinds.flatMap((kind) => valuesOf(facts, kind).map((value) => keyOf(kind, value)));
}

function present(value: string): readonly string[] {
  return value === '' ? [] : [value];
}
