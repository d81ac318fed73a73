/** A question that several papers ask, each in its own field: one answer fills them all. */
export type PaperTopic = {
  /** Name under `statements` of compliance.yaml. */
  id: string;
  question: string;
  /** The person who can answer it. */
  who: string;
  /** Fields of papers that it fills. */
  fields: readonly string[];
};

const topic = (id: string, [question, who]: readonly [string, string], fields: string): PaperTopic => ({
  id,
  question,
  who,
  fields: fields.split(" "),
});

const COUNSEL = "counsel";
const DPO = "the data protection officer";
const LEAD = "the machine learning lead";
const DATA = "the person responsible for the data";
const RELEASE = "the person who releases the model";

/**
 * Questions with the fields that ask them.
 *
 * @source Field lists of `papers/`; which fields ask the same question is our interpretation
 */
export const PAPER_TOPICS: readonly PaperTopic[] = [
  topic(
    "provider",
    ["Legal name and contact of the provider", COUNSEL],
    "PST.1.1.provider R30.1.a MDF.G.legal SPDX.ai.req.suppliedBy CPP.1.owner HFM.developers HFM.shared_by HFM.model_card_authors HFM.model_card_contact HFD.curators HFD.shared_by HFD.dataset_card_authors HFD.dataset_card_contact DS.Main.1 DS.Main.2 DS.Moti.2 SPDX.ds.req.originatedBy",
  ),
  topic("representative", ["Authorised representative in the Union", COUNSEL], "PST.1.1.rep"),
  topic("funding", ["Who funds the work", LEAD], "HFM.funded_by HFD.funded_by DS.Moti.3"),
  topic(
    "purpose",
    ["Purpose of the processing, by stage", LEAD],
    "R30.1.b DPIA.A1 HFM.model_summary HFM.model_description MDF.U.int SPDX.ai.informationAboutApplication CPP.1.scope",
  ),
  topic(
    "intended-use",
    ["Tasks, and the kinds of systems that it is built into", LEAD],
    "AXI.1.a AXII.1.a HFM.direct_use MDF.U.type SPDX.ai.domain",
  ),
  topic("downstream-use", ["Uses after further tuning or inside other systems", LEAD], "HFM.downstream_use"),
  topic("out-of-scope", ["Uses that are not intended", LEAD], "HFM.out_of_scope_use HFD.out_of_scope_use DS.Uses.5"),
  topic("acceptable-use", ["Acceptable use policy: text or link", COUNSEL], "AXI.1.b AXII.1.b MDF.U.aup CPP.5.aup"),
  topic(
    "integration",
    ["Technical means to integrate the model: interface, instructions, infrastructure", LEAD],
    "AXI.2.a AXII.2.a AXII.1.d MDF.U.tech AXI.S2.3",
  ),
  topic(
    "model-licence",
    ["Licence of the tuned weights", COUNSEL],
    "AXI.1.f AXII.1.h HFM.license HFM.y.license MDF.D.lic MDF.D.cat",
  ),
  topic(
    "release",
    ["Day of the release, and how the model is distributed", RELEASE],
    "AXI.1.c AXII.1.c MDF.G.rel MDF.D.chan SPDX.ai.req.releaseTime SPDX.ai.req.downloadLocation",
  ),
  topic("union-market", ["Day of the placement on the Union market", COUNSEL], "PST.1.2.date MDF.G.eu"),
  topic(
    "data-purpose",
    ["Why the dataset was made", DATA],
    "HFD.dataset_summary HFD.dataset_description HFD.curation_rationale_section DS.Moti.1 SPDX.ds.intendedUse HFD.direct_use",
  ),
  topic(
    "data-collection",
    ["How and when the rows were collected", DATA],
    "DS.Coll.1 DS.Coll.2 SPDX.ds.dataCollectionProcess HFD.source_data_producers_section PST.1.3.latest DS.Coll.5",
  ),
  topic(
    "data-distribution",
    ["How the dataset is distributed, if at all", DATA],
    "SPDX.ds.datasetAvailability SPDX.ds.req.downloadLocation SPDX.ds.req.releaseTime DS.Dist.1 DS.Dist.2",
  ),
  topic("data-subjects", ["Categories of data subjects", DPO], "R30.1.c1"),
  topic("legal-basis", ["Legal basis, and the condition of Article 9", DPO], "R30.x.basis DPIA.B2"),
  topic("purpose-limits", ["Why the purpose is specified and legitimate", DPO], "DPIA.B1 DPIA.A6"),
  topic("retention", ["Time limits for erasure, by category", DPO], "R30.1.f DPIA.B5 CPP.2.retention DS.Main.5"),
  topic("information", ["How data subjects are informed", DPO], "DPIA.B6 DS.Coll.8"),
  topic(
    "subject-rights",
    ["How access, erasure, objection and restriction are handled", DPO],
    "DPIA.B7 DPIA.B8 DPIA.B9",
  ),
  topic(
    "security",
    ["Technical and organisational security measures", "the person responsible for security"],
    "R30.1.g R30.2.d DPIA.A4",
  ),
  topic("risks", ["Feared events with sources, severity and likelihood", DPO], "DPIA.C1"),
  topic("safeguards", ["Safeguards for each risk, and what risk remains", DPO], "DPIA.D1 SPDX.ai.safetyRiskAssessment"),
  topic("dpo-advice", ["Advice of the data protection officer", DPO], "DPIA.E1"),
  topic("subject-views", ["Views of data subjects, or why they were not asked", DPO], "DPIA.E2"),
  topic("decision", ["Decision on the assessment, its owner and the next review", DPO], "DPIA.E3 CPP.1.review"),
  topic(
    "limitations",
    ["Known limitations, biases and risks of the model", LEAD],
    "HFM.bias_risks_limitations HFM.bias_recommendations SPDX.ai.limitation HFD.bias_risks_limitations HFD.bias_recommendations",
  ),
  topic("adversarial-tests", ["Adversarial tests and measures of alignment", LEAD], "AXI.S2.2"),
  topic("ai-notice", ["Where persons are told that they talk to an AI", RELEASE], "M50.1.notice"),
  topic("marking", ["Marking method of synthetic output, and its configuration", RELEASE], "M50.2.method"),
  topic("contact", ["Contact point for rightsholders, and how complaints are handled", COUNSEL], "CPP.6.contact"),
  topic("lawful-access", ["How lawful access to each source is ensured", COUNSEL], "CPP.2.access"),
  topic(
    "citation",
    ["How to cite it", LEAD],
    "HFM.citation_bibtex HFM.citation_apa HFD.citation_bibtex HFD.citation_apa",
  ),
  topic("repository", ["Repository or page", RELEASE], "HFM.repo HFD.repo"),
];

/** The topic of a field; undefined for a field without a topic. */
export function topicOf(field: string): PaperTopic | undefined {
  return PAPER_TOPICS.find(({ fields }) => fields.includes(field));
}
