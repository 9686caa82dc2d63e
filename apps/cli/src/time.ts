/** Writes a moment of the API in the shell's own time zone, to the second; null stays null. */
export function formatTime(moment: string | null): string | null {
  if (moment === null) return null;
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return moment;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
