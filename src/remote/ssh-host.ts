import { shellWord } from "../base/command-line.ts";
import { Failure } from "../base/failure.ts";
import { type CommandEnd, type CommandInput, runCommand } from "./run-command.ts";
import { Unreachable } from "./unreachable.ts";

/** A machine reached by SSH, with the keys and settings of the user's own SSH. */
export type SshAddress = {
  host: string;
  port?: number | undefined;
  user?: string | undefined;
  /** SSH configuration file to use instead of the user's. */
  configFile?: string | undefined;
};

/** Exit status of `ssh` if the connection fails; rsync has statuses of its own for a lost connection. */
const SSH_FAILED = 255;
const RSYNC_LOST = new Set([10, 12, 30, 35, SSH_FAILED]);

/** Timeout in seconds for connecting, and for a host that stops responding without closing the connection. */
const CONNECT_SEC = 10;
const ALIVE_SEC = 15;

/**
 * Options for a non-interactive `ssh`: no password prompt and no question about a host key. An unknown host key is
 * rejected, according to the user's settings.
 *
 * @source ssh_config(5): BatchMode, ConnectTimeout, ServerAliveInterval
 */
export function sshOptions({ port, user, configFile }: SshAddress): string[] {
  return [
    ...(configFile === undefined ? [] : ["-F", configFile]),
    "-oBatchMode=yes",
    `-oConnectTimeout=${CONNECT_SEC}`,
    `-oServerAliveInterval=${ALIVE_SEC}`,
    "-oServerAliveCountMax=2",
    ...(port === undefined ? [] : [`-oPort=${port}`]),
    ...(user === undefined ? [] : [`-oUser=${user}`]),
  ];
}

/**
 * Runs a command on a host and waits until it ends, regardless of its status.
 *
 * @throws Unreachable if it cannot be reached
 */
export async function runOverSsh(
  address: SshAddress,
  argv: readonly string[],
  input: CommandInput = {},
): Promise<CommandEnd> {
  const words = argv.map(shellWord).join(" ");
  const end = await runCommand(["ssh", ...sshOptions(address), "--", address.host, words], input);
  if (end.code === SSH_FAILED || end.code === null) throw unreachable(address, lastLine(end.stderr));
  return end;
}

/** Files to copy: a file or the contents of a folder, into a folder on the other side. */
export type Copy = {
  from: string;
  to: string;
  /** rsync patterns to exclude; if the last one is `*`, only files that match the preceding ones are copied. */
  filters?: readonly string[];
  /** Removes files at the destination that the source does not have. */
  mirror?: boolean;
};

/** Copies to a host. @throws Unreachable, Failure outside */
export function copyToHost(address: SshAddress, { from, to, ...how }: Copy): Promise<void> {
  return rsync(address, [from, `${address.host}:${to}`], how);
}

/** Copies from a host. @throws Unreachable, Failure outside */
export function copyFromHost(address: SshAddress, { from, to, ...how }: Copy): Promise<void> {
  return rsync(address, [`${address.host}:${from}`, to], how);
}

/**
 * Copies by rsync. Filtered files are small and are written often: they are compared by their content, because size and
 * time, which rsync compares by the second, miss one that is written twice in a second.
 *
 * @source rsync(1): --partial-dir keeps the partial file after a lost connection; 23 and 24: files that vanished
 */
async function rsync(
  address: SshAddress,
  [from, to]: [string, string],
  { filters = [], mirror = false }: Pick<Copy, "filters" | "mirror">,
): Promise<void> {
  const shell = ["ssh", ...sshOptions(address)].map(shellWord).join(" ");
  const argv = ["rsync", "-rlt", "-e", shell, "--partial-dir=.rsync-partial", ...(mirror ? ["--delete"] : [])];
  const chosen = filters.length === 0 ? [] : ["--checksum", ...filters.map((filter) => `--filter=${filter}`)];
  const end = await runCommand([...argv, ...chosen, from, to], {
    timeoutMs: 3_600_000,
  });
  if (end.code === 0 || end.code === 24) return;
  if (end.code === null || RSYNC_LOST.has(end.code)) throw unreachable(address, lastLine(end.stderr));
  throw new Failure("outside", `rsync with ${address.host} failed: ${lastLine(end.stderr)}`, {
    hint: `rsync must be installed on ${address.host}, and its disk must have room`,
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) || "no answer";
}

function unreachable({ host }: SshAddress, said: string): Unreachable {
  return new Unreachable(`${host} cannot be reached by SSH: ${said}`, { hint: `ssh ${host} true` });
}
