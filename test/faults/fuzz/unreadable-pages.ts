import { Agent } from 'node:http';
import { httpRequest } from '@entrepot/testing';
import type { Api } from '../../installation/api.js';

interface Page {
  readonly items: readonly { readonly id: string }[];
  readonly next: string | null;
}

/** The export has every row of every section. */
const PARTS = [
  '',
  '/groups',
  '/settings',
  '/contacts',
  '/changes',
  '/account-fields/history',
  '/document',
  '/export',
];
const LISTS = ['/fields', '/software', '/duplicates', '/merges', '/networks'];
const AT_ONCE = 8;

/**
 * Asks for all that is stored of every device: what was let in must be shown, too.
 * @returns one line for each request that was not answered with 200
 */
export async function unreadablePages(httpUrl: string, api: Api): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const wrong: string[] = [];
  const expectShown = async (path: string): Promise<void> => {
    const headers = { Authorization: `Bearer ${api.token}` };
    const { status } = await httpRequest(`${httpUrl}/api/v1${path}`, { headers, agent });
    if (status !== 200) wrong.push(`GET ${path}: ${status}`);
  };
  let cursor: string | null = null;
  try {
    do {
      const body: object = { limit: 100, ...(cursor !== null && { cursor }) };
      const page: Page = await api.post<Page>('/api/v1/devices/search', body);
      const paths = page.items.flatMap(({ id }) => PARTS.map((part) => `/devices/${id}${part}`));
      await Promise.all(paths.map(expectShown));
      cursor = page.next;
    } while (cursor !== null);
    await Promise.all(LISTS.map(expectShown));
  } finally {
    agent.destroy();
  }
  return wrong;
}
