import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { isLoopback } from "../../../base/api-endpoint.ts";
import { readText } from "../../../base/read-text.ts";
import type { SeenRecipient } from "../../../comply/vendor-chain.ts";
import type { EvaluationResult } from "../../../domain/evaluation-result.ts";
import { ANSWERS_FILE } from "../../reading/answers-file.ts";

/** Names of configuration files. */
const CONFIGURATION = /\.(?:ya?ml|toml|ini|cfg)$/;

/** Folders of a programme with configuration. */
const FOLDERS = [".", "eval", "configs", "config", "judges", "watch", "label", "labelling", "synthesis"] as const;

/** Largest file that is searched, in bytes. */
const MAX_BYTES = 2 ** 20;

/** A key that names a destination, with an address. Keys of sources and licences name origins instead. */
const ADDRESS =
  /^\s*(?:-\s*)?["']?(?:[\w.-]*?)(?:url|uri|endpoint|base|host|dsn|webhook|collector)["']?\s*[:=]\s*["']?(https?:\/\/[^\s"'#,}\]]+)/i;

/** Hosts of trackers that trainer configurations select by name. */
const TRACKERS: Readonly<Record<string, string>> = {
  wandb: "api.wandb.ai",
  comet_ml: "www.comet.com",
  neptune: "app.neptune.ai",
  clearml: "api.clear.ml",
  swanlab: "api.swanlab.cn",
};

const REPORT_TO = /^\s*["']?report_?to["']?\s*[:=]\s*(.+)$/i;

/**
 * Recipients outside this machine in the configuration of a programme and in its evaluations: targets, judges,
 * embeddings, telemetry.
 */
export async function seenRecipients(dir: string, evaluations: readonly EvaluationResult[]): Promise<SeenRecipient[]> {
  const seen: SeenRecipient[] = [];
  for (const folder of FOLDERS) {
    const entries = await readdir(join(dir, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!entry.isFile() || !CONFIGURATION.test(entry.name) || entry.name === ANSWERS_FILE) continue;
      const name = folder === "." ? entry.name : `${folder}/${entry.name}`;
      if ((await stat(join(dir, name))).size <= MAX_BYTES)
        seen.push(...recipientsIn(await readText(join(dir, name)), name));
    }
  }
  for (const { id, endpoint } of evaluations) seen.push(...hostOf(endpoint, `evaluations/${id}/result.json`));
  return seen;
}

function recipientsIn(text: string, file: string): SeenRecipient[] {
  return text.split("\n").flatMap((line, index) => {
    const place = `${file}, line ${index + 1}`;
    const [, address] = ADDRESS.exec(line) ?? [];
    if (address !== undefined) return hostOf(address, place);
    const [, trackers = ""] = REPORT_TO.exec(line) ?? [];
    return Object.entries(TRACKERS).flatMap(([name, host]) =>
      new RegExp(`\\b${name}\\b`, "i").test(trackers) ? [{ host, place }] : [],
    );
  });
}

/** The host of an address; undefined for this machine, or for text that is not an address. */
function hostOf(address: string, place: string): SeenRecipient[] {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return [];
  const { hostname } = new URL(address);
  return isLoopback(hostname) ? [] : [{ host: hostname.toLowerCase(), place }];
}
