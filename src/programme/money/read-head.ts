import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { LedgerHead } from "../../domain/ledger.ts";

/**
 * Reads a head that was kept: the JSON that `ledger verify` printed earlier.
 *
 * @throws Failure not_found; bad_input where it is not one
 */
export async function readHead(path: string): Promise<LedgerHead> {
  const text = await readText(path);
  try {
    const { size, hash, root } = JSON.parse(text) as LedgerHead;
    return LedgerHead.parse({ size, hash, root });
  } catch (error) {
    throw new Failure("bad_input", `${path} is not the head of a ledger`, {
      hint: "tunewright ledger verify --json > head.json writes one",
      cause: error,
    });
  }
}
