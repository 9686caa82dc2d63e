/** A time as it stands in a sentence of either language: `2026-11-21 20:45 UTC`. */
export function moment(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
