import { describe, expect, test } from "vitest";

import { slurmScript } from "../../src/audit/sources/slurm-script.ts";

/** The values of a script by name, without their places. */
function read(...lines: string[]) {
  const script = slurmScript(["#!/bin/bash", ...lines, "srun python train.py"].join("\n"), "job.slurm");
  if (script === null) return null;
  const { gpus, hours, tasks, partition, isRequeued } = script;
  return [gpus?.value, hours?.value, tasks?.value, partition?.value, isRequeued];
}

describe("a Slurm script", () => {
  // Expected values: sbatch(1) of Slurm 24.05, OPTIONS --gres, --gpus, --gpus-per-node, --time, --array, --requeue.
  test.each([
    [
      "--gres counts GPUs per node",
      ["#SBATCH --nodes=2 --gres=gpu:a100:4"],
      [8, undefined, undefined, undefined, null],
    ],
    ["--gres=gpu is one", ["#SBATCH --gres=shard:2,gpu"], [1, undefined, undefined, undefined, null]],
    ["--gpus is the total", ["#SBATCH -N 4", "#SBATCH --gpus=h100:16"], [16, undefined, undefined, undefined, null]],
    ["short forms", ["#SBATCH -G 2 -p gpu -t 90"], [2, 1.5, undefined, "gpu", null]],
    ["days", ["#SBATCH --time=3-12"], [undefined, 84, undefined, undefined, null]],
    ["minutes and seconds", ["#SBATCH --time=30:00"], [undefined, 0.5, undefined, undefined, null]],
    ["an array with a limit", ["#SBATCH --array=0-59%8"], [undefined, undefined, 60, undefined, null]],
    ["an array with steps", ["#SBATCH -a 1,3,5-9:2"], [undefined, undefined, 5, undefined, null]],
    ["requeue", ["#SBATCH --requeue --gpus-per-task=1 --ntasks=4"], [4, undefined, undefined, undefined, true]],
    ["no requeue", ["#SBATCH --no-requeue"], [undefined, undefined, undefined, undefined, false]],
    ["a later option wins", ["#SBATCH --gpus=1", "#SBATCH --gpus=2"], [2, undefined, undefined, undefined, null]],
    [
      "options after a command do not count",
      ["#SBATCH -p a", "module load x", "#SBATCH -p b"],
      [undefined, undefined, undefined, "a", null],
    ],
    [
      "a value that a variable decides is unknown",
      ["#SBATCH --array=0-$N --gpus=1"],
      [1, undefined, undefined, undefined, null],
    ],
  ])("%s", (_name, lines, expected) => {
    expect(read(...lines)).toEqual(expected);
  });

  test("names the line of each value, and whether commands read the task", () => {
    const script = slurmScript(
      "#!/bin/sh\n#SBATCH --gpus=8\n\npython train.py --seed $SLURM_ARRAY_TASK_ID\n",
      "run.sh",
    );
    expect(script).toMatchObject({ gpus: { value: 8, place: "run.sh, line 2, --gpus" }, usesTask: true });
  });

  test("a script without #SBATCH lines is none", () => {
    expect(slurmScript("#!/bin/sh\npython train.py\n", "run.sh")).toBeNull();
  });
});
