export { Consumes } from './consumes.js';
export { EventBus } from './event-bus.js';
export { Inbox } from './inbox.js';
export { EventContext, type EventMessage } from './message.js';
export { MessagingModule } from './messaging.module.js';
export { createMessagingTables } from './messaging-tables.js';
export { Outbox, type Transaction } from './outbox.js';
