import type { Command } from 'commander';
import type { OpenSession } from '../program.js';
import { addPackageCreate } from './package-create.js';
import { addPackageDelete } from './package-delete.js';
import { addPackageManifest } from './package-manifest.js';
import { addPackageNewVersion } from './package-new-version.js';

export function addPackage(program: Command, open: OpenSession): void {
  const packages = program
    .command('package')
    .description('make packages and their versions, and delete them');
  addPackageCreate(packages, open);
  addPackageNewVersion(packages, open);
  addPackageDelete(packages, open);
  addPackageManifest(packages, open);
}
