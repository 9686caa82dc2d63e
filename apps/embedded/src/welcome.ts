import type { Listening } from '@entrepot/platform-http';

/** What the terminal shows once the server answers; the password only when it was made up just now. */
export function welcome(
  listening: Listening,
  generatedPassword: string | null,
  dataDirectory: string,
): string {
  const { httpUrl, httpsUrl } = listening;
  const password =
    generatedPassword ?? `(as before; see ${dataDirectory}/admin-password or ENTREPOT_ADMIN_PASSWORD)`;
  return `
Entrepot is running.
  Agents and API   ${httpUrl}   and   ${httpsUrl ?? ''}
  Administrator    admin
  Password         ${password}

Next:
  1. Point an agent here:   ocsinventory-agent --nolocal --server ${httpUrl}/ocsinventory --ca <cacert.pem from ${httpUrl}/cacert.pem>
  2. See what it sent:      npx entrepot login && npx entrepot devices
  3. Try the whole API:     ${httpUrl}/api/docs
`;
}
