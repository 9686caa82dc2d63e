import { agentDeviceId, inventoryOf } from './fleet.mjs';

const PAGE = 500;
const AT_ONCE = 8;
/** Of HARDWARE, what differs at each inventory; an unchanged section keeps the values of when it was written. */
const OF_THE_MOMENT = ['DESCRIPTION', 'ETIME', 'CHECKSUM'];
const DAY = /^(\d{4})\/(\d\d)\/(\d\d)$/;

/**
 * Compares, field for field and through the API, what is stored with what was acknowledged last.
 * @param acknowledged map of device number to `{ version, run }` of its last acknowledged inventory
 * @returns one line for each device that is not as it was sent
 */
export async function audit(server, acknowledged) {
  const ids = await deviceIds(server);
  const wrong = [];
  const waiting = [...acknowledged];
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [number, sent] = next;
      const id = ids.get(agentDeviceId(number));
      const difference = id === undefined ? 'is missing' : await compare(server, id, number, sent);
      if (difference !== null) wrong.push(`${agentDeviceId(number)} ${difference}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong;
}

async function deviceIds(server) {
  const ids = new Map();
  let cursor;
  do {
    const page = await server.ask('POST', '/devices/search', { limit: PAGE, cursor });
    for (const device of page.items) ids.set(device.agentDeviceId, device.id);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

async function compare(server, id, number, { version, run }) {
  const sent = inventoryOf(number, version, run);
  const { sections } = await server.ask('GET', `/devices/${id}`);
  const names = (list) => [...list].sort().join(' ');
  const storedNames = names(sections.map(({ name }) => name));
  if (storedNames !== names(sent.keys()))
    return `has the sections ${storedNames}, sent were ${names(sent.keys())}`;
  for (const [name, rows] of sent) {
    const difference = differenceOf(name, rows, await rowsOf(server, id, name), run);
    if (difference !== null) return `differs in ${name}: ${difference}`;
  }
  return null;
}

async function rowsOf(server, id, section) {
  const rows = [];
  let cursor = '';
  do {
    const page = await server.ask('GET', `/devices/${id}/sections/${section}?limit=${PAGE}${cursor}`);
    rows.push(...page.items);
    cursor = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`;
  } while (cursor !== '');
  return rows;
}

function differenceOf(section, sentRows, storedRows, run) {
  if (sentRows.length !== storedRows.length) return `${storedRows.length} rows, sent were ${sentRows.length}`;
  const ignored = section === 'HARDWARE' && run > 0 ? OF_THE_MOMENT : [];
  const sent = sentRows.map((row) => textOf(row, ignored));
  const stored = storedRows.map((row) => textOf(row, ignored));
  if (section === 'SOFTWARES') {
    sent.sort();
    stored.sort();
  }
  const at = sent.findIndex((text, index) => text !== stored[index]);
  return at === -1 ? null : `stored is ${stored[at]}, sent was ${sent[at]}`;
}

/** Numbers are stored as numbers and days of software as timestamps; nothing else may differ. */
function textOf(row, ignored) {
  const fields = Object.entries(row)
    .filter(([name, value]) => !ignored.includes(name) && value !== null)
    .map(([name, value]) => [name, String(value).replace(DAY, '$1-$2-$3 00:00:00')]);
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
