import { Option, type Command } from 'commander';
import { packageRequest, type PackageOptions } from '../package-request.js';
import type { OpenSession } from '../program.js';
import { sendPackage, type SendOptions } from '../send-package.js';
import { templateOf, type TemplateOptions } from '../template-parameters.js';
import { addPackageSettings } from './package-settings-options.js';

type CreateOptions = PackageOptions & SendOptions & TemplateOptions;

export function addPackageCreate(packages: Command, open: OpenSession): void {
  const create = packages
    .command('create')
    .description('upload an archive and build a package from it')
    .requiredOption('--name <name>', 'name of the package')
    .addOption(
      new Option('--os <system>', 'operating system of the devices')
        .choices(['windows', 'linux', 'macos'])
        .makeOptionMandatory(),
    );
  addPackageSettings(create).action(async (options: CreateOptions, command: Command) => {
    const session = await open(command);
    const filled = await templateOf(session.api, options.os, options);
    await sendPackage(session, '/api/v1/packages', packageRequest(options, filled), options);
  });
}
