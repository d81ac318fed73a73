import { sep } from "node:path";

import { Failure } from "../../base/failure.ts";
import type { DatasetRef, Programme } from "../../domain/programme.ts";
import { DATASET_ROLE, type SetRole } from "../../domain/testset-lock.ts";
import type { Problem } from "../folder/schema-problems.ts";
import { readTestsetLock, setFolder, TESTSET_LOCK } from "../folder/testset-lock.ts";

const TRAINED_ON: readonly DatasetRef["role"][] = ["train", "preference", "corpus"];

/**
 * Dataset files in the folder of a locked set whose role contradicts that of the set. A test set with a training role is
 * left to `data run` and `train start`, which refuse it as a failed check.
 *
 * @param targets locations of the files of `data.files`, in their order; undefined for one that could not be found
 */
export async function lockedRoleProblems(
  dir: string,
  { data }: Pick<Programme, "data">,
  targets: readonly (string | undefined)[],
): Promise<Problem[]> {
  const sets = await lockedFolders(dir);
  return data.files.flatMap(({ path, role }, index): Problem[] => {
    const set = sets.find(({ folder }) => targets[index]?.startsWith(`${folder}${sep}`) === true);
    if (set === undefined || role === DATASET_ROLE[set.role]) return [];
    if (set.role === "test" && TRAINED_ON.includes(role)) return [];
    return [
      {
        field: ["data", "files", index, "role"],
        text: `"${path}" is in the set ${set.name}, whose role in ${TESTSET_LOCK} is ${set.role}: expected role ${DATASET_ROLE[set.role]}, not ${role}`,
        hint: `correct the role here, or lock the set with another role: tunewright eval init NAME --set FOLDER --set-name ${set.name} --role ROLE`,
      },
    ];
  });
}

/** Folders of the locked sets; none if the lock or a folder cannot be read, which `eval verify` reports. */
async function lockedFolders(dir: string): Promise<{ name: string; role: SetRole; folder: string }[]> {
  try {
    const sets = Object.entries((await readTestsetLock(dir))?.sets ?? {});
    return await Promise.all(
      sets.map(async ([name, set]) => ({ name, role: set.role, folder: await setFolder(dir, set) })),
    );
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
