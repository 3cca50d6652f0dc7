"""One file per use case; ``mediator`` is the only way in; ``ports`` is what the outside must provide."""
