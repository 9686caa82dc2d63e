import type { Command } from 'commander';
import { findPackage, PACKAGE_ARGUMENT } from '../find-package.js';
import { versionRequest, type VersionOptions } from '../package-request.js';
import type { OpenSession } from '../program.js';
import { sendPackage, type SendOptions } from '../send-package.js';
import { templateOf, type TemplateOptions } from '../template-parameters.js';
import { addPackageSettings } from './package-settings-options.js';

type NewVersionOptions = VersionOptions & SendOptions & TemplateOptions;

export function addPackageNewVersion(packages: Command, open: OpenSession): void {
  const create = packages
    .command('new-version')
    .description(
      'build the next version of a package: its settings but for what is given, and an archive of its own',
    )
    .argument('<package>', PACKAGE_ARGUMENT);
  addPackageSettings(create).action(async (text: string, options: NewVersionOptions, command: Command) => {
    const session = await open(command);
    const { id, operatingSystem } = await findPackage(session.api, text);
    const filled = await templateOf(session.api, operatingSystem, options);
    await sendPackage(session, `/api/v1/packages/${id}/versions`, versionRequest(options, filled), options);
  });
}
