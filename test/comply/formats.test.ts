import { describe, expect, test } from "vitest";

import { parseYaml } from "../../src/base/yaml.ts";
import { paperTemplate, type PaperId } from "../../src/catalog/compliance-papers.ts";
import { hubCard, hubCardProblems } from "../../src/comply/hub-card.ts";
import { spdxDocument, spdxProblems } from "../../src/comply/spdx-document.ts";
import type { CompliancePaper } from "../../src/domain/compliance-paper.ts";
import { fillPaper } from "../../src/programme/comply/fill-paper.ts";

function paper(id: PaperId, answers: Readonly<Record<string, string>>): CompliancePaper {
  const filled = new Map(Object.entries(answers).map(([field, answer]) => [field, { answer, from: "test" }]));
  return fillPaper(paperTemplate(id), filled, { programme: "Tuned", on: "2026-11-28" });
}

/** An answer to each field that the paper requires. */
const whole = (id: PaperId): Record<string, string> =>
  Object.fromEntries(
    paperTemplate(id)
      .fields.filter(({ required }) => required === "required")
      .map((field) => [field.id, "said"]),
  );

const required = (id: PaperId): string[] =>
  paperTemplate(id)
    .fields.filter((field) => field.required === "required")
    .map(({ field }) => field);

describe("cards of the Hugging Face Hub", () => {
  // Keys and values: hub-docs, modelcard.md and huggingface_hub repocard_data.py, August 2026.
  const card = (answers: Readonly<Record<string, string>>) => hubCard(paper("model-card", answers));
  const problems = (answers: Readonly<Record<string, string>>) =>
    hubCardProblems(card(answers), "model", required("model-card"));
  const front = {
    "HFM.y.license": "Apache-2.0",
    "HFM.y.language": "en",
    "HFM.y.base_model": "Qwen/Qwen2.5-7B",
    "HFM.y.tags": "base_model:Qwen/Qwen2.5-7B, lora",
    "HFM.y.datasets": "acme/rows; data/train.jsonl",
  };

  test("a whole card has no problem, and its front matter has the keys of the Hub", () => {
    const text = card({ ...whole("model-card"), ...front });
    expect(hubCardProblems(text, "model", required("model-card"))).toEqual([]);
    expect(parseYaml(text.split("---\n")[1]!, "front").value).toEqual({
      license: "apache-2.0",
      language: ["en"],
      base_model: "Qwen/Qwen2.5-7B",
      tags: ["base_model:Qwen/Qwen2.5-7B", "lora"],
      datasets: ["acme/rows"],
    });
  });

  test("what is missing is named: licence, language, and each required section", () => {
    expect(problems({})).toEqual([
      "license is missing",
      "language is missing",
      ...required("model-card").map(
        (field) => `the section "${(field.charAt(0).toUpperCase() + field.slice(1)).replaceAll("_", " ")}" is empty`,
      ),
    ]);
  });

  test("a licence that the Hub does not know is other, which needs its name and a link", () => {
    const own = { ...whole("model-card"), ...front, "HFM.y.license": "Acme Licence 2" };
    expect(card(own)).toContain('license: other\nlicense_name: "Acme Licence 2"\n');
    expect(problems(own)).toEqual(["license_link is missing, which license: other requires"]);
    expect(problems({ ...own, "HFM.y.license_link": "https://acme.example/licence" })).toEqual([]);
  });

  test("text without front matter, or with one that is a list, is no card", () => {
    expect(hubCardProblems("# Tuned\n", "model", [])).toEqual(["it has no front matter"]);
    expect(hubCardProblems("---\njust text\n---\n", "model", [])).toEqual(["its front matter is not a mapping"]);
    expect(hubCardProblems("---\nlicense: MIT\nlanguage: en\n---\n", "model", [])).toEqual([
      'license is not an id of the Hub: "MIT"',
    ]);
  });

  test("text of people stays one value, whatever it holds", () => {
    const nasty = 'a: b\n---\nlicense: mit # "quoted" - [x]';
    const text = card({ ...front, "HFM.y.model_name": nasty });
    expect(parseYaml(text.split("\n---\n")[0]!.slice(4), "front").value).toMatchObject({
      license: "apache-2.0",
      model_name: nasty,
    });
  });

  test("a size that the Hub does not list, and a base that is no repository, are named", () => {
    const data = hubCard(paper("data-card", { ...whole("data-card"), "HFD.y.size_categories": "many" }));
    expect(hubCardProblems(data, "dataset", [])).toContain('size_categories is not a size of the Hub: "many"');
    expect(problems({ "HFM.y.base_model": "my model" })).toContain(
      'base_model is not a repository of the Hub: "my model"',
    );
  });
});

describe("SPDX 3.0.1", () => {
  // Required properties: spdx-3-model 3.0.1, AI and Dataset profiles, External properties restrictions.
  const facts = { tool: "Tunewright 0.0.0", owner: "Acme", base: "Qwen/Qwen2.5-7B" };
  const stated = {
    "SPDX.ai.req.releaseTime": "2026-11-20",
    "SPDX.ai.req.downloadLocation": "https://acme.example/model",
    "SPDX.ai.req.packageVersion": "1.0",
    "SPDX.ai.req.primaryPurpose": "model",
    "SPDX.ai.hyperparameter": "epochs 3, rank 16",
    "SPDX.ds.req.releaseTime": "2026-11-19",
    "SPDX.ds.req.builtTime": "2026-11-18",
    "SPDX.ds.req.downloadLocation": "https://acme.example/data",
    "SPDX.ds.req.primaryPurpose": "data",
    "SPDX.ds.datasetType": "text",
    "SPDX.ds.datasetSize": "14,000 rows planned",
    "SPDX.ds.confidentialityLevel": "purple",
  };

  test("a whole document has no problem; entries, sizes and times have the types of the model", () => {
    const document = spdxDocument(paper("spdx-ai", stated), facts);
    expect(spdxProblems(document)).toEqual([]);
    const find = (type: string) => document["@graph"].find((element) => element["type"] === type)!;
    expect(find("ai_AIPackage")).toMatchObject({
      releaseTime: "2026-11-20T00:00:00Z",
      ai_hyperparameter: [
        { type: "DictionaryEntry", key: "epochs", value: "3" },
        { type: "DictionaryEntry", key: "rank", value: "16" },
      ],
    });
    const data = find("dataset_DatasetPackage");
    expect(data).toMatchObject({ dataset_datasetSize: 14_000, dataset_datasetType: ["text"] });
    expect(data).not.toHaveProperty("dataset_confidentialityLevel"); // not a value of the enumeration
  });

  test("every required property that is not stated is named", () => {
    const document = spdxDocument(paper("spdx-ai", {}), { ...facts, owner: null });
    expect(spdxProblems(document)).toEqual([
      ...[
        "releaseTime",
        "suppliedBy",
        "software_downloadLocation",
        "software_packageVersion",
        "software_primaryPurpose",
      ].map((name) => `ai_AIPackage Tuned has no ${name}`),
      ...["builtTime", "originatedBy", "releaseTime", "software_downloadLocation", "software_primaryPurpose"].map(
        (name) => `dataset_DatasetPackage Training rows of Tuned has no ${name}`,
      ),
    ]);
  });

  test("a reference to an element that is gone is named", () => {
    const document = spdxDocument(paper("spdx-ai", stated), facts);
    const graph = document["@graph"].filter((element) => element["type"] !== "Organization");
    const found = spdxProblems({ ...document, "@graph": graph });
    expect(found).toContain("ai_AIPackage Tuned: suppliedBy refers to no element");
    expect(found).toContain("CreationInfo: createdBy refers to no element");
  });
});
