import { waitFor } from '@entrepot/testing';
import type { ActivationTrial, Answer } from '../activation-trial.spec-support.js';

/** What specs of rules do with a trial. */
export class RuleTrial {
  constructor(readonly trial: ActivationTrial) {}

  async assignTo(activationId: string, targets: object, options: object = {}): Promise<Answer['body']> {
    return (await this.trial.call('POST', 'assignments', { activationId, ...targets, ...options })).body;
  }

  /** States of a device's attempts, newest first. */
  async states(deviceId: string): Promise<string[]> {
    return (await this.trial.deliveries(deviceId)).map((delivery) => delivery.state);
  }

  async show(ruleId: string): Promise<Answer['body']> {
    return (await this.trial.call('GET', `assignment-rules/${ruleId}`)).body;
  }

  /** Resolves when the first comparison of a rule is over. */
  async settled(ruleId: string): Promise<void> {
    await waitFor(async () => (await this.show(ruleId)).settledAt !== null, {
      what: 'the rule to be settled',
    });
  }

  /** A rule for a group whose first comparison is over. */
  async ruleFor(activationId: string, groupId: string, options: object = {}): Promise<string> {
    const { rules } = await this.assignTo(activationId, { groupIds: [groupId] }, options);
    await this.settled(rules[0].ruleId);
    return rules[0].ruleId;
  }
}
