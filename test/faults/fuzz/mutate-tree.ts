import { CHARACTERS, DATES, MARKUP, NAMES, NUMBERS, SQL } from './hostile-values.js';
import type { Random } from './random.js';
import { childOf, copyOf, field, parent, writeXml, type XmlElement } from './xml-element.js';

/** Changes a document in place. */
export type TreeMutation = (root: XmlElement, random: Random) => void;

/** Characters: with more, cases would be nothing but large. */
const MOST_REPEATED = 2_000_000;
const NUMBER_LIKE = /^\s*-?\d+\s*$/;

/** What may befall the structure of a document, by the name under which a failure tells of it. */
export const TREE_MUTATIONS: Readonly<Record<string, TreeMutation>> = {
  'drop an element': (root, random) => {
    const { siblings, at } = somewhere(root, random);
    siblings.splice(at, 1);
  },
  'repeat an element': (root, random) => {
    const { siblings, at } = somewhere(root, random);
    const times = random.percent(90) ? random.between(1, 3) : random.between(10, 60);
    const copies = Array.from({ length: times }, () => copyOf(siblings[at] as XmlElement));
    siblings.splice(at, 0, ...copies);
  },
  'swap two elements': (root, random) => {
    const [a, b] = [somewhere(root, random), somewhere(root, random)];
    const held = copyOf(a.siblings[a.at] as XmlElement);
    a.siblings[a.at] = copyOf(b.siblings[b.at] as XmlElement);
    b.siblings[b.at] = held;
  },
  'move an element into another': (root, random) => {
    const { siblings, at } = somewhere(root, random);
    const moved = copyOf(siblings[at] as XmlElement);
    siblings.splice(at, 1);
    anywhere(root, random).children.push(moved);
  },
  'nest an element in itself': (root, random) => {
    const { siblings, at } = somewhere(root, random);
    const levels = random.percent(90) ? random.between(1, 5) : random.between(25, 2_000);
    for (let level = 0; level < levels; level++) {
      const inner = siblings[at] as XmlElement;
      siblings[at] = parent(inner.name, [inner]);
    }
  },
  'flatten an element': (root, random) => {
    const { siblings, at } = somewhere(root, random);
    siblings.splice(at, 1, ...(siblings[at] as XmlElement).children);
  },
  'empty an element': (root, random) => {
    const element = anywhere(root, random);
    element.children = [];
    element.text = '';
  },
  'rename an element': (root, random) => {
    const element = anywhere(root, random);
    element.name = random.percent(30) ? element.name.toLowerCase() : random.pick(NAMES);
  },
  'attribute instead of an element': (root, random) => {
    const { siblings, at, owner } = somewhere(root, random);
    const { name, text } = siblings[at] as XmlElement;
    owner.attributes.push([name, text.replaceAll('"', '&quot;')]);
    if (random.percent(80)) siblings.splice(at, 1);
  },
  'an attribute of any name': (root, random) => {
    anywhere(root, random).attributes.push([random.pick(NAMES), random.pick([...SQL, ...MARKUP])]);
  },
  'a field of any name': (root, random) => {
    row(root, random).children.push(field(random.pick(NAMES), random.pick(SQL)));
  },
  'three hundred fields': (root, random) => {
    const { children } = row(root, random);
    for (let i = 0; i < 300; i++) children.push(field(`F${i}`, 'v'));
  },
  'a text beside fields': (root, random) => {
    row(root, random).text = random.pick([...SQL, ...MARKUP, ...CHARACTERS]);
  },
  'a section of any name': (root, random) => {
    content(root, random).children.push(parent(random.pick(NAMES), [field(random.pick(NAMES), 'x')]));
  },
  'three hundred sections': (root, random) => {
    const { children } = content(root, random);
    for (let i = 0; i < 300; i++) children.push(parent(`S${i}`, [field('A', String(i))]));
  },
  'a value of another type': (root, random) => {
    const element = leaf(root, random, NUMBER_LIKE);
    element.text = random.pick(NUMBERS);
  },
  'a date that is none': (root, random) => {
    const name = random.pick(['INSTALLDATE', 'CREATEDATE', 'LASTDATE', 'DATE']);
    row(root, random).children.push(field(name, random.pick(DATES)));
  },
  'a value of any kind': (root, random) => {
    leaf(root, random).text = random.pick([...NUMBERS, ...DATES, ...CHARACTERS, ...SQL]);
  },
  'markup in a value': (root, random) => {
    const element = leaf(root, random);
    const at = random.below(element.text.length + 1);
    element.text = element.text.slice(0, at) + random.pick(MARKUP) + element.text.slice(at);
  },
  'a giant value': (root, random) => {
    const unit = random.pick(['x', 'é', '\u{1f4a9}', '&amp;', ' ', 'x, ', '\n']);
    const size = random.percent(90) ? random.between(250, 70_000) : 1_000_000;
    leaf(root, random).text = unit.repeat(Math.ceil(size / unit.length));
  },
  'thousands of rows': (root, random) => {
    const { children } = content(root, random);
    const rows = children.filter((child) => child.children.length > 0);
    if (rows.length === 0) return;
    const model = random.pick(rows);
    const most = Math.floor(MOST_REPEATED / writeXml(model).length);
    const count = Math.min(
      most,
      random.percent(80) ? random.between(100, 600) : random.between(2_000, 5_000),
    );
    for (let i = 0; i < count; i++) {
      const copy = copyOf(model);
      const last = copy.children.at(-1);
      if (last !== undefined && random.percent(90)) last.text = `${last.text}${i}`;
      children.push(copy);
    }
  },
};

interface Place {
  readonly owner: XmlElement;
  readonly siblings: XmlElement[];
  readonly at: number;
}

/** Any element but the root, with its place; mostly inside CONTENT, since a damaged frame hides all that is in it. */
function somewhere(root: XmlElement, random: Random): Place {
  let owner = (random.percent(94) ? childOf(root, 'CONTENT') : undefined) ?? root;
  for (;;) {
    if (owner.children.length === 0) owner.children.push(field('FILLED', 'x'));
    const at = random.below(owner.children.length);
    const chosen = owner.children[at] as XmlElement;
    if (chosen.children.length === 0 || random.percent(35)) return { owner, siblings: owner.children, at };
    owner = chosen;
  }
}

function anywhere(root: XmlElement, random: Random): XmlElement {
  const { siblings, at } = somewhere(root, random);
  return siblings[at] as XmlElement;
}

/** An element without children, one whose text matches if the chance gives one soon. */
function leaf(root: XmlElement, random: Random, wanted = /./s): XmlElement {
  let found = anywhere(root, random);
  for (let tries = 0; tries < 30 && !(found.children.length === 0 && wanted.test(found.text)); tries++)
    found = anywhere(root, random);
  return found;
}

/** CONTENT, or whatever is in its place. */
export function content(root: XmlElement, random: Random): XmlElement {
  return childOf(root, 'CONTENT') ?? anywhere(root, random);
}

function row(root: XmlElement, random: Random): XmlElement {
  const { children } = content(root, random);
  return children.length === 0 ? root : random.pick(children);
}
