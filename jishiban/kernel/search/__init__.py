"""Chinese retrieval: tokens, an index, ranking and highlights. Stands alone: no Django, no models."""
