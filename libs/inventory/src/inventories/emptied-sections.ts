import { SECTIONS, type InventoryRequest } from '@entrepot/ocs-wire';

/**
 * The stored sections of which this inventory says that nothing is left: absent, with their CHECKSUM bit set. Sections
 * without a bit are left alone, and so is everything when the agent sent no CHECKSUM. SOFTWARES is left alone too:
 * the bit is set by agents that run with --nosoftware, and a machine without any software does not exist
 * (OCS-PROTOCOL.md §3.3, §3.5).
 */
export function emptiedSections(request: InventoryRequest, stored: Iterable<string>): string[] {
  const { checksum, sections } = request;
  if (checksum === null) return [];
  return [...stored].filter((name) => {
    const definition = SECTIONS.get(name);
    if (definition === undefined || definition.appendOnly || name === 'SOFTWARES') return false;
    return definition.mask !== 0 && (checksum & definition.mask) !== 0 && !sections.has(name);
  });
}
