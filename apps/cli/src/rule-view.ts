export const RULES_PATH = '/api/v1/assignment-rules';

/** What commands read of a rule: an activation given to a group or a saved search. */
export interface RuleView {
  readonly id: string;
  readonly packageId: string;
  readonly packageName: string;
  readonly packageVersion: number;
  readonly targetKind: string;
  readonly targetId: string;
  readonly targetName: string;
  readonly targetExists: boolean;
  readonly members: number;
  readonly counts: {
    readonly waiting: number;
    readonly notified: number;
    readonly succeeded: number;
    readonly failed: number;
  };
}
