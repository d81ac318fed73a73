"""Writes its argument, test/golden/ifeval.json: what lm-evaluation-harness says of answers that follow an instruction by a hair or not at all.

Needs lm_eval 0.4.13 with langdetect. The two instructions that need nltk's downloaded tables are left to the published verdicts.
"""

import json
import sys

from lm_eval.tasks.ifeval import instructions_registry

CASES = {
    ("keywords:existence", '{"keywords": ["plan", "cost"]}'): ["The Plan costs 4.", "A plan alone.", "PLANNED COST", ""],
    ("keywords:forbidden_words", '{"forbidden_words": ["rock", "naïve"]}'): ["A rocket.", "It rocks, rock.", "naïveté", "Naïve!"],
    ("keywords:frequency", '{"keyword": "sea", "frequency": 3, "relation": "at least"}'): ["sea Sea season", "sea sea", "SEASEASEA"],
    ("keywords:frequency", '{"keyword": "sea", "frequency": 3, "relation": "less than"}'): ["sea Sea season", "sea sea"],
    ("keywords:letter_frequency", '{"letter": "q", "let_frequency": 2, "let_relation": "at least"}'): ["Quick quiz", "quick"],
    ("length_constraints:number_words", '{"num_words": 3, "relation": "at least"}'): ["one two-three", "don't", "a _ 1", "été là"],
    ("length_constraints:number_words", '{"num_words": 3, "relation": "less than"}'): ["one two-three", "one two"],
    ("length_constraints:number_paragraphs", '{"num_paragraphs": 2}'): ["a *** b", "a\n***\nb", "***a***b", "a\n***\n***\nb", "a", "a***b***"],
    ("length_constraints:nth_paragraph_first_word", '{"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "once"}'): [
        "a\n\nOnce upon", "a\n\n'Once' upon", "a\n\n\"once, b", "a\n\n\n\nonce", "Once\n\nb", "a\n\nonce\n\nb", "a"
    ],
    ("detectable_content:number_placeholders", '{"num_placeholders": 2}'): ["[a] [b]", "[a]", "[[a] b]", "[a\nb] [c]", "[] []"],
    ("detectable_content:postscript", '{"postscript_marker": "P.S."}'): ["a\nP.S. b", "a p. s. b", "P.S b", "ps: b"],
    ("detectable_content:postscript", '{"postscript_marker": "P.P.S"}'): ["a\nP.P.S b", "p. p. s b", "P.S. b"],
    ("detectable_content:postscript", '{"postscript_marker": "NB"}'): ["nb: a", "n.b. a"],
    ("detectable_format:number_bullet_lists", '{"num_bullets": 2}'): ["* a\n* b", "- a\n - b", "* a\n- b", "**a**\n* b\n* c", "* a", "---\n* a", "*\n* b"],
    ("detectable_format:constrained_response", "{}"): ["My answer is yes.", " I say: My answer is maybe. Done", "my answer is no.", "My answer is yes"],
    ("detectable_format:number_highlighted_sections", '{"num_highlights": 2}'): ["*a* and *b*", "**a**", "*a*", "** ** *a*", "*a\nb* *c*", "**a** **b**"],
    ("detectable_format:multiple_sections", '{"section_spliter": "Section", "num_sections": 2}'): ["Section 1 a Section 2 b", "Section1a\nSection\n2 b", "section 1 section 2", "Section 1"],
    ("detectable_format:json_format", "{}"): ['{"a": 1}', '```json\n{"a": [1, 2]}\n```', "```\n3\n```", "{a: 1}", 'Here: {"a": 1}'],
    ("detectable_format:title", "{}"): ["<<a>> b", "a <<b c>>", "<<\na>>", "<< >>", "<a>", "<<>>"],
    ("combination:two_responses", "{}"): ["a ****** b", "a ****** a", "a", "a******b******", "a******b******c", "******a******b", "a************b"],
    ("combination:repeat_prompt", '{"prompt_to_repeat": "Say it. "}'): ["say it. I do", " Say it.", "I say it."],
    ("startend:end_checker", '{"end_phrase": "Is that all?"}'): ["a is that all?", '"A. Is that all?"', "Is that all? Yes", "is that all? \n"],
    ("startend:quotation", "{}"): ['"a"', ' "a" ', '"a', '"', "'a'", '""'],
    ("punctuation:no_comma", "{}"): ["a b", "a, b", "a\uff0c b"],
    ("change_case:english_capital", "{}"): ["THIS IS A SENTENCE THAT IS LONG ENOUGH TO TELL ITS LANGUAGE, IS IT NOT?", "THIS IS A SENTENCE THAT IS LONG ENOUGH TO TELL ITS LANGUAGE, is IT NOT?"],
    ("change_case:english_lowercase", "{}"): ["this is a sentence that is long enough to tell its language, is it not?", "This is a sentence that is long enough to tell its language, is it not?"],
}  # fmt: skip

rows = []
for (name, settings), answers in CASES.items():
    for answer in answers:
        rule = instructions_registry.INSTRUCTION_DICT[name](name)
        rule.build_description(**json.loads(settings))
        verdict = bool(answer.strip()) and bool(rule.check_following(answer))
        rows.append({"id": name, "settings": json.loads(settings), "answer": answer, "followed": verdict})
with open(sys.argv[1], "w") as file:
    json.dump({"source": "lm-evaluation-harness 0.4.13, tasks/ifeval", "rows": rows}, file, ensure_ascii=False, indent=1)
    file.write("\n")
