import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccessTokenRepository } from './access-token.repository.js';
import { readToken } from './token.js';

/** Ends the login that a token stands for. An API token stays: it is revoked by its id. */
@Injectable()
export class LogOut {
  constructor(
    private readonly database: DataSource,
    private readonly accessTokens: AccessTokenRepository,
  ) {}

  async execute(token: string): Promise<void> {
    const presented = readToken(token);
    if (presented?.kind === 'access') await this.accessTokens.remove(this.database.manager, presented.sha256);
  }
}
