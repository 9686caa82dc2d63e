export { runMain, StartRefused } from './run-main.js';
export { startProgram, type Program, type StartedProgram } from './start-program.js';
