/**
 * Words, folded, that indicate the meaning of adjacent words. Written for this table from general knowledge of the
 * languages.
 */
const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter((word) => word !== ""));
const phrases = (text: string): ReadonlySet<string> => new Set(text.split("|").map((phrase) => phrase.trim()));

/** Forms of address before a name. */
export const TITLES = set(
  "mr mrs ms miss mister dr dra prof professor sir madam lord lady rev reverend fr father pastor rabbi imam hon judge capt captain col colonel gen general sgt sergeant lt lieutenant maj major cpl detective officer senator sen rep congressman president prince princess king queen sr sra srta senor senora don dona doctor doctora dottor dott ssa herr herrn frau fraulein hr monsieur madame mademoiselle mme mlle maitre signor signora sig dhr mevr mw ing lic uncle aunt auntie grandma grandpa cousin mx dame gov governor justice bishop archbishop monsignor msgr vicar deacon commander cdr admiral adm brigadier brig pvt pte inspector constable sheriff councillor cllr congresswoman baron baroness countess duke duchess earl viscount sheikh sheik shri sri smt swami haji senorita profesor profesora docteur professeur maestro avv avvocato mevrouw meneer fru",
);

/** Of these, the titles that occur only before a name, or with a full stop. */
export const PURE_TITLES = set(
  "mr mrs ms mister dr dra prof mme mlle herr herrn frau sra srta senor senora don dona dott dottor signor signora sig dhr mevr monsieur madame mademoiselle hr capt sgt lt mx rev sen gov cpl cllr msgr monsignor pvt pte smt senorita docteur professeur avv mevrouw meneer fraulein baroness",
);

/** Of these, the titles after which a common word may be a family name: "Sir Cook", "Judge King". */
export const HONORIFICS = set(
  "sir sr dame lord lady reverend fr father hon judge justice captain col colonel gen general maj major sergeant lieutenant senator rep governor congressman congresswoman rabbi imam bishop archbishop pastor detective inspector commander admiral professor doctor officer sheriff constable councillor madam miss",
);

/** Words that are not a person even if a family name follows a form of address. */
export const NOBODIES = phrases(
  "lady luck|father time|general mills|general field|general fields|general banks|general church|general law|general order|general day|general long|general page|general price|major field|major fields|major banks|major church|major law|major order|major price|major power|major long|officer field",
);

/** Words after a name that are part of it. */
export const NAME_SUFFIXES = set("jr sr ii iii iv phd md esq rn dds dvm mba cpa");

/** Small words inside a name. */
export const PARTICLES = set(
  "de del della di da do dos das du des la las los le van von der den het ten ter zu zum zur y e i af av bin binti bint bte ibn abu al el ben ap san wa",
);

/** Words before a name; the last one immediately precedes it. */
export const NAME_LEADS = phrases(
  "name is|name's|names are|named|called|call me|i am|i'm|this is|dear|hi|hello|hey|sincerely|regards|signed|by|and|guardian|me llamo|se llama|mi nombre es|llamado|llamada|ich heisse|mein name ist|heisst|je m'appelle|s'appelle|mi chiamo|patient|paciente|patientin|doctor|wife|husband|son|daughter|brother|sister|mother|father|mom|dad|friend|boss|colleague|nurse|director|producer|attn|attention|from|to|with|told|asked|met|call|contact|thanks|thank you|song by|written by|directed by|for|of",
);

/** Of these, the ones after which a capitalised word is a name even if it is in no list. */
export const SURE_NAME_LEADS = phrases(
  "name is|name's|named|call me|me llamo|se llama|mi nombre es|llamado|llamada|ich heisse|mein name ist|je m'appelle|s'appelle|mi chiamo|last name is|first name is|surname is|surname|dear|directed by|everyone calls me|calls me|known as|z domu|de soltera|omaa sukua",
);

/** Words before a person's own name, also in lower case. */
export const OWN_NAME_LEADS = phrases(
  "name is|name's|names is|name was|my name|full name|maiden name|call me|me llamo|se llama|mi nombre es|ich heisse|mein name ist|je m'appelle|s'appelle|mi chiamo|last name is|first name is|surname is|everyone calls me|calls me",
);

/** Phrases before a first and a family name in lower case. */
export const PAIR_NAME_LEADS = phrases(
  "i am|i'm|im|this is|contact|contacted|patient|client|customer|employee|resident|manager|supervisor|landlord|landlady|tenant|lawyer|attorney|accountant|assistant|advisor|adviser|agent|recruiter|candidate|applicant|witness|defendant|plaintiff|claimant|engineer|developer|author|editor|director|principal|student|guest|member|driver|passenger|officer|owner|founder|ceo|cto|cfo|by|from|with|met|for|and|is|was|ask|ask for|asked for|spoke to|talked to|talk to|speak to|reply to|write to|asked|email|emailed|e-mail|e-mailed|call|called|phone|phoned|text|texted|message|messaged|tell|told|invite|invited|thank|thanked|thanks to|attn|cc|bcc|to|alias|aka|fka|signed|signature|sincerely|regards|mit|von|an|para|por|de|par|avec|pour",
);

/** Words before a first and a family name in lower case, with a comma, a colon or a full stop after them. */
export const PAIR_LABELS = phrases(
  "signed|sig|signature|cc|bcc|from|to|sender|recipient|regards|best|sincerely|thanks|thank you|cheers|love|yours|faithfully|gruss|saludos|cordialement|witness|applicant|claimant|client|customer|employee|employee name|student|guest|member|owner|manager|supervisor|reported by|approved by|prepared by|assigned to|assignee|reporter|attn|c/o|contact|patient|buyer|seller|tenant|landlord|beneficiary|payee|name",
);

/** Words before a listed name in lower case. */
export const GIVEN_NAME_LEADS = phrases(
  "this is|named|called|dear|hi|hello|thanks|regards|sincerely|signed|love|cheers|hi its|hi it's|hey its|hey it's|hello its|hello it's|its me|it's me|hi im|hi i'm|hey im|hey i'm|hello im|hello i'm",
);

/** Forms of address that are written in lower case before a name. */
export const SMALL_TITLES = set("dr mr mrs ms prof doctor nurse miss");

/** Words that precede the name of the person who signs: "thanks - Colleen". */
export const CLOSINGS = set("thanks thank you thx ty tia regards best cheers sincerely love yours gracias danke merci");

/** Units after a number that make it a dose. */
export const DOSE_UNITS = set("mg mcg ml iu g units unit tablets tablet pills capsules times mgs");

/** Words for relations between people; a name after one of them is a person. */
export const RELATIONS = set(
  "carer caretaker caregiver coach therapist counselor counsellor psychiatrist pediatrician paediatrician cardiologist dermatologist surgeon dentist midwife physio nanny gran granny nana papa mama mommy mummy daddy hubby kiddo toddler newborn infant stepson stepdaughter stepmom stepdad stepfather stepmother mums moms dads housemate bestie wife husband son daughter brother sister mother father mom mum dad grandmother grandfather grandma grandpa grandson granddaughter aunt uncle niece nephew cousin friend boyfriend girlfriend partner fiance fiancee roommate coworker colleague boss neighbor neighbour patient nurse doctor teacher client baby child kid twin hijo hija hermano hermana esposa esposo marido mujer amigo amiga sohn tochter bruder schwester mann frau fils fille frere soeur mari femme",
);

/** Labels of a field that contains a person, before a colon. */
export const NAME_LABELS = phrases(
  "name|full name|first name|last name|surname|patient|patient name|nombre|apellidos|apellido|nombre y apellidos|medico|medica|nom|prenom|nachname|vorname|name des patienten|cognome|nome|contact|attn|attention|doctor|physician|provider|maiden name|mother's maiden name|contact person|responsable|remitido por|correspondencia|autor|author|directed by|signed|pcp|primary care physician|primary care provider|attending|attending physician|referring physician|ordering physician|referred by|seen by|ordered by|dictated by|reviewed by|discharged by|admitted by|prescriber|surgeon|anesthesiologist|anaesthetist|gp|rn|np|next of kin|nok|emergency contact|guardian|spouse|caregiver|account holder|cardholder|nombre del paciente",
);

/** Labels of a field that contains a place or an address. */
export const PLACE_LABELS = phrases(
  "address|home address|mailing address|billing address|shipping address|domicilio|direccion|localidad|provincia|localidad/ provincia|ciudad|municipio|city|town|state|country|pais|adresse|anschrift|wohnort|ort|ville|indirizzo|citta|lugar de nacimiento|birthplace|place of birth",
);

/** Labels and words before a postcode. */
export const ZIP_LEADS = phrases(
  "zip|zip code|zipcode|zip is|zip code is|zipcode is|postal code|postal code is|postcode|postcode is|post code|cp|c.p|codigo postal|plz|postleitzahl|code postal|cap",
);

/** Verbs of speaking next to a name. */
export const SPEAKING = set(
  "said says say told tells asked asks shouted replied wrote explained added answered whispered cried yelled noted points pointed commented laughed smiled texted called",
);

/** Verbs that begin a question, before its main verb. */
export const AUXILIARIES = set("does did has is was can could should would will may might");

/** Words before a place, including places that are in no list; the last one immediately precedes it. */
export const PLACE_LEADS = phrases(
  "live in|lives in|living in|lived in|moved to|moving to|moved from|moved here from|move to|based in|located in|born in|grew up in|raised in|flew to|fly to|flying to|travel to|traveling to|travelling to|travelled to|trip to|trip in|arrived in|arrived at|arrives in|returning to|going to visit|visit to|visiting|visited|resident of|residents of|city of|town of|village of|capital of|state of|county of|home city|hometown|hometown of|headquartered in|stationed in|native of|commute to|come from|comes from|came from|work in|works in|vive en|vivo en|nacido en|nacida en|natural de|residente en|procedente de|wohnt in|wohne in|geboren in|habite a|ne a|nee a|abita a|nato a|nata a|driving to|drove to|heading to|headed to|relocated to|hotel in|flight to|flight from|serving|serving southern|serving northern",
);

/** Of these, the ones that may also precede people. */
export const VISIT_LEADS = phrases("going to visit|visit to|visiting|visited|serving");

/** Words before a place of the lists. */
export const PLACE_PREPOSITIONS = set(
  "in at from near to of outside around through across en a aus nach bei via desde hacia por visit leaving",
);

/** Kinds of road that follow their name. */
export const ROAD_AFTER = set(
  "street st road rd avenue ave av lane ln drive dr boulevard blvd court ct place pl way terrace ter close crescent cres square sq highway hwy parkway pkwy circle cir trail trl loop alley row walk plaza plz pike turnpike freeway expressway mews grove gardens hill pass crossing crossroad crossroads harbor haven ridge view path passage route park point heights bypass manor bend bridge glen green hollow junction landing orchard run shore spring station summit valley vista",
);

/** Of these, the ones that are rarely anything else: with a name and a number before them, they are an address. */
export const SURE_ROAD_AFTER = set(
  "street st road rd avenue ave lane ln drive boulevard blvd court terrace crescent highway hwy parkway pkwy",
);

/** Kinds of road that precede their name, in Romance and Slavic languages. */
export const ROAD_BEFORE = set(
  "rue avenue av avda avd avenida boulevard bd bld bulevar calle c cl carrer camino carretera ctra paseo pso passeig plaza plza pza placa placeta travesia trav ronda rambla glorieta callejon urbanizacion urb barrio bda poligono via viale vle vicolo piazza piazzale piazzetta corso largo strada contrada localita rua praca travessa alameda estrada largo ul ulica al aleje aleja os osiedle plac pl chemin impasse allee place quai route cours square passage chaussee straße strasse calea str bulevardul namesti nam trida ulice nabrezi",
);

/** Of these, abbreviations that often mean something else: a full stop or a capital is required. */
export const DOUBTFUL_ROAD_BEFORE = set(
  "c cl al os pl av str route place square passage cours nam st via largo corso trav bd urb",
);

/** Endings of words that are roads, in Germanic, Nordic, Finnish, Hungarian. */
export const ROAD_ENDING =
  /(?:stra(?:ss|ß)e|str|weg|gasse|platz|allee|ufer|damm|steig|straat|laan|plein|gracht|kade|dreef|singel|steeg|gatan|gata|gate|gaten|gränd|vägen|väg|vej|vejen|gade|vangen|veien|vei|stræti|stígur|braut|vegur|tie|katu|kuja|polku|tee|utca|út|útja|tér|körút|köz|lundur|hlíð|bakken|marken|parken|torget|torvet|toften|haven|højen|ulica|cesta|trg)$/iu;

/** Words for a part of a house, before a number. */
export const UNITS = set(
  "postbox postboks postfach apartado unidad lokal apt apartment suite ste unit room rm floor fl box psc flat apto piso depto local oficina buzon stock etage appt int interno byt",
);

/** Small words inside the name of a town or a street, in addition to those of a person. */
export const TOWN_PARTICLES = set("u nad pod na am an bei im ob sur sous les en z ze w we i a auf in der and of s sp");

/** Words for "number" between a street and its number. */
export const NUMBER_WORDS = set("no n nr num numero nº n° núm nro");

/** Military mail: before a code that is not a state. */
export const MILITARY = set("apo fpo dpo");

/** Postal codes of states, provinces and territories of the US and Canada, and of military mail. */
export const STATE_CODES = set(
  "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU AS MP AA AE AP AB BC MB NB NL NS NT NU ON PE QC SK YT",
);

/** States, provinces and regions by name. */
export const STATES = phrases(
  "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|west virginia|wisconsin|wyoming|puerto rico|alberta|british columbia|manitoba|new brunswick|newfoundland|nova scotia|ontario|prince edward island|quebec|saskatchewan|yukon|andalucia|aragon|asturias|cantabria|castilla y leon|castilla la mancha|cataluna|catalunya|extremadura|galicia|comunidad valenciana|islas baleares|islas canarias|pais vasco|vizcaya|guipuzcoa|gipuzkoa|bizkaia|alava|navarra|la rioja|murcia|bavaria|bayern|hessen|sachsen|saxony|thuringen|brandenburg|baden-wurttemberg|niedersachsen|nordrhein-westfalen|rheinland-pfalz|saarland|schleswig-holstein|bretagne|normandie|normandy|brittany|provence|auvergne|occitanie|bourgogne|lombardia|lombardy|toscana|tuscany|sicilia|sicily|sardegna|sardinia|piemonte|veneto|liguria|calabria|puglia|queensland|new south wales|victoria|tasmania|western australia|south australia|northern territory|silicon valley|middle east|europe|asia|africa|south america|north america|latin america",
);

/** Words at the end of the name of a company or body. */
export const ORGANISATION_ENDS = set(
  "inc incorporated ltd limited llc llp plc corp corporation co company gmbh ag kg sa sl srl spa bv nv oy ab as holdings group technologies technology systems solutions software services consulting partners associates industries enterprises international foundation institute university college school hospital clinic bank insurance airlines orchestra council committee agency ministry department association society union club church fund capital media labs laboratories pharmaceuticals motors records networks ventures investments analytics",
);

/** Words at the beginning of the name of a body. */
export const ORGANISATION_STARTS = set(
  "hospital hospitals universidad university universite universitat universita instituto institute fundacion fundacio fundation clinica clinic centro complejo colegio facultad ministerio ministry bank banco banque",
);

/** Words before a company. */
export const ORGANISATION_LEADS = phrases(
  "work for|works for|worked for|working for|employed by|employed at|work at|works at|worked at|ceo of|founder of|shares of|employee of",
);

/** Words after a name that make it a term of medicine or science. */
export const EPONYM_TAILS = set(
  "measles encephalitis flu medicine nuts salt salts malformation neuroma horse wort dance hemorrhage neuropathy nephropathy myopathy dementia macula murmur duct gland glands hernia ulcer reaction repair transplant boots stockings triad plexus node splint exercise booster drops capsules gummies lozenges gel ointment lotion powder oil juice extract virus disease diseases syndrome syndromes disorder disorders phenomenon sign signs test tests score scale criteria classification lymphoma lymphomas sarcoma carcinoma tumor tumour tumors palsy thyroiditis esophagus oesophagus fever virus bacteria infection cyst nodes lesion fracture procedure surgery operation technique maneuver manoeuvre position law effect theorem diet stain cells cell bodies body ring rings tube catheter reflex contracture chorea ataxia dystrophy arthritis anemia anaemia deformity method repair flap stage grade type equation angle coma criteria wind winds chart index questionnaire inventory formula ratio level levels virus count medication medications pill pills tablet tablets vaccine shot shots injection cream inhaler mg supplement supplements tea mattress phase device scan therapy exercises triangle cipher algorithm algorithms conjecture inequality congruence polynomial polynomials transform distribution sequence lemma sieve numeral numerals series expansion expansions approximation approximations remainder matrix matrices integral kernel manifold bracket brackets",
);

/** Of these, things that anybody may have: "Hannah's test", "Tom's inhaler". */
export const OWNED_TAILS = set(
  "test tests score scale procedure surgery operation technique position effect body cell cells infection fever lesion fracture cyst tube catheter index level levels count ratio medication medications pill pills tablet tablets vaccine shot shots injection cream inhaler mg supplement supplements tea mattress phase device scan therapy exercise exercises stage type grade reaction transplant boots stockings duct gland glands hernia ulcer booster drops capsules gummies lozenges gel ointment lotion powder oil juice extract diet chart charts questionnaire flu medicine virus bacteria cancer dementia horse murmur repair salt salts nuts splint tumor tumour anemia anaemia arthritis hemorrhage",
);

/** Medical devices named after somebody: "a Hickman line", "the Jackson Pratt drain". */
export const DEVICES = set(
  "line port drain needle forceps retractor clamp valve stent shunt pump protocol cuff tourniquet collar suture incision approach",
);

/** Names after "Dr" in products and stories. */
export const BRANDED_DOCTORS = set(
  "pepper peppers scholl scholls marten martens bronner bronners doolittle strangelove who seuss",
);

/** Words before a name that make it a term of medicine or science. */
export const EPONYM_HEADS = set(
  "circle angle loop islets islet bundle sphincter triangle tetralogy pouch canal ampulla ligament islands crypts tract enfermedad sindrome syndrome maladie morbus morbo malattia escala signo test clasificacion grado fenomeno tecnica prueba tumor sarcoma linfoma celulas sonda esofago ganglio trastorno maniobra disease vitamin vitamina hepatitis type stage grade group omega krankheit virus bacillus",
);

/** Names of doctors that are now medical terms: on their own, none of them is a person. */
export const EPONYMS = set(
  "tay sachs hickman broviac groshong penrose bair hugger swan ganz ehlers danlos creutzfeldt jakob charcot osgood schlatter legg perthes willebrand hirschsprung bannayan rendu prader willi angelman treacher gorlin klippel feil chiari candida heberden heberdens murphys epley kaposis bismol provera scholl scholls vicks bosley kaiser permanente humana cigna aetna walgreens charley morgellons munchausen legionnaires stockholm sjogrens peyronies gilberts crohn crohns parkinson parkinsons alzheimer alzheimers hashimoto hashimotos asperger aspergers down hodgkin hodgkins tourette tourettes raynaud raynauds addison addisons cushing cushings huntington huntingtons meniere menieres sjogren sjogrens graves kawasaki barrett barretts bell bells lou gehrig marfan turner klinefelter lyme wilson wilsons lynch paget pagets behcet takayasu whipple kaposi ewing burkitt gleason apgar glasgow guillain barre lewy pap papanicolaou doppler heimlich kegel kegels achilles eustachian fallopian braxton hicks epstein coombs babinski romberg gram giemsa fuhrman clark breslow child bosniak karnofsky foley tanner bartholin cowper langerhans purkinje schwann golgi malpighi peyronie dupuytren baker bakers lasik zika ebola covid mohs botox tylenol advil motrin aleve nyquil benadryl zyrtec claritin allegra lipitor crestor zoloft prozac lexapro celexa paxil xanax valium ativan klonopin adderall ritalin vyvanse concerta wellbutrin effexor cymbalta lamictal abilify seroquel humira enbrel remicade ozempic wegovy mounjaro trulicity victoza januvia jardiance metformin synthroid nexium prilosec viagra cialis lasix coumadin eliquis xarelto plavix yasmin yaz mirena nexplanon depo plan accutane retin keppra topamax botulinum neurontin lyrica vicodin percocet oxycontin suboxone narcan pepto tums zantac pepcid imodium miralax dulcolax metamucil flonase nasonex singulair advair symbicort spiriva ventolin proair albuterol prednisone humalog lantus novolog tamiflu paxlovid pfizer moderna johnson aspirin ibuprofen keto paleo atkins mediterranean pilates zumba fitbit",
);

/** Days, months and holidays: capitalised words that are not people. */
export const CALENDAR = set(
  "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec christmas easter halloween thanksgiving ramadan lent advent lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar marz juni juli oktober dezember lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre",
);

/** Words of forms and records in Spanish, French, German and Italian; the list of common words covers only English. */
export const FORM_WORDS = set(
  "fecha ingreso alta servicio unidad departamento seccion nombre apellidos apellido edad sexo pais informe clinico clinica medico medica paciente domicilio localidad provincia datos antecedentes enfermedad actual exploracion fisica evolucion comentarios responsable remitido correo electronico direccion tratamiento diagnostico resumen pruebas episodio numero telefono historia consulta urgencias medicina interna cirugia plastica pediatria resonancia magnetica tomografia computarizada ecografia radiografia analitica hemograma dolor sindrome trastorno zona estado madre padre familia hospitalario infantil izquierda derecha superior inferior nom prenom adresse naissance dossier medecin traitement diagnostic maladie consultation name vorname nachname geburtsdatum anschrift diagnose anamnese befund patientin krankenhaus behandlung entlassung aufnahme cognome nome indirizzo nascita medico cura diagnosi ricovero ospedale reparto",
);

/** Brands, organisations and everyday things that are also in the lists of names. */
export const NO_NAMES = set(
  "google facebook twitter instagram youtube tiktok reddit netflix amazon apple microsoft windows android iphone ipad spotify uber tesla toyota honda ford visa mastercard paypal zoom internet web god jesus christ bible english spanish french german italian lord allah satan devil covid lol omg ok tv usa pc dna rna mri hiv aids adhd ptsd ibs copd pcos gp er icu bmi otc fda cdc nhs who nih diy ceo cfo faq pdf sql html json api url http https www ssn zip id pin cc atm iban email e-mail mail phone fax mobile med desk website address name subject re fw fwd colgate watergate cipro apollo cessna boeing airbus africa asia europe oceania antarctica",
);
