import { dirname } from "node:path";

import { Failure } from "../../base/failure.ts";
import { readManifest, versionsIn } from "../../curate/freeze/frozen-folder.ts";
import { verifyFrozen } from "../../curate/freeze/verify-frozen.ts";
import type { FrozenFinding } from "../../domain/frozen.ts";
import type { ItemDifference, LockedSet, SetCheck } from "../../domain/testset-lock.ts";
import { fieldValue, textOf } from "../../evaluate/set/eval-item.ts";
import { evaluationIds, readItems, readResult } from "./evaluation-folder.ts";
import { type FoundRow, hashesById, setRows } from "./set-rows.ts";
import { readTestsetLock, setFolder, TESTSET_LOCK } from "../folder/testset-lock.ts";

/** Number of differences that are listed; all are counted. */
const LISTED = 100;

/** Checks all sets of a programme, or one. @throws Failure not_found if there is no lock, or no set of that name */
export async function checkSets(dir: string, name?: string): Promise<SetCheck[]> {
  const lock = await readTestsetLock(dir);
  if (lock === undefined || Object.keys(lock.sets).length === 0) {
    throw new Failure("not_found", `there is no ${TESTSET_LOCK} here`, {
      hint: "lock a frozen set: tunewright eval init NAME --set FOLDER",
    });
  }
  const sets = Object.entries(lock.sets).filter(([text]) => name === undefined || text === name);
  if (sets.length === 0)
    throw new Failure("not_found", `${TESTSET_LOCK} has no set ${JSON.stringify(name)}`, {
      hint: "use a name from the file",
    });
  return Promise.all(sets.map(([text, set]) => checkSet(dir, text, set)));
}

/** Compares a locked set with its folder: every byte, and the digest in the lock. Differences are listed by item. */
async function checkSet(dir: string, name: string, set: LockedSet): Promise<SetCheck> {
  const folder = await setFolder(dir, set);
  const check = await verifyFrozen(folder, set.digest);
  const base = { set: name, folder: set.folder, role: set.role, digest: set.digest };
  const items = check.manifest?.rows ?? null;
  if (check.ok) return { ...base, ok: true, items, differences: [], differenceCount: 0 };
  const differences = await itemDifferences(dir, { folder, set, findings: check.findings });
  const differenceCount = Math.max(differences.length, check.findingCount > LISTED ? check.findingCount : 0);
  return { ...base, ok: false, items, differences: differences.slice(0, LISTED), differenceCount };
}

/**
 * Fails if a set has changed since it was locked.
 *
 * @throws Failure check_failed that lists the first items that differ
 */
export async function requireUnchanged(dir: string, name: string, set: LockedSet): Promise<SetCheck> {
  const check = await checkSet(dir, name, set);
  if (check.ok) return check;
  throw new Failure("check_failed", changedText(check), {
    hint: "`tunewright eval verify` lists every difference; restore the folder, or freeze a new version and lock that",
  });
}

/** Text of the changes in a set. */
export function changedText({ set, differences, differenceCount }: SetCheck, shown = 5): string {
  const lines = differences.slice(0, shown).map((difference) => `  ${differenceText(difference)}`);
  const more = differenceCount - lines.length;
  return [
    `the set ${set} does not match ${TESTSET_LOCK}: ${differenceCount} ${differenceCount === 1 ? "difference" : "differences"}`,
    ...lines,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join("\n");
}

/** Text of one difference. */
export function differenceText({ change, item, place, detail }: ItemDifference): string {
  const what = change === "file" ? "file" : `${change} item ${item === null ? "(unknown id)" : JSON.stringify(item)}`;
  return `${what}, ${place}: ${detail}`;
}

type Broken = { folder: string; set: LockedSet; findings: readonly FrozenFinding[] };

async function itemDifferences(dir: string, broken: Broken): Promise<ItemDifference[]> {
  const now = await setRows(broken.folder);
  const before = (await siblingItems(broken)) ?? (await evaluatedItems(dir, broken.set.digest));
  const files = broken.findings.filter((finding) => finding.row === null).map(fileDifference);
  const found = broken.findings
    .filter(({ row }) => row !== null)
    .map((finding) => rowDifference(finding, now, broken.set.id));
  if (before === undefined) return [...found, ...files];
  const byId = changesById(before, hashesById(now, broken.set.id));
  if (byId.length === 0) return [...found, ...files];
  // A row that is named by its id already is not named again by its place, but for the byte that differs.
  const bytes = new Map(found.map((entry) => [entry.place, entry.detail]));
  return [...byId.map((entry) => ({ ...entry, detail: bytes.get(entry.place) ?? entry.detail })), ...files];
}

/** Items of another version in the same series with the pinned digest. */
async function siblingItems({ folder, set }: Broken): Promise<Map<string, string> | undefined> {
  for (const version of await versionsIn(dirname(folder))) {
    if (version === folder || (await readManifest(version))?.digest !== set.digest) continue;
    if (!(await verifyFrozen(version, set.digest)).ok) continue;
    return new Map([...hashesById(await setRows(version), set.id)].map(([id, { sha256 }]) => [id, sha256]));
  }
  return undefined;
}

/** Items of an evaluation that ran on the pinned set. */
async function evaluatedItems(dir: string, digest: string): Promise<Map<string, string> | undefined> {
  for (const id of (await evaluationIds(dir)).toReversed()) {
    const result = await readResult(dir, id).catch(() => undefined); // it only helps to name items
    if (result?.fingerprints.set !== digest) continue;
    const items = await readItems(dir, id).catch(() => undefined);
    if (items !== undefined) return new Map(items.map((item) => [item.id, item.sha256]));
  }
  return undefined;
}

function changesById(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, { sha256: string; place: string }>,
): ItemDifference[] {
  const changed = [...now].flatMap(([item, { sha256, place }]): ItemDifference[] => {
    const was = before.get(item);
    if (was === sha256) return [];
    return [
      was === undefined
        ? { change: "added", item, place, detail: "it is not in the locked version" }
        : { change: "changed", item, place, detail: "its content differs from the locked version" },
    ];
  });
  const removed = [...before.keys()]
    .filter((item) => !now.has(item))
    .map((item): ItemDifference => ({ change: "removed", item, place: "locked version", detail: "it is missing" }));
  return [...changed, ...removed];
}

const CHANGES: Readonly<Record<FrozenFinding["kind"], ItemDifference["change"]>> = {
  "changed-row": "changed",
  "missing-row": "removed",
  "extra-row": "added",
  "moved-row": "moved",
  "changed-file": "file",
  "missing-file": "file",
  "extra-file": "file",
  "other-digest": "file",
  withdrawn: "file",
};

function rowDifference(finding: FrozenFinding, now: readonly FoundRow[], id: string): ItemDifference {
  const place = `${finding.file}:${finding.row}`;
  const isThere = finding.kind === "changed-row" || finding.kind === "extra-row";
  const row = isThere ? now.find((foundRow) => foundRow.place === place)?.row : undefined;
  const item = row === undefined ? undefined : textOf(fieldValue(row, id));
  const byte = finding.byte === null ? "" : `byte ${finding.byte}: `;
  return { change: CHANGES[finding.kind], item: item ?? null, place, detail: `${byte}${finding.detail}` };
}

function fileDifference({ kind, file, detail }: FrozenFinding): ItemDifference {
  return { change: CHANGES[kind], item: null, place: file, detail };
}
