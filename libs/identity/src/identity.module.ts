import { identityRpc } from '@entrepot/contracts';
import { Clock, SystemClock } from '@entrepot/kernel';
import { DatabaseModule } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { AccessTokenEntity } from './access-token.entity.js';
import { AccessTokenRepository } from './access-token.repository.js';
import { AccountEntity } from './account.entity.js';
import { AccountRepository } from './account.repository.js';
import { ApiTokenEntity } from './api-token.entity.js';
import { ApiTokenRepository } from './api-token.repository.js';
import { ApiTokensController } from './api-tokens.controller.js';
import { AuditRecordEntity } from './audit-record.entity.js';
import { AuditRecordRepository } from './audit-record.repository.js';
import { AuditRecordsController } from './audit-records.controller.js';
import { AuthController } from './auth.controller.js';
import { Authenticate } from './authenticate.js';
import { ChangePassword } from './change-password.js';
import { CreateApiToken } from './create-api-token.js';
import { EnsureAdministrator } from './ensure-administrator.js';
import { FailureLimit } from './failure-limit.js';
import { IDENTITY_OPTIONS, type IdentityOptions } from './identity.options.js';
import { IdentityRpcController } from './identity-rpc.controller.js';
import { ListApiTokens } from './list-api-tokens.js';
import { ListAuditRecords } from './list-audit-records.js';
import { LogIn } from './log-in.js';
import { LogOut } from './log-out.js';
import { InitialSchema1763640000000 } from './migrations/initial-schema.js';
import { RecordChange } from './record-change.js';
import { RecordChangeConsumer } from './record-change.consumer.js';
import { RevokeApiToken } from './revoke-api-token.js';

const database = DatabaseModule.forContext({
  schema: 'identity',
  entities: [AccountEntity, AccessTokenEntity, ApiTokenEntity, AuditRecordEntity],
  migrations: [InitialSchema1763640000000],
});

const repositories = [AccountRepository, AccessTokenRepository, ApiTokenRepository, AuditRecordRepository];

const operations = [
  EnsureAdministrator,
  LogIn,
  LogOut,
  Authenticate,
  ChangePassword,
  CreateApiToken,
  ListApiTokens,
  RevokeApiToken,
  RecordChange,
  ListAuditRecords,
];

/** Accounts, tokens and the audit trail. Gives `identityRpc.token` to the whole program. */
@Module({})
export class IdentityModule {
  static register(options: IdentityOptions): DynamicModule {
    return {
      module: IdentityModule,
      global: true,
      imports: [database, MessagingModule.forContext('identity', database)],
      controllers: [AuthController, ApiTokensController, AuditRecordsController, RecordChangeConsumer],
      providers: [
        { provide: IDENTITY_OPTIONS, useValue: options },
        { provide: Clock, useClass: SystemClock },
        FailureLimit,
        ...repositories,
        ...operations,
        IdentityRpcController,
        { provide: identityRpc.token, useExisting: IdentityRpcController },
      ],
      exports: [identityRpc.token],
    };
  }
}
