import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import { readManifest } from "../../curate/freeze/frozen-folder.ts";
import { verifyFrozen } from "../../curate/freeze/verify-frozen.ts";
import type { EvaluationInit } from "../../domain/evaluation-init.ts";
import type { LockedSet, SetRole } from "../../domain/testset-lock.ts";
import { evalItems, fieldValue } from "../../evaluate/set/eval-item.ts";
import { commitHook, evaluationYaml, workflowYaml } from "./evaluation-templates.ts";
import { objectRows, refuseProblems } from "./load-items.ts";
import { EVAL_FOLDER } from "./read-evaluation.ts";
import { setRows } from "./set-rows.ts";
import { readTestsetLock, setFolder, TESTSET_LOCK, writeTestsetLock } from "../folder/testset-lock.ts";

/** Input of a new evaluation. */
export type InitEvaluation = {
  dir: string;
  name: string;
  /** Folder of the frozen version, absolute. */
  folder: string;
  /** Name of the set in the lock; default: the name of the evaluation. */
  set: string | undefined;
  role: SetRole;
  id: string;
  licence: string | undefined;
  slices: readonly string[];
  question: string | undefined;
  reference: string | undefined;
  /** Also write a GitHub Actions workflow and a pre-commit hook that verify the set. */
  ci: boolean;
};

/**
 * Locks a frozen set and writes an evaluation to start from. An existing file is not changed; a set that is locked to
 * another digest is rejected.
 *
 * @throws Failure check_failed if the version has changed since it was frozen; bad_input if it is outside the programme
 * folder, a field is not in it, or the name is locked to another version
 */
export async function initEvaluation(request: InitEvaluation): Promise<EvaluationInit> {
  const { dir, name, role, id, licence = null, slices, ci } = request;
  const inside = relative(dir, request.folder);
  if (inside === "" || inside.startsWith("..") || isAbsolute(inside)) {
    throw new Failure("bad_input", `${request.folder} is outside the programme folder`, {
      hint: "freeze the set inside it: tunewright data freeze test.jsonl --out frozen/v1 --by NAME --reason WHY",
    });
  }
  const folder = inside.replaceAll("\\", "/");
  const path = await setFolder(dir, { folder });
  const check = await verifyFrozen(path);
  const manifest = await readManifest(path);
  if (!check.ok || manifest === undefined) {
    throw new Failure(
      "check_failed",
      `${folder} has changed since it was frozen: ${check.findings[0]?.detail ?? "unknown"}`,
      {
        hint: "restore it, or freeze a new version",
      },
    );
  }
  const set: LockedSet = { folder, digest: manifest.digest, role, id, licence, slices: [...slices] };
  const setName = request.set ?? name;
  const fields = await checkFields({ folder: path, shown: folder }, request);
  await lock(dir, { name: setName, set });
  const files: [path: string, text: string, mode?: number][] = [
    [`${EVAL_FOLDER}/${name}.yaml`, evaluationYaml({ name, set: setName, ...fields })],
    ...(ci ? checkFiles(dir) : []),
  ];
  const [written, kept] = [[TESTSET_LOCK], [] as string[]];
  for (const [file, text, mode] of files) {
    if (existsSync(join(dir, file))) {
      kept.push(file);
      continue;
    }
    await atomicWrite(join(dir, file), text);
    if (mode !== undefined) await chmod(join(dir, file), mode);
    written.push(file);
  }
  const { question, reference = null } = fields;
  const made = { evaluation: name, set: setName, digest: manifest.digest, items: manifest.rows };
  return { ...made, question, reference, written, kept };
}

/** Workflow and hook, in the Git repository that contains the programme folder: elsewhere nothing would run them. */
function checkFiles(dir: string): [path: string, text: string, mode?: number][] {
  const repository = repositoryOf(dir);
  const root = relative(dir, repository);
  const programme = relative(repository, dir).split(sep).join("/");
  const suffix = programme === "" ? "" : `-${programme.replaceAll(/[^\w.-]+/g, "-")}`;
  return [
    [join(root, `.github/workflows/testset${suffix}.yml`), workflowYaml(programme)],
    [join(root, ".githooks/pre-commit"), commitHook(programme), 0o755],
  ];
}

/** Folder of the Git repository that contains a folder; the folder itself if there is none. */
function repositoryOf(dir: string): string {
  for (let folder = dir; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return dir;
  }
}

async function lock(dir: string, { name, set }: { name: string; set: LockedSet }): Promise<void> {
  const before = (await readTestsetLock(dir))?.sets[name];
  if (before !== undefined && before.digest !== set.digest) {
    throw new Failure(
      "bad_input",
      `${TESTSET_LOCK} pins ${name} to ${before.digest.slice(0, 16)}, not ${set.digest.slice(0, 16)}`,
      {
        hint: "lock the new version under another name with --set-name: scores on the two versions are not comparable",
      },
    );
  }
  await writeTestsetLock(dir, { name, set });
}

/**
 * Fields of question and answer: as named, otherwise of the usual names, otherwise the only other text for the question.
 * Rejected if the first row lacks a named one, or if the question is not clear.
 */
async function checkFields(
  { folder, shown }: { folder: string; shown: string },
  { id, slices, question, reference }: InitEvaluation,
): Promise<{ question: string; reference: string | undefined }> {
  const { objects, broken } = objectRows(await setRows(folder));
  const row = objects[0]?.row;
  if (row === undefined) throw new Failure("bad_input", "the set has no rows", { hint: "freeze a file that has rows" });
  const has = (name: string): boolean => fieldValue(row, name) !== undefined;
  const missing = [id, ...slices, question, reference].filter((name) => name !== undefined && !has(name));
  if (missing.length > 0) {
    throw new Failure("bad_input", `the first item has no field ${missing.join(", ")}`, {
      hint: `its fields are ${Object.keys(row).join(", ")}`,
    });
  }
  refuseProblems(shown, [...broken, ...evalItems(objects, { id, slices, required: [] }).problems]);
  const answer = reference ?? ANSWERS.find(has);
  const asked = question ?? QUESTIONS.find(has);
  if (asked !== undefined) return { question: asked, reference: answer };
  const others = Object.keys(row).filter((name) => ![id, answer, ...slices].includes(name));
  const [only, second] = others.filter((name) => typeof row[name] === "string");
  if (only !== undefined && second === undefined) return { question: only, reference: answer };
  throw new Failure("bad_input", "which field of an item is the question is not clear", {
    hint: `name it: --question FIELD; the fields are ${Object.keys(row).join(", ")}`,
  });
}

/** Usual names of the field with the question, and of that with the reference answer. */
const QUESTIONS = ["question", "turns", "prompt", "instruction", "messages", "input", "text"];
const ANSWERS = ["answer", "reference", "output", "response", "target", "label"];
