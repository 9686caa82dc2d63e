/**
 * An element as a fuzzer needs it: anything may stand in its name, its attributes and its text, well formed or not,
 * because everything is written as it is.
 */
export interface XmlElement {
  name: string;
  attributes: [name: string, value: string][];
  /** What stands before the children, with its entities. */
  text: string;
  children: XmlElement[];
}

const PIECE = /<(\/?)([\w.-]+)((?:\s+[\w.-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([\w.-]+)="([^"]*)"/g;
const DECLARATION = /^<\?xml[^>]*\?>/;

/** An element with a text, which is escaped. */
export function field(name: string, value: string): XmlElement {
  return { name, attributes: [], text: escaped(value), children: [] };
}

/** An element with children. */
export function parent(name: string, children: XmlElement[]): XmlElement {
  return { name, attributes: [], text: '', children };
}

/** Reads a document as agents write them; knows nothing of comments, CDATA and the like. */
export function readXml(xml: string): XmlElement {
  const outside = parent('', []);
  const open = [outside];
  for (const [, end, name = '', attributes = '', empty, text] of xml
    .replace(DECLARATION, '')
    .matchAll(PIECE)) {
    const current = open.at(-1) as XmlElement;
    if (text !== undefined) {
      current.text += text.trim() === '' ? '' : text;
    } else if (end === '/') {
      open.pop();
    } else {
      const element = parent(name, []);
      for (const [, key = '', value = ''] of attributes.matchAll(ATTRIBUTE))
        element.attributes.push([key, value]);
      current.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  return outside.children[0] as XmlElement;
}

/** Writes an element with all below it, one per line as agents do. */
export function writeXml(element: XmlElement): string {
  const attributes = element.attributes.map(([name, value]) => ` ${name}="${value}"`).join('');
  const inside = element.text + element.children.map((child) => `\n${writeXml(child)}`).join('');
  return `<${element.name}${attributes}>${inside}</${element.name}>`;
}

/** A copy that shares nothing. */
export function copyOf(element: XmlElement): XmlElement {
  return {
    name: element.name,
    attributes: element.attributes.map(([name, value]) => [name, value]),
    text: element.text,
    children: element.children.map(copyOf),
  };
}

/** The first child of that name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** Gives the element a child of that name with that text, in place of the first one it has. */
export function setField(element: XmlElement, name: string, value: string): void {
  const child = childOf(element, name);
  if (child === undefined) element.children.push(field(name, value));
  else child.text = escaped(value);
}

/** The text with its named entities replaced. */
export function plainText(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
