import { parseUuid, type ActivationId } from '@entrepot/kernel';

/** What stands between `/download/i/` and the file id: who was told of this info location, and from where it fetches. */
export interface Ticket {
  readonly ticket: string;
  /** Set when the fragments of that activation are elsewhere than by default. */
  readonly activationId: ActivationId | null;
}

const FORM = /^([\w-]{1,64})(?:\.([0-9a-f-]{36}))?$/;

/**
 * Reads `<ticket>` or `<ticket>.<activation id>`. Whether there is such a ticket is not asked: a ticket only tells who
 * came, and opens nothing that is closed to others.
 * @returns null for another form
 */
export function parseTicket(text: string): Ticket | null {
  const [, ticket, activation] = FORM.exec(text) ?? [];
  if (ticket === undefined) return null;
  if (activation === undefined) return { ticket, activationId: null };
  const activationId = parseUuid<ActivationId>(activation);
  return activationId === null ? null : { ticket, activationId };
}
