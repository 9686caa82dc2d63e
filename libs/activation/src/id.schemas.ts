import {
  parseFileId,
  type ActivationId,
  type AssignmentId,
  type DeliveryId,
  type DeviceId,
  type FileId,
  type PackageId,
} from '@entrepot/kernel';
import { uuidOf } from '@entrepot/platform-http';
import { z } from 'zod';
import type { AssignmentRuleId } from './rules/assignment-rule.js';
import type { PackageSetId } from './sets/package-set.js';

// z.uuid() words the refusal and is what the API's document shows; uuidOf makes the id.
export const activationIdSchema = z.uuid().pipe(uuidOf<ActivationId>());
export const assignmentIdSchema = z.uuid().pipe(uuidOf<AssignmentId>());
export const deliveryIdSchema = z.uuid().pipe(uuidOf<DeliveryId>());
export const deviceIdSchema = z.uuid().pipe(uuidOf<DeviceId>());
export const assignmentRuleIdSchema = z.uuid().pipe(uuidOf<AssignmentRuleId>());
export const packageSetIdSchema = z.uuid().pipe(uuidOf<PackageSetId>());
export const packageIdSchema = z.uuid().pipe(uuidOf<PackageId>());

export const fileIdSchema = z.string().transform((text, context): FileId => {
  const id = parseFileId(text);
  if (id !== null) return id;
  context.addIssue('must be a file id');
  return z.NEVER;
});
