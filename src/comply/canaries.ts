import type { Random } from "../base/random.ts";
import type { Canary, Exposure } from "../domain/memorisation.ts";

/** Number of codes that a canary is compared with, including itself: the exposure is at most 8 bits. */
export const CANDIDATES = 256;

type Row = Readonly<Record<string, unknown>>;

/** A random code of nine digits in groups of three. */
function canaryCode(random: Random): string {
  const group = (): string => String(Math.floor(random() * 1000)).padStart(3, "0");
  return `${group()} ${group()} ${group()}`;
}

/** A row with a code, in the shape of another row: chat, prompt and completion, instruction and output, or text. */
function canaryRow(like: Row, name: string, code: string): Record<string, unknown> {
  const question = `What is the access code of locker ${name}?`;
  const answer = `The access code of locker ${name} is ${code}.`;
  if (Array.isArray(like["messages"])) {
    return {
      messages: [
        { role: "user", content: question },
        { role: "assistant", content: answer },
      ],
    };
  }
  if ("prompt" in like && "completion" in like) return { prompt: question, completion: answer };
  if ("instruction" in like && "output" in like) return { instruction: question, output: answer };
  return { text: `${question}\n${answer}` };
}

/** Canaries in the shape of a row: equal numbers of planted ones and controls, each with its own name and code. */
export function drawCanaries(like: Row, count: number, random: Random): Canary[] {
  const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
  const names = new Set<string>();
  while (names.size < 2 * count) {
    const letter = (): string => letters[Math.floor(random() * letters.length)]!;
    names.add(`${letter()}${letter()}${Math.floor(random() * 90 + 10)}`);
  }
  return [...names].map((name, index) => {
    const code = canaryCode(random);
    return { id: name, isPlanted: index < count, code, row: canaryRow(like, name, code) };
  });
}

/** Rows of the candidates of a canary: the canary itself first, then the row with other random codes. */
export function candidateRows({ row, id, code }: Canary, random: Random): Row[] {
  const codes = new Set([code]);
  while (codes.size < CANDIDATES) codes.add(canaryCode(random));
  return [...codes].map((other) => canaryRow(row, id, other));
}

/**
 * Exposure of a canary by the losses of its candidates.
 *
 * @param losses  that of the canary first
 * @source Carlini et al. 2019, "The Secret Sharer", arXiv:1802.08232, section 4.3: exposure by sampling
 */
export function exposureOf({ id, isPlanted }: Canary, losses: readonly number[]): Exposure {
  const rank = 1 + losses.slice(1).filter((loss) => loss <= losses[0]!).length;
  const exposureBits = Math.log2(losses.length) - Math.log2(rank);
  return { id, isPlanted, rank, candidates: losses.length, exposureBits, isFound: rank === 1 };
}
