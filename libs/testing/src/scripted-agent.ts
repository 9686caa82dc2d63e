import type { Agent as HttpAgent, IncomingHttpHeaders } from 'node:http';
import { FORMS, packingOf, unpack, type AgentForm, type Packing } from './agent-form.js';
import { httpRequest, type HttpAnswer } from './http-request.js';
import { escapeXml, xmlAttributes, xmlElements, xmlText } from './xml-text.js';

export interface ScriptedAgentOptions {
  /** Where to POST, as in an agent's configuration: `http://127.0.0.1:8080/ocsinventory`. */
  readonly server: string;
  readonly deviceId: string;
  /** 'unix' unless told. */
  readonly form?: AgentForm;
  readonly userAgent?: string;
  /** PEM of the authority to verify https servers with. */
  readonly ca?: string | Buffer;
  /** A keep-alive agent to share connections; a new connection per request unless given. */
  readonly connections?: HttpAgent;
  /** Milliseconds without a byte from the server after which a request fails; 30,000 unless told. */
  readonly timeoutMs?: number;
}

export interface AgentReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as received. */
  readonly body: Buffer;
  readonly packing: Packing;
  /** The body unpacked: '' for an empty one. */
  readonly xml: string;
  /** What RESPONSE says (SEND, STOP, ACCOUNT_UPDATE …), or null. */
  readonly response: string | null;
  /** The attributes of each PARAM of TYPE PACK. */
  readonly packages: readonly Readonly<Record<string, string>>[];
  /** KEYNAME to KEYVALUE of each ACCOUNTINFO. */
  readonly accountInfo: Readonly<Record<string, string>>;
}

export interface InfoAnswer extends HttpAnswer {
  /** The attributes of the info file's DOWNLOAD element; empty unless the status is 200. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface NotifiedInterface {
  readonly ip: string;
  readonly mask: string;
  readonly mac: string;
  readonly gateway?: string;
}

/** An OCS agent that does what a test tells it, request by request, in the form of any real agent. */
export class ScriptedAgent {
  readonly form: AgentForm;
  readonly deviceId: string;

  constructor(private readonly options: ScriptedAgentOptions) {
    this.form = options.form ?? 'unix';
    this.deviceId = options.deviceId;
  }

  /** PROLOG (OCS-PROTOCOL.md §2.1). */
  prolog(): Promise<AgentReply> {
    const content = this.form === 'windows' ? '<CONTENT/>' : '';
    return this.send(this.request('PROLOG', content));
  }

  /** INVENTORY, from a whole REQUEST document or from what belongs inside CONTENT. */
  inventory(xmlOrContent: string): Promise<AgentReply> {
    const whole = /<REQUEST[\s>]/.test(xmlOrContent);
    return this.send(whole ? xmlOrContent : this.request('INVENTORY', `<CONTENT>${xmlOrContent}</CONTENT>`));
  }

  /**
   * DOWNLOAD: the result of a package (OCS-PROTOCOL.md §4.3); attributes from Unix agents, elements from others, and
   * Android sends it unpacked.
   */
  report(fileId: string, code: string): Promise<AgentReply> {
    const [id, err, device] = [fileId, code, this.deviceId].map(escapeXml);
    if (this.form === 'unix' || this.form === 'clear') {
      return this.send(`<REQUEST DEVICEID="${device}" ERR="${err}" ID="${id}" QUERY="DOWNLOAD" />\n`);
    }
    if (this.form === 'windows') {
      return this.send(
        `<?xml version="1.0" encoding="UTF-8" ?>\n<REQUEST ID="${id}" ERR="${err}">` +
          `<DEVICEID>${device}</DEVICEID><CONTENT/><QUERY>DOWNLOAD</QUERY></REQUEST>`,
      );
    }
    const xml = this.request('DOWNLOAD', `<ID>${id}</ID><ERR>${err}</ERR>`);
    return this.post(Buffer.from(xml), { 'Content-Type': 'text/plain; charset="UTF-8"' });
  }

  /** NOTIFY of TYPE IP: an address has changed (OCS-PROTOCOL.md §2.7). */
  notify(interfaces: readonly NotifiedInterface[]): Promise<AgentReply> {
    const blocks = interfaces.map(
      ({ ip, mask, mac, gateway }) =>
        `<IFACE><IP>${ip}</IP><MASK>${mask}</MASK><MAC>${mac}</MAC>${gateway ? `<GW>${gateway}</GW>` : ''}</IFACE>`,
    );
    const hardware = `<HARDWARE><IPADDR>${interfaces[0]?.ip ?? ''}</IPADDR></HARDWARE>`;
    return this.send(this.request('NOTIFY', `<TYPE>IP</TYPE>${blocks.join('')}${hardware}`));
  }

  /** Packs any text in this agent's form and posts it. */
  send(xml: string): Promise<AgentReply> {
    const traits = FORMS[this.form];
    return this.post(traits.pack(xml), traits.headers);
  }

  /** Posts any bytes, for hostile input; the headers replace the form's own. */
  async post(body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<AgentReply> {
    const answer = await httpRequest(this.options.server, {
      method: 'POST',
      headers: { ...this.identity(), ...headers, 'Content-Length': body.length },
      body,
      ca: this.options.ca,
      agent: this.options.connections,
      timeoutMs: this.options.timeoutMs,
    });
    return readReply(answer);
  }

  /** GET of a fragment or anything else, as agents do it: no compression offered, no redirect followed. */
  download(url: string): Promise<HttpAnswer> {
    return httpRequest(url, {
      headers: this.identity(),
      ca: this.options.ca,
      agent: this.options.connections,
    });
  }

  /** GET of an info file, with its attributes read. */
  async downloadInfo(url: string): Promise<InfoAnswer> {
    const answer = await this.download(url);
    const attributes =
      answer.status === 200 ? xmlAttributes(answer.body.toString('utf8'), 'DOWNLOAD')[0] : undefined;
    return { ...answer, attributes: attributes ?? {} };
  }

  private identity(): Record<string, string> {
    return { 'User-Agent': this.options.userAgent ?? FORMS[this.form].userAgent };
  }

  private request(query: string, rest: string): string {
    const deviceId = escapeXml(this.deviceId);
    return (
      `<?xml version="1.0" encoding="UTF-8"?>\n` +
      `<REQUEST><DEVICEID>${deviceId}</DEVICEID>${rest}<QUERY>${query}</QUERY></REQUEST>\n`
    );
  }
}

function readReply(answer: HttpAnswer): AgentReply {
  const xml = unpack(answer.body);
  return {
    ...answer,
    xml,
    packing: packingOf(answer.body),
    response: xmlText(xml, 'RESPONSE'),
    packages: xmlAttributes(xml, 'PARAM').filter((param) => param['TYPE'] === 'PACK'),
    accountInfo: Object.fromEntries(
      xmlElements(xml, 'ACCOUNTINFO').map((inner) => [
        xmlText(inner, 'KEYNAME') ?? '',
        xmlText(inner, 'KEYVALUE') ?? '',
      ]),
    ),
  };
}
