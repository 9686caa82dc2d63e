import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiOk, apiQuery, pageOf, pageQuery, zodParam, zodQuery, type Page } from '@entrepot/platform-http';
import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { withdrawalSchema, type Withdrawal } from '../activations/activation.schemas.js';
import { assignmentRuleIdSchema, packageIdSchema } from '../id.schemas.js';
import { AskToSettle } from './ask-to-settle.js';
import type { AssignmentRuleId } from './assignment-rule.js';
import { ListRules } from './list-rules.js';
import { ruleViewSchema, type RuleView } from './rule.schemas.js';
import { WithdrawRule } from './withdraw-rule.js';

const listQuery = pageQuery.extend({
  packageId: packageIdSchema.optional(),
  /** A group or a saved search. */
  targetId: z.uuid().optional(),
});

@ApiTags('assignment rules')
@ApiBearerAuth()
@Controller('api/v1/assignment-rules')
export class AssignmentRulesController {
  constructor(
    private readonly listRules: ListRules,
    private readonly withdrawRule: WithdrawRule,
    private readonly askToSettle: AskToSettle,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List what is given to the members of groups and saved searches, newest first' })
  @apiQuery(listQuery)
  @apiOk(pageOf(ruleViewSchema))
  list(@Query(zodQuery(listQuery)) query: z.infer<typeof listQuery>): Promise<Page<RuleView>> {
    return this.listRules.execute(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show a rule with its members and what became of what it gave' })
  @apiOk(ruleViewSchema)
  one(@Param('id', zodParam(assignmentRuleIdSchema)) id: AssignmentRuleId): Promise<RuleView> {
    return this.listRules.one(id);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Withdraw a rule with what waits because of it alone; says which devices were told already',
  })
  @apiOk(withdrawalSchema)
  withdraw(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(assignmentRuleIdSchema)) id: AssignmentRuleId,
  ): Promise<Withdrawal> {
    return this.withdrawRule.execute(principal, id);
  }

  @Post(':id/settle')
  @HttpCode(200)
  @ApiOperation({ summary: 'Compare a rule with its group or saved search; done within moments' })
  @apiOk(ruleViewSchema)
  async settle(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(assignmentRuleIdSchema)) id: AssignmentRuleId,
  ): Promise<RuleView> {
    await this.askToSettle.execute(principal, id);
    return this.listRules.one(id);
  }
}
