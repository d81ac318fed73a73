import { counted } from "../../base/words.ts";
import { noPrice, type Rule } from "../rule.ts";

/** Keys and passwords in configuration files of the folder. */
export const secretsInFiles: Rule = {
  id: "secrets-in-files",
  number: null,
  mistake: "secrets in configuration files",
  check: ({ configuration: { files, secrets } }) => {
    const [first, ...rest] = secrets.map(({ file, line, kind }) => ({ place: `${file}, line ${line}`, says: kind }));
    if (first !== undefined) {
      return {
        state: "finding",
        text: `${counted(secrets.length, "secret")} in configuration files. Anyone who can read the folder can use them.`,
        evidence: [first, ...rest],
        price: noPrice("the cost of a leaked key is unknown", "revoke it first"),
        dutyBreached: true,
        action: "revoke each key, and name an environment variable instead (keyEnv)",
      };
    }
    const [file, ...others] = files.map((name) => ({ place: name, says: "searched, no secret found" }));
    if (file === undefined) {
      const text = "Not checkable, because there is no configuration file.";
      return { state: "not-checkable", text, action: "tunewright init" };
    }
    return {
      state: "pass",
      text: `${counted(files.length, "configuration file")} searched.`,
      evidence: [file, ...others],
    };
  },
};
