import type { ApiTokenId } from '@entrepot/kernel';
import { pageOf, pageQuery, uuidOf } from '@entrepot/platform-http';
import { z } from 'zod';

/** One line of text without control characters, which no name has and Postgres does not take. */
const lineSchema = z
  .string()
  .min(1)
  .regex(/^\P{Cc}*$/u, 'must be one line without control characters');
const MAX_PASSWORD = 1_024;

export const loginSchema = z.strictObject({
  username: lineSchema.max(100),
  password: z.string().max(MAX_PASSWORD),
});
export type LoginInput = z.infer<typeof loginSchema>;

export const accessTokenSchema = z.object({ accessToken: z.string(), expiresAt: z.iso.datetime() });
export type AccessTokenView = z.infer<typeof accessTokenSchema>;

export const principalSchema = z.object({ accountId: z.uuid(), name: z.string() });

export const passwordSchema = z.strictObject({
  current: z.string().max(MAX_PASSWORD),
  new: z.string().min(8).max(MAX_PASSWORD),
});
export type PasswordInput = z.infer<typeof passwordSchema>;

// z.uuid() words the refusal; uuidOf makes the id.
export const apiTokenIdSchema = z.uuid().pipe(uuidOf<ApiTokenId>());

export const newApiTokenSchema = z.strictObject({
  name: lineSchema.max(100),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});
export type NewApiTokenInput = z.infer<typeof newApiTokenSchema>;

export const apiTokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().nullable(),
});
export type ApiTokenView = z.infer<typeof apiTokenSchema>;

/** The answer to its creation alone has the secret, as `token`. */
export const createdApiTokenSchema = apiTokenSchema.extend({ token: z.string() });
export type CreatedApiTokenView = z.infer<typeof createdApiTokenSchema>;

export const apiTokenPageSchema = pageOf(apiTokenSchema);

export const auditQuerySchema = pageQuery.extend({
  subjectId: lineSchema.max(255).optional(),
  action: lineSchema.max(100).optional(),
});
export type AuditQueryInput = z.output<typeof auditQuerySchema>;

export const auditRecordSchema = z.object({
  id: z.uuid(),
  context: z.string(),
  accountId: z.string().nullable(),
  accountName: z.string(),
  action: z.string(),
  subjectType: z.string(),
  subjectId: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  at: z.iso.datetime(),
});
export type AuditRecordView = z.infer<typeof auditRecordSchema>;

export const auditRecordPageSchema = pageOf(auditRecordSchema);
