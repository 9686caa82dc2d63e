import type { ModuleParts } from '@entrepot/platform-database';
import { AcceptNotify } from './accept-notify.js';
import { AgentMetrics } from './agent-metrics.js';
import { AgentRequestController } from './agent-request.controller.js';
import { AnswerAgentRequest } from './answer-agent-request.js';
import { AnswerProlog } from './answer-prolog.js';
import { CallingDevices } from './calling-devices.js';
import { ContactBook } from './contact-book.js';
import { ForgetContacts } from './forget-contacts.js';
import { PackedReplies } from './packed-replies.js';
import { ReadAgentRequest } from './read-agent-request.js';
import { ReportDownload } from './report-download.js';

/** The door at which agents knock. */
export const agentsParts: ModuleParts = {
  controllers: [AgentRequestController],
  providers: [
    ...[AnswerAgentRequest, ReadAgentRequest, AnswerProlog, ReportDownload],
    ...[AcceptNotify, AgentMetrics, ContactBook, CallingDevices, ForgetContacts, PackedReplies],
  ],
};
