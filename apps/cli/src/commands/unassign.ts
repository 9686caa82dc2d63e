import type { Command } from 'commander';
import { addTargetOptions, findTargets, type SetOptions, type Targets } from '../assignment-targets.js';
import { EXIT, Failure } from '../failure.js';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import { repeated } from '../options.js';
import type { OpenSession } from '../program.js';
import { RULES_PATH, type RuleView } from '../rule-view.js';
import type { Session } from '../session.js';
import { describeWithdrawal, type Withdrawal } from '../withdrawal.js';

interface UnassignOptions extends SetOptions {
  readonly rule?: readonly string[];
}

export function addUnassign(program: Command, open: OpenSession): void {
  const unassign = program
    .command('unassign')
    .description(
      'take a package back from devices, groups and saved searches, where they have not been told of it',
    )
    .argument('<package>', PACKAGE_ARGUMENT)
    .argument('[device...]', 'ids or names');
  addTargetOptions(unassign)
    .option('--rule <id>', 'a rule, as "rules" shows it; for groups and searches that are gone', repeated)
    .action(async (text: string, devices: string[], options: UnassignOptions, command: Command) => {
      const session = await open(command);
      const found = await findPackage(session.api, text);
      const targets = await findTargets(session.api, devices, options);
      const paths = [
        ...(await assignmentsOf(session, found.id, targets)),
        ...(await rulesOf(session, found.id, targets, options.rule ?? [])),
      ];
      if (paths.length === 0) throw new Failure(`${packageLabel(found)} is not assigned to any of them.`);
      const done: Withdrawal[] = [];
      for (const path of paths) done.push(await session.api.delete<Withdrawal>(path));
      show(session, done, paths.filter((path) => path.startsWith(RULES_PATH)).length);
    });
}

async function assignmentsOf({ api }: Session, packageId: string, { deviceIds }: Targets): Promise<string[]> {
  const paths: string[] = [];
  for (const deviceId of deviceIds) {
    const found = await api.all<{ readonly id: string }>('/api/v1/assignments', { packageId, deviceId });
    paths.push(...found.map(({ id }) => `/api/v1/assignments/${id}`));
  }
  return paths;
}

async function rulesOf(
  { api }: Session,
  packageId: string,
  { deviceIds, groupIds, searchIds }: Targets,
  ruleIds: readonly string[],
): Promise<string[]> {
  const ids = new Set([...groupIds, ...searchIds, ...ruleIds]);
  if (ids.size === 0 && deviceIds.length === 0)
    throw new Failure('Say from whom: devices, --group, --search or --rule.', EXIT.usage);
  if (ids.size === 0) return [];
  const rules = await api.all<RuleView>(RULES_PATH, { packageId });
  return rules
    .filter((rule) => rule.packageId === packageId && (ids.has(rule.targetId) || ids.has(rule.id)))
    .map((rule) => `${RULES_PATH}/${rule.id}`);
}

function show(session: Session, done: readonly Withdrawal[], rules: number): void {
  const gone = rules === 0 ? '' : `${rules === 1 ? 'The rule is' : `${rules} rules are`} gone. `;
  session.show(done, `${gone}${describeWithdrawal(done)}\n`);
}
