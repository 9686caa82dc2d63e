import { inventoryXml, ScriptedAgent } from '@entrepot/testing';
import type { Api } from '../../installation/api.js';
import { plainText, readXml } from './xml-element.js';

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Far from the numbers, serials and addresses of anybody else. */
const FIRST_SEED = 900_000;
const NO_SECTIONS = ['ACCOUNTINFO', 'DOWNLOAD'];
const DAY = /^(\d{4})\/(\d\d)\/(\d\d)$/;

/** An innocent machine beside the hostile ones, which remembers what it was told is stored. */
export class Neighbour {
  private readonly agent: ScriptedAgent;
  private readonly seed: number;
  private acknowledged = '';

  constructor(httpUrl: string, number: number) {
    this.seed = FIRST_SEED + number;
    this.agent = new ScriptedAgent({ server: `${httpUrl}/ocsinventory`, deviceId: this.deviceId });
  }

  get deviceId(): string {
    return `neighbour-${this.seed}-2026-01-01-00-00-00`;
  }

  /** Sends an inventory; one of another version has other software. */
  async report(version: number): Promise<number> {
    const xml = inventoryXml({
      seed: this.seed,
      deviceId: this.deviceId,
      softwares: 40 + version,
      tag: `N${this.seed}`,
    });
    const reply = await this.agent.inventory(xml);
    if (reply.status === 200) this.acknowledged = xml;
    return reply.status;
  }

  /** The status and the RESPONSE of a PROLOG. */
  async prolog(): Promise<string> {
    const { status, response } = await this.agent.prolog();
    return `${status} ${response}`;
  }

  /** What is stored, and what was acknowledged: two equal values unless something was lost or changed. */
  async storedAndSent(api: Api): Promise<{ stored: unknown; sent: unknown }> {
    const { items } = await api.post<{ items: { id: string; agentDeviceId: string; tag: string | null }[] }>(
      '/api/v1/devices/search',
      { text: this.deviceId },
    );
    const found = items.filter((device) => device.agentDeviceId === this.deviceId);
    const stored: Record<string, string[]> = {};
    for (const { id } of found) {
      const { sections } = await api.get<{ sections: { name: string }[] }>(`/api/v1/devices/${id}`);
      for (const { name } of sections) {
        const { items: rows } = await api.get<{ items: Rows }>(
          `/api/v1/devices/${id}/sections/${name}?limit=500`,
        );
        stored[name] = comparable(rows);
      }
    }
    return {
      stored: { devices: found.map((device) => device.tag), sections: stored },
      sent: { devices: [`N${this.seed}`], sections: sectionsOf(this.acknowledged) },
    };
  }
}

function sectionsOf(xml: string): Record<string, string[]> {
  const content = readXml(xml).children.find(({ name }) => name === 'CONTENT');
  const rows: Record<string, Record<string, string>[]> = {};
  for (const { name, children } of content?.children ?? []) {
    if (NO_SECTIONS.includes(name)) continue;
    const fields = children.map((child) => [child.name, plainText(child.text)] as const);
    (rows[name] ??= []).push(Object.fromEntries(fields.filter(([, value]) => value !== '')));
  }
  return Object.fromEntries(Object.entries(rows).map(([name, of]) => [name, comparable(of)]));
}

/** Numbers are stored as numbers and days of software as moments; the order of rows and fields is nobody's promise. */
function comparable(rows: Rows): string[] {
  return rows
    .map((row) => {
      const fields = Object.entries(row).filter(([, value]) => value !== null);
      const texts = fields.map(([name, value]) => [name, String(value).replace(DAY, '$1-$2-$3 00:00:00')]);
      return JSON.stringify(texts.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
    })
    .sort();
}
