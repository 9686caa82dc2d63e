const MAX_NAME = 80;

/** A name for a file about a device that every system takes: `PC-042_2026-11-21.xml`. */
export function fileNameOf(deviceName: string, at: Date, extension: string): string {
  const safe = deviceName
    .slice(0, MAX_NAME)
    .replaceAll(/[^A-Za-z0-9-]+/g, '_')
    .replaceAll(/^[_-]+|[_-]+$/g, '');
  return `${safe === '' ? 'device' : safe}_${at.toISOString().slice(0, 10)}.${extension}`;
}
