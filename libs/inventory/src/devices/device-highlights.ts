import type { StoredRow } from '../inventories/canonical-section.js';
import type { DeviceHighlights } from './device-view.js';

/** Picks what people look for first out of a device's HARDWARE and BIOS (OCS-PROTOCOL.md §3.3). */
export function highlightsOf(hardware: StoredRow | null, bios: StoredRow | null): DeviceHighlights {
  return {
    osVersion: text(hardware?.OSVERSION),
    osComments: text(hardware?.OSCOMMENTS),
    architecture: text(hardware?.ARCH),
    processor: text(hardware?.PROCESSORT),
    processors: number(hardware?.PROCESSORN),
    memory: number(hardware?.MEMORY),
    swap: number(hardware?.SWAP),
    workgroup: text(hardware?.WORKGROUP),
    description: text(hardware?.DESCRIPTION),
    uuid: text(hardware?.UUID),
    manufacturer: text(bios?.SMANUFACTURER),
    model: text(bios?.SMODEL),
    serial: text(bios?.SSN),
    assetTag: text(bios?.ASSETTAG),
    biosVersion: text(bios?.BVERSION),
  };
}

function text(value: StoredRow[string] | undefined): string | null {
  const trimmed = String(value ?? '').trim();
  return trimmed === '' ? null : trimmed;
}

function number(value: StoredRow[string] | undefined): number | null {
  const read = Number(value ?? Number.NaN);
  return value !== '' && Number.isSafeInteger(read) ? read : null;
}
