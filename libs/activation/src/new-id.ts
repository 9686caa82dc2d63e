import type { Branded } from '@entrepot/kernel';
import { v7 as uuidv7 } from 'uuid';

/** A new id of one of this context's own kinds. UUID v7: the order of ids is that of creation. */
export function newId<Id extends Branded<string>>(): Id {
  return uuidv7() as Id;
}
