import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, stat, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import { parseMoney } from "../../base/money.ts";
import { counted } from "../../base/words.ts";
import { verifyFrozen } from "../../curate/freeze/verify-frozen.ts";
import type { FrozenManifest } from "../../domain/frozen.ts";
import type { PreflightCheck, TrainingFile } from "../../domain/training-job.ts";
import type { Engine } from "../../launch/engines/engine.ts";
import type { Scheduler } from "../../launch/schedulers/scheduler.ts";
import { PROGRAMME_FILE, readProgramme } from "../reading/read-programme.ts";
import { checkFields, checkPrecision } from "./field-checks.ts";
import { checkHostedCost } from "./hosted-cost.ts";
import { checkLockedSets } from "./locked-sets.ts";
import { checkMemory } from "./memory-check.ts";
import { modelFolder } from "./read-training-file.ts";
import { checkTemplate, firstRow } from "./template-check.ts";

const VERSIONS = fileURLToPath(new URL("../../launch/engines/trl/python/versions.py", import.meta.url));

/** Timeout for reading Python's versions, ms; a loaded machine takes ten times as long as an idle one. */
const PYTHON_MS = 60_000;

/** Minimum free disk space for a start, bytes: adapters, optimizer state, logs. */
const MIN_FREE_BYTES = 2 ** 30;

/** Target on which a run would start. */
export type PreflightPlace = {
  programmeDir: string;
  /** Folder of the state, on the disk that checkpoints fill. */
  dataDir: string;
  python: string | undefined;
  engine: Engine;
  /** Target of the run. Python is checked here only if the run is local. */
  scheduler: Scheduler;
};

/** Result of the checks, and the input of a start. */
export type PreflightFound = {
  checks: PreflightCheck[];
  python: string;
  manifest: FrozenManifest | undefined;
  datasetFiles: string[];
  /** Files on which the loss is evaluated during the run; undefined if the run names none. */
  evaluationFiles?: string[] | undefined;
};

/** Checks everything that can be checked before a run starts; a failed check is a finding, not an error. */
export async function preflight(spec: TrainingFile, place: PreflightPlace): Promise<PreflightFound> {
  if (place.engine.isProvider === true) return hostedPreflight(spec, place);
  const { isHere } = place.scheduler;
  const python = isHere ? executableOf(place.python, place.programmeDir) : place.python;
  const dataset = await checkDataset(spec, place);
  const evaluation = spec.evaluation === undefined ? undefined : await checkEvaluation(spec, place);
  const checks = [
    ...(isHere ? await checkPython(python, place.engine, spec) : await checkTarget(python, place.scheduler)),
    ...checkEngine(spec, place.engine),
    ...checkFields(spec),
    ...checkPrecision(spec),
    await checkModel(modelFolder(place.programmeDir, spec)),
    ...dataset.checks,
    ...(evaluation?.checks ?? []),
    await checkDisk(place.dataDir),
    ...(await checkMemory(spec, { modelDir: modelFolder(place.programmeDir, spec), programmeDir: place.programmeDir })),
    ...checkPrice(spec),
  ];
  return {
    checks,
    python: python ?? "python3",
    manifest: dataset.manifest,
    datasetFiles: dataset.files,
    evaluationFiles: evaluation?.files,
  };
}

/** Checks of a run that a provider trains; no part of it runs on our machines. */
async function hostedPreflight(spec: TrainingFile, place: PreflightPlace): Promise<PreflightFound> {
  const dataset = await checkDataset(spec, place);
  const evaluation = spec.evaluation === undefined ? undefined : await checkEvaluation(spec, place);
  const isProvider = place.scheduler.isProvider === true;
  const fix = "add a target with scheduler: openai to targets.yaml, and name it as target";
  const checks = [
    ...checkEngine(spec, place.engine),
    ...checkFields(spec),
    ...(isProvider
      ? await place.scheduler.check()
      : [bad("target", "engine openai needs a provider as its target", fix)]),
    ...dataset.checks,
    ...(evaluation?.checks ?? []),
    ...(dataset.manifest === undefined || spec.hosted === undefined
      ? []
      : [await checkHostedCost(spec, dataset.files)]),
  ];
  return {
    checks,
    python: "python3",
    manifest: dataset.manifest,
    datasetFiles: dataset.files,
    evaluationFiles: evaluation?.files,
  };
}

function good(check: string, detail: string): PreflightCheck {
  return { check, ok: true, detail, fix: null };
}

function bad(check: string, detail: string, fix: string): PreflightCheck {
  return { check, ok: false, detail, fix };
}

/**
 * The executable in a virtual environment's folder, or of a path; a name is left for the system to find. Absolute, because
 * trainers start in folders of their own.
 *
 * @param from  folder that a relative path starts from
 */
export function executableOf(python: string | undefined, from: string): string | undefined {
  if (python === undefined || python === "") return undefined;
  const path = resolve(from, python);
  const inside = join(path, "bin", "python");
  if (existsSync(inside)) return inside;
  return python.includes("/") ? path : python;
}

/** Python and the packages of the engine, and the GPUs of the run. */
export async function checkPython(
  python: string | undefined,
  { packages, install }: Engine,
  run?: Pick<TrainingFile, "device" | "gpuCount">,
): Promise<PreflightCheck[]> {
  const setUp = `python3 -m venv .venv-train && .venv-train/bin/python -m ${install} && export TUNEWRIGHT_PYTHON=$PWD/.venv-train/bin/python`;
  if (python === undefined || python === "") {
    const detail =
      "no Python is set: neither TUNEWRIGHT_PYTHON, nor python: in the training file, nor training.python in programme.yaml";
    return [bad("python", detail, setUp)];
  }
  let versions: Record<string, string | null>;
  let gpus: number | null | undefined;
  try {
    const words = [VERSIONS, ...Object.keys(packages), ...(run?.device === "cuda" ? ["--gpus"] : [])];
    const { stdout } = await promisify(execFile)(python, words, { timeout: PYTHON_MS });
    ({ gpus, ...versions } = JSON.parse(stdout) as Record<string, string | null> & { gpus?: number | null });
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    return [bad("python", `${python} does not run: ${why}`, setUp)];
  }
  const found = Object.entries(packages).map(([name, lowest]) => {
    const version = versions[name] ?? null;
    if (version === null) return bad(name, "is not installed", `${python} -m ${install}`);
    return isAtLeast(version, lowest)
      ? good(name, version)
      : bad(name, `${version} is older than ${lowest}`, `${python} -m ${install}`);
  });
  return [good("python", `${versions["python"]} (${python})`), ...found, ...checkGpus(run, gpus)];
}

/** One process runs on each GPU of a run, so that torch must see as many. */
function checkGpus(
  run: Pick<TrainingFile, "device" | "gpuCount"> | undefined,
  gpus: number | null | undefined,
): PreflightCheck[] {
  if (run?.device !== "cuda" || gpus === null || gpus === undefined) return [];
  const detail = `${counted(gpus, "GPU")} visible to torch; gpuCount is ${run.gpuCount}`;
  return gpus >= run.gpuCount
    ? [good("gpus", detail)]
    : [bad("gpus", detail, gpus === 0 ? "set device: cpu, or choose a target with GPUs" : "lower gpuCount")];
}

/**
 * Checks that the scheduler of a target answers. The Python of other machines is named as they know it and not checked.
 */
async function checkTarget(python: string | undefined, scheduler: Scheduler): Promise<PreflightCheck[]> {
  if (scheduler.isProvider === true) {
    return [bad("target", "the target is a provider, which trains only with engine openai", "set engine: openai")];
  }
  const named =
    python === undefined || python === ""
      ? bad(
          "python",
          "no Python interpreter is set for the target",
          "set python: in the training file to a path on the target",
        )
      : good("python", `${python} on the target; its packages are not checked`);
  return [named, ...(await scheduler.check())];
}

function isAtLeast(version: string, lowest: string): boolean {
  const partsOf = (text: string): number[] =>
    text
      .split(/[.+]/)
      .slice(0, 2)
      .map((part) => Number.parseInt(part, 10) || 0);
  const [major = 0, minor = 0] = partsOf(version);
  const [leastMajor = 0, leastMinor = 0] = partsOf(lowest);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Whether the training library supports the run. */
function checkEngine(spec: TrainingFile, engine: Engine): PreflightCheck[] {
  const cannotProbe = spec.probeSteps !== undefined && !engine.pauses;
  const reason =
    engine.unsupported(spec) ?? (cannotProbe ? `${spec.engine} cannot pause, which probeSteps requires` : undefined);
  return reason === undefined
    ? []
    : [bad("engine", reason, "change engine, method, device or probeSteps in the training file")];
}

async function checkModel(folder: string): Promise<PreflightCheck> {
  const names = await readdir(folder).catch(() => undefined);
  const fix = "name a folder that contains the base model as safetensors";
  if (names === undefined) return bad("model", `${folder} cannot be read`, fix);
  const missing = ["config.json", "tokenizer.json"].filter((name) => !names.includes(name));
  if (!names.some((name) => name.endsWith(".safetensors"))) missing.push("*.safetensors");
  return missing.length === 0 ? good("model", folder) : bad("model", `${folder} has no ${missing.join(", ")}`, fix);
}

type DatasetFound = { checks: PreflightCheck[]; manifest: FrozenManifest | undefined; files: string[] };

async function checkDataset(spec: TrainingFile, { programmeDir, engine }: PreflightPlace): Promise<DatasetFound> {
  const dir = join(programmeDir, spec.dataset);
  let found;
  try {
    found = await verifyFrozen(dir);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { checks: [bad("dataset", error.message, "tunewright data freeze")], manifest: undefined, files: [] };
  }
  const { ok, manifest, findingCount, findings } = found;
  if (!ok || manifest === null) {
    const detail = `${spec.dataset} has changed since it was frozen: ${findings[0]?.detail ?? "it has no manifest"} (${findingCount} findings)`;
    return {
      checks: [bad("dataset", detail, `tunewright data verify ${spec.dataset}`)],
      manifest: undefined,
      files: [],
    };
  }
  const files = manifest.files.map(({ file }) => join(dir, file));
  const checks = [
    good("dataset", `${manifest.rows} rows, digest ${manifest.digest.slice(0, 12)}`),
    await checkRowFormat(files[0]!, spec, engine),
    ...(engine.isProvider === true
      ? []
      : await checkTemplate(await firstRow(files[0]!), spec, modelFolder(programmeDir, spec))),
    await checkHeldOut(programmeDir, manifest),
    await checkLockedSets(programmeDir, { version: dir, manifest }),
  ];
  return { checks, manifest, files };
}

/** Checks the evaluation dataset: frozen, in a format that the trainer accepts, and no test set. */
async function checkEvaluation(spec: TrainingFile, { programmeDir, engine }: PreflightPlace): Promise<DatasetFound> {
  const evaluation = spec.evaluation!;
  const dir = join(programmeDir, evaluation);
  const fix = `tunewright data verify ${evaluation}`;
  try {
    const { ok, manifest, findings } = await verifyFrozen(dir);
    if (!ok || manifest === null) {
      const detail = `${evaluation} has changed since it was frozen: ${findings[0]?.detail ?? "it has no manifest"}`;
      return { checks: [bad("evaluation", detail, fix)], manifest: undefined, files: [] };
    }
    const files = manifest.files.map(({ file }) => join(dir, file));
    const format = await checkRowFormat(files[0]!, spec, engine);
    const checks = [
      good("evaluation", `${manifest.rows} rows`),
      ...(format.ok ? [] : [format]),
      await checkLockedSets(programmeDir, { version: dir, manifest }, "evaluation"),
    ];
    return { checks, manifest, files };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { checks: [bad("evaluation", error.message, fix)], manifest: undefined, files: [] };
  }
}

/** Checks whether the first row has the fields that the training library reads. */
async function checkRowFormat(path: string, spec: TrainingFile, { rowShapes }: Engine): Promise<PreflightCheck> {
  const shapes = rowShapes(spec);
  const row = await firstRow(path);
  if (row === undefined) return bad("row format", "the first row is not JSON", "tunewright data lint");
  const keys = row === null || typeof row !== "object" ? [] : Object.keys(row);
  const shape = shapes.find((names) => names.every((name) => keys.includes(name)));
  return shape === undefined
    ? bad(
        "row format",
        `the first row has ${keys.join(", ") || "no fields"}; expected ${shapes.map((names) => names.join(" and ")).join(", or ")}`,
        `tunewright data export FILE --format ${spec.engine === "verl" ? "prompt-completion" : spec.engine} --out OUT`,
      )
    : good("row format", shape.join(" and "));
}

/** Checks that no test sets are trained on: neither held-out files of the programme nor frozen versions of them. */
async function checkHeldOut(programmeDir: string, manifest: FrozenManifest): Promise<PreflightCheck> {
  if (!existsSync(join(programmeDir, PROGRAMME_FILE)))
    return good("held-out data", "not checked: there is no programme.yaml");
  const { programme, resolve } = await readProgramme(programmeDir);
  const heldOut = programme.data.files.filter(({ role }) => role !== "train");
  if (heldOut.length === 0) return good("held-out data", "programme.yaml names no held-out files");
  const known = new Map(
    manifest.files.flatMap(
      (file) =>
        [
          [file.sourceSha256, file],
          [file.sha256, file],
        ] as const,
    ),
  );
  for (const { path, role } of heldOut) {
    const used = known.get(await hashFile(await resolve(path)));
    if (used === undefined) continue;
    return bad(
      "held-out data",
      `${used.source} is identical to ${path}, whose role is ${role}`,
      "freeze the training file instead, and keep this file for evaluation",
    );
  }
  return good("held-out data", `the inputs contain none of ${counted(heldOut.length, "held-out file")}`);
}

/** Checks the price per hour, and that of the fallback, against the limit of the file. */
function checkPrice({ usdPerHour, maxUsdPerHour, fallback }: TrainingFile): PreflightCheck[] {
  if (maxUsdPerHour === undefined) return [];
  if (usdPerHour === undefined)
    return [bad("price", "the machine has no price", "add usdPerHour to the training file")];
  const prices = [
    { check: "price", usd: usdPerHour },
    ...(fallback === undefined ? [] : [{ check: "price of the fallback", usd: fallback.usdPerHour }]),
  ];
  return prices.map(({ check, usd }) => {
    const detail = `${usd} USD per hour; maxUsdPerHour is ${maxUsdPerHour}`;
    return parseMoney(usd) <= parseMoney(maxUsdPerHour)
      ? good(check, detail)
      : bad(check, detail, "choose a cheaper machine, or raise maxUsdPerHour");
  });
}

async function checkDisk(dataDir: string): Promise<PreflightCheck> {
  let folder = dataDir;
  while ((await stat(folder).catch(() => undefined)) === undefined) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const gib = (bavail * bsize) / 2 ** 30;
  return bavail * bsize >= MIN_FREE_BYTES
    ? good("disk", `${gib.toFixed(1)} GiB free`)
    : bad("disk", `${gib.toFixed(2)} GiB free; at least 1 GiB is required`, `free some space in ${folder}`);
}
