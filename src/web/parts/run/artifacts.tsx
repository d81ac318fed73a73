import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";

import { putWord, useAddress } from "../../address.ts";
import { ApiError, getMlflow } from "../../api.ts";
import { Empty } from "../empty.tsx";
import { Icon } from "../icons.tsx";
import { Problem } from "../problem.tsx";
import { shownBytes } from "../words.ts";
import { ArtifactPreview } from "./artifact-preview.tsx";

type Listing = { files?: { path: string; is_dir: boolean; file_size?: number }[] };

/** The files of a run: folders on the left, the chosen file on the right; both are in the address. */
export function Artifacts({ runId }: { runId: string }): ReactNode {
  const [words, edit] = useAddress();
  const folder = words.get("folder") ?? "";
  const file = words.get("file");
  const { data, error } = useListing(runId, folder);
  const go = (part: { folder?: string; file?: string }): void =>
    edit((next) => {
      next.delete("file");
      for (const [name, value] of Object.entries(part)) putWord(next, name, value);
    });
  if (error !== null) return <Problem error={error} />;
  const files = (data?.files ?? []).toSorted(
    (a, b) => Number(b.is_dir) - Number(a.is_dir) || (a.path < b.path ? -1 : 1),
  );
  if (data !== undefined && files.length === 0 && folder === "") {
    return <Empty title="No artifacts">Files that the run logs, such as checkpoints and plots, appear here.</Empty>;
  }
  return (
    <div className="artifacts">
      <div className="panel file-list">
        <nav className="crumbs" aria-label="Folder">
          {["", ...folder.split("/").filter((part) => part !== "")].map((part, index, parts) => (
            <Button key={part} className="link" onPress={() => go({ folder: parts.slice(1, index + 1).join("/") })}>
              {index === 0 ? "artifacts" : part}
            </Button>
          ))}
        </nav>
        <ul>
          {files.map(({ path, is_dir: isFolder, file_size: size }) => (
            <li key={path}>
              <Button
                className={`file ${file === path ? "open" : ""}`}
                onPress={() => go(isFolder ? { folder: path } : { file: path })}
                aria-current={file === path}
              >
                <Icon name={isFolder ? "folder" : "file"} />
                <span>{path.slice(path.lastIndexOf("/") + 1)}</span>
                <span className="soft small">{isFolder || size === undefined ? "" : shownBytes(size)}</span>
              </Button>
            </li>
          ))}
        </ul>
      </div>
      {file === null ? (
        <div className="panel soft">Choose a file to preview it.</div>
      ) : (
        <ArtifactPreview
          key={file}
          runId={runId}
          path={file}
          sizeBytes={files.find(({ path }) => path === file)?.file_size ?? 0}
        />
      )}
    </div>
  );
}

/** Files of a folder; a run that logged none has no folder. */
function useListing(runId: string, folder: string): { data: Listing | undefined; error: Error | null } {
  return useQuery({
    queryKey: ["artifacts", runId, folder],
    queryFn: async () => {
      try {
        return await getMlflow<Listing>("artifacts/list", {
          run_id: runId,
          ...(folder === "" ? {} : { path: folder }),
        });
      } catch (failed) {
        if (failed instanceof ApiError && failed.status === 404) return { files: [] };
        throw failed;
      }
    },
  });
}
