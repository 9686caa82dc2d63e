import type { Command } from 'commander';
import type { OpenSession } from '../program.js';
import { formatTable } from '../table.js';

interface AccountFieldView {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly policy: string;
}

export function addAccountFields(program: Command, open: OpenSession): void {
  program
    .command('account-fields')
    .description('list what is noted about devices: TAG and the fields that people added')
    .action(async (_options: unknown, command: Command) => {
      const session = await open(command);
      const items = await session.api.all<AccountFieldView>('/api/v1/account-fields');
      const rows = items.map((field) => [
        field.name,
        field.label,
        field.type,
        field.policy,
        field.options.join(', '),
      ]);
      session.show(items, formatTable(['NAME', 'LABEL', 'TYPE', 'WHO WINS', 'OPTIONS'], rows));
    });
}
