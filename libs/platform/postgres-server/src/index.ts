export { PasswordRefused, PostgresServer, type PostgresServerOptions } from './postgres-server.js';
