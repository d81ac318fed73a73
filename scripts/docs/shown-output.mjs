// Output that a page shows under a command, rebuilt by running the command.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The text of a page with the output under each `$ tunewright ...` line replaced by what the command prints now. Blocks
 * that show no output stay as they are.
 *
 * @param text  Markdown
 * @param root  the repository: its build is run, on a copy of its examples
 */
export function withFreshOutput(text, root) {
  const dir = mkdtempSync(join(tmpdir(), "tunewright-shown-"));
  try {
    cpSync(join(root, "examples"), join(dir, "examples"), { recursive: true });
    return text.replaceAll(/^```console\n\$ tunewright ([^\n]+)\n(?!\$)[^`]+\n```/gm, (_block, line) => {
      const argv = [join(root, "dist/cli/main.js"), ...line.split(" "), "--quiet"];
      const options = { cwd: dir, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } };
      const shown = execFileSync(process.execPath, argv, options).trimEnd();
      return `\`\`\`console\n$ tunewright ${line}\n${shown}\n\`\`\``;
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
