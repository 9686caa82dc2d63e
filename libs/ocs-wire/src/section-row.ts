import { bareRecord } from './bare-record.js';
import type { SectionRow } from './requests.js';
import type { XmlNode } from './xml-tree.js';

/** More fields than any agent sends; what is beyond is left out. */
export const MAX_FIELDS_PER_ROW = 256;
/** A longer one could repeat the names of its parents for half a million fields, at a few bytes of XML each. */
const MAX_FIELD_NAME = 64;

interface RowInProgress {
  readonly fields: Record<string, string>;
  count: number;
}

/** Reads one row of a section; null when it has no field with a value. */
export function toSectionRow(node: XmlNode): SectionRow | null {
  const row: RowInProgress = { fields: bareRecord(), count: 0 };
  addChildren(row, node, '');
  if (node.text !== '') addField(row, 'VALUE', node.text);
  return row.count === 0 ? null : row.fields;
}

function addChildren(row: RowInProgress, node: XmlNode, prefix: string): void {
  for (const child of node.children) {
    if (child.name === '') continue;
    const name = prefix === '' ? child.name : `${prefix}.${child.name}`;
    if (child.text !== '') addField(row, name, child.text);
    if (child.children.length > 0) addChildren(row, child, name);
  }
}

function addField(row: RowInProgress, name: string, value: string): void {
  const earlier = row.fields[name];
  if (earlier !== undefined) {
    row.fields[name] = `${earlier}, ${value}`;
    return;
  }
  if (row.count >= MAX_FIELDS_PER_ROW || name.length > MAX_FIELD_NAME) return;
  row.fields[name] = value;
  row.count++;
}
