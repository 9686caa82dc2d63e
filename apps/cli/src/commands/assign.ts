import type { Command } from 'commander';
import { addTargetOptions, findTargets, type SetOptions, type Targets } from '../assignment-targets.js';
import { EXIT, Failure } from '../failure.js';
import { activationsOf, newestActivation } from '../find-activation.js';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import { findSet } from '../find-set.js';
import { repeated } from '../options.js';
import type { OpenSession } from '../program.js';
import { ownZone, parseRepetition } from '../repetition.js';
import type { Session } from '../session.js';
import { formatTable, plainText } from '../table.js';
import { formatDuration } from '../time.js';

interface AssignOptions extends SetOptions {
  readonly and?: readonly string[];
  readonly set?: string;
  readonly inOrder?: boolean;
  readonly force?: boolean;
  readonly schedule?: string;
  readonly postCommand?: string;
  readonly repeat?: string;
  readonly zone?: string;
  readonly activation?: string;
}

interface Assigned {
  readonly items: readonly {
    readonly activationId?: string;
    readonly deviceId: string;
    readonly deliveryId: string;
    readonly attempt: number;
  }[];
  readonly rules?: readonly {
    readonly ruleId: string;
    readonly activationId: string;
    readonly targetKind: string;
    readonly targetName: string;
  }[];
  readonly warnings?: readonly { readonly text: { readonly en: string } }[];
  readonly estimate?: {
    readonly fastestSeconds: number | null;
    readonly slowestSeconds: number | null;
  } | null;
}

/** What is given: names of packages by their activations, and the part of the request that says so. */
interface Given {
  readonly labels: ReadonlyMap<string, string>;
  readonly request: object;
}

export function addAssign(program: Command, open: OpenSession): void {
  const assign = program
    .command('assign')
    .description(
      'give activated packages to devices, groups and saved searches; given to a device again, a new attempt',
    )
    .argument(
      '[word...]',
      `the package (${PACKAGE_ARGUMENT}), then devices by id or name; with --set devices only`,
    )
    .option('--and <package>', 'another package besides; again for more', repeated)
    .option('--set <set>', 'the packages of a set');
  addTargetOptions(assign)
    .option('--in-order', 'each package only after the one before it has succeeded')
    .option('--force', 'also where the agent has installed it before')
    .option('--schedule <moment>', 'not before YYYY/MM/DD HH:MM of the device (Windows agents)')
    .option('--post-command <command>', 'REBOOT, SHUTDOWN or a command line (Windows agents)')
    .option('--repeat <when>', 'again and again: "day 03:00", "week sat 03:00" or "month 15 03:00"')
    .option('--zone <zone>', 'whose clocks --repeat means (default: that of this machine)')
    .option('--activation <id>', 'which activation, when the package has several (default: the newest)')
    .action(async (words: string[], options: AssignOptions, command: Command) =>
      run(await open(command), words, options),
    );
}

async function run(session: Session, words: readonly string[], options: AssignOptions): Promise<void> {
  const [first = '', ...rest] = words;
  const { force = false, schedule, postCommand, inOrder, repeat, zone = ownZone() } = options;
  if (options.zone !== undefined && repeat === undefined)
    throw new Failure('--zone goes with --repeat.', EXIT.usage);
  const repetition = repeat === undefined ? undefined : parseRepetition(repeat, zone);
  const devices = options.set === undefined ? rest : words;
  const given =
    options.set === undefined
      ? await packages(session, first, options)
      : await set(session, options.set, options);
  const targets = await findTargets(session.api, devices, options);
  const { deviceIds, groupIds, searchIds } = targets;
  const assigned = await session.api.post<Assigned>('/api/v1/assignments', {
    ...given.request,
    ...{ deviceIds, force, schedule, postCommand, inOrder, repeat: repetition },
    ...(groupIds.length > 0 && { groupIds }),
    ...(searchIds.length > 0 && { searchIds }),
  });
  for (const { text } of assigned.warnings ?? []) session.note(`Warning: ${plainText(text.en)}`);
  noteEstimate(session, assigned);
  session.show(assigned, formatAssigned(assigned, given, targets));
}

async function packages(
  session: Session,
  first: string,
  { and = [], activation }: AssignOptions,
): Promise<Given> {
  if (activation !== undefined && and.length > 0)
    throw new Failure('--activation goes with one package only.', EXIT.usage);
  if (first === '') throw new Failure('Say which package, or which set with --set.', EXIT.usage);
  const labels = new Map<string, string>();
  for (const text of [first, ...and]) {
    const found = await findPackage(session.api, text);
    labels.set(activation ?? (await newestActivation(session, found)), packageLabel(found));
  }
  const activationIds = [...labels.keys()];
  return {
    labels,
    request: activationIds.length === 1 ? { activationId: activationIds[0] } : { activationIds },
  };
}

async function set({ api }: Session, name: string, { and, activation }: AssignOptions): Promise<Given> {
  if (and !== undefined || activation !== undefined)
    throw new Failure('--and and --activation do not go with --set.', EXIT.usage);
  const { id, packages: members } = await findSet(api, name);
  const labels = new Map<string, string>();
  for (const member of members)
    for (const { id: activationId } of await activationsOf(api, member.packageId))
      labels.set(activationId, packageLabel(member));
  return { labels, request: { setId: id } };
}

function noteEstimate(session: Session, { estimate }: Assigned): void {
  if (estimate == null || estimate.slowestSeconds === null) return;
  const [fastest, slowest] = [
    formatDuration(estimate.fastestSeconds ?? 0),
    formatDuration(estimate.slowestSeconds),
  ];
  session.note(
    `From the next contact on it will take about ${fastest === slowest ? fastest : `${fastest} to ${slowest}`}.`,
  );
}

function formatAssigned({ items, rules = [] }: Assigned, { labels }: Given, { names }: Targets): string {
  const label = (activationId?: string): string | undefined =>
    labels.get(activationId ?? [...labels.keys()][0] ?? '');
  const rows = [
    ...items.map((item) => [
      names.get(item.deviceId) ?? item.deviceId,
      ...[label(item.activationId), item.attempt, item.deliveryId],
    ]),
    ...rules.map((rule) => [
      `${rule.targetKind} ${rule.targetName}`,
      ...[label(rule.activationId), null, rule.ruleId],
    ]),
  ];
  return formatTable(['TO', 'PACKAGE', 'ATTEMPT', 'DELIVERY OR RULE'], rows);
}
