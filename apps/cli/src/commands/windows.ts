import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.js';
import { findGroupId } from '../find-group.js';
import { repeated } from '../options.js';
import type { OpenSession } from '../program.js';
import { DAYS, ownZone } from '../repetition.js';
import { formatTable, plainText } from '../table.js';
import { formatTime } from '../time.js';

interface MaintenanceWindow {
  /** 1 is Monday. */
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly zone: string;
}

interface GroupWindows {
  readonly windows: readonly MaintenanceWindow[];
  readonly open: boolean;
  readonly nextOpening: string | null;
}

interface WindowsOptions {
  readonly set?: readonly string[];
  readonly zone?: string;
  readonly remove?: boolean;
}

const WINDOW = /^([a-z,-]+) (\d\d:\d\d)-(\d\d:\d\d)$/i;

export function addWindows(program: Command, open: OpenSession): void {
  program
    .command('windows')
    .description('show or set when devices of a group may be told of new packages')
    .argument('<group>', 'name or id')
    .option('--set <window>', 'such as "mon-fri 22:00-04:00"; again for more; all of them anew', repeated)
    .option('--zone <zone>', 'whose clocks --set means, such as Europe/Paris (default: that of this machine)')
    .option('--remove', 'take all windows away: packages may start at any time')
    .action(async (text: string, options: WindowsOptions, command: Command) => {
      if (options.set !== undefined && options.remove === true)
        throw new Failure('Give --set or --remove, not both.', EXIT.usage);
      if (options.zone !== undefined && options.set === undefined)
        throw new Failure('--zone goes with --set.', EXIT.usage);
      const session = await open(command);
      const path = `/api/v1/groups/${await findGroupId(session.api, text)}/maintenance-windows`;
      if (options.remove === true) await session.api.delete(path);
      if (options.set !== undefined) {
        const zone = options.zone ?? ownZone();
        await session.api.put(path, { windows: options.set.map((window) => parseWindow(window, zone)) });
      }
      const now = await session.api.get<GroupWindows>(path);
      session.show(now, formatWindows(now));
    });
}

/**
 * Reads a window as people write it: days or a range of days, then a time that may pass midnight.
 * @throws Failure (usage) when it is none
 */
export function parseWindow(text: string, zone: string): MaintenanceWindow {
  const [, days = '', from = '', to = ''] = WINDOW.exec(text.trim()) ?? [];
  const numbers = days.toLowerCase().split(',').flatMap(daysOf);
  if (from === '' || numbers.length === 0 || numbers.includes(0))
    throw new Failure(`"${plainText(text)}" is no window such as "mon-fri 22:00-04:00".`, EXIT.usage);
  return { days: [...new Set(numbers)].sort((a, b) => a - b), from, to, zone };
}

/** 0 for what is no day. */
function daysOf(range: string): number[] {
  const [first = '', last = first, ...rest] = range.split('-');
  const [from, to] = [DAYS.indexOf(first) + 1, DAYS.indexOf(last) + 1];
  if (from === 0 || to === 0 || rest.length > 0) return [0];
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, n) => ((from - 1 + n) % 7) + 1);
}

function formatWindows({ windows, open, nextOpening }: GroupWindows): string {
  if (windows.length === 0) return 'The group has no maintenance windows: packages may start at any time.\n';
  const rows = windows.map(({ days, from, to, zone }) => [
    days.map((day) => DAYS[day - 1]).join(','),
    ...[from, to, zone],
  ]);
  const state = open
    ? 'Open now.'
    : `Shut now; opens ${formatTime(nextOpening) ?? 'at no time within two weeks'}.`;
  return `${formatTable(['DAYS', 'FROM', 'TO', 'ZONE'], rows)}${state}\n`;
}
