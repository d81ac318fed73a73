// PostgreSQL for the benchmark: that of DATABASE_URL, or Debian's package started for the time of the run.
import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Debian's place for the programs of each version. */
const VERSIONS = "/usr/lib/postgresql";

/** A free port. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts PostgreSQL with its own settings (fsync on). `undefined` if it is not installed or this is not root. */
export async function startPostgres() {
  const version = existsSync(VERSIONS) ? readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a))[0] : undefined;
  if (version === undefined || process.getuid?.() !== 0) return undefined;
  const run = (program, ...words) =>
    execFileSync("runuser", ["-u", "postgres", "--", join(VERSIONS, version, "bin", program), ...words], {
      stdio: "ignore",
    });
  const folder = mkdtempSync(join(tmpdir(), "tunewright-bench-pg-"));
  const id = (flag) => Number(spawnSync("id", [flag, "postgres"]).stdout.toString());
  chownSync(folder, id("-u"), id("-g"));
  const port = await freePort();
  run("initdb", "-D", join(folder, "data"), "-A", "trust", "-U", "postgres");
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`;
  run("pg_ctl", "-D", join(folder, "data"), "-o", options, "-l", join(folder, "log"), "-w", "start");
  const base = `postgres://postgres@127.0.0.1:${port}`;
  let made = 0;
  return {
    version,
    /** A new database; both servers call PostgreSQL by this address. */
    create: () => {
      const name = `bench${++made}`;
      run("createdb", "-h", "127.0.0.1", "-p", String(port), "-U", "postgres", name);
      return `${base}/${name}`;
    },
    stop: () => {
      run("pg_ctl", "-D", join(folder, "data"), "-m", "immediate", "-w", "stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
