import { acceptedName, MAX_DEPTH, MAX_NODES, NO_CHILDREN, type XmlNode } from './xml-node.js';

const DECLARATION =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))? ?\?>/;
/** What XML does not allow, and what needs more care than is taken here: characters beyond the first plane, `]]>`. */
const NOT_PLAIN = new RegExp('[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ud800-\\udfff\\ufffe\\uffff]');
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const ENTITY = /&([a-z]*;)?/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
]);
const SLASH = 0x2f;
const SPACE = 0x20;
const GREATER = 0x3e;
const MOST_IN_TAG = 80;
const TAG_SLOTS = 1024;
/** Where a scan ends that the parser has to do over. */
const REFUSED = -1;

/** One spelling of a start tag, with what is derived from it once. */
interface Tag {
  /** All between the angle brackets. */
  readonly inside: string;
  readonly spelling: string;
  readonly name: string;
  readonly empty: boolean;
}

/**
 * Reads the XML that agents really send, several times faster than a whole parser: elements without attributes, text
 * with the five named entities, a simple declaration.
 * @returns what the parser would answer for the same document, or null when it needs the parser: anything else,
 * and everything that is not well formed
 */
export function scanPlainXml(document: string): XmlNode | null {
  if (NOT_PLAIN.test(document) || document.includes(']]>')) return null;
  const xml = document.includes('\r') ? document.replaceAll(/\r\n?/g, '\n') : document;
  const start = DECLARATION.exec(xml)?.[0].length ?? 0;
  return new PlainXmlScan(xml).run(start);
}

/** Compares tags as numbers in an array; what lies between them is found by searches, which are faster still. */
class PlainXmlScan {
  private readonly units: Uint16Array;
  private readonly tags: (Tag | undefined)[] = new Array<Tag | undefined>(TAG_SLOTS).fill(undefined);
  private readonly nodes: XmlNode[] = [];
  private readonly spellings: string[] = [];
  private depth = 0;
  private count = 0;
  /** Where the next ampersand is, as far as it was looked for. */
  private ampersand = -1;

  constructor(private readonly xml: string) {
    const bytes = Buffer.allocUnsafeSlow(xml.length * 2);
    bytes.write(xml, 'utf16le');
    this.units = new Uint16Array(bytes.buffer, bytes.byteOffset, xml.length);
  }

  run(start: number): XmlNode | null {
    const outside: XmlNode = { name: '', text: '', children: NO_CHILDREN };
    this.nodes.push(outside);
    let at = start;
    while (at !== REFUSED) {
      const bracket = this.text(at);
      if (bracket === REFUSED) return null;
      if (bracket === this.units.length) return this.depth === 0 ? (outside.children[0] ?? null) : null;
      at = this.units[bracket + 1] === SLASH ? this.close(bracket) : this.open(bracket);
    }
    return null;
  }

  /** Adds the text from a place on to the element that is open; answers where the next tag begins. */
  private text(from: number): number {
    const { units, xml } = this;
    const found = xml.indexOf('<', from);
    const to = found === -1 ? units.length : found;
    // Most pieces are the line break and indent between elements: no need to cut them out.
    let first = from;
    while (first < to && (units[first] as number) <= SPACE) first++;
    const node = this.nodes[this.depth] as XmlNode;
    if (first === to && node.text === '') return to;
    if (this.depth === 0) return REFUSED;
    const text = this.decoded(from, to);
    if (text === null) return REFUSED;
    node.text = node.text === '' ? text : node.text + text;
    return to;
  }

  /** A piece of text with its entities replaced; null when it has others. */
  private decoded(from: number, to: number): string | null {
    const sent = this.xml.slice(from, to);
    if (this.ampersand < from) {
      const next = this.xml.indexOf('&', from);
      this.ampersand = next === -1 ? this.units.length : next;
    }
    if (this.ampersand >= to) return sent;
    let plain = true;
    const text = sent.replace(ENTITY, (reference) => {
      const character = ENTITIES.get(reference);
      if (character === undefined) plain = false;
      return character ?? '';
    });
    return plain ? text : null;
  }

  /** Opens the element whose bracket is given; answers where its tag ends. */
  private open(bracket: number): number {
    const { units, nodes } = this;
    const limit = Math.min(units.length, bracket + MOST_IN_TAG);
    let hash = 0;
    let end = bracket + 1;
    for (; end < limit && units[end] !== GREATER; end++) hash = (hash * 31 + (units[end] as number)) | 0;
    const tag = end < limit ? this.tagOf(hash, bracket + 1, end) : null;
    const parent = nodes[this.depth] as XmlNode;
    // A second root is for the parser to refuse; so is what is too deep or too much.
    if (tag === null || (this.depth === 0 && parent.children.length > 0)) return REFUSED;
    if (this.depth >= MAX_DEPTH || ++this.count > MAX_NODES) return REFUSED;
    const node: XmlNode = { name: tag.name, text: '', children: NO_CHILDREN };
    if (parent.children === NO_CHILDREN) parent.children = [node];
    else parent.children.push(node);
    if (!tag.empty) {
      this.depth++;
      nodes[this.depth] = node;
      this.spellings[this.depth] = tag.spelling;
    }
    return end + 1;
  }

  /** Closes the element that is open; answers where the tag ends, unless it is another one's. */
  private close(bracket: number): number {
    if (this.depth === 0) return REFUSED;
    const spelling = this.spellings[this.depth] as string;
    const end = bracket + 2 + spelling.length;
    if (!this.hasAt(bracket + 2, spelling) || this.units[end] !== GREATER) return REFUSED;
    this.depth--;
    return end + 1;
  }

  private tagOf(hash: number, from: number, to: number): Tag | null {
    const slot = hash & (TAG_SLOTS - 1);
    const known = this.tags[slot];
    if (known?.inside.length === to - from && this.hasAt(from, known.inside)) return known;
    const inside = this.xml.slice(from, to);
    const empty = inside.endsWith('/');
    const spelling = empty ? inside.slice(0, -1).replace(/ $/, '') : inside;
    if (!PLAIN_NAME.test(spelling)) return null;
    const tag = { inside, spelling, name: acceptedName(spelling), empty };
    this.tags[slot] = tag;
    return tag;
  }

  private hasAt(place: number, text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.units[place + i] !== text.charCodeAt(i)) return false;
    return true;
  }
}
