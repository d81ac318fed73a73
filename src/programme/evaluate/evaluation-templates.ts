/** A commented `eval/NAME.yaml` to start from. */
export function evaluationYaml({
  name,
  set,
  question,
  reference,
}: {
  name: string;
  set: string;
  question: string;
  reference: string | undefined;
}): string {
  const scorer = reference === undefined ? "refusal" : "normalised";
  return `# What is evaluated, how it is scored, and what must hold. See docs/guides/evaluation.md.
# The file is hashed before a run, and every result carries the hash.
set: ${set}            # a set of testset.lock
prompt: "{{${question}}}"
${reference === undefined ? "# reference: answer   # field with the right answer" : `reference: ${reference}`}
# cluster: passage     # items of one passage or customer: standard errors then count passages
sampling:
  maxTokens: 256
  temperature: 0
  samples: 1
targets:
  base:
    url: http://localhost:8000
    model: base
    free: true         # your own endpoint; else usdPerMtokInput and usdPerMtokOutput, or the price book
  tuned:
    url: http://localhost:8001
    model: tuned
    free: true
scorers:               # the first is the headline
  - kind: ${scorer}
gates:
  - name: not-worse
    target: tuned
    baseline: base
    scorer: ${scorer}
    kind: non-inferiority
${reference === undefined ? "    better: lower      # fewer refusals; higher for prompts that should be declined\n" : ""}    margin: 0.03       # stated before the run: at most three points worse
    minItems: 100
# Commands: tunewright eval run ${name}, tunewright eval compare base tuned, tunewright eval gate ${name}
`;
}

/** A GitHub Actions workflow that checks the locked sets. @param programme folder in the repository; "" for its root */
export function workflowYaml(programme: string): string {
  const folder = programme === "" ? "" : `        working-directory: ${JSON.stringify(programme)}\n`;
  return `name: ${programme === "" ? "testset" : JSON.stringify(`testset of ${programme}`)}
on: [push, pull_request]
jobs:
  verify:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npx --yes tunewright eval verify
${folder}`;
}

/** A hook that prevents a commit while a locked set is changed. @param programme as above */
export function commitHook(programme: string): string {
  const folder = programme === "" ? "" : `cd '${programme.replaceAll("'", `'\\''`)}' || exit 1\n`;
  return `#!/bin/sh
# Enable with: git config core.hooksPath .githooks
${folder}exec npx --yes tunewright eval verify
`;
}
