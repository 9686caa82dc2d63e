import { SaxesParser } from 'saxes';
import { WireError } from './errors.js';
import { scanPlainXml } from './scan-plain-xml.js';
import { repairXml } from './xml-characters.js';
import { acceptedName, isBlank, MAX_DEPTH, MAX_NODES, NO_CHILDREN, type XmlNode } from './xml-node.js';

export type { XmlNode } from './xml-node.js';

/**
 * Characters that the parser handles one by one and slowly. Far above any real inventory; without a bound,
 * 64 MiB of them would stop the process for half a minute.
 */
const MAX_OF_CHARACTER: readonly (readonly [string, number])[] = [
  ['&', 500_000],
  ['\n', 8_000_000],
  ['\r', 8_000_000],
  ['\t', 8_000_000],
];

/**
 * Reads a document: what is as plain as agents write it in one scan, all else with a strict parser, and once more
 * after repair if it is not well formed.
 * @throws WireError WIRE_XML_INVALID, WIRE_XML_TOO_COMPLEX, WIRE_DOCTYPE_REFUSED
 */
export function parseXml(xml: string): XmlNode {
  boundSlowCharacters(xml);
  const plain = scanPlainXml(xml);
  if (plain !== null) return plain;
  try {
    return parseStrictly(xml);
  } catch (error) {
    if (error instanceof WireError) throw error;
  }
  try {
    return parseStrictly(repairXml(xml));
  } catch (error) {
    if (error instanceof WireError) throw error;
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
    throw new WireError('WIRE_XML_INVALID', 'The body is not well-formed XML.', { reason }, { cause: error });
  }
}

/** The first child of that name, or null. */
export function childOf(node: XmlNode | null, name: string): XmlNode | null {
  return node?.children.find((child) => child.name === name) ?? null;
}

/** The children of that name. */
export function childrenOf(node: XmlNode, name: string): XmlNode[] {
  return node.children.filter((child) => child.name === name);
}

/** The text of the first child of that name that has any, without surrounding blanks, or null. */
export function textOf(node: XmlNode | null, name: string): string | null {
  const found = node?.children.find((child) => child.name === name && child.text !== '');
  return found === undefined ? null : found.text.trim();
}

/**
 * Parses with a whole XML parser; what it accepts is the rule that the scan follows.
 * @throws WireError WIRE_XML_TOO_COMPLEX, WIRE_DOCTYPE_REFUSED; Error when the document is not well formed
 */
export function parseStrictly(xml: string): XmlNode {
  const document: XmlNode = { name: '', text: '', children: [] };
  const names = new Map<string, string>();
  const open: XmlNode[] = [];
  let current = document;
  let nodes = 0;

  const accept = (name: string): string => {
    let accepted = names.get(name);
    if (accepted === undefined) {
      accepted = acceptedName(name);
      names.set(name, accepted);
    }
    return accepted;
  };
  const count = (): void => {
    if (++nodes > MAX_NODES) throw tooComplex(`It has more than ${MAX_NODES} elements and attributes.`);
  };

  const parser = new SaxesParser({ position: false });
  parser.on('doctype', () => {
    throw new WireError('WIRE_DOCTYPE_REFUSED', 'A document type declaration is refused.');
  });
  parser.on('opentagstart', (tag) => {
    count();
    if (open.length >= MAX_DEPTH) throw tooComplex(`It is nested more than ${MAX_DEPTH} levels deep.`);
    const node: XmlNode = { name: accept(tag.name), text: '', children: [] };
    current.children.push(node);
    open.push(current);
    current = node;
  });
  parser.on('attribute', ({ name, value }) => {
    count();
    current.children.push({ name: accept(name), text: isBlank(value) ? '' : value, children: NO_CHILDREN });
  });
  const append = (text: string): void => {
    if (current.text !== '' || !isBlank(text)) current.text += text;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', () => {
    current = open.pop() ?? document;
  });
  parser.write(xml).close();

  const root = document.children[0];
  if (root === undefined) throw new Error('The document has no root element.');
  return root;
}

function boundSlowCharacters(xml: string): void {
  for (const [character, max] of MAX_OF_CHARACTER) {
    if (xml.length <= max) continue;
    let count = 0;
    for (let at = xml.indexOf(character); at !== -1; at = xml.indexOf(character, at + 1)) {
      if (++count > max) throw tooComplex(`It has more than ${max} times ${JSON.stringify(character)}.`);
    }
  }
}

function tooComplex(message: string): WireError {
  return new WireError('WIRE_XML_TOO_COMPLEX', message);
}
