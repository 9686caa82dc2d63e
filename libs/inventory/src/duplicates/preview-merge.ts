import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { compareDevices } from './compare-devices.js';
import { cardsOf, deviceCard, reasonView, toReasonViews } from './duplicate-views.js';
import { NO_FACTS } from './find-candidates.js';
import { familiesOf } from './identified-device.js';
import type { IdentityFacts } from './identity-facts.js';
import { IdentityRules } from './identity-rules.js';
import { survivorFirst, type MergeBody } from './merge-manually.js';

const difference = z.object({ field: z.string(), survivor: z.string(), absorbed: z.string() });

/** What a merge would do. */
export const mergePreview = z.object({
  /** Keeps its id, its account fields, and its own settings and memberships. */
  survivor: deviceCard,
  absorbed: deviceCard,
  /** The device whose inventory the survivor would have: that of the newer one. */
  contentsFrom: z.uuid(),
  /** The agent that the survivor would be known by. */
  agentDeviceId: z.string(),
  score: z.int(),
  reasons: z.array(reasonView),
  /** What the survivor would be given. */
  moves: z.object({
    settings: z.array(z.string()),
    groups: z.array(z.object({ id: z.uuid(), name: z.string(), origin: z.enum(['included', 'excluded']) })),
    results: z.int(),
    deliveries: z.int(),
  }),
  /** Where the two say different things: what they are recognised by, and their account fields. */
  differences: z.object({ facts: z.array(difference), accountFields: z.array(difference) }),
});

export type MergePreview = z.output<typeof mergePreview>;

type Difference = z.output<typeof difference>;

/** Says what a merge of two devices would do, without doing it. */
@Injectable()
export class PreviewMerge {
  constructor(
    private readonly database: DataSource,
    private readonly rules: IdentityRules,
  ) {}

  /** @throws AppError as `MergeManually` does */
  async execute(body: MergeBody): Promise<MergePreview> {
    const rules = await this.rules.current();
    const { manager } = this.database;
    const family = await familiesOf(manager, body.deviceIds);
    const [survivor, absorbed] = survivorFirst(new Map(family.map((device) => [device.id, device])), body);
    const ids = [survivor.id, absorbed.id];
    const [{ score, reasons }, cards, rows] = await Promise.all([
      compareDevices(manager, rules, absorbed, survivor),
      cardsOf(this.database, ids),
      this.database.query<MovesRow[]>(MOVES, ids),
    ]);
    const newest = absorbed.lastInventoryAt > survivor.lastInventoryAt ? absorbed : survivor;
    const [card, other, moves] = [cards.get(survivor.id), cards.get(absorbed.id), rows[0]];
    if (card === undefined || other === undefined || moves === undefined) return this.execute(body);
    const { survivorFields, absorbedFields, ...given } = moves;
    return {
      ...{ survivor: card, absorbed: other, contentsFrom: newest.id, agentDeviceId: newest.agentDeviceId },
      ...{ score, reasons: toReasonViews(reasons), moves: given },
      differences: {
        facts: differences(textsOf(survivor.facts ?? NO_FACTS), textsOf(absorbed.facts ?? NO_FACTS)),
        accountFields: differences(survivorFields, absorbedFields),
      },
    };
  }
}

type Texts = Readonly<Record<string, string>>;

interface MovesRow {
  readonly survivorFields: Texts;
  readonly absorbedFields: Texts;
  readonly settings: string[];
  readonly groups: { id: string; name: string; origin: 'included' | 'excluded' }[];
  readonly results: number;
  readonly deliveries: number;
}

function textsOf({ macs, ...facts }: IdentityFacts): Texts {
  return { ...facts, macs: macs.join(', ') };
}

function differences(survivor: Texts, absorbed: Texts): Difference[] {
  const fields = [...new Set([...Object.keys(survivor), ...Object.keys(absorbed)])];
  return fields
    .map((field) => ({ field, survivor: survivor[field] ?? '', absorbed: absorbed[field] ?? '' }))
    .filter((pair) => pair.survivor !== pair.absorbed);
}

const MOVES = `
  SELECT s.account_fields AS "survivorFields", a.account_fields AS "absorbedFields",
    ARRAY(SELECT o.key FROM device_setting o WHERE o.device_id = a.id AND NOT EXISTS (
      SELECT 1 FROM device_setting h WHERE h.device_id = s.id AND h.key = o.key) ORDER BY o.key) AS settings,
    (SELECT coalesce(json_agg(json_build_object('id', g.id, 'name', g.name, 'origin', m.origin) ORDER BY g.name), '[]')
       FROM group_member m JOIN device_group g ON g.id = m.group_id
       WHERE m.device_id = a.id AND m.origin <> 'matched' AND NOT EXISTS (
         SELECT 1 FROM group_member h WHERE h.group_id = m.group_id AND h.device_id = s.id
           AND h.origin <> 'matched')) AS groups,
    (SELECT count(*)::int FROM download_result r WHERE r.device_id = a.id) AS results,
    (SELECT count(*)::int FROM device_delivery r WHERE r.device_id = a.id) AS deliveries
  FROM device s, device a WHERE s.id = $1 AND a.id = $2`;
