import { type Finding, sourceFiles, type Tree, withoutComments } from "./tree.ts";

/** Files that read the environment of the process themselves, with the reason; all others get it as an argument. */
const ENVIRONMENT_READERS: ReadonlyMap<string, string> = new Map([
  ["src/remote/run-command.ts", "a child process inherits it"],
  ["src/launch/schedulers/local/local-process.ts", "a child process inherits it"],
  ["src/programme/stages/run-program.ts", "a child process inherits it"],
  ["src/remote/storage.ts", "credentials of a bucket, in every process that opens one"],
  ["src/curate/pipeline/storing/seal-key.ts", "the path of the user's key, in every process that opens an artefact"],
]);

/** The environment enters with the context of a command or of the server, and is passed on. */
function environmentPassed(tree: Tree): Finding[] {
  return sourceFiles(tree)
    .filter(([path, text]) => /\bprocess\.env\b/.test(withoutComments(text)) && !ENVIRONMENT_READERS.has(path))
    .map(([path]) => `${path}: reads process.env; take \`env\` as an argument`);
}

/** The rule with the files that break it. */
export const ENVIRONMENT = {
  name: "the environment is passed on, and read only where a child inherits it or an artefact is opened",
  rule: environmentPassed,
  broken: {
    "src/server/routes/runs.ts": `const token = process.env["MLFLOW_TRACKING_TOKEN"];\n`,
    "src/cli/io.ts": "/** In place of process.env. */\nexport const env = around.env;\n",
    "src/remote/storage.ts": "export const storage = s3Storage(location, process.env);\n",
  },
  finds: ["src/server/routes/runs.ts: reads process.env; take `env` as an argument"],
};
