import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "./free-port.ts";

const SSHD = "/usr/sbin/sshd";

/** An SSH server and rsync can be run here. */
export const hasSshd = existsSync(SSHD) && spawnSync("rsync", ["--version"]).status === 0;

/** Why a test of it is skipped. */
export const SSHD_NEEDED = "needs openssh-server, openssh-client and rsync";

/** An SSH server of this user on the loopback address, with keys of its own in a folder. */
export type SshServer = { configFile: string; start: () => Promise<void>; stop: () => Promise<void> };

/** Prepares a server: `ssh -F configFile target` reaches it once it is started. */
export async function sshServer(folder: string): Promise<SshServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const place = (name: string): string => join(folder, name);
  for (const name of ["host", "user"]) spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", place(name)]);
  const port = await freePort();
  writeFileSync(place("authorized_keys"), readFileSync(place("user.pub")), { mode: 0o600 });
  writeFileSync(place("known_hosts"), `[127.0.0.1]:${port} ${readFileSync(place("host.pub"), "utf8")}`);
  const { username } = userInfo();
  const client = {
    HostName: "127.0.0.1",
    Port: port,
    User: username,
    IdentityFile: place("user"),
    IdentitiesOnly: "yes",
    UserKnownHostsFile: place("known_hosts"),
  };
  const lines = Object.entries(client).map(([key, value]) => `  ${key} ${value}`);
  writeFileSync(place("config"), ["Host target", ...lines, ""].join("\n"));
  const server = {
    Port: port,
    ListenAddress: "127.0.0.1",
    HostKey: place("host"),
    AuthorizedKeysFile: place("authorized_keys"),
    PidFile: "none",
    StrictModes: "no",
    UsePAM: "no",
    PermitRootLogin: "yes",
  };
  writeFileSync(
    place("sshd_config"),
    Object.entries(server)
      .map(([key, value]) => `${key} ${value}\n`)
      .join(""),
  );
  mkdirSync("/run/sshd", { recursive: true });
  let process: ChildProcess | undefined;
  return {
    configFile: place("config"),
    start: async () => {
      process = spawn(SSHD, ["-D", "-e", "-f", place("sshd_config")], { stdio: "ignore" });
      for (let tries = 0; tries < 1000; tries++) {
        if (spawnSync("ssh", ["-F", place("config"), "target", "true"]).status === 0) return;
        await sleep(200);
      }
      throw new Error("the SSH server does not answer");
    },
    stop: async () => {
      const ending = process;
      process = undefined;
      if (ending === undefined || ending.exitCode !== null) return;
      await new Promise<void>((resolve) => ending.once("exit", () => resolve()).kill("SIGTERM"));
    },
  };
}
