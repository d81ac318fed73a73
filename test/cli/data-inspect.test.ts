import { describe, expect, test } from "vitest";

import { DatasetProfile } from "../../src/domain/dataset-profile.ts";
import { runHere } from "./run-here.ts";

const FIXTURES = "test/fixtures/datasets";

describe("data inspect", () => {
  test("prints one table of all files, their lengths and their findings with lines", async () => {
    const ran = await runHere(["data", "inspect", "contracts.jsonl", "pairs.csv", "-C", FIXTURES]);
    expect(ran.code).toBe(0);
    expect(ran.stderr.replaceAll(/in .*/g, "in SECONDS")).toBe(
      "scanning contracts.jsonl\nscanned contracts.jsonl: 27 rows in SECONDS\nscanning pairs.csv\nscanned pairs.csv: 4 rows in SECONDS\n",
    );
    await expect(ran.stdout).toMatchFileSnapshot("../golden/data-inspect.txt");
  });

  test("prints a sample's interval, the same for the same seed", async () => {
    const words = ["data", "inspect", `${FIXTURES}/contracts.jsonl`, "--sample-rows", "10", "--seed", "7"];
    const ran = await runHere(words);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(`next: tunewright data inspect ${FIXTURES}/contracts.jsonl --exact\n`);
    await expect(ran.stdout).toMatchFileSnapshot("../golden/data-inspect-sample.txt");
    expect((await runHere(words)).stdout).toBe(ran.stdout);
  });

  test("reads a CSV file as Excel writes it in German where its fields are named, and counts its classes", async () => {
    const named = ["--prompt-field", "Schadentext", "--completion-field", "Kategorie"];
    const ran = await runHere(["data", "inspect", "-q", `${FIXTURES}/claims.csv`, ...named]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    await expect(ran.stdout).toMatchFileSnapshot("../golden/data-inspect-classes.txt");
  });

  test("fails, exit 5, where no row of a file can be trained on, and says what to do", async () => {
    const ran = await runHere(["data", "inspect", "-q", "--json", `${FIXTURES}/claims.csv`]);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toBe(
      `error: ${FIXTURES}/claims.csv: none of its 7 rows can be trained on\n\nhint: name its fields: --prompt-field NAME --completion-field NAME, or --text-field NAME\n`,
    );
    expect(DatasetProfile.array().parse(JSON.parse(ran.stdout))).toMatchObject([{ rows: 7, validRows: 0 }]);
  });

  test("prints a list of profiles with --json", async () => {
    const ran = await runHere([
      "data",
      "inspect",
      `${FIXTURES}/contracts.jsonl`,
      `${FIXTURES}/pairs.csv`,
      "--json",
      "-q",
    ]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const profiles = DatasetProfile.array().parse(JSON.parse(ran.stdout));
    expect(
      profiles.map(({ path, format, rows, validRows, duplicateRows }) => [
        path,
        format,
        rows,
        validRows,
        duplicateRows,
      ]),
    ).toEqual([
      [`${FIXTURES}/contracts.jsonl`, "chat", 27, 24, 2],
      [`${FIXTURES}/pairs.csv`, "prompt-completion", 4, 2, 0],
    ]);
  });

  test.each([
    [["none.jsonl"], 3, "error: none.jsonl does not exist\n\nhint: check the path and the current folder\n"],
    [
      [FIXTURES],
      2,
      `error: ${FIXTURES} is a folder without a programme.yaml, expected dataset files\n\nhint: name the files, or the folder of a programme that lists them\n`,
    ],
    [
      [`${FIXTURES}/pairs.csv`, "--sample-rows", "1"],
      2,
      "error: --sample-rows: 1 is too small: expected at least 2\n\nhint: Rows of the sample\n",
    ],
    [
      [`${FIXTURES}/pairs.csv`, "--tokenizer", "o200k"],
      3,
      'error: o200k does not exist\n\nhint: did you mean "o200k_base"?\n',
    ],
    [
      [`${FIXTURES}/claims.csv`, "--prompt-field", "Schadentext"],
      2,
      "error: --prompt-field: expected --prompt-field and --completion-field, or only --text-field\n\nhint: name the fields of the prompt and its completion, or the field of plain text\n",
    ],
    [
      [`${FIXTURES}/claims.csv`, "--delimiter", "tabs"],
      2,
      'error: --delimiter: "tabs" is not one of comma, semicolon, tab, bar\n\nhint: did you mean "tab"?\n',
    ],
    [[], 2, 'error: missing required argument "file"\n\nhint: see tunewright data inspect --help\n'],
  ])("%j says what is wrong", async (words, code, stderr) => {
    const ran = await runHere(["data", "inspect", "-q", ...words]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([code, "", stderr]);
  });
});
