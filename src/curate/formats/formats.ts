import type { DatasetFormat } from "../../domain/canonical-row.ts";
import { alpacaFormat } from "./alpaca-format.ts";
import { candidatesFormat } from "./candidates-format.ts";
import { ktoFormat } from "./kto-format.ts";
import { llamaFactoryV1Format } from "./llama-factory-v1-format.ts";
import { messagesFormat } from "./messages-format.ts";
import { openaiPreferenceFormat } from "./openai-preference-format.ts";
import { pairsFormat } from "./pairs-format.ts";
import { preferenceFormat } from "./preference-format.ts";
import { promptCompletionFormat } from "./prompt-completion-format.ts";
import { promptFormat } from "./prompt-format.ts";
import { queryResponseFormat } from "./query-response-format.ts";
import type { RowFormat } from "./row-format.ts";
import { segmentsFormat } from "./segments-format.ts";
import { sharegptFormat } from "./sharegpt-format.ts";
import { textFormat } from "./text-format.ts";

/** Every format that rows are read from and written in. */
export const FORMATS: Readonly<Record<DatasetFormat, RowFormat>> = {
  text: textFormat,
  prompt: promptFormat,
  "prompt-completion": promptCompletionFormat,
  messages: messagesFormat,
  sharegpt: sharegptFormat,
  alpaca: alpacaFormat,
  preference: preferenceFormat,
  "openai-preference": openaiPreferenceFormat,
  kto: ktoFormat,
  "llama-factory-v1": llamaFactoryV1Format,
  "query-response": queryResponseFormat,
  pairs: pairsFormat,
  candidates: candidatesFormat,
  segments: segmentsFormat,
};
