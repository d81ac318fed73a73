import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { copyFromHost, copyToHost, runOverSsh, type SshAddress } from "../../remote/ssh-host.ts";
import { askToStop, writeOrder } from "./attempt-files.ts";
import type { LaunchOrder, PlacedAttempt } from "./scheduler.ts";

/** Transfer of the files of an attempt to its target and back. */
export type Staging = {
  /** Path of a job's folder on the target. */
  placeOf: (attempt: PlacedAttempt, folder: string) => string;
  /** Copies everything that an attempt reads. Returns its command with the paths of the target. */
  send: (attempt: PlacedAttempt, order: LaunchOrder) => Promise<string[]>;
  /** Copies back the last report and log of the trainer. */
  bringNews: (attempt: PlacedAttempt) => Promise<void>;
  /** Copies back everything that the trainer left: checkpoints, the model, logs. */
  bringAll: (attempt: PlacedAttempt) => Promise<void>;
  /** Asks the wrapper of an attempt, through a file, to send SIGTERM to its trainer. */
  askStop: (attempt: PlacedAttempt) => Promise<void>;
};

/** Both sides share folders under the same paths. */
export const sharedStaging: Staging = {
  placeOf: (_attempt, folder) => folder,
  send: (attempt, order) => writeOrder(attempt, order),
  bringNews: () => Promise.resolve(),
  bringAll: () => Promise.resolve(),
  askStop: ({ folder }) => askToStop(folder),
};

/** Local state files of a job, which the trainer does not read. */
const KEPT_HERE = new Set(["target.json", "inputs.json"]);

/** Small files that show the progress of a run. */
const NEWS = [
  "+ /out/",
  "+ /out/progress.json",
  "+ /out/*.jsonl",
  "+ /attempts/",
  "+ /attempts/*/",
  "+ /attempts/*/*.txt",
  "+ /attempts/*/exit.json",
  "- *",
];

/**
 * Copies by rsync over SSH into a folder of the host: `jobs/ID` mirrors the folder of the job, `inputs/NAME-HASH`
 * contains one copy of the model and of each dataset version. Paths in the copied files are those of the host.
 *
 * @param folder absolute path on the host
 */
export function rsyncStaging(address: SshAddress, folder: string): Staging {
  const inputPlace = (input: string): string => `${folder}/inputs/${basename(input)}-${sha256(input).slice(0, 12)}`;
  const jobPlace = ({ jobFolder }: PlacedAttempt): string => `${folder}/jobs/${basename(jobFolder)}`;
  const placesOf = (attempt: PlacedAttempt): [string, string][] => [
    [attempt.jobFolder, jobPlace(attempt)],
    ...attempt.inputs.map((input): [string, string] => [input, inputPlace(input)]),
  ];
  return {
    placeOf: (attempt, local) => withPlaces(local, placesOf(attempt)),
    send: async (attempt, order) => {
      const places = placesOf(attempt);
      const [python, wrapper, run, own] = await writeOrder(attempt, order);
      const made = [...attempt.inputs.map(inputPlace), `${jobPlace(attempt)}/out`];
      const { code, stderr } = await runOverSsh(address, ["mkdir", "-p", ...made]);
      if (code !== 0) throw new Failure("outside", `${folder} cannot be created on ${address.host}: ${stderr.trim()}`);
      for (const input of attempt.inputs) {
        await copyToHost(address, { from: `${input}/`, to: `${inputPlace(input)}/`, mirror: true });
      }
      await stage(attempt, places, (staged) =>
        copyToHost(address, { from: `${staged}/`, to: `${jobPlace(attempt)}/` }),
      );
      // the next attempt continues from the files that were copied back and verified here
      await mkdir(join(attempt.jobFolder, "out"), { recursive: true });
      await copyToHost(address, { from: `${attempt.jobFolder}/out/`, to: `${jobPlace(attempt)}/out/`, mirror: true });
      return [python, withPlaces(wrapper, places), run, withPlaces(own, places)];
    },
    bringNews: (attempt) =>
      copyFromHost(address, { from: `${jobPlace(attempt)}/`, to: `${attempt.jobFolder}/`, filters: NEWS }),
    bringAll: async (attempt) => {
      await copyFromHost(address, { from: `${jobPlace(attempt)}/`, to: `${attempt.jobFolder}/`, filters: NEWS });
      const [from, to] = [`${jobPlace(attempt)}/out/`, `${attempt.jobFolder}/out/`];
      await copyFromHost(address, { from, to, mirror: true });
    },
    askStop: () => Promise.reject(new Error("a host that is reached by SSH is sent signals")),
  };
}

/**
 * Sends a copy of the job's own files and of the order, with the paths of the target. The copy is made in a temporary
 * folder of its own, because two supervisors may send the same attempt.
 */
export async function stage<Sent>(
  { jobFolder, folder }: PlacedAttempt,
  places: readonly [string, string][],
  send: (staged: string) => Promise<Sent>,
): Promise<Sent> {
  const staged = await mkdtemp(join(jobFolder, "staged-"));
  try {
    const own = join(staged, "attempts", basename(folder));
    await mkdir(own, { recursive: true });
    for (const entry of await readdir(jobFolder, { withFileTypes: true })) {
      if (!entry.isFile() || KEPT_HERE.has(entry.name)) continue;
      const text = await readFile(join(jobFolder, entry.name), "utf8");
      await atomicWrite(join(staged, entry.name), withPlaces(text, places));
    }
    for (const name of ["launch.json", "attempt.py"]) {
      await atomicWrite(join(own, name), withPlaces(await readFile(join(folder, name), "utf8"), places));
    }
    return await send(staged);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/**
 * Text with the paths of this machine replaced by those of the target. Longer names with the same prefix are unchanged.
 */
export function withPlaces(text: string, places: readonly (readonly [string, string])[]): string {
  const byLength = places.toSorted(([a], [b]) => b.length - a.length);
  const words = byLength.map(([from]) => from.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const paths = new RegExp(`(?<![\\w./-])(?:${words.join("|")})(?![\\w.-])`, "g");
  const known = new Map(byLength);
  return text.replaceAll(paths, (path) => known.get(path)!);
}
