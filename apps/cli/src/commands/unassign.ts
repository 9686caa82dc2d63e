import type { Command } from 'commander';
import { addTargetOptions, findTargets, type SetOptions, type Targets } from '../assignment-targets.js';
import { EXIT, Failure } from '../failure.js';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import type { OpenSession } from '../program.js';
import { RULES_PATH, type RuleView } from '../rule-view.js';
import type { Session } from '../session.js';

interface Withdrawal {
  readonly withdrawn: number;
  readonly alreadyNotified: { readonly total: number };
}

export function addUnassign(program: Command, open: OpenSession): void {
  const unassign = program
    .command('unassign')
    .description(
      'take a package back from devices, groups and saved searches, where they have not been told of it',
    )
    .argument('<package>', PACKAGE_ARGUMENT)
    .argument('[device...]', 'ids or names');
  addTargetOptions(unassign).action(
    async (text: string, devices: string[], options: SetOptions, command: Command) => {
      const session = await open(command);
      const found = await findPackage(session.api, text);
      const targets = await findTargets(session.api, devices, options);
      const paths = [
        ...(await assignmentsOf(session, found.id, targets)),
        ...(await rulesOf(session, found.id, targets)),
      ];
      if (paths.length === 0) throw new Failure(`${packageLabel(found)} is not assigned to any of them.`);
      const done: Withdrawal[] = [];
      for (const path of paths) done.push(await session.api.delete<Withdrawal>(path));
      show(session, done);
    },
  );
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
): Promise<string[]> {
  const ids = new Set([...groupIds, ...searchIds]);
  if (ids.size === 0 && deviceIds.length === 0)
    throw new Failure('Say from whom: devices, --group or --search.', EXIT.usage);
  if (ids.size === 0) return [];
  const rules = await api.all<RuleView>(RULES_PATH, { packageId });
  return rules
    .filter((rule) => rule.packageId === packageId && ids.has(rule.targetId))
    .map((rule) => `${RULES_PATH}/${rule.id}`);
}

function show(session: Session, done: readonly Withdrawal[]): void {
  const withdrawn = done.reduce((sum, one) => sum + one.withdrawn, 0);
  const told = done.reduce((sum, one) => sum + one.alreadyNotified.total, 0);
  const left = told === 0 ? '' : ` ${told} devices had been told of it: they may have it, or be fetching it.`;
  session.show(done, `${withdrawn} waiting deliveries are withdrawn.${left}\n`);
}
