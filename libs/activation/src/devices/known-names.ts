import type { EventOf, inventoryAccepted } from '@entrepot/contracts';
import { GenerationalMap } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';

/** Some 150 bytes each. */
const REMEMBERED_MAX = 200_000;
/** In ms. */
const WEEK = 7 * 24 * 60 * 60 * 1000;

interface KnownName {
  readonly name: string;
  /** Time of the newest event that told it, in ms since 1970. */
  readonly at: number;
  /** Time of the event with which the database had it last, in ms since 1970. */
  readonly checkedAt: number;
}

type Accepted = EventOf<typeof inventoryAccepted>;

/** What an inventory may say of its device's name. */
export type NameNews = 'none' | 'perhaps' | 'new';

/**
 * The names that this process has seen. What is remembered may have been overtaken by what another replica saw, so a
 * known name is only skipped where the inventory itself says that the name is as it was before; and once a week not
 * even then, since a merge of devices that was undone gives a device its former name back.
 */
@Injectable()
export class KnownNames {
  private readonly names = new GenerationalMap<string, KnownName>(REMEMBERED_MAX);

  /** @returns `none` when the projection has this name, or will have a newer one, without this event */
  newsOf(event: Accepted): NameNews {
    const told = changeOfName(event);
    const known = this.names.get(event.deviceId);
    const at = Date.parse(event.at);
    if (known === undefined || at - known.checkedAt > WEEK) return told === 'none' ? 'perhaps' : told;
    if (at < known.at) return 'none';
    if (known.name !== event.name) return 'new';
    if (told === 'none') this.names.set(event.deviceId, { ...known, at });
    return told;
  }

  /** Remembers the name of an event that the database has seen. */
  remember({ deviceId, name, at }: Pick<Accepted, 'deviceId' | 'name' | 'at'>): void {
    const time = Date.parse(at);
    this.names.set(deviceId, { name, at: time, checkedAt: time });
  }

  /** The next inventory of the device asks the database, whatever it says. */
  forget(deviceId: string): void {
    const known = this.names.get(deviceId);
    if (known !== undefined) this.names.set(deviceId, { ...known, checkedAt: 0 });
  }
}

/** Whether the inventory changed HARDWARE.NAME, as far as the event tells. */
function changeOfName({ changedSections, changes }: Accepted): NameNews {
  if (!changedSections.includes('HARDWARE')) return 'none';
  const hardware = changes.find((change) => change.section === 'HARDWARE');
  if (hardware === undefined) return 'perhaps';
  const [removed, ...others] = hardware.removed;
  const [added, ...more] = hardware.added;
  if (removed === undefined || added === undefined || others.length + more.length > 0) return 'perhaps';
  return removed['NAME'] === added['NAME'] ? 'none' : 'new';
}
