/** What calendar and clock on a wall show. */
export interface LocalTime {
  /** 1 is Monday, 7 Sunday. */
  readonly day: number;
  /** Minutes since midnight. */
  readonly minute: number;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MINUTES_A_DAY = 24 * 60;
/** To make one costs as much as to use it a hundred times; there are some hundred zones. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/**
 * What the clocks of a zone show at a moment.
 * @throws RangeError when the zone is not known
 */
export function localTime(zone: string, at: Date): LocalTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: DAYS.indexOf(parts.get('weekday') ?? '') + 1,
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

/** What they show some minutes later, unless they are changed meanwhile. */
export function plusMinutes({ day, minute }: LocalTime, minutes: number): LocalTime {
  const later = minute + minutes;
  const days = Math.floor(later / MINUTES_A_DAY);
  return { day: ((day - 1 + days) % 7) + 1, minute: later % MINUTES_A_DAY };
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  FORMATS.set(zone, format);
  return format;
}
