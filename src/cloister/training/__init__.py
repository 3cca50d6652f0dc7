"""What runs inside the sandbox: a trainer, the scoring script, and the encoder that both share.

python -m cloister.training.train_gbm      an ordinary script: 30-day readmission by gradient boosting
python -m cloister.training.score          the environment's own: scores of a model for one split
"""

from cloister.training.encode import TabularEncoder

__all__ = ["TabularEncoder"]
