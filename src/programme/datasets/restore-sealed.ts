import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { refuseOverwrite } from "../../base/atomic-file.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { readRedactionKey } from "../../curate/pii/operators/redaction-key.ts";
import { restoreStage } from "../../curate/pii/operators/restore-stage.ts";
import { runStage } from "../../curate/pipeline/reading/run-stage.ts";
import type { FunnelStage } from "../../domain/funnel.ts";
import type { RedactRequest } from "../../domain/redact-request.ts";

/**
 * Decrypts values of the operator `encrypt`.
 *
 * @throws Failure without a key file, if it cannot be read, or if nothing in the file is encrypted
 */
export async function restoreSealed(
  { cwd, env, confirm }: Context,
  { file, out, keyFile, dropped, delimiter }: RedactRequest & { file: string; out: string },
): Promise<FunnelStage[]> {
  const keyPath = keyFile === undefined ? undefined : resolve(cwd, keyFile);
  if (keyPath !== undefined && !existsSync(keyPath))
    throw new Failure("not_found", `${keyFile!}: no such file`, {
      hint: "check the path: redaction with --key-file writes the key there",
    });
  const read = readRedactionKey(keyPath, env);
  if (read === undefined) throw new Failure("bad_input", "no key file", { hint: "name it with --key-file" });
  const [path, droppedPath] = [out, dropped].map((name) => (name === undefined ? undefined : resolve(cwd, name)));
  for (const target of [path, droppedPath]) {
    if (target !== undefined) refuseOverwrite(target, existsSync(target) && (await confirm(`Replace ${target}?`)));
  }
  let sealed = 0;
  const { funnel } = await runStage(restoreStage, [resolve(cwd, file)], {
    options: { key: read.key },
    onResult: (_shard, { notes, dropped: closed }) => {
      sealed += notes.length + closed.length;
    },
    onEnd: () => {
      if (sealed > 0) return;
      throw new Failure("bad_input", `${file}: it contains no encrypted value, so there is nothing to restore`, {
        hint: "only the operator encrypt can be undone; surrogates, hashes and masks cannot",
      });
    },
    out: path,
    dropped: droppedPath,
    overwrite: true,
    delimiter,
  });
  return funnel;
}
