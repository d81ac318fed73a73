import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { AuditFacts, GateFact, StatedGate } from "../../audit/facts.ts";
import { Failure } from "../../base/failure.ts";
import { gateEvaluation } from "../evaluate/gate-evaluation.ts";
import { EVAL_FOLDER, readEvaluation } from "../evaluate/read-evaluation.ts";

/**
 * Gates of a programme's evaluations by their last results; a gate without results, or on a changed set, is a problem.
 */
export async function gateFacts(dir: string): Promise<Pick<AuditFacts, "gates" | "gateProblems" | "statedGates">> {
  const entries = await readdir(join(dir, EVAL_FOLDER)).catch(() => []);
  const names = entries.filter((entry) => entry.endsWith(".yaml")).map((entry) => entry.slice(0, -".yaml".length));
  const gates: GateFact[] = [];
  const gateProblems: string[] = [];
  const statedGates: StatedGate[] = [];
  for (const name of names.toSorted()) {
    const file = `${EVAL_FOLDER}/${name}.yaml`;
    try {
      const { evaluation } = await readEvaluation(dir, name);
      const { set } = evaluation;
      statedGates.push(...evaluation.gates.map(({ name: gate }) => ({ file, evaluation: name, set, gate })));
      for (const { name: gate } of evaluation.gates) gates.push(await gateFact(dir, { file, name, gate }));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      gateProblems.push(error.message.startsWith(file) ? error.message : `${file}: ${error.message}`);
    }
  }
  return { gates, gateProblems, statedGates };
}

async function gateFact(
  dir: string,
  { file, name, gate }: { file: string; name: string; gate: string },
): Promise<GateFact> {
  const { gates } = await gateEvaluation(dir, name, [gate]);
  const { scorer, margin, difference } = gates[0]!;
  const decides = margin > 0 ? margin : Math.abs(difference.difference ?? 0);
  return { file, gate, scorer, items: difference.n, decides, detectable: difference.detectable };
}
