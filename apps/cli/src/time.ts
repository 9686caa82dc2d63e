/** Writes a moment of the API in the shell's own time zone, to the second; null stays null. */
export function formatTime(moment: string | null): string | null {
  if (moment === null) return null;
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return moment;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const UNITS = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3_600, name: 'h' },
  { seconds: 60, name: 'min' },
] as const;

/** Writes a duration in its largest unit that it has two of: `90 s`, `10 min`, `3 h`, `2 d`. */
export function formatDuration(seconds: number): string {
  const unit = UNITS.find((one) => seconds >= 2 * one.seconds);
  return unit === undefined
    ? `${Math.round(seconds)} s`
    : `${Math.round(seconds / unit.seconds)} ${unit.name}`;
}
