import { z } from 'zod';
import { defineEvent } from './define-event.js';

/** Somebody changed something through the API; identity keeps the trail. Never carries a secret. */
export const changeRecorded = defineEvent(
  'ocs.evt.audit.change.recorded.v1',
  z.object({
    context: z.string(),
    accountId: z.string().nullable(),
    accountName: z.string(),
    /** The operation's name, such as `package.create`. */
    action: z.string(),
    subjectType: z.string(),
    subjectId: z.string(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    at: z.iso.datetime(),
  }),
);
