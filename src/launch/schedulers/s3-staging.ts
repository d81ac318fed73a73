import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { readTar } from "../../remote/tar.ts";
import type { S3Staging } from "../../domain/training-target.ts";
import { s3Storage, sharedAddress } from "../../remote/s3-storage.ts";
import type { Storage } from "../../remote/storage-file.ts";
import { writeOrder } from "./attempt-files.ts";
import type { LaunchOrder, PlacedAttempt } from "./scheduler.ts";
import { sharedStaging, stage, type Staging, withPlaces } from "./staging.ts";

const RUNNER = fileURLToPath(new URL("./wrapper/staged.py", import.meta.url));

/**
 * Lifetime of the URLs given to a target, seconds: the maximum that S3 allows. An attempt must end before they expire.
 */
const EXPIRES_SEC = 7 * 86_400;

/** Interval at which a target reports, seconds. */
const LOOK_SEC = 10;

/** Maximum size of one uploaded file: Node cannot read more at once. */
const MOST_BYTES = 2 ** 31 - 1;

/** First program on a target: it downloads the manifest and the runner, with retries, and needs only Python. */
const BOOT = `import json,sys,time,urllib.request as u
def get(a):
    for n in range(6):
        try: return u.urlopen(a,timeout=300).read()
        except OSError:
            if n==5: raise
            time.sleep(2**n)
m=json.loads(get(sys.argv[1]))
exec(get(m['runner']).decode(),{'MANIFEST':m,'__name__':'__main__'})`;

/** Staging of a target: by folders that both sides see, or through a bucket. */
export function stagingOf(staging: { by: "shared" } | S3Staging, env: Context["env"]): Staging {
  return staging.by === "shared" ? sharedStaging : s3Staging(staging, env);
}

/** A bucket as used by staging. */
type Bucket = S3Staging & {
  storage: Storage;
  /** URL of an object for the target. */
  address: (name: string, method: "GET" | "PUT") => Promise<string>;
  lookSec: number;
};

/**
 * Copies files through a bucket on an S3-compatible server. The target gets URLs of the objects of its attempt, signed
 * for seven days, and no credentials: it can read its training data and write its own results.
 *
 * @param lookSec time between two reports of the target, seconds
 */
export function s3Staging(target: S3Staging, env: Context["env"], lookSec = LOOK_SEC): Staging {
  const { location, folder } = target;
  const storage = s3Storage(location, env);
  const address: Bucket["address"] = (name, method) =>
    sharedAddress(location, { name, method, expiresSec: EXPIRES_SEC }, { env, now: new Date() });
  const bucket = { ...target, storage, address, lookSec };
  return {
    placeOf: (attempt, local) => withPlaces(local, [[attempt.jobFolder, `${folder}/${attempt.id}`]]),
    send: (attempt, order) => sendAttempt(bucket, attempt, order),
    bringNews: (attempt) => bring(storage, attempt, "news.tar"),
    bringAll: async (attempt) => {
      await bring(storage, attempt, "out.tar");
      await bring(storage, attempt, "news.tar");
    },
    askStop: (attempt) => storage.write(keyOf(attempt, "stop"), "stop"),
  };
}

function keyOf({ jobFolder, folder }: PlacedAttempt, name: string): string {
  return `jobs/${basename(jobFolder)}/attempts/${basename(folder)}/${name}`;
}

async function bring(storage: Storage, attempt: PlacedAttempt, name: string): Promise<void> {
  const archive = await storage.read(keyOf(attempt, name));
  if (archive === undefined) return;
  for (const file of readTar(archive)) {
    const path = join(attempt.jobFolder, file.name);
    await mkdir(dirname(path), { recursive: true });
    await atomicWrite(path, file.content);
  }
}

/** Uploads everything that an attempt reads, and returns the command that downloads and runs it. */
async function sendAttempt(bucket: Bucket, attempt: PlacedAttempt, order: LaunchOrder): Promise<string[]> {
  const { storage, address, folder, modelPath, lookSec } = bucket;
  const [python, wrapper, run, own] = await writeOrder(attempt, order);
  const [model, ...others] = attempt.inputs;
  const isModelThere = modelPath !== undefined && model !== undefined;
  const sent = isModelThere ? others : attempt.inputs;
  const home = `${folder}/${attempt.id}`;
  const inputName = (input: string): string => `inputs/${basename(input)}-${sha256(input).slice(0, 12)}`;
  const places: [string, string][] = [
    [attempt.jobFolder, home],
    ...sent.map((input): [string, string] => [input, `${home}/${inputName(input)}`]),
    ...(isModelThere ? [[model, modelPath] as [string, string]] : []),
  ];
  const files: [path: string, key: string][] = [];
  for (const input of sent) {
    const { key, paths } = await sendInput(storage, input);
    for (const path of paths) files.push([`${inputName(input)}/${path}`, `${key}/${path}`]);
  }
  const stagedKey = keyOf(attempt, "job");
  const staged = await stage(attempt, places, (copy) => sendFolder(storage, copy, stagedKey));
  for (const path of staged) files.push([path, `${stagedKey}/${path}`]);
  for (const path of await resumedFiles(attempt, order)) {
    await storage.write(`${stagedKey}/${path}`, await readSmall(join(attempt.jobFolder, path)));
    files.push([path, `${stagedKey}/${path}`]);
  }
  await storage.write(keyOf(attempt, "staged.py"), await readFile(RUNNER));
  const manifest = {
    folder: home,
    own: withPlaces(own, places),
    command: [python, withPlaces(wrapper, places), run, withPlaces(own, places)],
    look_sec: lookSec,
    files: await Promise.all(files.map(async ([path, key]) => [path, await address(key, "GET")])),
    news: await address(keyOf(attempt, "news.tar"), "PUT"),
    out: await address(keyOf(attempt, "out.tar"), "PUT"),
    stop: await address(keyOf(attempt, "stop"), "GET"),
    runner: await address(keyOf(attempt, "staged.py"), "GET"),
  };
  await storage.write(keyOf(attempt, "manifest.json"), JSON.stringify(manifest));
  return [python, "-c", BOOT, await address(keyOf(attempt, "manifest.json"), "GET")];
}

/** Uploads a folder that the trainer reads, once for each state of the folder. */
async function sendInput(storage: Storage, input: string): Promise<{ key: string; paths: string[] }> {
  const paths = await filesBelow(input);
  const facts = await Promise.all(paths.map((path) => stat(join(input, path))));
  const state = facts.map(({ size, mtimeMs }, index) => `${paths[index]} ${size} ${mtimeMs}`);
  const key = `inputs/${basename(input)}-${sha256(`${input}\n${state.join("\n")}`).slice(0, 12)}`;
  if ((await storage.read(`${key}.sent`)) === undefined) {
    await sendFolder(storage, input, key);
    await storage.write(`${key}.sent`, "");
  }
  return { key, paths };
}

async function sendFolder(storage: Storage, from: string, key: string): Promise<string[]> {
  const paths = await filesBelow(from);
  for (const path of paths) await storage.write(`${key}/${path}`, await readSmall(join(from, path)));
  return paths;
}

/**
 * Files from which an attempt continues: the checkpoint named in its command, and the earlier logs. Paths are relative
 * to the job.
 */
async function resumedFiles({ jobFolder }: PlacedAttempt, { argv }: LaunchOrder): Promise<string[]> {
  const out = join(jobFolder, "out");
  const checkpoint = argv.find((word) => word.startsWith(`${out}/`));
  if (checkpoint === undefined) return [];
  const logs = (await readdir(out)).filter((name) => name.endsWith(".jsonl"));
  const kept = (await filesBelow(checkpoint)).map((path) => join(relative(jobFolder, checkpoint), path));
  return [...logs.map((name) => `out/${name}`), ...kept];
}

/** Files below a folder, by name, with forward slashes. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

async function readSmall(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size <= MOST_BYTES) return readFile(path);
  throw new Failure("bad_input", `${path} exceeds 2 GiB, the limit for staging through S3`, {
    hint: "store the base model on the target, for example in its image, and set modelPath of the staging to its path",
  });
}
