/** Entities by the labels of common models: CoNLL, OntoNotes, i2b2, and those of models of personal data. */
const ENTITIES: Readonly<Record<string, readonly string[]>> = {
  PERSON:
    "PER PERSON NAME FIRSTNAME LASTNAME MIDDLENAME GIVENNAME SURNAME FULLNAME PATIENT DOCTOR STAFF HCW USERNAME PRIVATE_PERSON".split(
      " ",
    ),
  LOCATION: "LOC LOCATION GPE FAC CITY STATE COUNTY COUNTRY".split(" "),
  STREET_ADDRESS: "ADDRESS STREET STREETADDRESS BUILDINGNUMBER SECONDARYADDRESS PRIVATE_ADDRESS".split(" "),
  ZIP_CODE: "ZIP ZIPCODE POSTCODE".split(" "),
  ORGANIZATION: "ORG ORGANIZATION ORGANISATION COMPANY COMPANYNAME HOSP HOSPITAL PATORG VENDOR".split(" "),
  NRP: "NORP NRP".split(" "),
  DATE_TIME: "DATE TIME DOB DATEOFBIRTH PRIVATE_DATE".split(" "),
  EMAIL_ADDRESS: "EMAIL PRIVATE_EMAIL".split(" "),
  PHONE_NUMBER: "PHONE PHONENUMBER PHONENUM TELEPHONE TELEPHONENUM PRIVATE_PHONE".split(" "),
  US_SSN: "SSN SOCIALNUM".split(" "),
  CREDIT_CARD: "CREDITCARD CREDITCARDNUMBER".split(" "),
  IBAN_CODE: ["IBAN"],
  IP_ADDRESS: "IP IPV4 IPV6 IPADDRESS".split(" "),
  MAC_ADDRESS: ["MAC"],
  URL: ["PRIVATE_URL"],
  MEDICAL_RECORD_NUMBER: "MEDICALRECORD MRN".split(" "),
};

/** Labels that are not personal. */
const NOT_PERSONAL: ReadonlySet<string> = new Set(
  "O MISC EVENT LANGUAGE LAW MONEY CARDINAL ORDINAL PERCENT PRODUCT QUANTITY WORK_OF_ART".split(" "),
);

const byLabel = new Map(Object.entries(ENTITIES).flatMap(([entity, labels]) => labels.map((label) => [label, entity])));

/** The entity of a label; the label itself, in capitals, if it is not in the table; undefined if it is not personal. */
export function entityOf(label: string): string | undefined {
  const name = label.toUpperCase().replaceAll(/[ -]/g, "_");
  if (NOT_PERSONAL.has(name)) return undefined;
  return byLabel.get(name) ?? byLabel.get(name.replaceAll("_", "")) ?? name;
}
