const OWN_TABLES: readonly (readonly string[])[] = [
  ...[['HARDWARE'], ['BIOS'], ['CPUS'], ['MEMORIES'], ['STORAGES'], ['DRIVES'], ['NETWORKS'], ['REGISTRY']],
  ...[
    ['PRINTERS'],
    ['MONITORS'],
    ['VIDEOS'],
    ['CONTROLLERS'],
    ['VIRTUALMACHINES'],
    ['USBDEVICES'],
    ['PORTS'],
  ],
  ['SLOTS', 'INPUTS', 'SOUNDS', 'MODEMS'],
  ['LOCAL_USERS', 'LOCAL_GROUPS'],
];

const TABLES: ReadonlyMap<string, string> = new Map(
  OWN_TABLES.flatMap((names) =>
    names.map((name): [string, string] => [name, `section_${(names[0] ?? '').toLowerCase()}`]),
  ),
);

/**
 * The partition of `section` in which the rows of a section are. Named itself it is planned by its own statistics, which
 * PostgreSQL keeps for partitions only.
 */
export function sectionTable(section: string): string {
  return TABLES.get(section) ?? 'section_other';
}
