import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { findPackage, PACKAGE_ARGUMENT } from '../find-package.js';
import type { OpenSession } from '../program.js';
import { formatTable, plainText, type Cell } from '../table.js';

interface Counts {
  readonly waiting: number;
  readonly notified: number;
  readonly succeeded: number;
  readonly failed: number;
}

type Breakdown = readonly { readonly value: string; readonly counts: Counts }[] | null;

interface Statistics {
  readonly counts: Counts;
  readonly total: number;
  readonly stages: Readonly<Record<string, number>>;
  readonly succeededWithWarnings: number;
  readonly retrying: number;
  readonly archived: number;
  readonly failuresByCode: readonly {
    readonly code: string;
    readonly count: number;
    readonly reason: { readonly en: string };
  }[];
  readonly byFragmentLocation: readonly { readonly fragmentLocation: string; readonly counts: Counts }[];
  readonly byOperatingSystem: Breakdown;
  readonly byTag: Breakdown;
  readonly byGroup: Breakdown;
  readonly note: { readonly en: string } | null;
}

interface StatisticsOptions {
  readonly csv?: boolean;
  readonly output?: string;
}

export function addStatistics(program: Command, open: OpenSession): void {
  program
    .command('statistics')
    .description('count what became of a package, by state, code, system, TAG, group and place')
    .argument('<package>', PACKAGE_ARGUMENT)
    .option('--csv', 'every attempt as CSV instead')
    .addOption(
      new Option('--output <file>', 'where the CSV goes; without it, standard output').implies({ csv: true }),
    )
    .action(async (text: string, { csv, output }: StatisticsOptions, command: Command) => {
      const session = await open(command);
      const { id } = await findPackage(session.api, text);
      const path = `/api/v1/packages/${id}/statistics`;
      if (csv !== true) {
        const statistics = await session.api.get<Statistics>(path);
        if (statistics.note !== null) session.note(plainText(statistics.note.en));
        return session.show(statistics, formatStatistics(statistics));
      }
      const lines = await session.api.download(`${path}.csv`);
      if (output === undefined) return session.terminal.out(lines);
      await writeFile(output, lines);
      session.show({ file: output, bytes: lines.length }, `Written to ${plainText(output)}.\n`);
    });
}

function formatStatistics(statistics: Statistics): string {
  const { counts, total, stages, succeededWithWarnings, retrying, archived } = statistics;
  const all = [
    ...Object.entries(counts),
    ...Object.entries(stages).map(([stage, count]) => [`of those notified: ${stage}`, count]),
    ...[['of those succeeded: with warnings', succeededWithWarnings]],
    ...[
      ['to be tried again', retrying],
      ['put away', archived],
      ['in all', total],
    ],
  ];
  const codes = statistics.failuresByCode.map(({ code, count, reason }) => [code, count, reason.en]);
  const places = statistics.byFragmentLocation.map(({ fragmentLocation: value, counts: of }) => ({
    value,
    counts: of,
  }));
  return [
    formatTable(['DELIVERIES', 'NUMBER'], all),
    ...(codes.length === 0 ? [] : [formatTable(['CODE', 'NUMBER', 'MEANING'], codes)]),
    ...breakdown('SYSTEM', statistics.byOperatingSystem),
    ...breakdown('TAG', statistics.byTag),
    ...breakdown('GROUP', statistics.byGroup),
    ...breakdown('FRAGMENTS FROM', places),
  ].join('\n');
}

function breakdown(title: string, rows: Breakdown): string[] {
  if (rows === null || rows.length === 0) return [];
  const cells = rows.map(({ value, counts }): Cell[] => [
    ...[value, counts.waiting, counts.notified, counts.succeeded, counts.failed],
  ]);
  return [formatTable([title, 'WAITING', 'NOTIFIED', 'SUCCEEDED', 'FAILED'], cells)];
}
