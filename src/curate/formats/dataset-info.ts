import type { ExportFile } from "./export-file.ts";

/**
 * LLaMA-Factory's description of files: the content of `dataset_info.json`, with one dataset per file, named after the
 * file. Columns that no row has are not named, because the loader would look for them.
 *
 * @source LLaMA-Factory, data/README.md, read 2026-11
 */
export function datasetInfo(
  files: readonly Pick<ExportFile, "path" | "format" | "use" | "fields">[],
): Record<string, unknown> {
  return Object.fromEntries(
    files.map(({ path, format, use, fields }) => {
      const has = (columns: Readonly<Record<string, string>>): Record<string, string> =>
        Object.fromEntries(Object.entries(columns).filter(([, field]) => fields.has(field)));
      const answers = { chosen: "chosen", rejected: "rejected", kto_tag: "kto_tag" };
      const isSharegpt = format === "sharegpt";
      return [
        path.replace(/\.jsonl$/, "").replaceAll("-", "_"),
        {
          file_name: path,
          ...(isSharegpt ? { formatting: "sharegpt" } : {}),
          ...(use === "preference" ? { ranking: true } : {}),
          columns: isSharegpt
            ? has({ messages: "conversations", system: "system", tools: "tools", ...answers })
            : has({
                prompt: use === "text" ? "text" : "instruction",
                query: "input",
                response: "output",
                system: "system",
                history: "history",
                ...answers,
              }),
        },
      ];
    }),
  );
}
