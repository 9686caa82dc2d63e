import { AppError, Clock, type DeviceId } from '@entrepot/kernel';
import { encodeInventoryReply, encodePrologReply, WireError, type AgentRequest } from '@entrepot/ocs-wire';
import { Log, setLogContext } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { AcceptInventory, type ReceivedBody } from '../inventories/accept-inventory.js';
import { AcceptNotify } from './accept-notify.js';
import { AgentMetrics, type RequestKind } from './agent-metrics.js';
import { AnswerProlog } from './answer-prolog.js';
import { ContactBook, type ContactKind } from './contact-book.js';
import { PackedReplies } from './packed-replies.js';
import type { Peer } from './peer.js';
import { ReadAgentRequest } from './read-agent-request.js';
import { ReportDownload } from './report-download.js';

/** What an agent is answered; the body is packed as the request was, or empty. */
export interface AgentReply {
  readonly status: 200 | 400 | 500 | 503;
  readonly body: Buffer;
  /** Whether the connection is closed after it, as with each IPDISCOVER option (OCS-PROTOCOL.md §2.6). */
  readonly closeConnection: boolean;
}

interface Progress {
  kind: RequestKind;
  agentDeviceId: string | undefined;
  closeConnection: boolean;
}

const NOTHING = Buffer.alloc(0);

/** One request of an agent, from its bytes to the bytes of the reply (OCS-PROTOCOL.md §1.6 to §1.8). */
@Injectable()
export class AnswerAgentRequest {
  constructor(
    private readonly reader: ReadAgentRequest,
    private readonly answerProlog: AnswerProlog,
    private readonly acceptInventory: AcceptInventory,
    private readonly reportDownload: ReportDownload,
    private readonly acceptNotify: AcceptNotify,
    private readonly replies: PackedReplies,
    private readonly contacts: ContactBook,
    private readonly clock: Clock,
    private readonly metrics: AgentMetrics,
    private readonly log: Log,
  ) {}

  /** Never throws: what goes wrong becomes a status and one log line. */
  async execute(body: Buffer, peer: Peer): Promise<AgentReply> {
    const progress: Progress = { kind: 'unreadable', agentDeviceId: undefined, closeConnection: false };
    try {
      const reply = await this.reader.withRequest(body, async ({ request, encoding }) => {
        progress.kind = request.query;
        progress.agentDeviceId = request.deviceId;
        setLogContext({ agentDeviceId: request.deviceId });
        const xml = await this.dispatch(request, { encoding, body }, peer, progress);
        return xml === null ? NOTHING : this.replies.pack(xml, encoding);
      });
      this.metrics.count(progress.kind, 'answered');
      return { status: 200, body: reply, closeConnection: progress.closeConnection };
    } catch (error) {
      return this.refuse(error, body, peer, progress);
    }
  }

  /** @returns the reply's XML, or null for an empty body */
  private async dispatch(
    request: AgentRequest,
    received: ReceivedBody,
    peer: Peer,
    progress: Progress,
  ): Promise<string | null> {
    switch (request.query) {
      case 'PROLOG': {
        const reply = await this.answerProlog.execute(request, peer);
        progress.closeConnection = reply.ipdiscover !== null;
        return encodePrologReply(reply);
      }
      case 'INVENTORY': {
        const accepted = await this.metrics.timeAcceptance(() =>
          this.acceptInventory.execute(request, peer, received),
        );
        this.noteContact(accepted.deviceId, peer, 'inventory');
        return encodeInventoryReply(accepted.accountUpdate);
      }
      case 'DOWNLOAD':
        this.noteContact(await this.reportDownload.execute(request), peer, 'download');
        return null;
      case 'NOTIFY':
        this.noteContact(await this.acceptNotify.execute(request), peer, 'notify');
        return null;
    }
  }

  private noteContact(deviceId: DeviceId | null, peer: Peer, kind: ContactKind): void {
    if (deviceId !== null) this.contacts.note(deviceId, this.clock.now(), peer, kind);
  }

  private refuse(error: unknown, body: Buffer, peer: Peer, { kind, agentDeviceId }: Progress): AgentReply {
    const status = statusOf(error);
    const facts = {
      peer: peer.address,
      userAgent: peer.userAgent,
      agentDeviceId,
      bytes: body.length,
      kind,
      status,
    };
    if (error instanceof AppError && error.kind !== 'internal') {
      this.metrics.count(kind, status === 503 ? 'busy' : 'refused');
      const { code, message, details } = error;
      this.log.warn({ ...facts, code, ...details }, `An agent's request is refused: ${message}`);
    } else {
      this.metrics.count(kind, 'failed');
      this.log.error({ ...facts, err: error }, "An agent's request failed");
    }
    return { status, body: NOTHING, closeConnection: false };
  }
}

function statusOf(error: unknown): AgentReply['status'] {
  if (error instanceof WireError) return error.status;
  if (!(error instanceof AppError)) return 500;
  if (error.kind === 'unavailable') return 503;
  return error.kind === 'invalid' ? 400 : 500;
}
