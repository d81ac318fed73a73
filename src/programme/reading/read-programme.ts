import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { asReadFailure, decodeText, readWhole } from "../../base/read-text.ts";
import { ANSWERS_FILE } from "./answers-file.ts";
import { shownPath } from "./shown-path.ts";
import { suggest } from "../../base/suggest.ts";
import { type YamlFile, parseYaml } from "../../base/yaml.ts";
import type { MeasuredEvaluation } from "../../domain/measured-evaluation.ts";
import type { MeasuredSynthesis } from "../../domain/measured-synthesis.ts";
import { regionalPrices } from "../../catalog/api-residency.ts";
import type { ApiPrice, GpuPrice } from "../../domain/price.ts";
import { Programme } from "../../domain/programme.ts";
import type { Source } from "../../domain/source.ts";
import type { Traffic } from "../../domain/traffic.ts";
import { readApiPriceBook } from "../prices/api-price-book.ts";
import { catalogueProblems } from "./catalogue-problems.ts";
import { lockedRoleProblems } from "./locked-roles.ts";
import { fleetProblems, mainMethodProblems, withMainMethod } from "./main-method.ts";
import { measuredEvaluation } from "./measured-evaluation.ts";
import { measuredSynthesis } from "./measured-synthesis.ts";
import { withAnswers } from "./with-answers.ts";
import { withGeneratedFiles } from "./generated-files.ts";
import { readPriceBook } from "../prices/price-book.ts";
import { fileFailure } from "../folder/file-failure.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import type { Problem } from "../folder/schema-problems.ts";
import { programmeTraffic } from "../traffic/programme-traffic.ts";
import {
  crossFieldProblems,
  dateProblems,
  programmeSchemaProblems,
  repeatedFiles,
  rowProblems,
} from "./programme-problems.ts";

/** A loaded programme folder: its checked `programme.yaml`, and safe access to its files and lines. */
export type LoadedProgramme = {
  dir: string;
  path: string;
  programme: Programme;
  /** SHA-256 of the bytes of `programme.yaml`. */
  sha256: string;
  /** Files of `data.files` that do not exist; only a reader that allows them gets any. */
  gone?: readonly string[] | undefined;
  /** GPU prices for the programme: the catalogue's, and those of its `prices.csv`. */
  prices: readonly GpuPrice[];
  /** API prices for the programme: the catalogue's, overridden by those of its `api-prices.csv`, with the surcharge of its region. */
  apiPrices: readonly ApiPrice[];
  /** The month of traffic that `serving.traffic` names; undefined if it names none. */
  traffic: Traffic | undefined;
  /** Cost of its last paid evaluation; undefined if there was none. */
  measuredEvaluation?: MeasuredEvaluation | undefined;
  /** Cost of its generated rows; undefined if none were paid for. */
  measuredSynthesis?: MeasuredSynthesis | undefined;
  /** Absolute path of a file inside the folder. Throws Failure if it leaves the folder or does not exist. */
  resolve: (relativePath: string) => Promise<string>;
  /** Location of a field, for messages: `programme.yaml, line 12, training.gpu`. */
  place: (field: readonly (string | number)[]) => string;
  /** Source of the value of a field: the file, or a default of the schema. */
  origin: (field: readonly string[]) => Source;
};

/** Name of the file that makes a folder a programme. */
export const PROGRAMME_FILE = "programme.yaml";

/** Largest `programme.yaml` in bytes: ours have under 10 kB. */
const MAX_PROGRAMME_BYTES = 2 ** 20;

const ABOUT = { shown: PROGRAMME_FILE };

/**
 * Reads and checks the `programme.yaml` of a folder: the catalogue must know the names in it, and every dataset file
 * that it names must be inside the folder and readable.
 *
 * @param dir the programme folder
 * @param needsPlan false for work on files alone, which needs no planned rows
 * @param mayMissFiles true for a reader that states which files of `data.files` are gone and goes on without them
 * @param on today as YYYY-MM-DD: a deadline before it is a problem; default: not checked
 * @throws Failure not_found or bad_input; up to twenty problems at once, each with line, field, value and what is
 * expected
 */
export async function readProgramme(
  dir: string,
  on?: string,
  { needsPlan = true, mayMissFiles = false }: { needsPlan?: boolean; mayMissFiles?: boolean } = {},
): Promise<LoadedProgramme> {
  const path = join(dir, PROGRAMME_FILE);
  const bytes = await readProgrammeBytes(dir, path);
  const text = decodeText(bytes, PROGRAMME_FILE);
  const file = parseYaml(text, PROGRAMME_FILE);
  if (file.value === null || file.value === undefined) {
    throw new Failure("bad_input", `${PROGRAMME_FILE} is empty`, { hint: "tunewright init writes a valid one" });
  }
  const parsed = Programme.safeParse(file.value);
  if (!parsed.success) throw fileFailure(programmeSchemaProblems(parsed.error.issues, file.value), file, ABOUT);
  const stated = parsed.data;
  const apiPrices = (await readApiPriceBook(dir)).prices;
  const resolve = (relativePath: string): Promise<string> => resolveInside(dir, relativePath);
  const paths = await pathProblems(stated, dir, file);
  const gone = mayMissFiles ? paths.filter(isGoneFile) : [];
  const problems = [
    ...dateProblems(stated, on),
    ...(needsPlan ? rowProblems(stated) : []),
    ...crossFieldProblems(stated),
    ...(needsPlan ? mainMethodProblems(stated) : []),
    ...fleetProblems(stated),
    ...catalogueProblems(stated, apiPrices),
    ...paths.filter((problem) => !gone.includes(problem)),
  ];
  if (problems.length > 0) throw fileFailure(problems, file, ABOUT);
  const { programme, traffic, origins } = await programmeTraffic(withGeneratedFiles(withMainMethod(stated)), {
    resolve,
    value: file.value,
  });
  return {
    dir,
    path,
    programme: existsSync(join(dir, ANSWERS_FILE)) ? await answered(dir, programme) : programme,
    sha256: sha256(bytes),
    gone: gone.map(({ field }) => stated.data.files[Number(field[2])]!.path),
    prices: (await readPriceBook(dir)).prices,
    apiPrices: regionalPrices(apiPrices, programme.requirements),
    traffic,
    measuredEvaluation: await measuredEvaluation(dir),
    measuredSynthesis: await measuredSynthesis(dir),
    resolve,
    origin: (field) => origins.get(field.join(".")) ?? originIn(file.value, field),
    place: (field) => `${PROGRAMME_FILE}, line ${file.lineOf(field)}, ${field.join(".")}`,
  };
}

/**
 * The programme with the answers of its `compliance.yaml`. An invalid file leaves the facts unknown, so that it stops no
 * other work; `comply show` names its line.
 */
async function answered(dir: string, programme: Programme): Promise<Programme> {
  const { readAnswers } = await import("./read-answers.ts");
  try {
    return withAnswers(programme, await readAnswers(dir));
  } catch (error) {
    if (error instanceof Failure) return programme;
    throw error;
  }
}

function originIn(value: unknown, field: readonly string[]): Source {
  const name = `${PROGRAMME_FILE}: ${field.join(".")}`;
  let current = value;
  for (const key of field) {
    if (current === null || typeof current !== "object" || !(key in current))
      return { kind: "assumption", ref: `default of ${name}` };
    current = (current as Record<string, unknown>)[key];
  }
  return { kind: "user", ref: name };
}

/** Runs a look-up for a field: a Failure is prefixed with the location of the field. */
export function atPlace<Result>(
  loaded: LoadedProgramme,
  field: readonly (string | number)[],
  lookUp: () => Result,
): Result {
  try {
    return lookUp();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure("bad_input", `${loaded.place(field)}: ${error.message}`, { hint: error.hint, cause: error });
  }
}

async function readProgrammeBytes(dir: string, path: string): Promise<Uint8Array> {
  const shown = shownPath(dir);
  const folder = await stat(dir).catch(async (error: unknown) => {
    throw withInitHint(asReadFailure(error, shown), shown, await nearFolders(dir));
  });
  if (!folder.isDirectory()) {
    throw new Failure("bad_input", `${shown} is a file, expected a programme folder`, {
      hint: `give the folder that contains ${PROGRAMME_FILE}`,
    });
  }
  try {
    const tooLargeHint = "a programme lists up to about 10,000 dataset files: join small ones into larger files";
    return await readWhole(path, { maxBytes: MAX_PROGRAMME_BYTES, tooLargeHint, shown: shownPath(path) });
  } catch (error) {
    throw withInitHint(error, shown);
  }
}

/** Names of folders next to a missing one that are spelled almost alike, as a question; undefined if there is none. */
async function nearFolders(dir: string): Promise<string | undefined> {
  const others = await readdir(dirname(dir), { withFileTypes: true }).catch(() => []);
  const names = others.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const near = suggest(basename(dir), names).map((name) => shownPath(join(dirname(dir), name)));
  return near.length === 0 ? undefined : `did you mean ${near.map((path) => `"${path}"`).join(" or ")}?`;
}

/** Explains how to create what is missing, after the names of what is there. */
function withInitHint(failure: unknown, dir: string, near?: string): unknown {
  if (!(failure instanceof Failure) || failure.kind !== "not_found") return failure;
  const init = `${commandLine(["init", dir])} writes a commented programme to start from`;
  const hint = near === undefined ? init : `${near} Otherwise, ${init}`;
  return new Failure("not_found", failure.message, { hint, cause: failure.cause });
}

/** Whether a problem is that a file of `data.files` does not exist. */
function isGoneFile({ field, kind }: Problem): boolean {
  return kind === "not_found" && field[0] === "data" && field[1] === "files";
}

async function pathProblems(programme: Programme, dir: string, file: YamlFile): Promise<Problem[]> {
  const { data, serving } = programme;
  const problems: Problem[] = [];
  const find = async (field: Problem["field"], path: string): Promise<string | undefined> => {
    try {
      return await resolveInside(dir, path);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push({ field, text: error.message, hint: error.hint, kind: error.kind });
      return undefined;
    }
  };
  const targets: (string | undefined)[] = [];
  for (const [index, { path }] of data.files.entries()) {
    targets.push(await find(["data", "files", index, "path"], path));
  }
  if (data.tokenizer !== undefined) await find(["data", "tokenizer"], data.tokenizer);
  if (serving.traffic !== undefined) await find(["serving", "traffic"], serving.traffic);
  if (serving.loadTest !== undefined) await find(["serving", "loadTest"], serving.loadTest);
  const roles = await lockedRoleProblems(dir, programme, targets);
  return [...problems, ...repeatedFiles(programme, targets, file.lineOf), ...roles];
}
