/**
 * One element, or one attribute: to the protocol they are the same thing (OCS-PROTOCOL.md §1.3), so an
 * attribute is kept as a child with text.
 */
export interface XmlNode {
  /** In capitals; empty when the name is none that we accept. */
  readonly name: string;
  /** Own text; blank text counts as none. */
  text: string;
  children: XmlNode[];
}

export const MAX_DEPTH = 32;
export const MAX_NODES = 500_000;
/** Of every element and attribute without children; never written to. */
export const NO_CHILDREN: XmlNode[] = [];

const ACCEPTED_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

/** The name of a node as we keep it: in capitals, or empty when it is none that we accept. */
export function acceptedName(name: string): string {
  return ACCEPTED_NAME.test(name) ? name.toUpperCase() : '';
}

/** Whether a text has nothing but blanks. */
export function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x20) return false;
  return true;
}
