import { expect, test } from "vitest";

import { PiiRecogniser } from "../../../src/domain/pii.ts";
import { recogniserFacts } from "../../../src/curate/pii/recognisers/recogniser-facts.ts";
import { recognisersText } from "../../../src/curate/pii/recognisers/recognisers-text.ts";

const facts = recogniserFacts();

/** Entities of Presidio's documentation that patterns find; those of names, places and diseases need more. */
const PRESIDIO =
  `CREDIT_CARD CRYPTO DATE_TIME EMAIL_ADDRESS IBAN_CODE IP_ADDRESS MAC_ADDRESS PHONE_NUMBER MEDICAL_LICENSE URL
  US_BANK_NUMBER US_DRIVER_LICENSE US_ITIN US_MBI US_NPI US_PASSPORT US_SSN ABA_ROUTING_NUMBER
  UK_DRIVING_LICENCE UK_NHS UK_NINO UK_PASSPORT UK_POSTCODE UK_VEHICLE_REGISTRATION ES_NIF ES_NIE ES_PASSPORT
  IT_FISCAL_CODE IT_DRIVER_LICENSE IT_VAT_CODE IT_PASSPORT IT_IDENTITY_CARD PL_PESEL SG_NRIC_FIN SG_UEN
  AU_ABN AU_ACN AU_TFN AU_MEDICARE IN_PAN IN_AADHAAR IN_VEHICLE_REGISTRATION IN_VOTER IN_PASSPORT IN_GSTIN
  FI_PERSONAL_IDENTITY_CODE KR_DRIVER_LICENSE KR_FRN KR_PASSPORT KR_BRN KR_RRN NG_NIN NG_VEHICLE_REGISTRATION
  PH_TIN PH_MOBILE_NUMBER CA_SIN SE_ORGANISATIONSNUMMER SE_PERSONNUMMER ZA_ID_NUMBER TH_TNIN
  TR_NATIONAL_ID TR_LICENSE_PLATE TR_PHONE_NUMBER DE_TAX_ID DE_TAX_NUMBER DE_VAT_ID DE_PASSPORT DE_ID_CARD
  DE_SOCIAL_SECURITY DE_HEALTH_INSURANCE DE_LANR DE_BSNR DE_FUEHRERSCHEIN DE_KFZ DE_HANDELSREGISTER DE_PLZ`.split(
    /\s+/,
  );

test("every entity that Presidio documents and patterns can find has a recogniser", () => {
  const known = new Set(facts.map(({ entity }) => entity));
  expect(PRESIDIO.filter((entity) => !known.has(entity))).toEqual([]);
});

test("names of recognisers are unique, and each says who defines its format", () => {
  expect(new Set(facts.map(({ name }) => name)).size).toBe(facts.length);
  expect(facts.filter(({ source }) => source.length < 12)).toEqual([]);
  for (const each of facts) expect(PiiRecogniser.parse(each)).toEqual(each);
});

test("the list for people is in golden words", async () => {
  await expect(`${recognisersText(facts)}\n`).toMatchFileSnapshot("../../golden/pii/recognisers.txt");
});
