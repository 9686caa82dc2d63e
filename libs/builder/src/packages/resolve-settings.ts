import { AppError } from '@entrepot/kernel';
import { ERRORS } from '../errors.js';
import { applyTemplate, type AppliedTemplate, type PackageTemplate } from '../templates/apply-template.js';
import {
  actionLimit,
  type CreatePackage,
  createPackageSchema,
  type NewVersion,
  type OperatingSystem,
} from './package-settings.js';
import type { PackageEntity } from './package.entity.js';

/** All that a version of a package is made from. */
export interface PackageSettings
  extends Omit<CreatePackage, 'action' | 'hasArchive' | 'template'>, AppliedTemplate {
  readonly template: PackageTemplate | null;
}

/**
 * Works out what agents shall do.
 * @throws AppError BUILDER_TEMPLATE_INVALID, BUILDER_TEMPLATE_COMMAND_TOO_LONG
 */
export function resolveSettings({ action, template, hasArchive, ...others }: CreatePackage): PackageSettings {
  if (template !== undefined) return { ...others, template, ...applied(template, others.operatingSystem) };
  if (action === undefined) throw new Error('Settings without action or template have passed the schema.');
  const asItIs = { template: null, packing: 'none', packedName: null, generated: null } as const;
  return { ...others, ...asItIs, action, hasArchive: hasArchive ?? true };
}

/**
 * The settings of the next version: those of another one with some changes.
 * @throws ZodError when they do not go together
 */
export function changedSettings(from: PackageEntity, changes: NewVersion): CreatePackage {
  const { name, operatingSystem, description, protocol, priority, notify, needDoneAction, fragments } = from;
  const kept = { name, operatingSystem, description, protocol, priority, notify, needDoneAction, fragments };
  return createPackageSchema.parse({ ...kept, ...keptAction(from, changes), ...changes });
}

function keptAction(from: PackageEntity, changes: NewVersion): Partial<CreatePackage> {
  if (changes.template !== undefined) return {};
  const { action, template, hasArchive } = from;
  if (changes.action !== undefined || template === null) return { action, hasArchive };
  return { template };
}

function applied(template: PackageTemplate, operatingSystem: OperatingSystem): AppliedTemplate {
  const result = applyTemplate(template, operatingSystem);
  const limit = actionLimit(operatingSystem, result.action);
  if (limit === null || limit.text.length <= limit.max) return result;
  const reason = `The ${limit.field} would have ${limit.text.length} characters; Windows agents cut it after ${limit.max}.`;
  throw new AppError(ERRORS.BUILDER_TEMPLATE_COMMAND_TOO_LONG, reason, { field: 'template' });
}
