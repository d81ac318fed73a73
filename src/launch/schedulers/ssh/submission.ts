import { join } from "node:path";

import { WRAPPER_FILE } from "../attempt-files.ts";

/** Command that starts an attempt as a detached process, which reads secrets from its standard input. */
export function startCommand(python: string, folder: string): string[] {
  return [python, join(folder, WRAPPER_FILE), "start", folder];
}

/** Command that prints the known state of an attempt. */
export function lookCommand(python: string, folder: string): string[] {
  return [python, join(folder, WRAPPER_FILE), "look", folder];
}

/** Command that sends a signal to the trainer of an attempt. */
export function signalCommand(python: string, folder: string, signal: string): string[] {
  return [python, join(folder, WRAPPER_FILE), "signal", folder, signal];
}
