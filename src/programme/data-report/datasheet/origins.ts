import { percent, whole } from "../../../base/words.ts";
import type { DatasheetFact } from "../../../domain/datasheet.ts";
import type { Programme } from "../../../domain/programme.ts";
import { type Asked, type DatasheetInput, listed, stated, unknown } from "./fact.ts";

/** Origins of rows in programme.yaml. */
type Origin = Programme["data"]["files"][number]["origin"];

const manifest = (name: string, papers: readonly string[], question: string): Asked => ({
  id: `dataset.manifest.${name}`,
  record: "dataset.manifest",
  papers,
  question,
});

const SOURCES = manifest(
  "sources",
  [
    "MDF.DA.prov",
    "MDF.DA.how",
    "HFD.y.source_datasets",
    "CR11.prov",
    "CRAI.dataCollectionType",
    "R30.x.src",
    "DPIA.T6",
  ],
  "Where the rows come from",
);
const CRAWL_DETAILS = [
  ["names", "PST.2.3.names", "name the crawlers"],
  ["purpose", "PST.2.3.purpose", "state the purpose of the crawlers"],
  ["period", "PST.2.3.period", "state the first and the last month of crawling"],
  ["content", "PST.2.3.content", "state which content and which sites"],
  ["domains", "PST.2.3.domains", "list the top 10 % of domains by size (SME: 5 % or 1,000, whichever is lower)"],
] as const;

/**
 * Facts about the origin of rows, from the origin that programme.yaml states for each file.
 *
 * @source AI Office, template for the public summary of training content, Annex to C(2025) 5235, sections 2.1 to 2.6
 */
export function originFacts(input: DatasheetInput): DatasheetFact[] {
  const sourcesIn = (origin: Origin): string[] => sourcesOf(input, origin);
  const { report, programme } = input;
  return [
    stated(SOURCES, {
      answer: listed(report.sources.map(({ source, origin }) => `${source} (${origin ?? "not stated"})`)),
      value: report.sources.map(({ source, origin, licence, sha256, bytes }) => ({
        source,
        origin,
        licence,
        sha256,
        bytes,
        rows: report.rowsBySource.find((entry) => entry.source === source)?.rows ?? 0,
      })),
      supply: report.sources.some(({ origin }) => origin === null)
        ? "list every input file under data.files, with its origin"
        : null,
    }),
    ...publicFacts(sourcesIn("public")),
    yesNo(
      manifest("licensed", ["PST.2.2.1.lic", "PST.2.2.1.mod"], "Data under transactional licences"),
      sourcesIn("licensed"),
    ),
    thirdPartyFact(input, sourcesIn("licensed")),
    ...crawlFacts(sourcesIn("scraped")),
    userFact(sourcesIn("own")),
    ...syntheticFacts(input, sourcesIn("synthetic")),
    yesNo(
      manifest("other", ["PST.2.6.used"], "Data of any other origin"),
      report.sources.filter(({ origin }) => origin === null).map(({ source }) => source),
    ),
    unknown(
      manifest(
        "latest",
        ["PST.1.3.latest", "DS.Coll.5", "CRAI.dataCollectionTimeframe"],
        "When the rows were collected",
      ),
      `state the first and the last month for each file, and whether training continues with new data${programme.start === undefined ? "" : `; the programme starts on ${programme.start}`}`,
    ),
  ];
}

/** Files of the run with an origin, with the number of output rows. */
function sourcesOf({ report, programme }: DatasheetInput, origin: Origin): string[] {
  const paths = new Set(programme.data.files.filter((file) => file.origin === origin).map(({ path }) => path));
  return report.sources.filter(({ source }) => paths.has(source)).map(({ source }) => source);
}

/** Yes with the files, all of which are text; otherwise no. */
function yesNo(asked: Asked, files: readonly string[], supply: string | null = null): DatasheetFact {
  if (files.length === 0) return stated(asked, { answer: "no", value: { used: false } });
  const value = { used: true, modalities: ["text"], files };
  return stated(asked, { answer: `yes: ${files.join(", ")}; text`, value, supply });
}

function publicFacts(files: readonly string[]): DatasheetFact[] {
  const details = ["PST.2.1.large", "PST.2.1.otherdesc"];
  const used = ["PST.2.1.used", "PST.2.1.mod"];
  const question = "Publicly available datasets";
  if (files.length === 0) return [yesNo(manifest("public", [...used, ...details], question), files)];
  return [
    yesNo(manifest("public", used, question), files),
    unknown(
      manifest("public.details", details, "Which public datasets, large ones by name"),
      "name each with its link and content; large means more than 3 % of all public data of its modality",
    ),
  ];
}

function thirdPartyFact({ programme, isStated }: DatasheetInput, licensed: readonly string[]): DatasheetFact {
  const papers = ["PST.2.2.2.used", "PST.2.2.2.mod", "PST.2.2.2.known", "PST.2.2.2.desc"];
  const asked = manifest("third-party", papers, "Private datasets from other third parties");
  if (programme.data.thirdParty || licensed.length > 0) {
    return unknown(asked, "state which rows came from third parties without a transactional licence, and from whom");
  }
  if (!isStated(["data", "thirdParty"])) {
    return unknown(asked, "set data.thirdParty in programme.yaml to true or false");
  }
  return stated(asked, { answer: "no: data.thirdParty is false", value: { used: false } });
}

function crawlFacts(files: readonly string[]): DatasheetFact[] {
  const crawl = (name: string, papers: readonly string[], question: string): Asked => ({
    id: `dataset.crawl.${name}`,
    record: "dataset.crawl",
    papers,
    question,
  });
  const used = ["PST.2.3.used", "PST.2.3.mod"];
  const question = "Crawled and scraped data";
  if (files.length === 0) return [yesNo(crawl("used", [...used, ...CRAWL_DETAILS.map(([, id]) => id)], question), [])];
  return [
    yesNo(crawl("used", used, question), files),
    ...CRAWL_DETAILS.map(([name, id, supply]) => unknown(crawl(name, [id], `Crawled data: ${name}`), supply)),
  ];
}

function userFact(own: readonly string[]): DatasheetFact {
  const papers = ["PST.2.4.model", "PST.2.4.prod", "PST.2.4.mod"];
  const asked = manifest("user", papers, "Data of users of the model or of other services");
  if (own.length === 0) return stated(asked, { answer: "no: no file has the origin own", value: { used: false } });
  return unknown(asked, `state for ${own.join(", ")} whether users of the model or of a service wrote the rows`);
}

function syntheticFacts({ report, rights, programme }: DatasheetInput, files: readonly string[]): DatasheetFact[] {
  const generated = programme.data.files.filter((file) => file.generated).map(({ path }) => path);
  const all = report.sources.map(({ source }) => source);
  const models = new Map((rights ?? []).map(({ source, generatedBy }) => [source, generatedBy]));
  const made = all.filter(
    (source) => files.includes(source) || generated.includes(source) || (models.get(source)?.length ?? 0) > 0,
  );
  const rows = report.rowsBySource
    .filter(({ source }) => made.includes(source))
    .reduce((sum, entry) => sum + entry.rows, 0);
  const kept = report.rowsBySource.reduce((sum, entry) => sum + entry.rows, 0);
  const share = kept === 0 ? null : rows / kept;
  const limit = programme.data.pipeline.find((item) => item.stage === "synthetic")?.maxShare;
  const names = [...new Set(made.flatMap((source) => models.get(source) ?? []))];
  const used = ["PST.2.5.used", "PST.2.5.mod"];
  const details = ["PST.2.5.models", "PST.2.5.others"];
  const question = "Data that a model generated";
  if (made.length === 0) return [yesNo(manifest("synthetic", [...used, ...details], question), [])];
  const generators = manifest("synthetic.models", details, "Models that generated rows");
  return [
    stated(manifest("synthetic", used, question), {
      answer: `yes: ${made.join(", ")}; ${whole(rows)} rows of text${share === null ? "" : `, ${percent(share)} of all rows`}${limit === undefined ? "" : `; the pipeline limits the share of synthetic rows to ${percent(limit)}`}`,
      value: { used: true, modalities: ["text"], files: made, rows, share, maxShare: limit ?? null },
    }),
    names.length === 0
      ? unknown(generators, "name the models under generatedBy in the rights file, with a link to the summary of each")
      : stated(generators, {
          answer: names.join(", "),
          value: names,
          supply: "a link to the summary of each, and what your own models were trained on",
        }),
  ];
}
