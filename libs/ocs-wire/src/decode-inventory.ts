import { type AgentDeviceId, parseAgentDeviceId } from '@entrepot/kernel';
import { CUT_SOFTWARES } from './cut-software.js';
import { WireError } from './errors.js';
import type { AccountValue, InventoryRequest, SectionRow } from './requests.js';
import { toSectionRow } from './section-row.js';
import { SECTIONS } from './sections.js';
import type { SentSoftware } from './sent-software.js';
import { childOf, childrenOf, textOf, type XmlNode } from './xml-tree.js';

const MAX_SECTIONS = 256;
const MAX_ROWS_PER_SECTION = 65_536;
const MAX_ACCOUNT_VALUES = 256;
const MAX_HISTORY = 65_536;
/** What stands in CONTENT without being a section of rows. */
const NOT_SECTIONS: ReadonlySet<string> = new Set([
  '',
  'DEVICEID',
  'OLD_DEVICEID',
  'DOWNLOAD',
  'ACCOUNTINFO',
  CUT_SOFTWARES,
]);
/** Android's name for JAVAINFO (OCS-PROTOCOL.md §3.3). */
const ALIASES: ReadonlyMap<string, string> = new Map([['JAVAINFOS', 'JAVAINFO']]);
const DIGITS = /^\d{1,15}$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const MAC = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i;

/**
 * Reads an INVENTORY (OCS-PROTOCOL.md §3.1, §3.3).
 * @param software what was cut out of the document, if anything was
 * @throws WireError WIRE_CONTENT_MISSING: such an inventory says nothing, and 200 would tell its agent that it arrived
 */
export function decodeInventory(
  request: XmlNode,
  deviceId: AgentDeviceId,
  software: SentSoftware | null = null,
): InventoryRequest {
  const content: XmlNode = {
    name: 'CONTENT',
    text: '',
    children: childrenOf(request, 'CONTENT').flatMap((part) => part.children),
  };
  if (content.children.length === 0) {
    throw new WireError('WIRE_CONTENT_MISSING', 'The inventory has no CONTENT.', { field: 'CONTENT' });
  }
  const sections = readSections(content);
  const histories = childrenOf(content, 'DOWNLOAD').flatMap((download) => childrenOf(download, 'HISTORY'));
  return {
    query: 'INVENTORY',
    deviceId,
    oldDeviceId: readOldDeviceId([content, request, ...histories]),
    checksum: readChecksum(sections.get('HARDWARE')?.[0]),
    sections,
    software,
    accountInfo: readAccountInfo(content),
    downloadHistory: readHistory(histories),
  };
}

/**
 * Whether what was cut out stood where rows of a section stand, and would have been one: directly below CONTENT, with no
 * other SOFTWARES anywhere and room for a section more.
 */
export function isCutFromContent(request: XmlNode, { sections }: InventoryRequest): boolean {
  const marks = childrenOf(request, 'CONTENT').flatMap((part) => childrenOf(part, CUT_SOFTWARES));
  return marks.length === 1 && !sections.has('SOFTWARES') && sections.size < MAX_SECTIONS;
}

function readSections(content: XmlNode): Map<string, SectionRow[]> {
  const sections = new Map<string, SectionRow[]>();
  for (const node of content.children) {
    if (NOT_SECTIONS.has(node.name)) continue;
    if (node.name === 'IPDISCOVER') {
      for (const host of childrenOf(node, 'H')) addRow(sections, node.name, neighbour(host));
    } else {
      addRow(sections, ALIASES.get(node.name) ?? node.name, toSectionRow(node));
    }
  }
  return sections;
}

function addRow(sections: Map<string, SectionRow[]>, name: string, row: SectionRow | null): void {
  if (row === null) return;
  const rows = sections.get(name);
  if (rows === undefined) {
    if (sections.size < MAX_SECTIONS) sections.set(name, [row]);
    return;
  }
  const limit = SECTIONS.get(name)?.multi === false ? 1 : MAX_ROWS_PER_SECTION;
  if (rows.length < limit) rows.push(row);
}

/** A neighbour found on the network, unless its addresses are none (OCS-PROTOCOL.md §3.3, IPDISCOVER/H). */
function neighbour(host: XmlNode): SectionRow | null {
  return IPV4.test(textOf(host, 'I') ?? '') && MAC.test(textOf(host, 'M') ?? '') ? toSectionRow(host) : null;
}

/** Windows agents send it below DOWNLOAD/HISTORY because they forget to close both (OCS-PROTOCOL.md §3.1). */
function readOldDeviceId(places: readonly XmlNode[]): AgentDeviceId | null {
  for (const place of places) {
    const id = parseAgentDeviceId(textOf(place, 'OLD_DEVICEID') ?? '');
    if (id !== null) return id;
  }
  return null;
}

function readChecksum(hardware: SectionRow | undefined): number | null {
  const text = hardware?.CHECKSUM?.trim() ?? '';
  return DIGITS.test(text) ? Number(text) : null;
}

function readAccountInfo(content: XmlNode): AccountValue[] {
  const values: AccountValue[] = [];
  for (const node of childrenOf(content, 'ACCOUNTINFO').slice(0, MAX_ACCOUNT_VALUES)) {
    const name = textOf(node, 'KEYNAME');
    if (name !== null) values.push({ name, value: childOf(node, 'KEYVALUE')?.text ?? '' });
  }
  return values;
}

function readHistory(histories: readonly XmlNode[]): string[] {
  const ids = new Set<string>();
  for (const history of histories) {
    for (const node of childrenOf(history, 'PACKAGE')) {
      const id = textOf(node, 'ID') ?? '';
      if (DIGITS.test(id) && ids.size < MAX_HISTORY) ids.add(id);
    }
  }
  return [...ids];
}
