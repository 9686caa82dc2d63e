import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { EvaluateGroup } from './evaluate-group.js';
import { GroupDefinitions } from './group-definitions.js';

/** Evaluates a group whose new definition has just been committed, so that the answer has its members. */
@Injectable()
export class EvaluateNewDefinition {
  constructor(
    private readonly definitions: GroupDefinitions,
    private readonly evaluate: EvaluateGroup,
    private readonly log: Log,
  ) {}

  /** Never throws: the definition is stored, and the job that was published with it does the same again. */
  async execute(groupId: string): Promise<void> {
    // First: from now on each device that changes is compared with the new definition.
    this.definitions.forget();
    try {
      await this.evaluate.whole(groupId, 'definition');
    } catch (error) {
      this.log.warn({ groupId, err: error }, 'A new definition is not evaluated yet');
    }
  }
}
